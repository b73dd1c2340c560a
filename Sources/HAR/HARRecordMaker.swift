// An entry through the Recorder into a line, and the line through the TraceReader into a record: redaction is done by
// the code that does it for live traffic, and what comes out is what a capture would hold.

import Fields
import JSON
import Trace
import Wire

struct HARRecordMaker: ~Copyable {
    private var recorder: Recorder
    private var buffer = RecordBuffer()
    private let redactor: Redactor
    private let maximumLines: Int
    /// The last line.
    private(set) var line: [UInt8] = []
    /// Whether any message carried a credential or a cookie.
    private(set) var sawCredentials = false

    init(node: String, fingerprinting: any Fingerprinting, secretNames: [String], maximumLines: Int) {
        recorder = Recorder(node: node, fingerprinting: fingerprinting, secretNames: secretNames)
        redactor = Redactor(fingerprinting, secretNames: secretNames)
        self.maximumLines = maximumLines
    }

    /// A text of the log itself as it may be shown.
    func shown(_ text: String) -> String {
        String(decoding: redactor.value(Array(text.utf8.prefix(200)), .unknown).shown, as: UTF8.self)
    }

    /// The record of an entry; the line is left in `line`.
    mutating func record(_ entry: inout HAREntry, number: Int) throws(TraceError) -> Record {
        var id: [UInt8] = []
        ExchangeID.append(
            milliseconds: entry.startedMicroseconds / 1000, loop: number >> 16,
            counter: UInt32(truncatingIfNeeded: number), salt: 0, to: &id)
        recorder.begin(
            &buffer, id: id.span, wallMicroseconds: entry.startedMicroseconds, service: [],
            clientAddress: Array("-".utf8), connection: entry.connection, exchange: UInt64(number) + 1, clientTLS: nil)
        recorder.origin(
            &buffer, url: entry.url.origin, address: entry.address, connection: entry.connection,
            reused: entry.timing["connect"] == nil, retried: false, tls: nil, verified: true)
        request(&entry)
        if entry.status > 0 { response(&entry) }
        let (ending, error) = outcome(entry)
        recorder.end(
            &buffer, ending, durationMicroseconds: entry.durationMicroseconds, timing: timing(entry),
            requestBody: body(entry.requestLines, entry.hasRequestBody, entry.requestBytes, entry.requestVersion),
            responseBody: entry.status > 0 ? responseBody(entry) : nil, error: error)
        line.removeAll(keepingCapacity: true)
        recorder.append(buffer, to: &line)
        var reader = TraceReader()
        return try reader.record(line.span, 0..<(line.count - 1))
    }

    private mutating func request(_ entry: inout HAREntry) {
        var bytes = entry.method + entry.url.target
        let method = Extent(0, entry.method.count)
        let target = Extent(entry.method.count, bytes.count)
        let lines = section(entry.requestLines, "request.headers", &bytes, &entry)
        recorder.request(
            &buffer, bytes.span, method: method, target: target, minorVersion: entry.requestVersion.rawValue,
            lines: lines, edits: [], sent: bytes.span.extracting(0..<0))
    }

    private mutating func response(_ entry: inout HAREntry) {
        var bytes = entry.reason
        let reason = Extent(0, bytes.count)
        let lines = section(entry.responseLines, "response.headers", &bytes, &entry)
        recorder.response(
            &buffer, bytes.span, status: entry.status, reason: reason, minorVersion: entry.responseVersion.rawValue,
            lines: lines, edits: [], sent: bytes.span.extracting(0..<0), byHoplens: false)
        // As in live traffic, the bodies of errors are kept, and no others.
        guard entry.status >= 400, let content = entry.content, !content.isEmpty else { return }
        recorder.sampleIsDecoded(&buffer)
        recorder.sample(&buffer, content.span, Extent(0, content.count))
    }

    private mutating func section(
        _ lines: [HAREntry.Line], _ path: String, _ bytes: inout [UInt8], _ entry: inout HAREntry
    ) -> [FieldLine] {
        if lines.count > maximumLines { entry.note(path, "has \(lines.count) lines; \(maximumLines) are read") }
        var made: [FieldLine] = []
        for line in lines.prefix(maximumLines) {
            let name = Extent(bytes.count, bytes.count + line.name.count)
            bytes += line.name
            let value = Extent(bytes.count, bytes.count + line.value.count)
            bytes += line.value
            let id = FieldName.lookup(bytes.span, name)
            switch id {
            case .authorization, .proxyAuthorization, .cookie, .setCookie: sawCredentials = true
            default: break
            }
            made.append(FieldLine(name: name, value: value, id: id))
        }
        return made
    }

    // MARK: Facts

    private func timing(_ entry: HAREntry) -> RecordedTiming {
        func sum(_ names: [String]) -> Int64? {
            let known = names.compactMap { entry.timing[$0] }
            return known.isEmpty ? nil : Int64(known.reduce(0, +) * 1000)
        }
        // HAR's connect includes the handshake.
        let tls = entry.timing["ssl"]
        let connect = entry.timing["connect"].map { max(0, $0 - (tls ?? 0)) }
        let before = ["blocked", "dns", "connect", "send"]
        return RecordedTiming(
            connect: connect.map { Int64($0 * 1000) }, tls: tls.map { Int64($0 * 1000) },
            firstByte: entry.status > 0 && entry.timing["wait"] != nil ? sum(before + ["wait"]) : nil,
            request: entry.timing["send"] == nil ? nil : sum(before))
    }

    private func outcome(_ entry: HAREntry) -> (Ending, RecordedError?) {
        if entry.status > 0 { return (.complete, nil) }
        let words = entry.fault.map { ": " + $0.prefix(100) } ?? ""
        return (
            .other,
            RecordedError(
                side: "client", phase: "response", cause: "http_response_incomplete",
                text: "the exporter of the HAR saw no answer" + words)
        )
    }

    private func responseBody(_ entry: HAREntry) -> BodyFacts {
        let isBodiless = entry.method.elementsEqual("HEAD".utf8) || entry.status == 204 || entry.status == 304
        if isBodiless || entry.status < 200 { return BodyFacts(.none, bytes: 0) }
        if entry.status == 101 { return BodyFacts(.tunnel, bytes: entry.responseBytes ?? 0) }
        return body(entry.responseLines, true, entry.responseBytes, entry.responseVersion)
    }

    /// How a body was delimited, as far as the lines tell; HTTP/2 and 3 delimit by frames.
    private func body(_ lines: [HAREntry.Line], _ hasBody: Bool, _ bytes: Int64?, _ version: HARVersion) -> BodyFacts {
        guard hasBody else { return BodyFacts(.none, bytes: 0) }
        var framing: BodyFraming = version.rawValue > 1 ? .other : .close
        for line in lines {
            let name = line.name.span
            switch FieldName.lookup(name, Extent(0, name.count)) {
            case .transferEncoding: framing = .chunked
            case .contentLength where framing != .chunked: framing = .length
            default: break
            }
        }
        return BodyFacts(framing, bytes: bytes ?? 0)
    }
}
