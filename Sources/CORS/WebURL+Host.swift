// Hosts of URLs (URL standard, section 3.5): domains, IPv4 in all its spellings, IPv6. Only ASCII of a domain is
// checked and lowered exactly; other letters are lowered and written in Punycode (RFC 3492) without the mapping tables
// of IDNA.

extension WebURL {
    /// A host of a special scheme as it is sent; nil when it is none.
    static func host(_ bytes: ArraySlice<UInt8>) -> String? {
        if bytes.first == 0x5B {
            guard bytes.last == 0x5D else { return nil }
            return ipv6(bytes.dropFirst().dropLast())
        }
        guard let text = String(validating: percentDecoded(bytes), as: UTF8.self), !text.isEmpty else { return nil }
        guard let domain = domainToASCII(text), !domain.isEmpty else { return nil }
        if endsInNumber(domain) { return ipv4(domain) }
        return domain
    }

    /// A host of any other scheme.
    static func opaqueHost(_ bytes: ArraySlice<UInt8>) -> String? {
        if bytes.first == 0x5B { return host(bytes) }
        guard !bytes.contains(where: isForbiddenInHost) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a text is an IPv4 address in its usual form.
    static func isIPv4(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func percentDecoded(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        var index = bytes.startIndex
        while index < bytes.endIndex {
            if bytes[index] == 0x25, index + 2 < bytes.endIndex,
                let value = UInt8(Octets.latin1(bytes[(index + 1)...(index + 2)]), radix: 16),
                bytes[index + 1] != 0x2B, bytes[index + 1] != 0x2D
            {
                result.append(value)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }

    /// URL section 3.2, "forbidden host code point".
    private static func isForbiddenInHost(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x00, 0x09, 0x0A, 0x0D, 0x20, 0x23, 0x2F, 0x3A, 0x3C, 0x3E, 0x3F, 0x40, 0x5B, 0x5C, 0x5D, 0x5E, 0x7C: true
        default: false
        }
    }

    private static func domainToASCII(_ text: String) -> String? {
        var labels: [String] = []
        for label in text.split(separator: ".", omittingEmptySubsequences: false) {
            if label.utf8.allSatisfy({ $0 < 0x80 }) {
                // URL section 3.2, "forbidden domain code point".
                for byte in label.utf8 where isForbiddenInHost(byte) || byte < 0x20 || byte == 0x25 || byte == 0x7F {
                    return nil
                }
                labels.append(String(label).lowercasedASCII)
            } else {
                guard !label.utf8.contains(where: { isForbiddenInHost($0) || $0 == 0x25 }) else { return nil }
                labels.append("xn--" + punycode(label.lowercased()))
            }
        }
        return labels.joined(separator: ".")
    }

    /// RFC 3492 section 6.3.
    private static func punycode(_ label: String) -> String {
        let scalars = label.unicodeScalars.map { Int($0.value) }
        var output = scalars.filter { $0 < 0x80 }.map { UInt8($0) }
        var handled = output.count
        let basic = handled
        if basic > 0 { output.append(0x2D) }
        var n = 128
        var delta = 0
        var bias = 72
        while handled < scalars.count {
            guard let next = scalars.filter({ $0 >= n }).min() else { break }
            delta += (next - n) * (handled + 1)
            n = next
            for scalar in scalars {
                if scalar < n { delta += 1 }
                guard scalar == n else { continue }
                var q = delta
                var k = 36
                while true {
                    let threshold = k <= bias ? 1 : (k >= bias + 26 ? 26 : k - bias)
                    if q < threshold { break }
                    output.append(digit(threshold + (q - threshold) % (36 - threshold)))
                    q = (q - threshold) / (36 - threshold)
                    k += 36
                }
                output.append(digit(q))
                bias = adapted(delta, handled + 1, isFirst: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            n += 1
        }
        return Octets.latin1(output)
    }

    private static func digit(_ value: Int) -> UInt8 { UInt8(value < 26 ? 0x61 + value : 0x16 + value) }

    private static func adapted(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var k = 0
        while delta > 455 {
            delta /= 35
            k += 36
        }
        return k + 36 * delta / (delta + 38)
    }

    // MARK: Addresses

    /// URL section 3.5, "ends in a number checker".
    private static func endsInNumber(_ domain: String) -> Bool {
        var parts = domain.split(separator: ".", omittingEmptySubsequences: false)
        if parts.last == "" { parts.removeLast() }
        guard let last = parts.last, !last.isEmpty else { return false }
        return last.utf8.allSatisfy(Octets.isDigit) || number(last) != nil
    }

    /// One part of an IPv4 address: decimal, octal behind 0, hexadecimal behind 0x.
    private static func number(_ part: Substring) -> UInt64? {
        if part.hasPrefix("0x") {
            let digits = part.dropFirst(2)
            return digits.isEmpty ? 0 : digits.first == "+" || digits.first == "-" ? nil : UInt64(digits, radix: 16)
        }
        guard !part.isEmpty, part.utf8.allSatisfy(Octets.isDigit) else { return nil }
        return part.utf8.count > 1 && part.first == "0" ? UInt64(part.dropFirst(), radix: 8) : UInt64(part)
    }

    private static func ipv4(_ domain: String) -> String? {
        var parts = domain.split(separator: ".", omittingEmptySubsequences: false)
        if parts.count > 1, parts.last == "" { parts.removeLast() }
        guard parts.count <= 4 else { return nil }
        var address: UInt64 = 0
        for (index, part) in parts.enumerated() {
            guard let value = number(part) else { return nil }
            if index < parts.count - 1 {
                guard value <= 255 else { return nil }
                address |= value << UInt64(8 * (3 - index))
            } else {
                guard value < 1 << UInt64(8 * (5 - parts.count)) else { return nil }
                address |= value
            }
        }
        return [24, 16, 8, 0].map { String(address >> UInt64($0) & 255) }.joined(separator: ".")
    }

    private static func ipv6(_ bytes: ArraySlice<UInt8>) -> String? {
        let text = Octets.latin1(bytes)
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count <= 2, !text.contains(":::") else { return nil }
        var pieces: [[UInt16]] = []
        for half in halves {
            guard let found = ipv6Pieces(half) else { return nil }
            pieces.append(found)
        }
        let count = pieces.reduce(0) { $0 + $1.count }
        let address: [UInt16]
        if pieces.count == 2 {
            guard count <= 7 else { return nil }
            address = pieces[0] + Array(repeating: 0, count: 8 - count) + pieces[1]
        } else {
            guard count == 8 else { return nil }
            address = pieces[0]
        }
        return "[" + ipv6Text(address) + "]"
    }

    private static func ipv6Pieces(_ half: Substring) -> [UInt16]? {
        if half.isEmpty { return [] }
        var pieces: [UInt16] = []
        let parts = half.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.contains("."), isIPv4(String(part)) {
                let bytes = part.split(separator: ".").compactMap { UInt16($0) }
                pieces += [bytes[0] << 8 | bytes[1], bytes[2] << 8 | bytes[3]]
                continue
            }
            guard part.utf8.count <= 4, part.first != "+", part.first != "-", let piece = UInt16(part, radix: 16) else {
                return nil
            }
            pieces.append(piece)
        }
        return pieces
    }

    /// URL section 3.6: the first longest run of two or more zeros becomes `::`.
    private static func ipv6Text(_ address: [UInt16]) -> String {
        var best = 0..<0
        var start = 0
        while start < 8 {
            guard address[start] == 0 else {
                start += 1
                continue
            }
            let end = address[start...].firstIndex { $0 != 0 } ?? 8
            if end - start > max(1, best.count) { best = start..<end }
            start = end
        }
        let hex = { (pieces: ArraySlice<UInt16>) in pieces.map { String($0, radix: 16) }.joined(separator: ":") }
        if best.isEmpty { return hex(address[...]) }
        return hex(address[..<best.lowerBound]) + "::" + hex(address[best.upperBound...])
    }
}
