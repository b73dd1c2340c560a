// How a report travels: hidden and signed. A cache on the way may keep the answer with the report in it and give it to
// strangers, so being readable only by its asker is not enough; it must not be readable without the key at all. The
// stream is HMAC-SHA-256 over a random beginning and a counter, the signature covers what is sent (encrypt, then sign):
// with nothing but one keyed hash, which PHP has as well.
//
//     value = base64url(1 ‖ beginning[12] ‖ content ⊕ stream ‖ signature[16])
//
// base64url has no comma and no blank, so two values that a box joined into a list come apart again.

import Fields

enum Sealed {
    /// The longest value that is read.
    static let longest = 4096
    private static let version: UInt8 = 1
    private static let beginning = 12
    private static let signature = 16

    /// The number of bytes of a value with so many bytes of content.
    static func length(of content: Int) -> Int { ((1 + beginning + content + signature) * 4 + 2) / 3 }

    /// Hides and signs.
    static func seal(_ content: [UInt8], _ authority: any ChainAuthority) -> [UInt8] {
        var bytes = [version] + authority.random(beginning)
        bytes += stirred(content[...], bytes[1...], authority)
        bytes += authority.code(.report, bytes).prefix(signature)
        return Base64URL.text(bytes)
    }

    /// The content; nil unless it was sealed with our key.
    static func open(_ value: [UInt8], _ authority: any ChainAuthority) -> [UInt8]? {
        guard value.count <= longest, let bytes = Base64URL.bytes(value),
            bytes.count >= 1 + beginning + signature, bytes[0] == version
        else { return nil }
        let end = bytes.count - signature
        guard Codes.equal(authority.code(.report, Array(bytes[..<end])).prefix(signature), bytes[end...]) else {
            return nil
        }
        return stirred(bytes[(1 + beginning)..<end], bytes[1..<(1 + beginning)], authority)
    }

    private static func stirred(
        _ content: ArraySlice<UInt8>, _ start: ArraySlice<UInt8>, _ authority: any ChainAuthority
    ) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(content.count)
        var block: [UInt8] = []
        for (n, byte) in content.enumerated() {
            if n % 32 == 0 {
                let counter = UInt32(truncatingIfNeeded: n / 32)
                block = authority.code(
                    .seal, Array(start) + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: counter >> $0) })
            }
            out.append(byte ^ block[n % 32])
        }
        return out
    }
}

/// Base64 with the URL-safe alphabet and without padding (RFC 4648 section 5).
enum Base64URL {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func text(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 4 / 3 + 3)
        var bits: UInt32 = 0
        var held: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            held += 8
            while held >= 6 {
                held -= 6
                out.append(digits[Int(bits >> held & 63)])
            }
        }
        if held > 0 { out.append(digits[Int(bits << (6 - held) & 63)]) }
        return out
    }

    /// The bytes; nil for text in another alphabet, padded, or with bits left over.
    static func bytes(_ text: [UInt8]) -> [UInt8]? {
        guard let decoded = Base64(text[...]), decoded.alphabet == .urlSafe || !text.contains(where: isStandardOnly),
            text.last != UInt8(ascii: "="), Self.text(decoded.bytes) == text
        else { return nil }
        return decoded.bytes
    }

    private static func isStandardOnly(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/") }
}
