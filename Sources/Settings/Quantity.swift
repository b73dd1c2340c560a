// Numbers with units, as people write them: durations (`500ms`, `5s`, `2m`, `1h`), sizes (`512`, `64k`, `10M`, `1G`, in
// powers of 1024) and plain counts. A duration without a unit is refused: nobody remembers which one would be meant.

/// Reads and prints numbers with units.
public enum Quantity {
    /// A duration in milliseconds.
    public static func milliseconds(_ text: String) throws(Mismatch) -> Int {
        let wanted = "a duration such as 500ms, 5s, 2m or 1h"
        let (number, unit) = try split(text, wanted)
        switch unit {
        case "ms": return try scaled(number, by: 1, text)
        case "s": return try scaled(number, by: 1_000, text)
        case "m": return try scaled(number, by: 60_000, text)
        case "h": return try scaled(number, by: 3_600_000, text)
        case "":
            throw Mismatch(
                "expected \(wanted), found \(quoted(text)) without a unit", hint: "write \(number)s for seconds")
        default: throw Mismatch("expected \(wanted), found the unit \(quoted(unit))")
        }
    }

    /// A size in bytes.
    public static func bytes(_ text: String) throws(Mismatch) -> Int {
        let wanted = "a size in bytes such as 4096, 64k, 10M or 1G"
        let (number, unit) = try split(text, wanted)
        switch unit {
        case "": return try scaled(number, by: 1, text)
        case "k", "K": return try scaled(number, by: 1 << 10, text)
        case "m", "M": return try scaled(number, by: 1 << 20, text)
        case "g", "G": return try scaled(number, by: 1 << 30, text)
        default:
            let base = unit.first.map { "kKmMgG".contains($0) ? "\(number)\($0)" : nil } ?? nil
            throw Mismatch(
                "expected \(wanted), found the unit \(quoted(unit))",
                hint: base.map { "write \($0), which counts in steps of 1024" })
        }
    }

    /// A whole number without a unit.
    public static func count(_ text: String) throws(Mismatch) -> Int {
        let wanted = "a whole number"
        let (number, unit) = try split(text, wanted)
        guard unit.isEmpty else { throw Mismatch("expected \(wanted), found \(quoted(text))") }
        return number
    }

    /// Milliseconds in the largest unit that leaves no rest: `5s`, `90s`, `2m`.
    public static func text(milliseconds: Int) -> String {
        for (size, unit) in [(3_600_000, "h"), (60_000, "m"), (1_000, "s")]
        where milliseconds >= size && milliseconds % size == 0 {
            return "\(milliseconds / size)\(unit)"
        }
        return "\(milliseconds)ms"
    }

    /// Bytes in the largest unit that leaves no rest: `64k`, `4097`.
    public static func text(bytes: Int) -> String {
        for (shift, unit) in [(30, "G"), (20, "M"), (10, "k")] where bytes >= 1 << shift && bytes % (1 << shift) == 0 {
            return "\(bytes >> shift)\(unit)"
        }
        return "\(bytes)"
    }

    private static func split(_ text: String, _ wanted: String) throws(Mismatch) -> (number: Int, unit: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty else {
            let shown = text.isEmpty ? "nothing" : quoted(text)
            throw Mismatch("expected \(wanted), found \(shown)")
        }
        let unit = String(text.dropFirst(digits.count))
        if unit.first == "." {
            throw Mismatch(
                "expected \(wanted), found \(quoted(text))", hint: "use a smaller unit instead of a fraction")
        }
        guard let number = Int(digits) else { throw tooLarge(text) }
        return (number, unit)
    }

    private static func scaled(_ number: Int, by factor: Int, _ text: String) throws(Mismatch) -> Int {
        let (value, overflow) = number.multipliedReportingOverflow(by: factor)
        if overflow { throw tooLarge(text) }
        return value
    }

    private static func tooLarge(_ text: String) -> Mismatch { Mismatch("\(quoted(text)) is too large a number") }
}
