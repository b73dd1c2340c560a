import Fields
import Ledger
import Report
import Testing
import Trace

@Suite("What strangers send cannot reach the terminal raw")
struct SafetyTests {
    @Test(
        "control bytes, escape sequences and invisible marks are written as escapes",
        arguments: [
            ("\u{1B}[2J\u{7}", "\\x1b[2J\\x07"), ("a\r\nb", "a\\x0d\\x0ab"), ("\u{7F}\u{9B}31m", "\\x7f\\x9b31m"),
            ("\u{202E}gpj", "\\u{202e}gpj"), ("a\u{200B}b\u{FEFF}", "a\\u{200b}b\\u{feff}"), ("\u{2028}", "\\u{2028}"),
            ("a\u{A0}b", "a\\xa0b"), ("caf\u{E9} 日本", "café 日本"), ("‹jwt,1,#2›", "‹jwt,1,#2›"), ("\0", "\\x00"),
        ])
    func escapes(_ example: (raw: String, text: String)) {
        #expect(text(Reporter(style()).plain(example.raw)) == example.text)
    }

    @Test("a record captured raw shows no credential on the screen")
    func raw() {
        var record = exchange(
            request: lines(["Authorization": "Bearer hunter2", "Cookie": "s=hunter2", "Host": "a.test"]),
            response: lines(["Set-Cookie": "s=hunter2"]))
        record.raw = true
        for width in [80, 200] {
            #expect(!matrix(record, style(width)).contains("hunter2"))
            #expect(!line(record, style(width)).contains("hunter2"))
            #expect(matrix(record, style(width)).contains("(raw, 14 bytes)"))
            #expect(matrix(record, style(width)).contains("a.test"))
        }
    }

    @Test("with ascii nothing but ASCII is written")
    func ascii() {
        let reporter = Reporter(style(ascii: true))
        #expect(text(reporter.plain("→ … µ × ‹a› é 日")) == "-> ... u x <a> \\xe9 \\u{65e5}")
    }

    @Test("wide characters take two columns and marks none, so lines stay within the width")
    func columns() {
        let wide = exchange("GET", "/" + String(repeating: "日", count: 60))
        #expect(line(wide) == "00:33:01 200 GET /日日日日日日日日日日日日日…日日日日日日日日日日日日日日 12 ms\n")
        let marks = exchange("GET", "/" + String(repeating: "e\u{301}", count: 50))
        #expect(line(marks) == "00:33:01 200 GET /" + String(repeating: "e\u{301}", count: 50) + " 12 ms\n")
    }

    /// The promise of Cells, kept by every renderer for whatever a trace may hold.
    @Test("no renderer lets a raw byte through or leaves the width, whatever the record holds", arguments: 0..<300)
    func anyRecord(seed: UInt64) {
        var dice = SystemLike(state: seed &* 2_654_435_761 &+ 1)
        let width = 60 + Int(dice.next() % 160)
        let ascii = true
        let records = [hostile(&dice, "outer\u{1B}c"), hostile(&dice, "inner")]
        let ledger = Ledger(joining: records)
        let reporter = Reporter(style(width, ascii: ascii))
        var run = RunSummary()
        run.add(records[0], news: ledger.news)
        let texts = [
            reporter.line(records[0], news: ledger.news), reporter.matrix(records[0], Ledger(records[0])),
            reporter.joined(records, ledger), reporter.summary(run, seconds: 5),
        ]
        for bytes in texts {
            #expect(bytes.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
            for line in bytes.split(separator: 0x0A) {
                #expect(line.count <= width, "\(String(decoding: line, as: UTF8.self))")
            }
            #expect(bytes.last == 0x0A)
        }
    }

    private func hostile(_ dice: inout SystemLike, _ node: String) -> Record {
        let names = [
            "Authorization", "Set-Cookie", "Host", "Vary", "Access-Control-Allow-Origin", "Link", "X-Forwarded-A",
        ]
        func noise(_ dice: inout SystemLike) -> String {
            var text = ""
            for _ in 0..<Int(dice.next() % 90) {
                text.unicodeScalars.append(Unicode.Scalar(UInt32(dice.next() % 0xD7FF)) ?? " ")
                if dice.next() % 4 == 0 { text.unicodeScalars.append(Unicode.Scalar(UInt8(dice.next() % 0x80))) }
            }
            return text
        }
        func section(_ dice: inout SystemLike) -> [RecordedLine] {
            (0..<Int(dice.next() % 9)).map { _ in
                RecordedLine(name: names[Int(dice.next() % 7)] + noise(&dice).prefix(2), value: noise(&dice))
            }
        }
        var record = exchange(
            node: node, noise(&dice), noise(&dice), request: section(&dice),
            edits: [
                edit(.drop, Int(dice.next() % 9), names[Int(dice.next() % 7)], "", .setting),
                edit(.add, nil, "Via", noise(&dice), .via),
            ],
            status: Int(dice.next() % 600), response: section(&dice))
        record.id = noise(&dice)
        record.error = RecordedError(side: "origin", phase: "x", cause: noise(&dice), text: noise(&dice))
        record.end = Ending.allCases[Int(dice.next() % 7)]
        record.response?.byHoplens = dice.next() % 3 == 0
        record.responseBody?.sample = RecordedSample(type: "", bytes: 1, text: noise(&dice), truncated: true)
        return record
    }
}

/// A random generator that gives the same numbers every time.
struct SystemLike: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}
