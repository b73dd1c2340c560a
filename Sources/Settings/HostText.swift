// Hosts and ports as they are written: names, IPv4, and IPv6 in brackets (RFC 3986 section 3.2.2). Zone ids are refused:
// they mean something on one machine only and have no place in a Host field (RFC 9110 section 4.2.5 has none).

/// The grammar of hosts and ports.
enum HostText {
    /// A host without brackets and whether it is an IPv6 address, from the text in front of the port.
    static func host(_ text: String) throws(Mismatch) -> String {
        if text.first == "[" {
            guard text.last == "]" else { throw Mismatch("expected ']' behind the IPv6 address in \(quoted(text))") }
            let inner = String(text.dropFirst().dropLast())
            if inner.contains("%") {
                throw Mismatch(
                    "\(quoted(text)) has a zone id, which only this machine understands",
                    hint: "use an address without one: a global or loopback address, or a name")
            }
            guard isIPv6(inner) else { throw Mismatch("\(quoted(inner)) is not an IPv6 address") }
            return inner.lowercased()
        }
        if text.isEmpty { throw Mismatch("expected a host name or address, found nothing") }
        if text.contains(":") {
            throw Mismatch("\(quoted(text)) has a colon in the host", hint: "an IPv6 address stands in brackets: [::1]")
        }
        if let scalar = text.unicodeScalars.first(where: { !$0.isASCII }) {
            throw Mismatch(
                "\(quoted(text)) has the letter \(quoted(String(Character(scalar)))), which no host name on the wire has",
                hint: "write the name in its ASCII form, which begins with xn--")
        }
        return try name(text)
    }

    /// A DNS name or IPv4 address, in small letters.
    static func name(_ text: String) throws(Mismatch) -> String {
        let lower = text.lowercased()
        let labels = lower.split(separator: ".", omittingEmptySubsequences: false)
        if lower.last == "." {
            throw Mismatch("\(quoted(text)) ends in a dot", hint: "leave it out: certificates and Host fields do")
        }
        guard lower.utf8.count <= 253, labels.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 63 }) else {
            throw Mismatch("\(quoted(text)) is not a host name: a part of it is empty or longer than 63 letters")
        }
        if let bad = lower.unicodeScalars.first(where: { !isNameScalar($0) }) {
            throw Mismatch("\(quoted(text)) is not a host name: \(quoted(String(Character(bad)))) has no place in one")
        }
        if labels.contains(where: { $0.first == "-" || $0.last == "-" }) {
            throw Mismatch("\(quoted(text)) is not a host name: a part of it begins or ends with a hyphen")
        }
        // A name whose last part is a number is an address or a mistake; resolvers disagree about `127.1`.
        if labels.last?.allSatisfy(\.isNumber) == true, !isIPv4(lower) {
            throw Mismatch(
                "\(quoted(text)) is not an IPv4 address", hint: "write four numbers up to 255, as in 127.0.0.1")
        }
        return lower
    }

    private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "0"..."9", "-", ".", "_": true
        default: false
        }
    }

    /// A port number.
    static func port(_ text: String, allowZero: Bool) throws(Mismatch) -> UInt16 {
        let lowest = allowZero ? 0 : 1
        let isDigits = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        guard isDigits, let port = UInt16(text), Int(port) >= lowest else {
            let found = text.isEmpty ? "nothing" : quoted(text)
            throw Mismatch("expected a port from \(lowest) to 65535, found \(found)")
        }
        return port
    }

    /// Splits `host:port` at the colon behind the host; the port is nil when there is no colon.
    static func split(_ text: String) -> (host: String, port: String?) {
        if text.first == "[", let close = text.firstIndex(of: "]") {
            let rest = text[text.index(after: close)...]
            guard rest.first == ":" else { return (text, nil) }
            return (String(text[...close]), String(rest.dropFirst()))
        }
        // More than one colon without brackets is an IPv6 address; the host parser says so.
        guard let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon else { return (text, nil) }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }

    /// Four decimal numbers up to 255 without leading zeros (RFC 3986 section 3.2.2).
    static func isIPv4(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (0x30...0x39).contains($0) }
                    && (part.utf8.count == 1 || part.first != "0") && UInt8(part) != nil
            }
    }

    /// Eight groups of hexadecimal digits, one run of them left out at most, the last two perhaps as IPv4 (RFC 4291).
    static func isIPv6(_ text: String) -> Bool {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2, !text.isEmpty else { return false }
        var groups = 0
        for (index, half) in halves.enumerated() where !half.isEmpty {
            let parts = half.split(separator: ":", omittingEmptySubsequences: false)
            for (place, part) in parts.enumerated() {
                let isVeryLast = index == halves.count - 1 && place == parts.count - 1
                if isVeryLast, part.contains(".") {
                    guard isIPv4(part) else { return false }
                    groups += 2
                } else {
                    guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHexDigit) else { return false }
                    groups += 1
                }
            }
        }
        return halves.count == 2 ? groups <= 7 : groups == 8
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte | 0x20)
    }

    /// The host as it stands in an authority: IPv6 in brackets.
    static func bracketed(_ host: String) -> String { host.contains(":") ? "[\(host)]" : host }
}
