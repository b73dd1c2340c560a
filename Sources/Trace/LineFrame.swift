// Where a trace line holds what is other in every exchange: its id, moments, durations and connection numbers. What is
// left when those are taken out is the frame; a page that asks the same again and again writes the same frame each time.
//
// It looks at a line without reading it: a few steps from the beginning and from the end, in the order in which the
// Recorder writes. So a frame is a guess. Whoever remembers a frame first has the guess confirmed by the record the
// reader made of that line (`confirms`); after that a line whose frame is the same, byte for byte, and whose gaps hold
// nothing but digits or plain characters, can only be read as the same record with other values in the gaps.
//
// It refuses to know what is judged, and raw lines: their secrets have to be looked for.

import Wire

private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")
private let openBrace = UInt8(ascii: "{")
private let closeBrace = UInt8(ascii: "}")

/// A line cut into what is other in every exchange and the rest.
public struct LineFrame: Sendable {
    /// The most gaps a line has: id, time, address, two counters, the origin's connection, the duration, four phases.
    static let mostGaps = 11
    private static let idCount = 16
    private static let timeCount = 27

    /// Where the gaps begin and end, in order, from the beginning of the line.
    private(set) var starts = InlineArray<11, Int>(repeating: 0)
    private(set) var ends = InlineArray<11, Int>(repeating: 0)
    /// How many gaps there are.
    private(set) var gaps = 0
    /// The gap behind which the messages begin.
    private(set) var lastBeforeMessages = 0
    /// The number of bytes outside the gaps.
    private(set) var steadyCount = 0
    /// Where the messages begin.
    private(set) var messages = 0
    /// Where the answer begins, or what else follows the request.
    private(set) var answer = 0
    /// When the exchange began, in microseconds since 1970.
    public private(set) var time: Int64 = 0
    /// How long it took, in microseconds.
    public private(set) var durationMicroseconds: Int64 = 0

    /// Cuts a line, given without its line feed; nil when it is not built the way the Recorder builds lines.
    public init?(_ line: Span<UInt8>, _ clock: inout FrameClock) {
        // {"v":1,"id":"0k3v9abcdefghjkm","node":"hoplens-1a2b3c","time":"2026-11-21T00:33:01.123456Z"
        let afterID = 13 + LineFrame.idCount
        guard line.count > 160, LineFrame.end(of: 13, line) == afterID, let node = LineFrame.end(of: afterID + 10, line)
        else { return nil }
        var at = node + 10
        guard line.count > at + 60, line[at + LineFrame.timeCount] == quote,
            let time = clock.read(line, at)
        else { return nil }
        self.time = time
        add(13, afterID)
        add(at, at + LineFrame.timeCount)
        at += LineFrame.timeCount + 1
        // ,"service":"api"
        if line[at + 2] == UInt8(ascii: "s") {
            guard let end = LineFrame.end(of: at + 12, line) else { return nil }
            at = end + 1
        }
        // ,"client":{"address":"127.0.0.1:53012","connection":17,"exchange":3,"tls":"TLSv1.3"}
        guard line.count > at + 40, line[at + 2] == UInt8(ascii: "c"), let address = LineFrame.end(of: at + 22, line)
        else { return nil }
        add(at + 22, address)
        guard let connection = LineFrame.digits(address + 15, line),
            let exchange = LineFrame.digits(connection + 12, line),
            let client = LineFrame.find(closeBrace, line, exchange), line.count > client + 40
        else { return nil }
        add(address + 15, connection)
        add(connection + 12, exchange)
        at = client + 1
        // ,"origin":{"url":"https://example.test:443","address":"192.0.2.1:443","connection":4,
        if line[at + 2] == UInt8(ascii: "o") {
            guard let url = LineFrame.end(of: at + 18, line), line.count > url + 60 else { return nil }
            at = url
            if line[url + 3] == UInt8(ascii: "a") {
                guard let dialled = LineFrame.end(of: url + 13, line),
                    let connection = LineFrame.digits(dialled + 15, line)
                else { return nil }
                add(dialled + 15, connection)
                at = connection
            }
        }
        messages = at
        lastBeforeMessages = gaps - 1
        // ,"duration_us":1234,"timing":{"first_byte_us":400},"end":"complete"}
        guard let duration = LineFrame.duration(line, from: at), let durationEnd = LineFrame.digits(duration, line)
        else { return nil }
        durationMicroseconds = LineFrame.number(line, duration, durationEnd)
        add(duration, durationEnd)
        answer = LineFrame.answer(line, from: at, to: duration)
        at = durationEnd
        if at + 12 < line.count, line[at + 2] == UInt8(ascii: "t") {
            at += 11
            while at < line.count, line[at] != closeBrace {
                guard gaps < LineFrame.mostGaps, let colon = LineFrame.find(Octet.colon, line, at),
                    let end = LineFrame.digits(colon + 1, line)
                else { return nil }
                add(colon + 1, end)
                at = end
            }
        }
        var inGaps = 0
        for n in 0..<gaps { inGaps += ends[n] - starts[n] }
        steadyCount = line.count - inGaps
    }

    private mutating func add(_ start: Int, _ end: Int) {
        starts[gaps] = start
        ends[gaps] = end
        gaps += 1
    }

    /// Whether the record that was read from the line says that the gaps are what they were taken for.
    public func confirms(_ line: Span<UInt8>, _ record: Record) -> Bool {
        var expected = [
            record.id, "", record.client.address, "\(record.client.connection)", "\(record.client.exchange)",
        ]
        if let connection = record.origin?.connection { expected.append("\(connection)") }
        guard lastBeforeMessages == expected.count - 1 else { return false }
        expected.append("\(record.durationMicroseconds)")
        let timing = record.timing
        for phase in [timing.connect, timing.tls, timing.firstByte, timing.request] {
            if let phase { expected.append("\(phase)") }
        }
        guard gaps == expected.count, time == record.time, !record.raw else { return false }
        return (0..<gaps).allSatisfy { n in
            n == 1 || line.extracting(starts[n]..<ends[n]).isEqual(to: Array(expected[n].utf8).span)
        }
    }

    /// The exchange's id.
    public func id(of line: Span<UInt8>) -> [UInt8] { (13..<(13 + LineFrame.idCount)).map { line[$0] } }

    /// The bytes between two gaps: piece 0 stands before the first.
    @inline(__always)
    func piece(_ n: Int, of line: Span<UInt8>) -> Range<Int> {
        (n == 0 ? 0 : ends[n - 1])..<(n < gaps ? starts[n] : line.count)
    }

    /// Where in the answer's fields values of some names stand that are written plainly and without companions.
    func answerValues(_ line: Span<UInt8>, of names: (String) -> Bool) -> [Range<Int>] {
        let opening = Array(#""response":"#.utf8)
        let (field, value, edits) = (Array(#"{"n":""#.utf8), Array(#"","v":""#.utf8), Array(#"],"edits":["#.utf8))
        func stands(_ text: [UInt8], _ at: Int) -> Bool {
            at >= 0 && at + text.count <= line.count
                && line.extracting(at..<(at + text.count)).isEqual(to: text.span)
        }
        guard stands(opening, answer - opening.count) else { return [] }
        var found: [Range<Int>] = []
        var at = answer
        while at < starts[lastBeforeMessages + 1], !stands(edits, at) {
            defer { at += 1 }
            guard line[at] == openBrace, stands(field, at), let name = LineFrame.end(of: at + field.count, line),
                stands(value, name)
            else { continue }
            let begin = name + value.count
            guard let end = LineFrame.end(of: begin, line), end + 1 < line.count, line[end + 1] == closeBrace,
                LineFrame.isPlain(line, begin..<end)
            else { continue }
            let bytes = ((at + field.count)..<name).map { line[$0] }
            if names(String(decoding: bytes, as: UTF8.self)) { found.append(begin..<end) }
        }
        return found
    }

    /// Whether a text is printable ASCII that needs no escape.
    @inline(__always)
    static func isPlain(_ line: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let part = line.extracting(range)
        var isOdd = false
        for i in 0..<part.count {
            isOdd = isOdd || part[i] < 0x20 || part[i] > 0x7E || part[i] == quote || part[i] == backslash
        }
        return !isOdd
    }

    // MARK: Steps

    /// Where a string that begins at an offset ends; nil when it has an escape in it.
    @inline(__always)
    private static func end(of start: Int, _ line: Span<UInt8>) -> Int? {
        var at = start
        while at < line.count {
            let byte = line[at]
            if byte == quote { return at }
            if byte == backslash { return nil }
            at += 1
        }
        return nil
    }

    /// Where the digits that begin at an offset end; nil when there is none, or more than a number has.
    @inline(__always)
    private static func digits(_ start: Int, _ line: Span<UInt8>) -> Int? {
        var at = start
        while at < line.count, line[at] &- 0x30 < 10 { at += 1 }
        // A number with a nought in front of it is none.
        return at > start && at - start < 19 && (line[start] != 0x30 || at == start + 1) ? at : nil
    }

    @inline(__always)
    private static func number(_ line: Span<UInt8>, _ start: Int, _ end: Int) -> Int64 {
        var value: Int64 = 0
        for i in start..<end { value = value * 10 + Int64(line[i] &- 0x30) }
        return value
    }

    @inline(__always)
    private static func find(_ byte: UInt8, _ line: Span<UInt8>, _ start: Int) -> Int? {
        var at = start
        while at < line.count {
            if line[at] == byte { return at }
            at += 1
        }
        return nil
    }

    /// Where the digits of the duration begin: behind `n_us":`, which is nothing else's ending, near the end of the line.
    private static func duration(_ line: Span<UInt8>, from start: Int) -> Int? {
        var at = line.count - 1
        let lowest = max(start + 8, line.count - 600)
        while at > lowest {
            if line[at] == Octet.colon, line[at - 1] == quote, line[at - 4] == UInt8(ascii: "_"),
                line[at - 5] == UInt8(ascii: "n")
            {
                return at + 1
            }
            at -= 1
        }
        return nil
    }

    /// Where the first object whose first key begins with `s` stands: the answer, or an interim one, or else the end.
    ///
    /// A quote in a value has a backslash before it, so the three bytes stand nowhere else.
    private static func answer(_ line: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var at = start
        while at + 66 <= end {
            let block = line.extracting(at..<(at + 66))
            var found: UInt8 = 0
            for i in 0..<64 {
                let difference =
                    (block[i] ^ openBrace) | (block[i + 1] ^ quote) | (block[i + 2] ^ UInt8(ascii: "s"))
                found |= difference == 0 ? 1 : 0
            }
            if found != 0 { break }
            at += 64
        }
        while at + 2 < end {
            if line[at] == openBrace, line[at + 1] == quote, line[at + 2] == UInt8(ascii: "s") { return at }
            at += 1
        }
        return end
    }
}

/// Reads the moments of lines, of which only the microseconds are new from one to the next.
public struct FrameClock: Sendable {
    /// `2026-11-21T00:33:01`.
    private var text: [UInt8] = []
    private var second: Int64 = 0

    /// A clock that has read nothing.
    public init() {}

    mutating func read(_ line: Span<UInt8>, _ start: Int) -> Int64? {
        let moment = line.extracting(start..<(start + 27))
        if text.count != 19 || !moment.extracting(0..<19).isEqual(to: text.span) {
            let bytes = (0..<27).map { moment[$0] }
            guard let time = Timestamp.parse(bytes), time >= 0 else { return nil }
            text = Array(bytes[..<19])
            second = time / 1_000_000 * 1_000_000
            return time
        }
        guard moment[19] == UInt8(ascii: "."), moment[26] == UInt8(ascii: "Z") else { return nil }
        var micro: Int64 = 0
        for i in 20..<26 {
            guard moment[i] &- 0x30 < 10 else { return nil }
            micro = micro * 10 + Int64(moment[i] &- 0x30)
        }
        return second + micro
    }
}

extension Span<UInt8> {
    /// Whether two spans hold the same bytes; without an early exit, which is what lets the compiler use vector code.
    @inline(__always)
    func isEqual(to other: borrowing Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var difference: UInt8 = 0
        for i in 0..<count { difference |= self[i] ^ other[i] }
        return difference == 0
    }

    /// The offset of the next line feed, looked for in blocks.
    @inline(__always)
    func lineFeed(from start: Int) -> Int? {
        var at = start
        while at + 64 <= count {
            let block = extracting(at..<(at + 64))
            var found: UInt8 = 0
            for i in 0..<64 { found |= block[i] == Octet.lineFeed ? 1 : 0 }
            if found != 0 { break }
            at += 64
        }
        while at < count {
            if self[at] == Octet.lineFeed { return at }
            at += 1
        }
        return nil
    }
}
