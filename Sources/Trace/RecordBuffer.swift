// The line of one exchange while it happens. What a live exchange learns comes in any order and sometimes twice (an
// origin is dialled again, an answer is replaced by an error of ours), so the parts are kept apart until the end. The
// buffers keep their storage from one exchange to the next: a connection has one RecordBuffer, not an exchange.

/// The parts of a trace line under construction.
public struct RecordBuffer {
    /// `{"v":1,…` up to and with the client.
    var opening: [UInt8] = []
    /// `,"request":{…}` and what else comes once.
    var parts: [UInt8] = []
    /// The members of the interim array, with commas between them.
    var interim: [UInt8] = []
    /// `,"origin":{…}`; the last one wins.
    var origin: [UInt8] = []
    /// `,"response":{…}`; the last one wins.
    var response: [UInt8] = []
    /// `,"chain":{…}`; the last one wins.
    var chain: [UInt8] = []
    /// Everything behind the bodies, and the closing brace.
    var closing: [UInt8] = []
    /// The raw beginning of the response body; it leaves the buffer through the redactor only.
    var sample: [UInt8] = []
    /// The Content-Type of the response.
    var sampleType: [UInt8] = []
    /// The content coding of the response's body; nil when its bytes are the content.
    var coding: String?
    /// Whether a sample was asked for.
    var hasSample = false
    /// Whether the body went on behind the sample.
    var sampleIsTruncated = false

    /// An empty buffer.
    public init() {}

    /// Forgets everything and keeps the storage.
    public mutating func reset() {
        opening.removeAll(keepingCapacity: true)
        parts.removeAll(keepingCapacity: true)
        interim.removeAll(keepingCapacity: true)
        origin.removeAll(keepingCapacity: true)
        response.removeAll(keepingCapacity: true)
        if !chain.isEmpty { chain.removeAll(keepingCapacity: true) }
        closing.removeAll(keepingCapacity: true)
        forgetSample()
    }

    /// Whether a record was begun.
    public var isEmpty: Bool { opening.isEmpty }

    /// The number of bytes of the line so far.
    public var count: Int {
        opening.count + parts.count + interim.count + origin.count + response.count + chain.count + closing.count
    }

    mutating func forgetSample() {
        sample.removeAll(keepingCapacity: true)
        sampleType.removeAll(keepingCapacity: true)
        coding = nil
        hasSample = false
        sampleIsTruncated = false
    }
}
