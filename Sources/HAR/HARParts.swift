// The small texts in a HAR: the version of HTTP in the spellings of the exporters, a URL cut into what a request line
// and a connection have of it, a time in ISO 8601, a body in Base64.

import Fields
import Trace

/// A version of HTTP, with the number the recorder takes for it.
enum HARVersion: Int {
    case zero = 0
    case one = 1
    case two = 20
    case three = 30

    /// A version in any spelling: `HTTP/1.1`, `http/2.0`, `h2`, `h3`, `HTTP/3`.
    init?(_ word: String) {
        switch word.lowercased() {
        case "http/1.0": self = .zero
        case "http/1.1": self = .one
        case "h2", "http/2", "http/2.0", "h2c": self = .two
        case "h3", "http/3", "http/3.0", "h3-29", "http/2+quic/46", "quic": self = .three
        default: return nil
        }
    }
}

/// The parts of a URL (RFC 3986) a record keeps.
struct HARURL {
    /// Scheme, host and port: `https://example.test:443`.
    var origin: [UInt8] = []
    /// Path and query, `/` at least.
    var target: [UInt8] = []
    /// Whether there was user information.
    var hadUserInformation = false

    init() {}

    /// The parts of an absolute http, https, ws or wss URL; nil for any other.
    init?(_ url: [UInt8]) {
        guard let colon = url.firstIndex(of: UInt8(ascii: ":")), url[colon...].starts(with: "://".utf8) else {
            return nil
        }
        let scheme = String(decoding: url[..<colon], as: UTF8.self).lowercased()
        let port: String
        switch scheme {
        case "http", "ws": port = "80"
        case "https", "wss": port = "443"
        default: return nil
        }
        let rest = url[(colon + 3)...]
        let end = rest.firstIndex { "/?#".utf8.contains($0) } ?? rest.endIndex
        var authority = rest[..<end]
        if let sign = authority.lastIndex(of: UInt8(ascii: "@")) {
            hadUserInformation = true
            authority = authority[(sign + 1)...]
        }
        guard !authority.isEmpty else { return nil }
        origin = Array("\(scheme)://".utf8) + authority.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        // A colon inside the brackets of an IPv6 address is none of a port.
        let bracket = authority.lastIndex(of: UInt8(ascii: "]")) ?? authority.startIndex
        if let last = authority[bracket...].lastIndex(of: UInt8(ascii: ":")) {
            if last == authority.endIndex - 1 { origin += port.utf8 }
        } else {
            origin += ":\(port)".utf8
        }
        let behind = rest[end...].prefix { $0 != UInt8(ascii: "#") }
        target = behind.first == UInt8(ascii: "/") ? Array(behind) : [UInt8(ascii: "/")] + behind
    }
}

enum HARTime {
    /// Microseconds since 1970 of `2026-11-21T01:02:03.4567+01:00`; nil when it is no such time.
    static func microseconds(_ text: String) -> Int64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 19, bytes.count <= 48 else { return nil }
        var fraction: [UInt8] = []
        var i = 19
        if i < bytes.count, bytes[i] == UInt8(ascii: ".") || bytes[i] == UInt8(ascii: ",") {
            i += 1
            while i < bytes.count, bytes[i] >= 0x30, bytes[i] <= 0x39 {
                fraction.append(bytes[i])
                i += 1
            }
        }
        guard let offset = offset(bytes[i...]) else { return nil }
        let micros = Array((fraction + Array(repeating: 0x30, count: 6)).prefix(6))
        let canonical =
            bytes[..<10] + [UInt8(ascii: "T")] + bytes[11..<19] + [UInt8(ascii: ".")] + micros + [UInt8(ascii: "Z")]
        guard bytes[10] | 0x20 == UInt8(ascii: "t") || bytes[10] == 0x20, let moment = Timestamp.parse(canonical) else {
            return nil
        }
        return moment - offset
    }

    /// The distance from UTC in microseconds: `Z`, `+01:00`, `-0730`, or nothing for UTC.
    private static func offset(_ zone: ArraySlice<UInt8>) -> Int64? {
        guard let sign = zone.first else { return 0 }
        if zone.count == 1 { return sign | 0x20 == UInt8(ascii: "z") ? 0 : nil }
        let digits = zone.dropFirst().filter { $0 != UInt8(ascii: ":") }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), digits.count == 4, zone.count <= 6,
            digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
        else { return nil }
        let number = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
        let minutes = number / 100 * 60 + number % 100
        return (sign == UInt8(ascii: "+") ? minutes : -minutes) * 60_000_000
    }
}

enum HARBase64 {
    /// The bytes of a Base64 text, which may be broken into lines.
    static func decode(_ text: String) -> [UInt8]? {
        let digits = text.utf8.filter { $0 > 0x20 }
        return Base64(digits[...])?.bytes
    }
}
