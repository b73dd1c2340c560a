import Ledger
import Report
import Testing

@testable import Diagnosis
@testable import Trace

@Suite("The live view with and without memory")
struct LiveViewTests {
    /// Exchanges as a node would have seen them, one after the other, in random order and with everything that may
    /// differ between two of a kind.
    private struct Traffic {
        var random = SeededRandom(seed: 7)
        var time: Int64 = 1_795_221_181_000_000
        var number: UInt64 = 0

        mutating func line(_ original: Record) throws -> [UInt8] {
            number += 1
            time += Int64.random(in: 1...9_000, using: &random)
            var record = original
            record.id = id(number)
            record.time = time
            record.durationMicroseconds = Int64.random(in: 0...20, using: &random) == 0 ? 1_234_567 : duration()
            record.client.address = "192.0.2.7:\(40_000 + Int.random(in: 0...9, using: &random))"
            record.client.connection = UInt64.random(in: 1...1_000_000, using: &random)
            record.client.exchange = number
            if record.origin?.connection != nil {
                // Examples leave out the address; a Recorder never writes a connection without it.
                record.origin?.address = "192.0.2.1:443"
                record.origin?.connection = UInt64.random(in: 1...99, using: &random)
            }
            if Bool.random(using: &random) { record.timing.firstByte = Int64.random(in: 0...99_999, using: &random) }
            if Int.random(in: 0...3, using: &random) == 0 { record.timing.connect = 77 }
            vary(&record)
            let line = RecordLine.text(record)
            var reader = TraceReader()
            #expect(try reader.record(line.span, 0..<line.count) == record)
            return line
        }

        private mutating func duration() -> Int64 {
            let shift = Int64.random(in: 0...20, using: &random)
            return Int64.random(in: 0...(1 << shift), using: &random)
        }

        private func id(_ number: UInt64) -> String {
            let digits = String(number, radix: 32)
            return String(repeating: "0", count: 16 - digits.utf8.count) + digits
        }

        /// Some answers have another Date, some another ETag; some bodies are not kept.
        private mutating func vary(_ record: inout Record) {
            guard record.response != nil else { return }
            for n in record.response?.head.lines.indices ?? 0..<0 {
                guard record.response?.head.lines[n].name.lowercased() == "date" else { continue }
                record.response?.head.lines[n].value = "Sat, 21 Nov 2026 03:10:\(10 + time / 1_000_000 % 50) GMT"
            }
            if Int.random(in: 0...9, using: &random) == 0 {
                record.response?.head.lines.append(RecordedLine(name: "ETag", value: "\"\(number % 3)\""))
            }
            if Int.random(in: 0...9, using: &random) == 0 { record.responseBody?.sample = nil }
        }
    }

    /// What a view shows and counts.
    private struct Outcome: Equatable {
        var text: String
        var run: RunSummary
        var findings: [FindingGroup]
    }

    private func outcome(
        _ view: inout LiveView, _ lines: [[UInt8]], _ form: LiveView.Form, _ style: Style
    ) -> Outcome {
        var text: [UInt8] = []
        var style = style
        for start in stride(from: 0, to: lines.count, by: 20) {
            let batch: [UInt8] = lines[start..<min(start + 20, lines.count)].flatMap { $0 + [0x0A] }
            style.now = 1_795_221_181 + Int64(start / 400)
            text += view.take(batch, form, style, Tracking())
        }
        let counts = view.counts()
        return Outcome(text: String(decoding: text, as: UTF8.self), run: counts.run, findings: counts.findings)
    }

    private static let styles = [
        Style(width: Style.unlimited), Style(width: 80, color: true, utcOffset: 3600), Style(width: 60, ascii: true),
    ]

    private func agree(_ lines: [[UInt8]], atLeast share: Int) {
        for form in [LiveView.Form.lines, .json, .nothing] {
            for style in Self.styles.prefix(form == .lines ? 3 : 1) {
                var (quick, clear) = (LiveView(), LiveView(remembers: false))
                let one = outcome(&quick, lines, form, style)
                let other = outcome(&clear, lines, form, style)
                let differing = zip(one.text.split(separator: "\n"), other.text.split(separator: "\n")).first {
                    $0 != $1
                }
                #expect(differing == nil && one == other, "\(form), width \(style.width)")
                #expect(quick.repeated * 100 >= lines.count * share, "\(quick.repeated) of \(lines.count)")
                #expect(clear.repeated == 0 && quick.unreadable == 0)
            }
        }
    }

    private func examples() throws -> [Record] {
        try Catalogue.rules.flatMap { $0.triggers + $0.quiet }.flatMap { example in
            let subject = try example.subject()
            return subject.related.map(\.facts.record) + [subject.facts.record]
        }
    }

    @Test("agree on the examples of all rules, again and again in random order")
    func everyExample() throws {
        var traffic = Traffic()
        let records = try examples()
        var lines: [[UInt8]] = []
        // Runs of few kinds, so that some repeat themselves, and all of them in between.
        for round in 0..<24 {
            let few = (0..<6).map { _ in records.randomElement(using: &traffic.random) }
            for _ in 0..<30 {
                guard let record = few.randomElement(using: &traffic.random) ?? nil else { continue }
                lines.append(try traffic.line(record))
            }
            if round == 12 { for record in records { lines.append(try traffic.line(record)) } }
        }
        agree(lines, atLeast: 3)
    }

    @Test("agree on healthy traffic, nearly all of which is not read")
    func healthy() throws {
        var traffic = Traffic()
        var lines: [[UInt8]] = []
        let records = try Catalogue.rules.flatMap(\.quiet).prefix(40).map { try $0.subject().facts.record }
            .filter { Judge().findings(Case(Facts($0))).isEmpty }
        for _ in 0..<1200 {
            guard let record = records.prefix(8).randomElement(using: &traffic.random) else { continue }
            lines.append(try traffic.line(record))
        }
        agree(lines, atLeast: 50)
    }
}

/// A generator whose numbers are the same in every run.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
