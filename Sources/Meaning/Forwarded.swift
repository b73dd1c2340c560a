// Forwarded (RFC 7239): what proxies say about who asked for what. Anybody can send it, so nothing in here is more than
// a claim; only the element added by a proxy one trusts is worth something.

/// A party of Forwarded or X-Forwarded-For.
public struct ForwardedNode: Equatable, Sendable {
    /// What kind of name it is.
    public enum Kind: Sendable {
        /// An IPv4 address.
        case ipv4
        /// An IPv6 address.
        case ipv6
        /// `unknown` (section 6.2).
        case unknown
        /// A name that hides the address (section 6.3); it begins with an underscore.
        case obfuscated
        /// None of these.
        case malformed
    }

    /// What kind of name it is.
    public var kind: Kind
    /// The name; an IPv6 address without brackets.
    public var name: String
    /// The port, or what hides it.
    public var port: String?

    /// Reads a node (section 6); what is none is kept as malformed.
    ///
    /// - Parameter bareIPv6: whether an IPv6 address may stand there without brackets, as in X-Forwarded-For.
    public init(_ text: String, bareIPv6: Bool = false) {
        var name = Substring(text)
        port = nil
        if name.hasPrefix("["), let close = name.firstIndex(of: "]") {
            let rest = name[name.index(after: close)...]
            name = name[name.index(after: name.startIndex)..<close]
            if rest.hasPrefix(":") { port = String(rest.dropFirst()) }
            kind = Address.isIPv6(name.utf8) && (rest.isEmpty || rest.hasPrefix(":")) ? .ipv6 : .malformed
        } else if bareIPv6, name.utf8.count(where: { $0 == UInt8(ascii: ":") }) > 1 {
            kind = Address.isIPv6(name.utf8) ? .ipv6 : .malformed
        } else {
            if let colon = name.firstIndex(of: ":") {
                port = String(name[name.index(after: colon)...])
                name = name[..<colon]
            }
            kind =
                if Address.isIPv4(name.utf8) {
                    .ipv4
                } else if asciiLowercased(String(name)) == "unknown" {
                    .unknown
                } else if name.hasPrefix("_"), name.utf8.count > 1,
                    name.utf8.dropFirst().allSatisfy(Address.isObfuscated)
                {
                    .obfuscated
                } else {
                    .malformed
                }
        }
        self.name = String(name)
        if let port, !Address.isPort(port.utf8) { kind = .malformed }
    }
}

/// One element of Forwarded: what one proxy says.
public struct ForwardedElement: Equatable, Sendable {
    /// Who asked the proxy.
    public var forClient: ForwardedNode?
    /// Where the proxy was asked.
    public var by: ForwardedNode?
    /// The Host the proxy received.
    public var host: String?
    /// The scheme the proxy was asked by, in lower case.
    public var proto: String?
    /// Parameters of extensions.
    public var extensions: [FieldParameter] = []
    /// Whether the grammar was kept and no parameter is there twice (section 4).
    public var isWellFormed = true
}

/// Forwarded, read (RFC 7239 section 4).
public struct Forwarded: Equatable, Sendable {
    /// The elements; the first was added by the proxy nearest to the client.
    public private(set) var elements: [ForwardedElement] = []

    /// Forwarded from the values of its lines.
    public init(_ lines: [String]) {
        for member in listMembers(lines) { elements.append(Forwarded.element(member)) }
    }

    private static func element(_ member: FieldScanner) -> ForwardedElement {
        // An element is parameters without a value in front of them.
        var scanner = FieldScanner([UInt8(ascii: ";")] + member.bytes)
        let parameters = FieldParameters(&scanner)
        var element = ForwardedElement()
        element.isWellFormed =
            parameters.isWellFormed && parameters.repeated.isEmpty && parameters.all.allSatisfy { $0.value != nil }
        for parameter in parameters.all {
            guard let value = parameter.value else { continue }
            switch parameter.name {
            case "for": if element.forClient == nil { element.forClient = ForwardedNode(value) }
            case "by": if element.by == nil { element.by = ForwardedNode(value) }
            case "host": element.host = element.host ?? value
            case "proto": element.proto = element.proto ?? asciiLowercased(value)
            default: element.extensions.append(parameter)
            }
        }
        if element.forClient?.kind == .malformed || element.by?.kind == .malformed { element.isWellFormed = false }
        return element
    }
}
