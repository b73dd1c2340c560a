import Testing

@testable import Diagnosis
@testable import Trace

@Suite("Frames of lines")
struct LineMemoTests {
    private static let healthy = """
        > GET /wp-json/wp/v2/posts HTTP/1.1
        > Host: example.test
        < HTTP/1.1 200 OK
        < Date: Sat, 21 Nov 2026 03:10:18 GMT
        < ETag: W/abc
        < Content-Type: application/json
        @ body 120
        """

    private func record(_ change: (inout Record) -> Void = { _ in }) throws -> Record {
        var record = try Example("", Self.healthy).subject().facts.record
        record.id = "0k3v9a7b2c1d0123"
        record.origin?.address = "192.0.2.1:443"
        record.timing.firstByte = 400
        change(&record)
        return record
    }

    private func cut(_ line: [UInt8]) -> LineFrame? {
        var clock = FrameClock()
        return LineFrame(line.span, &clock)
    }

    /// Whether a memory that holds the line of one record finds the line of another.
    private func finds(_ one: Record, _ other: Record) throws -> Bool {
        let (first, second) = (RecordLine.text(one), RecordLine.text(other))
        let frame = try #require(cut(first))
        let isConfirmed = frame.confirms(first.span, one)
        #expect(isConfirmed)
        var memo = LineMemo()
        let place = memo.store(first.span, frame, fleeting: Signature.isFleeting)
        #expect(place == 0)
        guard let again = cut(second) else { return false }
        return memo.find(second.span, again) == 0
    }

    @Test("Gaps are what an exchange has for itself, and what only names its answer")
    func gaps() throws {
        let one = try record()
        func other(_ tag: String) throws -> Record {
            try record { record in
                record.id = "0k3v9zzzzzzzzzzz"
                record.time += 86_400_000_123
                record.durationMicroseconds = 1
                record.timing.firstByte = 99_999
                record.client = RecordedClient(address: "[2001:db8::7]:1", connection: 123_456, exchange: 0)
                record.origin?.connection = 40_000
                record.response?.head.lines[0].value = "Sun, 22 Nov 2026 03:10:18 GMT"
                record.response?.head.lines[1].value = tag
            }
        }
        let found = (try finds(one, one), try finds(one, other("W/xyz")), try finds(one, other("other")))
        #expect(found.0 && found.1 && found.2)
        let longer = try finds(one, other("longer"))
        #expect(!longer)
    }

    @Test("Everything else is no gap, whatever it is")
    func differences() throws {
        let changes: [(inout Record) -> Void] = [
            { $0.node = "hoplens-1a2c" }, { $0.service = "api" }, { $0.client.tls = "TLSv1.3" },
            { $0.origin?.reused = true }, { $0.origin?.url = "https://example.tesT" }, { $0.origin = nil },
            { $0.request?.method = "PUT" }, { $0.request?.target = "/wp-json/wp/v2/postS" },
            { $0.request?.head.lines[0].value = "example.tesT" }, { $0.response?.status = 201 },
            { $0.response?.head.lines[2].value = "application/jsoN" }, { $0.responseBody?.bytes = 121 },
            { $0.timing.connect = 3 }, { $0.timing.firstByte = nil }, { $0.end = .clientAborted },
            { $0.response?.head.lines[0].value = "Sun, 22 Nov 2026 03:10:18 \"MT" },
            { $0.interim = [RecordedResponse(status: 103, reason: "")] },
        ]
        for (n, change) in changes.enumerated() {
            let isFound = try finds(record(), record(change))
            #expect(!isFound, "change \(n)")
        }
    }

    @Test("A line that is no such line has no frame, or one that its record does not confirm")
    func others() throws {
        let whole = RecordLine.text(try record())
        for count in whole.indices { _ = cut(Array(whole[..<count])) }
        for index in whole.indices {
            var damaged = whole
            damaged[index] = UInt8(ascii: "\"")
            var reader = TraceReader()
            guard let frame = cut(damaged), let read = try? reader.record(damaged.span, 0..<damaged.count) else {
                continue
            }
            // Whatever can still be read is the same record, with another value where the frame has a gap or none.
            if frame.confirms(damaged.span, read) { #expect(frame.time == read.time) }
        }
        let odd = [try record { $0.raw = true }, try record { $0.client.address = "a\"b" }]
        for record in odd { #expect(cut(RecordLine.text(record)) == nil) }
        #expect(cut(Array(#"{"v":1,"id":"a"}"#.utf8)) == nil)
    }

    @Test("It is bounded, and wants only what comes twice")
    func bounded() throws {
        var memo = LineMemo()
        var stored = 0
        for n in 0..<3000 {
            let line = RecordLine.text(try record { $0.request?.target = "/\(n)" })
            let frame = try #require(cut(line))
            let (once, twice) = (memo.wants(line.span, frame), memo.wants(line.span, frame))
            #expect(!once && twice)
            if memo.isFull(for: frame) { memo.removeAll() }
            stored = memo.store(line.span, frame) { _ in false }
            let found = memo.find(line.span, frame)
            #expect(stored < LineMemo.mostEntries && found == stored)
        }
        #expect(stored == 2999 % LineMemo.mostEntries)
    }
}
