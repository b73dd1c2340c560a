// Host and authority (RFC 9110 section 7.2, RFC 3986 section 3.2): a name, an IPv4 address or a bracketed IPv6
// address, and an optional port. User information is not part of it and is refused: it would be a place to hide a
// second opinion on where the request goes.

/// Checks on Host values and authorities.
public enum Host {
    /// Whether an extent is a host with an optional port and nothing else.
    public static func isValid(_ bytes: Span<UInt8>, _ value: Extent) -> Bool {
        var i = Int(value.start)
        let end = Int(value.end)
        guard i < end else { return false }
        if bytes[i] == 0x5B {
            // IP-literal: hexadecimal digits, colons and dots between brackets, at least one colon.
            i += 1
            var colons = 0
            let literal = i
            while i < end, bytes[i] != 0x5D {
                guard Octet.hexValue(bytes[i]) != nil || bytes[i] == Octet.colon || bytes[i] == 0x2E else {
                    return false
                }
                if bytes[i] == Octet.colon { colons += 1 }
                i += 1
            }
            guard i < end, i > literal, colons >= 2 else { return false }
            i += 1
        } else {
            let name = i
            while i < end, isRegisteredName(bytes[i]) { i += 1 }
            guard i > name else { return false }
        }
        guard i < end else { return true }
        guard bytes[i] == Octet.colon else { return false }
        return portIsValid(bytes, Extent(i + 1, end))
    }

    /// The extent of the host without its port.
    public static func withoutPort(_ bytes: Span<UInt8>, _ value: Extent) -> Extent {
        var i = Int(value.end) - 1
        while i >= Int(value.start), Octet.isDigit(bytes[i]) { i -= 1 }
        guard i >= Int(value.start), bytes[i] == Octet.colon else { return value }
        return Extent(Int(value.start), i)
    }

    /// The extent without the port where that is empty or the one of the scheme (RFC 9110 section 4.2.3).
    public static func withoutDefaultPort(_ bytes: Span<UInt8>, _ value: Extent, isTLS: Bool) -> Extent {
        let name = withoutPort(bytes, value)
        guard name.count < value.count else { return value }
        let port = Extent(Int(name.end) + 1, Int(value.end))
        return port.isEmpty || bytes.equals(port, isTLS ? "443" : "80") ? name : value
    }

    private static func portIsValid(_ bytes: Span<UInt8>, _ port: Extent) -> Bool {
        // An empty port is in the grammar ("example.org:").
        guard port.count <= 5 else { return false }
        var number = 0
        for i in port.indices {
            guard Octet.isDigit(bytes[i]) else { return false }
            number = number * 10 + Int(bytes[i] - 0x30)
        }
        return number <= 65_535
    }

    private static func isRegisteredName(_ byte: UInt8) -> Bool {
        // unreserved, sub-delims and "%" for escapes, without "," ";" "'" and the like that nobody needs in a host
        // and that list-minded readers split at; underscore and bytes above ASCII occur in the wild.
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }
}
