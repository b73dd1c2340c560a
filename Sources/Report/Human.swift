// Durations, sizes, counts and times of day as people read them; the one place for each.

import Fields

/// Numbers in a human form.
public enum Human {
    /// A duration in microseconds: `850 µs`, `1.2 ms`, `12 ms`, `1.2 s`, `3 min`, `2 h`, `5 d`.
    public static func duration(microseconds: Int64) -> String {
        let us = max(0, microseconds)
        if us < 1_000 { return "\(us) µs" }
        if us < 999_500 { return scaled(us, 1_000) + " ms" }
        if us < 120_000_000 { return scaled(us, 1_000_000) + " s" }
        return span(seconds: us / 1_000_000)
    }

    /// A stretch of time in whole seconds, roughly: `45 s`, `3 min`, `2 h`, `5 d`.
    public static func span(seconds: Int64) -> String {
        let s = seconds.magnitude
        if s < 120 { return "\(s) s" }
        if s < 2 * 3600 { return "\((s + 30) / 60) min" }
        if s < 48 * 3600 { return "\((s + 1800) / 3600) h" }
        return "\((s + 43200) / 86400) d"
    }

    /// A moment seen from now: `in 3 h`, `3 h ago`, `now`.
    public static func moment(_ seconds: Int64, now: Int64) -> String {
        let (distance, overflow) = seconds.subtractingReportingOverflow(now)
        if overflow { return seconds > now ? "in the far future" : "long ago" }
        if distance == 0 { return "now" }
        return distance > 0 ? "in \(span(seconds: distance))" : "\(span(seconds: distance)) ago"
    }

    /// A number of bytes: `1 byte`, `200 bytes`, `1.5 KiB`, `64 KiB`, `2.0 MiB`.
    public static func size(_ bytes: Int64) -> String {
        let n = max(0, bytes)
        if n < 1024 { return n == 1 ? "1 byte" : "\(n) bytes" }
        for (unit, name) in [(Int64(1) << 10, "KiB"), (1 << 20, "MiB"), (1 << 30, "GiB")] where n < unit * 1000 {
            return scaled(n, unit) + " " + name
        }
        return scaled(n, 1 << 40) + " TiB"
    }

    /// A count with its noun: `1 exchange`, `3 exchanges`.
    public static func count(_ n: Int, _ noun: String, plural: String? = nil) -> String {
        n == 1 ? "1 \(noun)" : "\(n) \(plural ?? noun + "s")"
    }

    /// The time of day, `00:33:01`, of a moment in microseconds since 1970, in local time.
    public static func clock(microseconds: Int64, utcOffset: Int) -> String {
        let day: Int64 = 86_400
        let second = microseconds / 1_000_000 - (microseconds % 1_000_000 < 0 ? 1 : 0)
        let local = ((second % day + Int64(utcOffset) % day) % day + day) % day
        return pair(local / 3600) + ":" + pair(local / 60 % 60) + ":" + pair(local % 60)
    }

    /// The date, `2026-11-28`, of a moment in microseconds since 1970, in local time.
    public static func date(microseconds: Int64, utcOffset: Int) -> String {
        let (second, _) = Calendar.floored(microseconds, 1_000_000)
        let (year, month, day) = Calendar.date(Calendar.floored(second + Int64(utcOffset), 86_400).0)
        return "\(year)-\(pair(month))-\(pair(day))"
    }

    private static func pair(_ n: Int64) -> String {
        n < 10 ? "0\(n)" : "\(n)"
    }

    /// One decimal below ten, none from there on; rounded half up.
    private static func scaled(_ value: Int64, _ unit: Int64) -> String {
        // Split before scaling, so that large values cannot overflow.
        let tenths = value / unit * 10 + (value % unit * 10 + unit / 2) / unit
        if tenths < 100 { return "\(tenths / 10).\(tenths % 10)" }
        return "\(value / unit + (value % unit >= unit - unit / 2 ? 1 : 0))"
    }
}
