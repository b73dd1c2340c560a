// Civil UTC time from a count of seconds, for certificate dates and segment names. Proleptic Gregorian, no leap
// seconds, no time zone and no locale: nothing here asks the machine anything.

/// A moment in UTC, taken apart.
public struct UTCTime: Equatable, Sendable {
    /// The year, four digits for any date that matters here.
    public let year: Int
    /// 1 to 12.
    public let month: Int
    /// 1 to 31.
    public let day: Int
    /// 0 to 23.
    public let hour: Int
    /// 0 to 59.
    public let minute: Int
    /// 0 to 59.
    public let second: Int

    /// The moment a number of seconds after the start of 1970.
    public init(unixSeconds: Int64) {
        var days = Int(unixSeconds / 86_400)
        var rest = Int(unixSeconds % 86_400)
        if rest < 0 {
            rest += 86_400
            days -= 1
        }
        hour = rest / 3600
        minute = rest / 60 % 60
        second = rest % 60
        // Years counted from 1 March, so that the leap day is the last of its year; 146,097 days make 400 years.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `2026-11-21`.
    public var date: String { "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))" }

    /// `20261121T003301Z`, which sorts as text and is safe in a file name.
    public var basic: String {
        "\(padded(year, 4))\(padded(month, 2))\(padded(day, 2))T\(padded(hour, 2))\(padded(minute, 2))\(padded(second, 2))Z"
    }

    /// `2026-11-21T00:33:01Z` (RFC 3339).
    public var extended: String { "\(date)T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2))Z" }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
