// Moments as RFC 3339 text with six decimals, in UTC, and back. The calendar is the proleptic Gregorian one, computed
// from the day number with March as the first month of the year, so that the leap day is the last of it.

/// Converts between microseconds since 1970 and `2026-11-21T00:33:01.123456Z`.
public enum Timestamp {
    /// Appends a moment as text.
    public static func append(_ microseconds: Int64, to out: inout [UInt8]) {
        let (second, micro) = floored(microseconds, 1_000_000)
        let (day, inDay) = floored(second, 86_400)
        let (year, month, dayOfMonth) = date(day)
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
        guard (1...12).contains(month), hour < 24, minute < 60, second < 60 else { return nil }
        let days = dayNumber(year, month, day)
        // A day that is not in its month comes back as another date.
        guard date(days) == (year, month, day) else { return nil }
        return ((days * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000 + number(20..<26)
    }

    private static func floored(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }

    /// The day number of a date, 1970-01-01 being 0.
    private static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, ofEra) = floored(shifted, 400)
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    private static func date(_ dayNumber: Int64) -> (Int64, Int64, Int64) {
        let (era, ofEra) = floored(dayNumber + 719_468, 146_097)
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        return (era * 400 + year + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day)
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
