// Moments as people type them: a duration before now (`2h`, `30m`, `1d`), a time of day (`03:10`, the last one that was),
// a date with or without a time of day in local time, or RFC 3339 with an offset. The clock and the zone come from outside.

import Fields

/// Reads moments.
public struct MomentText: Sendable {
    /// Now, in microseconds since 1970.
    public let now: Int64
    /// Seconds that local time is ahead of UTC.
    public let utcOffset: Int64

    /// A reader with a clock and a zone.
    public init(now: Int64, utcOffset: Int) {
        self.now = now
        self.utcOffset = Int64(utcOffset)
    }

    /// The moment a text names, in microseconds since 1970; nil when it names none.
    public func parse(_ text: String) -> Int64? {
        ago(text) ?? timeOfDay(text) ?? date(text)
    }

    private static let units: [(String, Int64)] = [
        ("s", 1), ("m", 60), ("min", 60), ("h", 3600), ("d", 86_400), ("w", 604_800),
    ]

    private func ago(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number < 1_000_000,
            let unit = MomentText.units.first(where: { text.dropFirst(digits.count) == $0.0 })
        else { return nil }
        return now - number * unit.1 * 1_000_000
    }

    private func timeOfDay(_ text: String) -> Int64? {
        guard let second = MomentText.clock(text) else { return nil }
        let (day, _) = Calendar.floored(now / 1_000_000 + utcOffset, 86_400)
        let moment = (day * 86_400 + second - utcOffset) * 1_000_000
        return moment <= now ? moment : moment - 86_400_000_000
    }

    private func date(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = MomentText.number(bytes[0..<4]), let month = MomentText.number(bytes[5..<7]),
            let day = MomentText.number(bytes[8..<10])
        else { return nil }
        var rest = text.dropFirst(10)
        var ahead = utcOffset
        if rest.hasSuffix("Z") {
            ahead = 0
            rest = rest.dropLast()
        } else if let sign = rest.dropFirst().lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let distance = MomentText.clock(String(rest[rest.index(after: sign)...])) else { return nil }
            ahead = rest[sign] == "-" ? -distance : distance
            rest = rest[..<sign]
        }
        var second: Int64 = 0
        var fraction: Int64 = 0
        if let mark = rest.first {
            guard mark == "T" || mark == "t" || mark == " " else { return nil }
            rest = rest.dropFirst()
            if let point = rest.firstIndex(of: ".") {
                let digits = rest[rest.index(after: point)...]
                guard (1...9).contains(digits.utf8.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
                    return nil
                }
                fraction = Int64((digits + "000000").prefix(6)) ?? 0
                rest = rest[..<point]
            }
            guard let time = MomentText.clock(String(rest)) else { return nil }
            second = time
        }
        guard let midnight = Calendar.seconds(year, month, day, 0, 0, 0) else { return nil }
        return (midnight + second - ahead) * 1_000_000 + fraction
    }

    /// Seconds of `HH:MM` or `HH:MM:SS`.
    private static func clock(_ text: String) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3 else { return nil }
        let numbers = parts.compactMap { $0.utf8.count == 2 ? number(Array($0.utf8)[...]) : nil }
        guard numbers.count == parts.count, numbers[0] < 24, numbers[1] < 60, numbers.last ?? 0 < 60 else { return nil }
        return numbers[0] * 3600 + numbers[1] * 60 + (numbers.count == 3 ? numbers[2] : 0)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
}
