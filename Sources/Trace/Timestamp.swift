// Moments as RFC 3339 text with six decimals, in UTC, and back.

import Fields

/// Converts between microseconds since 1970 and `2026-11-21T00:33:01.123456Z`.
public enum Timestamp {
    /// Appends a moment as text.
    public static func append(_ microseconds: Int64, to out: inout [UInt8]) {
        let (second, micro) = Calendar.floored(microseconds, 1_000_000)
        let (day, inDay) = Calendar.floored(second, 86_400)
        let (year, month, dayOfMonth) = Calendar.date(day)
        digits(year, 4, &out)
        out.append(UInt8(ascii: "-"))
        digits(month, 2, &out)
        out.append(UInt8(ascii: "-"))
        digits(dayOfMonth, 2, &out)
        out.append(UInt8(ascii: "T"))
        digits(inDay / 3600, 2, &out)
        out.append(UInt8(ascii: ":"))
        digits(inDay / 60 % 60, 2, &out)
        out.append(UInt8(ascii: ":"))
        digits(inDay % 60, 2, &out)
        out.append(UInt8(ascii: "."))
        digits(micro, 6, &out)
        out.append(UInt8(ascii: "Z"))
    }

    /// Reads what `append` writes; nil for anything else, and for a date that does not exist.
    public static func parse(_ text: some Collection<UInt8>) -> Int64? {
        let bytes = Array(text)
        let pattern = Array("0000-00-00T00:00:00.000000Z".utf8)
        guard bytes.count == pattern.count else { return nil }
        for (byte, place) in zip(bytes, pattern) {
            let isDigit = byte >= 0x30 && byte <= 0x39
            if place == 0x30 ? !isDigit : byte != place { return nil }
        }
        func number(_ range: Range<Int>) -> Int64 { bytes[range].reduce(0) { $0 * 10 + Int64($1 - 0x30) } }
        let (year, month, day) = (number(0..<4), number(5..<7), number(8..<10))
        let (hour, minute, second) = (number(11..<13), number(14..<16), number(17..<19))
        guard second < 60, let moment = Calendar.seconds(year, month, day, hour, minute, second) else { return nil }
        return moment * 1_000_000 + number(20..<26)
    }

    private static func digits(_ value: Int64, _ width: Int, _ out: inout [UInt8]) {
        var power: Int64 = 1
        for _ in 1..<width { power *= 10 }
        var rest = value
        for _ in 0..<width {
            out.append(0x30 + UInt8(truncatingIfNeeded: rest / power % 10))
            rest %= power
            power /= 10
        }
    }
}
