// The writer of trace lines, one for each event loop. It formats straight from the live head into the exchange's
// RecordBuffer, so the forwarding path makes no String, no dictionary and no copy of a field.
//
// Invariants
// 1. In the steady state nothing is allocated: buffers keep their storage, plain values are copied, and values that
//    need a closer look come out of the cache. Only a value never seen before takes the clear path of Redactor.
// 2. Every byte of the wire goes through `value`, `name` or `sample`; there is no other way into a line.
// 3. A line is complete JSON once `end` was called, whatever was or was not learnt before.

public import Fields
import Inflate
import JSON
public import Wire

/// Which trailer section.
public enum TrailerSide: Sendable {
    /// The request's.
    case request
    /// The response's.
    case response
}

/// What is known of a body at the end of an exchange.
public struct BodyFacts: Equatable, Sendable {
    /// How it was delimited.
    public var framing: BodyFraming
    /// How many bytes of content went through.
    public var bytes: Int64

    /// Facts from their parts.
    public init(_ framing: BodyFraming, bytes: Int64) {
        self.framing = framing
        self.bytes = bytes
    }
}

/// Writes trace lines from live exchanges.
public struct Recorder: ~Copyable {
    let words: RecorderWords
    private let sampleLimit: Int
    private var moment: RecordedMoment
    /// The service of the last record, and the text up to the client's address.
    private var lastService: [UInt8] = []
    private var serviceText: [UInt8] = []
    /// The origin of the last record, and the text up to the connection's number.
    private var lastURL: [UInt8] = []
    private var lastAddress: [UInt8] = []
    private var originText: [UInt8] = []
    let redactor: Redactor
    var cache = ValueCache()
    /// Whole sections.
    var sections = ValueCache()
    /// Whole heads with their edits.
    var heads = RecordedHeads()
    /// Unknown field names and how their values are treated.
    var treatments = ValueCache()

    /// A recorder for one loop.
    ///
    /// - Parameters:
    ///   - raw: write values whole; every line says so.
    ///   - secretNames: more field and parameter names whose values are secret.
    ///   - sampleLimit: how many bytes of an error body are kept.
    public init(
        node: String, fingerprinting: any Fingerprinting, raw: Bool = false, secretNames: [String] = [],
        sampleLimit: Int = 4096
    ) {
        words = RecorderWords(node: node)
        moment = RecordedMoment(behind: words)
        self.sampleLimit = max(0, sampleLimit)
        redactor = Redactor(fingerprinting, raw: raw, secretNames: secretNames)
    }

    /// Begins a record; what the buffer held is forgotten.
    public mutating func begin(
        _ r: inout RecordBuffer, id: Span<UInt8>, wallMicroseconds: Int64, service: [UInt8], clientAddress: [UInt8],
        connection: UInt64, exchange: UInt64, clientTLS: String?
    ) {
        r.reset()
        words.put(words.beforeID, to: &r.opening)
        r.opening.appendJSON(utf8: id, 0..<id.count)
        moment.append(wallMicroseconds, to: &r.opening)
        if serviceText.isEmpty || service != lastService {
            lastService = service
            serviceText.removeAll(keepingCapacity: true)
            if redactor.raw { words.put(words.raw, to: &serviceText) }
            if !service.isEmpty {
                words.put(words.beforeService, to: &serviceText)
                serviceText.appendJSON(utf8: service.span, 0..<service.count)
            }
            words.put(words.beforeClient, to: &serviceText)
        }
        r.opening.append(contentsOf: serviceText)
        r.opening.appendJSON(utf8: clientAddress.span, 0..<clientAddress.count)
        words.put(words.beforeConnection, to: &r.opening)
        r.opening.appendDecimal(connection)
        words.put(words.beforeExchange, to: &r.opening)
        r.opening.appendDecimal(exchange)
        appendText("tls", clientTLS, to: &r.opening)
        r.opening.append(UInt8(ascii: "}"))
    }

    /// The request's head as received, and what is done to it.
    ///
    /// - Parameter minorVersion: 0 or 1; 20 and 30 stand for HTTP/2 and HTTP/3, which imported exchanges may have had.
    public mutating func request(
        _ r: inout RecordBuffer, _ bytes: Span<UInt8>, method: Extent, target: Extent, minorVersion: Int,
        lines: [FieldLine], edits: [FieldEdit], sent: Span<UInt8>
    ) {
        // A version cannot be as large as a status.
        let head = RecordedHeads.Head(kind: UInt64(truncatingIfNeeded: minorVersion), first: method, second: target)
        if heads.append(bytes, head, lines, edits, sent, to: &r.parts) { return }
        let start = r.parts.count
        words.put(words.beforeMethod, to: &r.parts)
        value(bytes, method, .unlisted, form: .method, to: &r.parts)
        words.put(words.beforeTarget, to: &r.parts)
        value(bytes, target, .url, form: .target, to: &r.parts)
        words.put(words.version(minorVersion), to: &r.parts)
        section(bytes, lines, edits, sent, to: &r.parts)
        r.parts.append(UInt8(ascii: "}"))
        let text = r.parts.span
        heads.store(bytes, head, lines, edits, sent, text: text.extracting(start..<text.count))
    }

    /// A request head that could not be understood: its length, and its method when it is a registered one.
    ///
    /// Nothing else of it may be shown, because nobody can tell where its secrets are.
    public mutating func refused(_ r: inout RecordBuffer, _ bytes: Span<UInt8>, count: Int) {
        r.parts.append(text: #","request":{"#)
        var end = 0
        while end < bytes.count, end < 24, Octet.isToken(bytes[end]) { end += 1 }
        if end < bytes.count, bytes[end] == Octet.space,
            Recorder.methods.contains(where: { bytes.equals(Extent(0, end), $0) })
        {
            r.parts.append(text: #""method":""#)
            r.parts.append(Extent(0, end), of: bytes)
            r.parts.append(text: #"","#)
        }
        r.parts.append(text: #""malformed_bytes":"#)
        r.parts.appendDecimal(count)
        r.parts.append(text: #","fields":[],"edits":[]}"#)
    }

    private static let methods = [
        "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PROPFIND", "PROPPATCH",
        "MKCOL",
        "COPY", "MOVE", "LOCK", "UNLOCK", "REPORT", "SEARCH", "PURGE", "BAN", "PRI", "QUERY",
    ]

    /// An interim (1xx) response.
    public mutating func interim(
        _ r: inout RecordBuffer, _ bytes: Span<UInt8>, status: Int, reason: Extent, minorVersion: Int,
        lines: [FieldLine], edits: [FieldEdit], sent: Span<UInt8>
    ) {
        if !r.interim.isEmpty { r.interim.append(Octet.comma) }
        r.interim.append(text: #"{"status":"#)
        statusLine(bytes, status, reason, minorVersion, to: &r.interim)
        section(bytes, lines, edits, sent, to: &r.interim)
        r.interim.append(UInt8(ascii: "}"))
    }

    /// The final response's head as received (or as hoplens made it), and what is done to it; a later call replaces it.
    public mutating func response(
        _ r: inout RecordBuffer, _ bytes: Span<UInt8>, status: Int, reason: Extent, minorVersion: Int,
        lines: [FieldLine], edits: [FieldEdit], sent: Span<UInt8>, byHoplens: Bool
    ) {
        r.response.removeAll(keepingCapacity: true)
        r.forgetSample()
        let head = RecordedHeads.Head(
            kind: UInt64(truncatingIfNeeded: status &<< 16 | (byHoplens ? 256 : 0) | minorVersion), first: reason,
            second: reason)
        if !heads.append(bytes, head, lines, edits, sent, to: &r.response) {
            words.put(words.beforeStatus, to: &r.response)
            statusLine(bytes, status, reason, minorVersion, to: &r.response)
            section(bytes, lines, edits, sent, to: &r.response)
            if byHoplens { words.put(words.byHoplens, to: &r.response) }
            r.response.append(UInt8(ascii: "}"))
            heads.store(bytes, head, lines, edits, sent, text: r.response.span)
        }
        // Only what may be sampled needs them.
        for line in lines where line.id == .contentType || line.id == .contentEncoding {
            if line.id == .contentType, r.sampleType.isEmpty { r.sampleType.append(line.value, of: bytes) }
            if line.id == .contentEncoding { r.coding = SampleCoding.adding(bytes, line.value, to: r.coding) }
        }
    }

    /// A trailer section as received, and what is done to it.
    public mutating func trailers(
        _ r: inout RecordBuffer, side: TrailerSide, _ bytes: Span<UInt8>, lines: [FieldLine], edits: [FieldEdit],
        sent: Span<UInt8>
    ) {
        r.parts.append(
            text: side == .request ? #","request_trailers":{"fields":"# : #","response_trailers":{"fields":"#)
        section(bytes, lines, edits, sent, to: &r.parts)
        r.parts.append(UInt8(ascii: "}"))
    }

    /// A piece of the response's body, for the sample; what is too much is counted, not kept.
    public mutating func sample(_ r: inout RecordBuffer, _ bytes: Span<UInt8>, _ extent: Extent) {
        r.hasSample = true
        let room = sampleLimit - r.sample.count
        if extent.count > room { r.sampleIsTruncated = true }
        guard room > 0 else { return }
        r.sample.append(Extent(Int(extent.start), Int(extent.start) + min(room, extent.count)), of: bytes)
    }

    /// The origin's side; a later call replaces it.
    ///
    /// - Parameter address: empty when no address was dialled yet; then there is no connection either.
    public mutating func origin(
        _ r: inout RecordBuffer, url: [UInt8], address: [UInt8], connection: UInt64, reused: Bool, retried: Bool,
        tls: String?, verified: Bool
    ) {
        r.origin.removeAll(keepingCapacity: true)
        if originText.isEmpty || url != lastURL || address != lastAddress {
            lastURL = url
            lastAddress = address
            var text: [UInt8] = []
            words.put(words.beforeURL, to: &text)
            value(url.span, Extent(0, url.count), .url, form: .text, to: &text)
            if !address.isEmpty {
                words.put(words.beforeAddress, to: &text)
                text.appendJSON(utf8: address.span, 0..<address.count)
                words.put(words.beforeConnection, to: &text)
            }
            originText = text
        }
        r.origin.append(contentsOf: originText)
        if !address.isEmpty { r.origin.appendDecimal(connection) }
        words.put(reused ? words.reused : words.fresh, to: &r.origin)
        if retried { r.origin.append(text: #","retried":true"#) }
        appendText("tls", tls, to: &r.origin)
        if !verified { r.origin.append(text: #","verified":false"#) }
        r.origin.append(UInt8(ascii: "}"))
    }

    /// Completes the line.
    public mutating func end(
        _ r: inout RecordBuffer, _ ending: Ending, durationMicroseconds: Int64, timing: RecordedTiming,
        requestBody: BodyFacts?, responseBody: BodyFacts?, error: RecordedError?
    ) {
        r.closing.removeAll(keepingCapacity: true)
        if let requestBody {
            words.put(words.requestBodies[Int(requestBody.framing.rawValue)], to: &r.closing)
            r.closing.appendDecimal(requestBody.bytes)
            r.closing.append(UInt8(ascii: "}"))
        }
        if let responseBody {
            words.put(words.responseBodies[Int(responseBody.framing.rawValue)], to: &r.closing)
            r.closing.appendDecimal(responseBody.bytes)
            if r.hasSample { closeSample(&r) }
            r.closing.append(UInt8(ascii: "}"))
        }
        words.put(words.beforeDuration, to: &r.closing)
        r.closing.appendDecimal(durationMicroseconds)
        if timing != RecordedTiming() {
            words.put(words.beforeTiming, to: &r.closing)
            var isFirst = true
            phase(0, timing.connect, &isFirst, to: &r.closing)
            phase(1, timing.tls, &isFirst, to: &r.closing)
            phase(2, timing.firstByte, &isFirst, to: &r.closing)
            phase(3, timing.request, &isFirst, to: &r.closing)
            r.closing.append(UInt8(ascii: "}"))
        }
        words.put(words.endings[Int(ending.rawValue)], to: &r.closing)
        if let error { failure(error, to: &r.closing) }
        r.closing.append(UInt8(ascii: "}"))
    }

    /// Appends the whole line with its line feed.
    public func append(_ r: borrowing RecordBuffer, to batch: inout [UInt8]) {
        batch.append(copying: r.opening.span)
        batch.append(copying: r.origin.span)
        batch.append(copying: r.parts.span)
        if !r.interim.isEmpty {
            batch.append(text: #","interim":["#)
            batch.append(contentsOf: r.interim)
            batch.append(UInt8(ascii: "]"))
        }
        batch.append(copying: r.response.span)
        if !r.chain.isEmpty { batch.append(copying: r.chain.span) }
        batch.append(copying: r.closing.span)
        batch.append(Octet.lineFeed)
    }

    /// Says that the sample's bytes come without the content coding the head names: a browser's export has them so.
    public mutating func sampleIsDecoded(_ r: inout RecordBuffer) { r.coding = nil }

    // MARK: Parts

    private mutating func statusLine(
        _ bytes: Span<UInt8>, _ status: Int, _ reason: Extent, _ minorVersion: Int, to out: inout [UInt8]
    ) {
        out.appendDecimal(status)
        words.put(words.beforeReason, to: &out)
        value(bytes, reason, .unlisted, form: .reason, to: &out)
        words.put(words.version(minorVersion), to: &out)
    }

    private func phase(_ index: Int, _ value: Int64?, _ isFirst: inout Bool, to out: inout [UInt8]) {
        guard let value else { return }
        if !isFirst { out.append(Octet.comma) }
        isFirst = false
        words.put(words.phases[index], to: &out)
        out.appendDecimal(value)
    }

    private func appendText(_ name: String, _ text: String?, to out: inout [UInt8]) {
        guard let text else { return }
        out.append(text: ",\"")
        out.append(text: name)
        out.append(text: "\":")
        out.appendJSON(string: text)
    }

    /// Errors are rare: their texts go the clear way.
    private mutating func failure(_ error: RecordedError, to out: inout [UInt8]) {
        out.append(text: #","error":{"side":"#)
        out.appendJSON(string: error.side)
        out.append(text: #","phase":"#)
        out.appendJSON(string: error.phase)
        out.append(text: #","cause":"#)
        out.appendJSON(string: error.cause)
        out.append(text: #","text":"#)
        out.appendJSON(string: String(decoding: redactor.value(Array(error.text.utf8), .url).shown, as: UTF8.self))
        out.append(UInt8(ascii: "}"))
    }

    private mutating func closeSample(_ r: inout RecordBuffer) {
        r.closing.append(text: #","sample":{"type":"#)
        let type = r.sampleType
        value(type.span, Extent(0, type.count), .known, form: .text, to: &r.closing)
        r.closing.append(text: #","bytes":"#)
        r.closing.appendDecimal(r.sample.count)
        var content: [UInt8]? = r.sample
        var isCut = r.sampleIsTruncated
        if let coding = r.coding {
            r.closing.append(text: #","coding":""#)
            r.closing.append(text: coding)
            r.closing.append(UInt8(ascii: "\""))
            // Of a beginning as much is read as there is; the bound keeps a small body from becoming a large sample.
            let plain = Inflate.decode(r.sample, coding: coding, limit: sampleLimit)
            content = plain?.bytes
            isCut = isCut || plain.map { $0.end != .complete } ?? false
        }
        if let content, let text = SampleText.of(content, type: r.sampleType, isCut: isCut) {
            r.closing.append(text: #","text":"#)
            let shown = redactor.sample(text)
            r.closing.appendJSON(utf8: shown.span, 0..<shown.count)
        }
        r.closing.append(text: isCut ? #","truncated":true}"# : #","truncated":false}"#)
    }
}
