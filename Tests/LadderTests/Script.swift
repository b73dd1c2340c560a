// A conversation with the ladder as a script: what it is expected to ask next, and what it is told. Answers are records made
// by the same redaction as real ones, so that shapes of credentials are there and their values are not.

import Diagnosis
import Fields
import Ladder
import Testing
import Trace
import Wire

/// Fingerprints for scripts; equality is all that matters (FNV-1a).
final class ScriptFingerprints: Fingerprinting {
    func fingerprint(_ bytes: Span<UInt8>, _ extent: Extent) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for i in extent.start..<extent.end { hash = (hash ^ UInt32(bytes[Int(i)])) &* 0x0100_0193 }
        return hash
    }
}

/// An answer of a script.
struct Told {
    var status = 0
    var fields: [String] = []
    var body = ""
    var silence: Silence?
    /// What points farther in report, from the outermost to the innermost; nil when nobody was asked to.
    var points: [TellingPoint]?

    /// The same with reports of the chain.
    func by(_ points: TellingPoint...) -> Told {
        var told = self
        told.points = points
        return told
    }

    /// WordPress' REST server answering with content.
    static func rest(_ status: Int, _ body: String, _ fields: String...) -> Told {
        Told(
            status: status,
            fields: [
                "Content-Type: application/json; charset=UTF-8", "X-Robots-Tag: noindex",
                "Access-Control-Expose-Headers: X-WP-Total, X-WP-TotalPages, Link",
                "Access-Control-Allow-Headers: Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
            ] + fields, body: body)
    }

    /// Its error object.
    static func refusal(_ status: Int, _ code: String, _ fields: String...) -> Told {
        var told = rest(status, #"{"code":"\#(code)","message":"Sorry.","data":{"status":\#(status)}}"#)
        told.fields += fields
        return told
    }

    /// A user's own record.
    static func user(_ id: Int, _ fields: String...) -> Told {
        var told = rest(200, #"{"id":\#(id),"slug":"somebody"}"#)
        told.fields += [
            "Cache-Control: no-cache, must-revalidate, max-age=0", "Expires: Wed, 11 Jan 1984 05:00:00 GMT",
        ]
        told.fields += fields
        return told
    }

    /// A page of a server.
    static func page(_ status: Int, _ body: String, _ fields: String...) -> Told {
        Told(status: status, fields: ["Content-Type: text/html"] + fields, body: body)
    }

    /// nginx' own page.
    static func nginx(_ status: Int) -> Told {
        page(
            status,
            "<html><head><title>\(status) X</title></head><body><center><h1>\(status) X</h1></center>"
                + "<hr><center>nginx/1.22.1</center></body></html>", "Server: nginx/1.22.1")
    }

    /// No answer.
    static func silent(_ kind: Silence.Kind) -> Told { Told(silence: Silence(kind, "nothing came")) }

    /// The reply to an inquiry.
    func reply(to inquiry: Inquiry, number: Int) -> Reply {
        if let silence { return .silent(silence) }
        let redactor = Redactor(ScriptFingerprints())
        func line(_ name: String, _ value: String) -> RecordedLine {
            let bytes = Array(name.utf8)
            let whole = Extent(0, bytes.count)
            let treatment = Treatment.of(FieldName.lookup(bytes.span, whole), bytes.span, whole)
            let shown = redactor.value(Array(value.utf8), treatment)
            return RecordedLine(
                name: name, value: String(decoding: shown.shown, as: UTF8.self), latin1: shown.latin1,
                shape: shown.shape)
        }
        var record = Record(
            id: "0k3v9a7b2c\(100 + number)", node: "script", time: 1_795_221_181_000_000,
            client: RecordedClient(address: "127.0.0.1:1", connection: 1, exchange: UInt64(number)), end: .complete)
        record.origin = RecordedOrigin(url: "http://site.test")
        record.origin?.connection = 1
        let target = redactor.target(Array(inquiry.path.utf8))
        var request = RecordedRequest(
            method: inquiry.method, target: String(decoding: target.shown, as: UTF8.self), version: "1.1")
        request.head.lines = [line("Host", inquiry.authority)] + inquiry.fields.map { line($0.name, $0.value) }
        record.request = request
        var response = RecordedResponse(status: status, reason: "")
        response.head.lines = fields.map { text in
            let name = text.prefix { $0 != ":" }
            return line(String(name), String(text.dropFirst(name.count + 2)))
        }
        record.response = response
        var sample: RecordedSample?
        if status >= 400, !body.isEmpty {
            let type = fields.first { $0.hasPrefix("Content-Type: ") }?.dropFirst(14)
            sample = RecordedSample(
                type: type.map(String.init) ?? "", bytes: body.utf8.count, text: body, truncated: false)
        }
        record.responseBody = RecordedBody(framing: .length, bytes: Int64(body.utf8.count), sample: sample)
        if let points {
            var chain = RecordedChain(trace: String(repeating: "a", count: 32), began: true)
            chain.reports = points.reversed().map { $0.report(of: record) }
            record.chain = chain
        }
        return .heard(Heard(record, body: Array(body.utf8)))
    }
}

/// A point farther in, and how what it saw differs from what was sent, and what it answered from what came.
struct TellingPoint {
    var name: String
    var lost: [String] = []
    var facts: [RecordedReport.Fact] = []
    var answered: [RecordedLine] = []

    static func node(_ name: String, lost: [String] = [], answered: [(String, String)] = []) -> TellingPoint {
        TellingPoint(
            name: name, lost: lost, answered: answered.map { RecordedLine(name: $0.0, value: $0.1) })
    }

    static func php(lost: [String] = [], _ facts: (String, String)...) -> TellingPoint {
        TellingPoint(name: "PHP", lost: lost, facts: facts.map { RecordedReport.Fact($0.0, $0.1) })
    }

    func report(of record: Record) -> RecordedReport {
        var report = RecordedReport(isPHP: name == "PHP", node: name)
        report.facts = facts
        report.request.lines = record.request?.head.lines.filter { !lost.contains($0.name) } ?? []
        guard !report.isPHP else { return report }
        report.status = record.response?.status ?? 0
        report.response = RecordedSection(lines: (record.response?.head.lines ?? []) + answered)
        return report
    }
}

/// Plays a script: each line is what is asked next (`front GET /path`, `+ Name` for a field that must be in it, `- Name` for
/// one that must not) and what is told.
func play(
    _ question: Question, _ script: [(expected: String, told: Told)], sourceLocation: SourceLocation = #_sourceLocation
) -> Conclusion? {
    let ladder = Ladder(question)
    var number = 0
    while true {
        switch ladder.next() {
        case .done(let conclusion):
            #expect(
                number == script.count, "the ladder asked \(number) of \(script.count)", sourceLocation: sourceLocation)
            return conclusion
        case .ask(let asks):
            for ask in asks {
                let asked = described(ask.probe)
                guard script.indices.contains(number) else {
                    Issue.record("nobody expected: \(asked)", sourceLocation: sourceLocation)
                    return nil
                }
                let line = script[number]
                guard fits(ask.probe, line.expected) else {
                    Issue.record("expected \(line.expected), asked \(asked)", sourceLocation: sourceLocation)
                    return nil
                }
                number += 1
                ladder.take(line.told.reply(to: ask.probe, number: number), to: ask.probe)
            }
        }
    }
}

private func described(_ probe: Inquiry) -> String {
    let side =
        switch probe.side {
        case .front: "front"
        case .origin: "origin"
        case .elsewhere(let site): site.url
        }
    return "\(side) \(probe.method) \(probe.path)"
}

private func fits(_ probe: Inquiry, _ expected: String) -> Bool {
    let words = expected.split(separator: " ").map(String.init)
    guard described(probe) == words.prefix(3).joined(separator: " ") else { return false }
    let names = Set(probe.fields.map { $0.name.lowercased() })
    var rest = words.dropFirst(3)
    while let sign = rest.popFirst(), let name = rest.popFirst() {
        if names.contains(name.lowercased()) != (sign == "+") { return false }
    }
    return true
}
