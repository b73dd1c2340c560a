// What all loops of a proxy share for as long as it runs: who it is, and the way to the sinks, whose queues are the only
// things locked. What a reload can change is in Configuration.
public import Fields
import Reactor
public import Secure
import Settings
import Synchronization
import Trace
public import Wire

final class SharedState: Sendable {
    let node: String
    let resolver: Resolver
    /// The key of the chain this node is in; nil when it is in none.
    let chain: ChainKeeper?
    let idSalt: UInt32
    /// When records stop being raw; nil when none are.
    let raw: RawPeriod?
    private let fingerprinter: Fingerprinter
    private let capture: LineSink?
    private let live: LineSink?
    private let notices: @Sendable (String) -> Void
    /// Lines that never reached the capture's queue; the capture thread writes a gap for them.
    let captureLost: Atomic<Int>
    /// Lines that never reached the live output's queue.
    let liveSkipped: Atomic<Int>

    init(
        node: String, resolver: Resolver, chain: ChainKeeper?, fingerprinter: Fingerprinter, capture: LineSink?,
        raw: RawPeriod?,
        live: LineSink?, notices: @escaping @Sendable (String) -> Void
    ) {
        self.node = node
        self.resolver = resolver
        self.chain = chain
        self.fingerprinter = fingerprinter
        self.capture = capture
        self.raw = raw
        self.live = live
        self.notices = notices
        captureLost = Atomic(0)
        liveSkipped = Atomic(0)
        var salt: UInt32 = 0
        for byte in SecureRandom.bytes(4) { salt = salt << 8 | UInt32(byte) }
        idSalt = salt
    }

    /// Whether anybody wants records.
    var wantsRecords: Bool { capture != nil || live != nil }

    /// A recorder for one loop, or nil when nobody wants records.
    func makeRecorder(raw: Bool, _ settings: ProxySettings) -> Recorder? {
        guard wantsRecords else { return nil }
        return Recorder(
            node: node, fingerprinting: fingerprinter, raw: raw, secretNames: settings.secretNames,
            sampleLimit: settings.capture?.sampleBytes ?? 4096)
    }

    func notice(_ text: String) { notices(text) }

    /// Hands whole lines to the sinks and leaves the batch empty.
    ///
    /// Returns how many lines the capture had no room for.
    func offer(_ batch: inout [UInt8], lines: Int) -> Int {
        var lost = 0
        if let live {
            var copy = batch
            if !live.offer(&copy) { liveSkipped.add(lines, ordering: .relaxed) }
        }
        if let capture, !capture.offer(&batch) {
            captureLost.add(lines, ordering: .relaxed)
            lost = lines
        }
        batch.removeAll(keepingCapacity: true)
        return lost
    }
}

extension Fingerprinter: Fingerprinting {
    /// The fingerprint of an extent of bytes.
    public func fingerprint(_ bytes: Span<UInt8>, _ extent: Extent) -> UInt32 {
        fingerprint(bytes, from: Int(extent.start), to: Int(extent.end))
    }
}
