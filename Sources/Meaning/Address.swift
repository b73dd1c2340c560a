// Address literals as fields have them, recognised and not interpreted: nothing here connects anywhere.

import Wire

/// Address literals (RFC 3986 section 3.2.2), recognised, not interpreted.
enum Address {
    static func isIPv4(_ text: some Collection<UInt8>) -> Bool {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.count) && part.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
                    && part.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= 255 && (part.count == 1 || part.first != 0x30)
            }
    }

    static func isIPv6(_ text: some Collection<UInt8>) -> Bool {
        // A zone (RFC 6874) is no part of the address.
        let bytes = Array(text.prefix { $0 != UInt8(ascii: "%") })
        guard bytes.count >= 2, bytes.count <= 45 else { return false }
        guard let gap = bytes.indices.dropLast().first(where: { bytes[$0] == 0x3A && bytes[$0 + 1] == 0x3A }) else {
            return groups(bytes[...], mayEndInIPv4: true) == 8
        }
        // `::` stands for one group at least, and only once; a third colon shows as an empty group.
        guard let left = groups(bytes[..<gap], mayEndInIPv4: false),
            let right = groups(bytes[(gap + 2)...], mayEndInIPv4: true)
        else { return false }
        return left + right <= 7
    }

    /// How many groups of 16 bits a text has; nil when it is none of such groups.
    private static func groups(_ text: ArraySlice<UInt8>, mayEndInIPv4: Bool) -> Int? {
        guard !text.isEmpty else { return 0 }
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var count = 0
        for (i, part) in parts.enumerated() {
            if mayEndInIPv4, i == parts.count - 1, isIPv4(part) {
                count += 2
            } else if (1...4).contains(part.count), part.allSatisfy({ Octet.hexValue($0) != nil }) {
                count += 1
            } else {
                return nil
            }
        }
        return count
    }

    static func isObfuscated(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || (byte >= 0x30 && byte <= 0x39) || "._-".utf8.contains(byte)
    }

    static func isPort(_ text: some Collection<UInt8>) -> Bool {
        if text.first == UInt8(ascii: "_") { return text.count > 1 && text.dropFirst().allSatisfy(isObfuscated) }
        return (1...5).contains(text.count) && text.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}
