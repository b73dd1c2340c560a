// Numbers: where they stand, and what they are worth. Digits become Int64 without a detour; a Double is exact on the
// short way when digits and power of ten are both exact doubles (up to 2^53 and 10^22), else the standard library
// converts the text.

/// A number in a text that has been read past and found well-formed.
public struct JSONNumber: Sendable, Equatable {
    /// How the number is written.
    public enum Form: Sendable, Equatable {
        /// Digits only, with or without a sign.
        case integer
        /// With a fraction or an exponent.
        case decimal
        /// `0x…` (JSON5).
        case hexadecimal
        /// `Infinity` (JSON5).
        case infinity
        /// `NaN` (JSON5).
        case notANumber
    }

    /// The first byte, sign included.
    public var start: Int
    /// The offset behind the last byte.
    public var end: Int
    /// How it is written.
    public var form: Form

    /// The value as a whole number, or nil when it is not written as one or does not fit.
    public func integer(in bytes: Span<UInt8>) -> Int64? {
        guard form == .integer || form == .hexadecimal else { return nil }
        var i = start
        let negative = skipSign(&i, in: bytes)
        var value: Int64 = 0
        let radix: Int64 = form == .hexadecimal ? 16 : 10
        if form == .hexadecimal { i += 2 }
        // Counting downwards for negative numbers makes the smallest Int64 need no special case.
        while i < end {
            let digit = Int64(hexValue(bytes[i]) ?? 0)
            let (scaled, tooBig) = value.multipliedReportingOverflow(by: radix)
            let (next, overflow) =
                negative ? scaled.subtractingReportingOverflow(digit) : scaled.addingReportingOverflow(digit)
            if tooBig || overflow { return nil }
            value = next
            i += 1
        }
        return value
    }

    /// The value as the nearest Double; infinite when it is too large for one.
    public func double(in bytes: Span<UInt8>) -> Double {
        var i = start
        let negative = skipSign(&i, in: bytes)
        let magnitude: Double =
            switch form {
            case .infinity: .infinity
            case .notANumber: .nan
            case .hexadecimal: hexadecimalDouble(from: i + 2, in: bytes)
            case .integer, .decimal: decimalDouble(from: i, in: bytes)
            }
        return negative ? -magnitude : magnitude
    }

    private func skipSign(_ i: inout Int, in bytes: Span<UInt8>) -> Bool {
        guard bytes[i] == Ascii.minus || bytes[i] == Ascii.plus else { return false }
        i += 1
        return bytes[i - 1] == Ascii.minus
    }

    private func hexadecimalDouble(from begin: Int, in bytes: Span<UInt8>) -> Double {
        var value = 0.0
        for i in begin..<end { value = value * 16 + Double(hexValue(bytes[i]) ?? 0) }
        return value
    }

    private func decimalDouble(from begin: Int, in bytes: Span<UInt8>) -> Double {
        var digits: UInt64 = 0
        var count = 0
        var exponent = 0
        var seenDot = false
        var i = begin
        while i < end, bytes[i] | 0x20 != UInt8(ascii: "e") {
            if bytes[i] == Ascii.dot {
                seenDot = true
            } else {
                if count > 0 || bytes[i] != Ascii.zero { count += 1 }
                guard count <= 18 else { return slowDouble(from: begin, in: bytes) }
                digits = digits * 10 + UInt64(bytes[i] - Ascii.zero)
                if seenDot { exponent -= 1 }
            }
            i += 1
        }
        if i < end {
            i += 1
            let negative = skipSign(&i, in: bytes)
            var written = 0
            while i < end {
                guard written < 1000 else { return slowDouble(from: begin, in: bytes) }
                written = written * 10 + Int(bytes[i] - Ascii.zero)
                i += 1
            }
            exponent += negative ? -written : written
        }
        guard digits <= 1 << 53, abs(exponent) < powersOfTen.count else { return slowDouble(from: begin, in: bytes) }
        return exponent < 0 ? Double(digits) / powersOfTen[-exponent] : Double(digits) * powersOfTen[exponent]
    }

    private func slowDouble(from begin: Int, in bytes: Span<UInt8>) -> Double {
        var text = ""
        for i in begin..<end { text.unicodeScalars.append(Unicode.Scalar(bytes[i])) }
        // JSON5 allows `.5` and `5.`, which the conversion understands as well; it has no other way to fail.
        return Double(text) ?? .nan
    }
}

private let powersOfTen: InlineArray<23, Double> = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]
