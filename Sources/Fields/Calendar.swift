// Days and dates of the proleptic Gregorian calendar, computed from the day number with March as the first month of the
// year, so that the leap day is the last of it. Nothing else in the project counts days.

/// Converts between dates and days since 1970-01-01.
public enum Calendar {
    /// The day number of a date, 1970-01-01 being 0; a day that its month does not have is one of the next month.
    public static func dayNumber(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let (era, ofEra) = floored(shifted, 400)
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    /// The date of a day number: year, month from 1, day of the month from 1.
    public static func date(_ dayNumber: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let (era, ofEra) = floored(dayNumber + 719_468, 146_097)
        let year = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        return (era * 400 + year + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day)
    }

    /// The seconds since 1970 of a date and a time of day; nil for a date that does not exist.
    public static func seconds(
        _ year: Int64, _ month: Int64, _ day: Int64, _ hour: Int64, _ minute: Int64, _ second: Int64
    ) -> Int64? {
        guard (0...9999).contains(year), (1...12).contains(month), (1...31).contains(day), (0...23).contains(hour),
            (0...59).contains(minute), (0...60).contains(second)
        else { return nil }
        let days = dayNumber(year, month, day)
        guard date(days) == (year, month, day) else { return nil }
        return ((days * 24 + hour) * 60 + minute) * 60 + second
    }

    /// Quotient and remainder with a remainder that is never negative.
    public static func floored(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? (quotient - 1, rest + divisor) : (quotient, rest)
    }
}
