// Dates in fields (RFC 9110 section 5.6.7): the one form that may be sent and the two that must be read. A date that is
// nearly one of them is none, because caches and cookie jars differ in what they make of it.

import Fields

/// A moment as a field gives it.
public struct HTTPDate: Equatable, Sendable {
    /// How it was written.
    public enum Form: Sendable {
        /// `Sun, 06 Nov 1994 08:49:37 GMT`
        case preferred
        /// `Sunday, 06-Nov-94 08:49:37 GMT` (RFC 850)
        case rfc850
        /// `Sun Nov  6 08:49:37 1994` (asctime)
        case asctime
    }

    /// The moment in seconds since 1970.
    public let seconds: Int64
    /// How it was written.
    public let form: Form
    /// Whether the day of the week belongs to the date.
    public let weekdayIsRight: Bool

    /// Reads a date; nil when it is in none of the three forms, or does not exist.
    ///
    /// - Parameter now: what a year of two digits is told by: it is never more than 50 years ahead.
    public init?(_ text: String, now: Int64 = 1_795_000_000) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 24, bytes.count <= 33 else { return nil }
        let reader = DateReader(bytes: bytes)
        let parts: (weekday: Int, year: Int64, month: Int64, day: Int64, clock: Int)
        if bytes[3] == UInt8(ascii: ",") {
            guard bytes.count == 29, reader.reads("???, 00 ??? 0000 00:00:00 GMT"), let weekday = reader.day(0, 3),
                let month = reader.month(8)
            else { return nil }
            form = .preferred
            parts = (weekday, reader.number(12..<16), month, reader.number(5..<7), 17)
        } else if bytes[3] == UInt8(ascii: " ") {
            guard bytes.count == 24, reader.reads("??? ??? _0 00:00:00 0000"), let weekday = reader.day(0, 3),
                let month = reader.month(4)
            else { return nil }
            form = .asctime
            parts = (weekday, reader.number(20..<24), month, reader.number(8..<10), 11)
        } else {
            guard let comma = bytes.firstIndex(of: UInt8(ascii: ",")), let weekday = reader.day(0, comma),
                bytes.count == comma + 24, reader.reads(", 00-???-00 00:00:00 GMT", from: comma),
                let month = reader.month(comma + 5)
            else { return nil }
            form = .rfc850
            let thisYear = Calendar.date(Calendar.floored(now, 86_400).0).year
            var year = Calendar.floored(thisYear, 100).0 * 100 + reader.number((comma + 9)..<(comma + 11))
            if year > thisYear + 50 { year -= 100 }
            if year <= thisYear - 50 { year += 100 }
            parts = (weekday, year, month, reader.number((comma + 2)..<(comma + 4)), comma + 12)
        }
        let c = parts.clock
        guard
            let seconds = Calendar.seconds(
                parts.year, parts.month, parts.day, reader.number(c..<(c + 2)), reader.number((c + 3)..<(c + 5)),
                reader.number((c + 6)..<(c + 8)))
        else { return nil }
        self.seconds = seconds
        // 1970-01-01 was a Thursday, the fourth day of this list.
        let days = Calendar.dayNumber(parts.year, parts.month, parts.day)
        weekdayIsRight = Calendar.floored(days + 3, 7).1 == Int64(parts.weekday)
    }

    /// A moment in the preferred form.
    public static func text(_ seconds: Int64) -> String {
        let (day, inDay) = Calendar.floored(seconds, 86_400)
        let (year, month, dayOfMonth) = Calendar.date(day)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let weekday = DateReader.days[Int(Calendar.floored(day + 3, 7).1)].prefix(3)
        let clock = [inDay / 3600, inDay / 60 % 60, inDay % 60].map(two).joined(separator: ":")
        let padded = String(repeating: "0", count: max(0, 4 - String(year).utf8.count)) + String(year)
        return "\(weekday), \(two(dayOfMonth)) \(DateReader.months[Int(month) - 1]) \(padded) \(clock) GMT"
    }
}

/// Reads the pieces of dates.
struct DateReader {
    static let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
    static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    let bytes: [UInt8]

    /// Whether the bytes have a form: `0` is a digit, `?` anything, `_` a digit or a space, all else itself.
    func reads(_ pattern: String, from start: Int = 0) -> Bool {
        guard bytes.count >= start + pattern.utf8.count else { return false }
        for (i, place) in pattern.utf8.enumerated() {
            let byte = bytes[start + i]
            let isDigit = byte >= 0x30 && byte <= 0x39
            switch place {
            case UInt8(ascii: "0"): if !isDigit { return false }
            case UInt8(ascii: "_"): if !isDigit, byte != 0x20 { return false }
            case UInt8(ascii: "?"): break
            default: if byte != place { return false }
            }
        }
        return true
    }

    /// Digits as a number; a space counts as 0.
    func number(_ range: Range<Int>) -> Int64 {
        bytes[range].reduce(0) { $0 * 10 + Int64($1 == 0x20 ? 0 : $1 - 0x30) }
    }

    /// The month, from 1, whose name stands at an offset.
    func month(_ start: Int) -> Int64? {
        DateReader.months.firstIndex { bytes[start..<(start + 3)].elementsEqual($0.utf8) }.map { Int64($0) + 1 }
    }

    /// The day of the week, Monday being 0, whose whole or three-letter name stands in front of an offset.
    func day(_ start: Int, _ end: Int) -> Int? {
        DateReader.days.firstIndex { day in
            bytes[start..<end].elementsEqual(end - start == 3 ? day.utf8.prefix(3) : day.utf8.prefix(end))
        }
    }
}
