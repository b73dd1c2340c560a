// Finding few bytes in many: a line feed in a segment, a word in a line. The loops look at blocks of 64 bytes without an
// early exit, which the compiler turns into vector code; only a block with a hit is looked at byte by byte.
//
// Words are looked for by two of their bytes at once, because one byte of JSON is everywhere.

/// Searches spans of bytes.
enum ByteSearch {
    private static let block = 64

    /// The first place of a byte at or behind an offset.
    static func first(_ byte: UInt8, in bytes: Span<UInt8>, from start: Int) -> Int? {
        var at = start
        while at + block <= bytes.count {
            let part = bytes.extracting(at..<(at + block))
            var hit: UInt8 = 0
            for i in 0..<block { hit |= part[i] == byte ? 1 : 0 }
            if hit != 0 { break }
            at += block
        }
        while at < bytes.count {
            if bytes[at] == byte { return at }
            at += 1
        }
        return nil
    }

    /// The first place of a word in a range.
    static func first(_ word: Word, in bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
        let last = range.upperBound - word.bytes.count
        var at = range.lowerBound
        let (one, other) = (word.bytes[word.one], word.bytes[word.other])
        while at + block - 1 <= last {
            let ones = bytes.extracting((at + word.one)..<(at + word.one + block))
            let others = bytes.extracting((at + word.other)..<(at + word.other + block))
            var hit: UInt8 = 0
            for i in 0..<block { hit |= (ones[i] == one ? 1 : 0) & (others[i] == other ? 1 : 0) }
            if hit != 0 {
                for place in at..<(at + block) where holds(word, bytes, place) { return place }
            }
            at += block
        }
        while at <= last {
            if holds(word, bytes, at) { return at }
            at += 1
        }
        return nil
    }

    @inline(__always)
    private static func holds(_ word: Word, _ bytes: Span<UInt8>, _ place: Int) -> Bool {
        for i in 0..<word.bytes.count where bytes[place + i] != word.bytes[i] { return false }
        return true
    }

    /// A word to look for.
    struct Word: Sendable, Equatable {
        /// Its bytes; at least one.
        let bytes: [UInt8]
        /// The offsets of the two bytes that are compared first.
        let one: Int
        let other: Int

        /// A word that is not empty; the rarest of JSON's bytes in it are found by their rank.
        init(_ text: String) {
            precondition(!text.isEmpty, "a word has a letter")
            let letters = Array(text.utf8)
            bytes = letters
            let ranked = letters.indices.sorted { Word.rank(letters[$0]) < Word.rank(letters[$1]) }
            one = ranked[0]
            other = ranked.count > 1 ? ranked[1] : ranked[0]
        }

        /// How often a byte stands in a line of a trace, roughly.
        private static func rank(_ byte: UInt8) -> Int {
            switch byte {
            case UInt8(ascii: "\""): 9
            case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "e"), UInt8(ascii: "n"), UInt8(ascii: "v"): 5
            case UInt8(ascii: "t"), UInt8(ascii: "a"), UInt8(ascii: "o"), UInt8(ascii: "s"), UInt8(ascii: "i"): 4
            case 0x30...0x39: 3
            default: 1
            }
        }
    }
}
