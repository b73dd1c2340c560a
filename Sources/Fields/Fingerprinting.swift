// The one thing the pure modules need of the world to describe a secret: a keyed fingerprint. An unkeyed hash of a weak
// password can be guessed, so the key and the HMAC live in Secure and come in through this protocol.

public import Wire

/// Makes keyed fingerprints: the same bytes give the same number for as long as the key is the same.
public protocol Fingerprinting: AnyObject {
    /// The fingerprint of an extent of bytes.
    func fingerprint(_ bytes: Span<UInt8>, _ extent: Extent) -> UInt32
}

/// What stands in the place of a secret: `‹kind,length,#fingerprint›`, for instance `‹jwt,187,#5f2c9a01›`.
///
/// The brackets are U+2039 and U+203A. Text that has a U+2039 of its own is written as Latin-1 code points, none of
/// which is above U+00FF, so a U+2039 in a trace always begins a marker and nobody can forge one.
public enum Marker {
    /// The UTF-8 bytes of the opening bracket.
    static let opening: (UInt8, UInt8, UInt8) = (0xE2, 0x80, 0xB9)

    /// Appends a marker.
    public static func append(_ kind: ShapeKind, length: Int, fingerprint: UInt32, to out: inout [UInt8]) {
        out.append(text: "‹")
        out.append(text: kind.word)
        out.append(Octet.comma)
        out.append(text: String(length))
        out.append(text: ",#")
        appendHex(fingerprint, to: &out)
        out.append(text: "›")
    }

    /// Appends a fingerprint as eight hexadecimal digits; where people read, the first six of them may stand for it.
    public static func appendHex(_ fingerprint: UInt32, to out: inout [UInt8]) {
        for shift in stride(from: UInt32(28), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: fingerprint >> shift & 15)
            out.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }

    /// Whether bytes hold the opening bracket.
    static func occurs(in bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.count >= 3 else { return false }
        for i in bytes.startIndex..<(bytes.endIndex - 2)
        where bytes[i] == opening.0 && bytes[i + 1] == opening.1 && bytes[i + 2] == opening.2 {
            return true
        }
        return false
    }
}
