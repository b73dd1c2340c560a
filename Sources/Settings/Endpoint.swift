// An address to listen on or to connect to.

/// A host and a port, written `127.0.0.1:8080`, `[::1]:8080` or `localhost:8080`.
public struct Endpoint: Sendable, Equatable, Hashable {
    /// A name or an address; IPv6 without brackets.
    public var host: String
    /// The port; 0 lets the system choose when listening.
    public var port: UInt16

    /// Where a service listens when nothing is said.
    public static let defaultListener = Endpoint(host: "127.0.0.1", port: 8080)

    /// An endpoint from its parts, IPv6 without brackets.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads an address to listen on; port 0 is allowed.
    public init(listening text: String) throws(Mismatch) {
        try self.init(text, allowZero: true, example: "127.0.0.1:8080")
    }

    /// Reads an address to connect to.
    public init(connecting text: String) throws(Mismatch) {
        try self.init(text, allowZero: false, example: "192.0.2.1:443")
    }

    private init(_ text: String, allowZero: Bool, example: String) throws(Mismatch) {
        let wanted = "expected HOST:PORT such as \(example)"
        if let separator = text.firstRange(of: "://") {
            let authority = text[separator.upperBound...].prefix { $0 != "/" && $0 != "?" }
            let shown =
                authority.contains("@") ? nil : "write \(authority.isEmpty ? example : String(authority)) instead"
            throw Mismatch("\(wanted), found a URL", hint: shown)
        }
        if text.contains("/") { throw Mismatch("\(wanted), found a path in \(quoted(text))") }
        let (host, port) = HostText.split(text)
        if host == "*" || (host.isEmpty && port != nil) {
            let number = port.map { $0.isEmpty ? "8080" : $0 } ?? "8080"
            throw Mismatch(
                "\(wanted), found \(quoted(text)) without a host",
                hint: allowZero
                    ? "127.0.0.1:\(number) is this machine only, 0.0.0.0:\(number) every IPv4 and [::]:\(number) every "
                        + "IPv6 address"
                    : nil)
        }
        guard let port else {
            // `::1:80` is an address by its grammar, and hardly ever meant as one.
            if let colon = text.lastIndex(of: ":"), HostText.isIPv6(String(text[..<colon])),
                let number = try? HostText.port(String(text[text.index(after: colon)...]), allowZero: allowZero)
            {
                throw Mismatch(
                    "\(wanted), found an IPv6 address without brackets", hint: "write [\(text[..<colon])]:\(number)")
            }
            if HostText.isIPv6(text) {
                throw Mismatch("\(wanted), found an IPv6 address", hint: "write [\(text)]:PORT")
            }
            if text.allSatisfy(\.isNumber), !text.isEmpty {
                throw Mismatch("\(wanted), found only \(quoted(text))", hint: "write 127.0.0.1:\(text)")
            }
            if text.isEmpty { throw Mismatch("\(wanted), found nothing") }
            _ = try HostText.host(text)
            throw Mismatch("\(wanted), found \(quoted(text)) without a port", hint: "write \(text):PORT")
        }
        self.host = try HostText.host(host)
        self.port = try HostText.port(port, allowZero: allowZero)
    }

    /// Whether only this machine can reach it: 127.0.0.0/8, ::1 or localhost.
    public var isLoopback: Bool {
        host == "localhost" || host.hasSuffix(".localhost") || host == "::1"
            || (HostText.isIPv4(host) && host.hasPrefix("127."))
    }

    /// Whether it stands for every address of the machine.
    public var isWildcard: Bool {
        host == "0.0.0.0" || (HostText.isIPv6(host) && host.allSatisfy { $0 == "0" || $0 == ":" })
    }

    /// Whether a connection to the other would arrive here, as far as the text tells.
    func receives(host otherHost: String, port otherPort: UInt16) -> Bool {
        guard port != 0, port == otherPort else { return false }
        let other = Endpoint(host: otherHost, port: otherPort)
        if host == other.host { return true }
        return (isLoopback || isWildcard) && (other.isLoopback || other.isWildcard)
            && (isWildcard || other.isWildcard || host == "localhost" || other.host == "localhost")
    }
}

extension Endpoint: CustomStringConvertible {
    /// As it is written, IPv6 in brackets.
    public var description: String { "\(HostText.bracketed(host)):\(port)" }
}
