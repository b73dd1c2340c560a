// Turns the text of an example (see Example) into a case: records like the ones a capture would hold, made by the same
// redaction. A line it does not understand is an error, so that an example cannot say less than it seems to.

import Fields
import Trace
import Wire

@testable import Diagnosis

struct ExampleError: Error, CustomStringConvertible {
    var description: String
}

/// Fingerprints for examples; the key does not matter, equality does (FNV-1a).
final class ExampleFingerprints: Fingerprinting {
    func fingerprint(_ bytes: Span<UInt8>, _ extent: Extent) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for i in extent.start..<extent.end { hash = (hash ^ UInt32(bytes[Int(i)])) &* 0x0100_0193 }
        return hash
    }
}

extension Example {
    /// The case the example describes.
    func subject() throws -> Case {
        var parts: [(relation: Relation?, lines: [Substring])] = [(nil, [])]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("--- ") {
                guard let relation = Relation(rawValue: String(line.dropFirst(4))) else {
                    throw ExampleError(description: "no such relation: \(line)")
                }
                parts.append((relation, []))
            } else {
                parts[parts.count - 1].lines.append(line)
            }
        }
        let redactor = Redactor(ExampleFingerprints())
        var facts: [(Relation?, Facts)] = []
        for (n, part) in parts.enumerated() {
            var reader = ExampleReader(redactor, id: "0k3v9a7b2c1d\(n)")
            facts.append((part.relation, Facts(try reader.record(part.lines))))
        }
        return Case(facts[0].1, related: facts.dropFirst().compactMap { pair in pair.0.map { ($0, pair.1) } })
    }
}

struct ExampleReader {
    private let redactor: Redactor
    private var record: Record
    private var body: [Substring] = []
    private var bodyBytes: Int64?
    private var isCoded = false
    private var isSampled = false

    init(_ redactor: Redactor, id: String) {
        self.redactor = redactor
        record = Record(
            id: id, node: "hoplens-1a2b", time: 1_795_221_181_000_000,
            client: RecordedClient(address: "192.0.2.7:53012", connection: 1, exchange: 1), end: .complete)
        var origin = RecordedOrigin(url: "https://example.test")
        origin.connection = 1
        record.origin = origin
    }

    mutating func record(_ lines: [Substring]) throws -> Record {
        for line in lines {
            let mark = line.prefix { $0 != " " }
            let rest = String(line.dropFirst(mark.count + 1))
            switch mark {
            case "@": try fact(rest)
            case ">", "<": try message(rest, isRequest: mark == ">")
            case ">-", "<-", ">+", "<+": try edit(rest, isRequest: mark.first == ">", isDrop: mark.last == "-")
            default: body.append(line)
            }
        }
        guard record.request != nil else { throw ExampleError(description: "an example without a request") }
        try finishBody()
        return record
    }

    private mutating func fact(_ text: String) throws {
        let words = text.split(separator: " ").map(String.init)
        switch (words.first, words.dropFirst().first) {
        case ("client", "tls"): record.client.tls = "TLSv1.3"
        case ("origin", "https"): record.origin?.url = "https://example.test"
        case ("origin", "http"): record.origin?.url = "http://example.test"
        case ("origin", "none"): record.origin = nil
        case ("by", "hoplens"): record.response?.byHoplens = true
        case ("coded", nil): isCoded = true
        case ("sampled", nil): isSampled = true
        case ("body", let bytes?):
            guard let count = Int64(bytes) else { throw ExampleError(description: "no number: \(bytes)") }
            bodyBytes = count
        case ("time", let seconds?):
            guard let time = Int64(seconds) else { throw ExampleError(description: "no number: \(seconds)") }
            record.time = time * 1_000_000
        case ("end", let word?):
            guard let end = Ending.allCases.first(where: { $0.word == word }) else {
                throw ExampleError(description: "no ending: \(word)")
            }
            record.end = end
        case ("error", let side?) where words.count >= 4:
            record.error = RecordedError(
                side: side, phase: words[2], cause: words[3], text: words.dropFirst(4).joined(separator: " "))
        default: throw ExampleError(description: "not understood: @ \(text)")
        }
    }

    private mutating func message(_ text: String, isRequest: Bool) throws {
        if isRequest, record.request == nil {
            let words = text.split(separator: " ").map(String.init)
            guard words.count == 3, words[2].hasPrefix("HTTP/") else {
                throw ExampleError(description: "no request line: \(text)")
            }
            let shown = redactor.target(Array(words[1].utf8))
            record.request = RecordedRequest(
                method: words[0], target: String(decoding: shown.shown, as: UTF8.self),
                version: String(words[2].dropFirst(5)))
        } else if !isRequest, record.response == nil {
            let words = text.split(separator: " ", maxSplits: 2).map(String.init)
            guard words.count >= 2, words[0].hasPrefix("HTTP/"), let status = Int(words[1]) else {
                throw ExampleError(description: "no status line: \(text)")
            }
            record.response = RecordedResponse(status: status, reason: words.count > 2 ? words[2] : "")
        } else {
            let line = try field(text)
            if isRequest {
                record.request?.head.lines.append(line)
            } else {
                record.response?.head.lines.append(line)
            }
        }
    }

    private func field(_ text: String) throws -> RecordedLine {
        guard let colon = text.firstIndex(of: ":") else { throw ExampleError(description: "no field: \(text)") }
        let name = String(text[..<colon])
        let value = trimmed(text[text.index(after: colon)...])
        let bytes = Array(name.utf8)
        let whole = Extent(0, bytes.count)
        let treatment = Treatment.of(FieldName.lookup(bytes.span, whole), bytes.span, whole)
        let shown = redactor.value(Array(value.utf8), treatment)
        return RecordedLine(
            name: name, value: String(decoding: shown.shown, as: UTF8.self), latin1: shown.latin1, shape: shown.shape)
    }

    /// `Name why` for a dropped field, `Name: value (why)` for an added one.
    private mutating func edit(_ text: String, isRequest: Bool, isDrop: Bool) throws {
        let head = isRequest ? record.request?.head : record.response?.head
        guard var head else { throw ExampleError(description: "an edit before the message: \(text)") }
        if isDrop {
            let words = text.split(separator: " ").map(String.init)
            guard words.count == 2, let index = head.lines.firstIndex(where: { isSameName($0.name, words[0]) }) else {
                throw ExampleError(description: "nothing to drop: \(text)")
            }
            head.edits.append(
                RecordedEdit(.drop, index: index, line: RecordedLine(name: words[0], value: ""), why: words[1]))
        } else {
            guard text.hasSuffix(")"), let open = text.lastIndex(of: "(") else {
                throw ExampleError(description: "no reason: \(text)")
            }
            let line = try field(String(text[..<open]))
            let why = String(text[text.index(after: open)...].dropLast())
            head.edits.append(RecordedEdit(.add, index: nil, line: line, why: why))
        }
        if isRequest { record.request?.head = head } else { record.response?.head = head }
    }

    private mutating func finishBody() throws {
        let text = body.joined(separator: "\n")
        guard let response = record.response else {
            if !trimmed(text).isEmpty { throw ExampleError(description: "a body without a response: \(text)") }
            return
        }
        let bytes = Array(text.utf8)
        let isEmpty = bytes.allSatisfy { $0 == 0x0A || $0 == 0x20 }
        var sample: RecordedSample?
        if response.status >= 400 || isSampled, !isEmpty || isCoded {
            let type = response.head.lines.first { isSameName($0.name, "content-type") }?.value ?? ""
            sample = RecordedSample(
                type: type, bytes: max(bytes.count, isCoded ? 100 : 0),
                text: isCoded ? nil : String(decoding: redactor.sample(bytes), as: UTF8.self), truncated: false)
        }
        record.responseBody = RecordedBody(
            framing: .length, bytes: bodyBytes ?? Int64(isEmpty ? 0 : bytes.count), sample: sample)
    }
}
