// Bytes by name, and UTF-8 as RFC 3629 defines it. Internal: the module's loops call these thousands of times a line,
// and a function of another module would cost several times as much (STYLE.md 4.11).

enum Ascii {
    static let tab: UInt8 = 0x09
    static let lf: UInt8 = 0x0A
    static let cr: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let dollar: UInt8 = 0x24
    static let apostrophe: UInt8 = 0x27
    static let star: UInt8 = 0x2A
    static let plus: UInt8 = 0x2B
    static let comma: UInt8 = 0x2C
    static let minus: UInt8 = 0x2D
    static let dot: UInt8 = 0x2E
    static let slash: UInt8 = 0x2F
    static let zero: UInt8 = 0x30
    static let nine: UInt8 = 0x39
    static let colon: UInt8 = 0x3A
    static let openBracket: UInt8 = 0x5B
    static let backslash: UInt8 = 0x5C
    static let closeBracket: UInt8 = 0x5D
    static let underscore: UInt8 = 0x5F
    static let openBrace: UInt8 = 0x7B
    static let closeBrace: UInt8 = 0x7D
}

@inline(always)
func isDigit(_ byte: UInt8) -> Bool { byte &- Ascii.zero < 10 }

/// The value of a hexadecimal digit, or nil.
@inline(always)
func hexValue(_ byte: UInt8) -> UInt32? {
    switch byte {
    case 0x30...0x39: UInt32(byte - 0x30)
    case 0x41...0x46: UInt32(byte - 0x41 + 10)
    case 0x61...0x66: UInt32(byte - 0x61 + 10)
    default: nil
    }
}

/// Four hexadecimal digits as a number, or nil when they are not there.
func fourHexDigits(_ bytes: Span<UInt8>, at offset: Int) -> UInt32? {
    guard offset + 4 <= bytes.count else { return nil }
    var value: UInt32 = 0
    for i in offset..<offset + 4 {
        guard let digit = hexValue(bytes[i]) else { return nil }
        value = value << 4 | digit
    }
    return value
}

/// The length of the UTF-8 sequence at an offset: 1 to 4, or 0 when it is not well-formed (RFC 3629 section 4: no
/// overlong forms, no surrogates, nothing above U+10FFFF).
func utf8Length(_ bytes: Span<UInt8>, at offset: Int) -> Int {
    let first = bytes[offset]
    if first < 0x80 { return 1 }
    let left = bytes.count - offset
    guard first >= 0xC2, first <= 0xF4, left >= 2 else { return 0 }
    let second = bytes[offset + 1]
    if first < 0xE0 { return second & 0xC0 == 0x80 ? 2 : 0 }
    let secondRange: ClosedRange<UInt8> =
        switch first {
        case 0xE0: 0xA0...0xBF
        case 0xED: 0x80...0x9F
        case 0xF0: 0x90...0xBF
        case 0xF4: 0x80...0x8F
        default: 0x80...0xBF
        }
    guard secondRange.contains(second), left >= 3, bytes[offset + 2] & 0xC0 == 0x80 else { return 0 }
    if first < 0xF0 { return 3 }
    return left >= 4 && bytes[offset + 3] & 0xC0 == 0x80 ? 4 : 0
}

/// The scalar of a well-formed sequence whose length is known.
func decodeScalar(_ bytes: Span<UInt8>, at offset: Int, length: Int) -> Unicode.Scalar {
    var value = UInt32(bytes[offset])
    switch length {
    case 2: value &= 0x1F
    case 3: value &= 0x0F
    case 4: value &= 0x07
    default: break
    }
    for i in offset + 1..<offset + length { value = value << 6 | UInt32(bytes[i] & 0x3F) }
    return Unicode.Scalar(value) ?? replacementCharacter
}

/// What a code point that no Unicode text can hold becomes.
let replacementCharacter: Unicode.Scalar = "\u{FFFD}"

extension Array where Element == UInt8 {
    /// Appends part of a span with one capacity check.
    @inline(always)
    mutating func append(_ bytes: Span<UInt8>, from start: Int, to end: Int) {
        guard start < end else { return }
        append(addingCapacity: end - start) { out in
            for i in start..<end { out.append(bytes[i]) }
        }
    }

    /// Appends a scalar as UTF-8.
    mutating func append(_ scalar: Unicode.Scalar) {
        let value = scalar.value
        switch value {
        case 0..<0x80: append(UInt8(value))
        case 0x80..<0x800:
            append(UInt8(0xC0 | value >> 6))
            append(UInt8(0x80 | value & 0x3F))
        case 0x800..<0x10000:
            append(UInt8(0xE0 | value >> 12))
            append(UInt8(0x80 | value >> 6 & 0x3F))
            append(UInt8(0x80 | value & 0x3F))
        default:
            append(UInt8(0xF0 | value >> 18))
            append(UInt8(0x80 | value >> 12 & 0x3F))
            append(UInt8(0x80 | value >> 6 & 0x3F))
            append(UInt8(0x80 | value & 0x3F))
        }
    }
}
