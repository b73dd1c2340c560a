// The field Hoplens-Trace: the outermost node of a chain says that it wants to hear from those farther in. It holds a
// version, the second it was made, a random id, and a signature, all of them tokens, so no box on the way has a reason to
// touch it:
//
//     1.1764367201.5f0c…(32 digits).9ab1…(32 digits)
//
// It is not bound to a target or a field, because those are what a box on the way may change and what is to be measured.
// Somebody who reads it on the way and uses it first gets a report that only the key opens; a second use gets none.

/// A trace that was signed with the key of the chain.
public struct ChainTrace: Equatable, Sendable {
    /// The name of the field.
    public static let name = "Hoplens-Trace"
    /// How far the clocks of two nodes may be apart, in seconds.
    public static let window: Int64 = 60
    /// The length of a value.
    static let length = 2 + 10 + 1 + 32 + 1 + 32

    /// Sixteen random bytes, which name the exchange.
    public var id: [UInt8]
    /// When it was made.
    public var seconds: Int64

    /// A trace from its parts.
    public init(id: [UInt8], seconds: Int64) {
        self.id = id
        self.seconds = seconds
    }

    /// The value of the field.
    public func value(_ authority: any ChainAuthority) -> [UInt8] {
        var text = Array("1.".utf8)
        text += Array(String(seconds).utf8)
        text.append(UInt8(ascii: "."))
        text += Hex.text(id)
        let code = authority.code(.trace, text)
        text.append(UInt8(ascii: "."))
        return text + Hex.text(code.prefix(16))
    }

    /// Reads a value; nil unless it was signed with our key.
    public init?(_ value: [UInt8], _ authority: any ChainAuthority) {
        guard value.count == Self.length, value.starts(with: "1.".utf8) else { return nil }
        let parts = value.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1].count == 10, parts[1].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let id = Hex.bytes(parts[2]), id.count == 16, let code = Hex.bytes(parts[3]), code.count == 16
        else { return nil }
        let signed = Array(value[..<(parts[2].endIndex)])
        guard Codes.equal(authority.code(.trace, signed).prefix(16), code[...]) else { return nil }
        seconds = parts[1].reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        self.id = id
    }
}

/// Hexadecimal digits, lower case.
public enum Hex {
    /// Bytes as digits.
    public static func text(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var out: [UInt8] = []
        for byte in bytes {
            for digit in [byte >> 4, byte & 15] { out.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
        }
        return out
    }

    /// Digits as bytes; nil when they are none.
    public static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 2 == 0 else { return nil }
        var out: [UInt8] = []
        var high: UInt8?
        for byte in text {
            let digit: UInt8
            switch byte {
            case 0x30...0x39: digit = byte - 0x30
            case 0x61...0x66: digit = byte - 0x57
            default: return nil
            }
            if let first = high {
                out.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return out
    }
}

enum Codes {
    /// Compares two codes in a time that does not depend on where they differ.
    static func equal(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        var difference: UInt8 = 0
        for (a, b) in zip(one, other) { difference |= a ^ b }
        return difference == 0
    }
}
