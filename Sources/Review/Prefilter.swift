// A cheap look at the bytes of a line that spares most lines the reading. It never decides that a line fits; it decides
// that a line cannot fit, and only where it is sure whatever program wrote the line:
//   * every place where a key such as "status" stands is followed at once by a plain value, and by none that is wanted, and
//   * nothing in the line is written as \u00.., behind which a letter of the key or of the value could hide.
// Everything else is read and filtered as a record. A test holds it against the full filter.

import Trace

/// Leaves out lines that cannot fit a filter.
public struct Prefilter: Sendable {
    private struct Need: Sendable {
        let key: ByteSearch.Word
        /// What may stand behind the key and its colon; one of them must.
        let values: [[UInt8]]
        /// A key that makes the line one to be read in any case.
        var exception: ByteSearch.Word?
    }

    private let needs: [Need]
    private let since: [UInt8]?
    private let until: [UInt8]?

    private static let timeKey = ByteSearch.Word(#""time":""#)
    private static let hidden = ByteSearch.Word(#"\u00"#)
    private static let opening = Array(#"{"v":1,"id":""#.utf8)

    /// Whether it can leave anything out.
    public var isUseful: Bool { !needs.isEmpty || since != nil || until != nil }

    /// What a filter lets one know of the bytes.
    public init(_ filter: TraceFilter) {
        var needs: [Need] = []
        // An exchange without an answer may still have interim answers, so there is nothing to look for.
        if !filter.statuses.isEmpty, !filter.statuses.includesNone {
            var values: [[UInt8]] = []
            for range in filter.statuses.ranges {
                if range.count == 100, range.lowerBound % 100 == 0 {
                    values.append(Array("\(range.lowerBound / 100)".utf8))
                } else {
                    values += range.map { Array("\($0)".utf8) }
                }
            }
            needs.append(Need(key: ByteSearch.Word(#""status""#), values: values))
        }
        func texts(_ key: String, _ words: [String], unless exception: String? = nil) {
            // A word with a byte that JSON may write in two ways is left to the full filter.
            guard !words.isEmpty, words.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(Prefilter.isPlain) })
            else { return }
            needs.append(
                Need(
                    key: ByteSearch.Word("\"\(key)\""), values: words.map { Array("\"\($0)\"".utf8) },
                    exception: exception.map { ByteSearch.Word("\"\($0)\"") }))
        }
        for words in filter.fates.compactMap(\.operations) {
            // What happened between two points of a chain is no edit of anybody.
            texts("op", words, unless: "reports")
        }
        texts("method", filter.methods)
        texts("node", filter.nodes)
        self.needs = needs
        since = filter.since.map(Prefilter.text)
        until = filter.until.map(Prefilter.text)
    }

    /// Whether the line must be read.
    public func mayFit(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
        if !isInTime(bytes, line) { return false }
        for need in needs where isImpossible(need, bytes, line) { return false }
        return true
    }

    /// The moment stands near the beginning of every line this program writes; elsewhere it is not looked for.
    private func isInTime(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
        guard since != nil || until != nil, line.count > 100 else { return true }
        for (i, byte) in Prefilter.opening.enumerated() where bytes[line.lowerBound + i] != byte { return true }
        let begin = line.lowerBound..<min(line.upperBound, line.lowerBound + 400)
        guard let key = ByteSearch.first(Prefilter.timeKey, in: bytes, begin) else { return true }
        let start = key + Prefilter.timeKey.bytes.count
        guard start + 28 <= line.upperBound, bytes[start + 19] == UInt8(ascii: "."),
            bytes[start + 26] == UInt8(ascii: "Z"),
            bytes[start + 27] == UInt8(ascii: "\"")
        else { return true }
        // A time inside of another member, or one that stands twice, is for the full reading to find out.
        for i in (line.lowerBound + 1)..<key where bytes[i] == UInt8(ascii: "\\") || bytes[i] == UInt8(ascii: "{") {
            return true
        }
        let time = bytes.extracting(start..<(start + 27))
        let isBefore = since.map { Prefilter.isLess(time, $0) } ?? false
        let isBehind = until.map { !Prefilter.isLess(time, $0) } ?? false
        guard isBefore || isBehind else { return true }
        return ByteSearch.first(Prefilter.timeKey, in: bytes, start..<line.upperBound) != nil
            || hidesLetters(bytes, line)
    }

    private func isImpossible(_ need: Need, _ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
        if let exception = need.exception, ByteSearch.first(exception, in: bytes, line) != nil { return false }
        var from = line.lowerBound
        while let place = ByteSearch.first(need.key, in: bytes, from..<line.upperBound) {
            let start = place + need.key.bytes.count + 1
            guard start < line.upperBound, bytes[start - 1] == UInt8(ascii: ":"),
                Prefilter.isDecided(bytes, start, line.upperBound)
            else { return false }
            for value in need.values where Prefilter.holds(value, bytes, start, line.upperBound) { return false }
            from = start
        }
        return !hidesLetters(bytes, line)
    }

    /// Whether letters of ASCII may be written as escapes.
    private func hidesLetters(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Bool {
        ByteSearch.first(UInt8(ascii: "\\"), in: bytes.extracting(line), from: 0) != nil
            && ByteSearch.first(Prefilter.hidden, in: bytes, line) != nil
    }

    /// Whether a value is written in the one plain way: a string, or digits and nothing else.
    private static func isDecided(_ bytes: Span<UInt8>, _ start: Int, _ limit: Int) -> Bool {
        if bytes[start] == UInt8(ascii: "\"") { return true }
        var at = start
        while at < limit, bytes[at] >= 0x30, bytes[at] <= 0x39 { at += 1 }
        return at > start && at < limit && (bytes[at] == UInt8(ascii: ",") || bytes[at] == UInt8(ascii: "}"))
    }

    /// Letters, digits and a few signs: JSON writes them as they are, unless as \u00...
    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."): true
        default: false
        }
    }

    private static func holds(_ value: [UInt8], _ bytes: Span<UInt8>, _ start: Int, _ limit: Int) -> Bool {
        guard start + value.count <= limit else { return false }
        for i in value.indices where bytes[start + i] != value[i] { return false }
        return true
    }

    private static func isLess(_ one: Span<UInt8>, _ other: [UInt8]) -> Bool {
        for i in 0..<min(one.count, other.count) where one[i] != other[i] { return one[i] < other[i] }
        return one.count < other.count
    }

    private static func text(_ moment: Int64) -> [UInt8] {
        var out: [UInt8] = []
        Timestamp.append(moment, to: &out)
        return out
    }
}
