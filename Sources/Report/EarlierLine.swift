// What a line that was read came to, ready to be said again of another exchange in which the same happened.

import Diagnosis
import Trace

/// What an earlier line came to.
struct EarlierLine: Sendable {
    /// The exchange it was.
    let id: String
    /// What its judgement depends on, and the verdict.
    let signature: Signature
    let verdict: Int
    /// The second it happened in and the one it was shown in, when it has a token, whose time runs out.
    let bound: Bound?
    let findings: [Finding]
    /// Where in the book its findings are entered.
    let entrances: [FindingBook.Entrance]
    /// What the summary counts of it, and how often it was there since that was counted last.
    let occurrence: Occurrence
    var uncounted = 0
    /// Its text, for durations of different width.
    var templates: [LineTemplate] = []
    /// Its findings as JSON.
    let json: FindingTemplate

    struct Bound: Equatable, Sendable {
        var second: Int64
        var now: Int64
    }

    /// Templates of one line; a terminal needs one for each width that a duration has.
    static let mostTemplates = 8
}

/// The `findings` member of a line with gaps for the id of the exchange.
struct FindingTemplate: Sendable {
    private var bytes: [UInt8] = []
    private var gaps: [Int] = []
    private static let count = ExchangeID.length

    init(_ findings: [Finding], of id: String) {
        func text(_ letter: Character) -> [UInt8] {
            let other = String(repeating: letter, count: FindingTemplate.count)
            var text = Array("{}".utf8)
            FindingJSON.append(findings.map { $0.moved(from: id, to: other) }, to: &text)
            return text
        }
        // Where two ids make a difference is where the id stands, whatever the texts around it say.
        let (one, two) = (text("a"), text("z"))
        bytes = Array(one.dropFirst())
        var at = 0
        while at < bytes.count {
            if one[at + 1] != two[at + 1] {
                gaps.append(at)
                at += FindingTemplate.count
            } else {
                at += 1
            }
        }
    }

    /// Appends a line, given without its line feed, with the findings as its last member.
    func append(_ line: Span<UInt8>, id: Span<UInt8>, to out: inout [UInt8]) {
        let text = bytes.span
        let start = out.count + line.count - 1
        out.append(addingCapacity: line.count + text.count) { out in
            for i in 0..<(line.count - 1) { out.append(line[i]) }
            for i in 0..<text.count { out.append(text[i]) }
            out.append(0x0A)
        }
        for gap in gaps {
            for i in 0..<id.count { out[start + gap + i] = id[i] }
        }
    }
}
