// The X-Forwarded-* fields, older than RFC 7239 and without a standard: claims of proxies, or of anybody else. They are
// read together, because one of them is often set by another box than the rest, and then they contradict each other.

/// The X-Forwarded-* fields and their relatives, read together.
public struct XForwarded: Equatable, Sendable {
    /// X-Forwarded-For; the first is the client as the first proxy saw it.
    public let forClients: [ForwardedNode]
    /// X-Forwarded-Proto in lower case.
    public let protos: [String]
    /// X-Forwarded-Host.
    public let hosts: [String]
    /// X-Forwarded-Port.
    public let ports: [String]
    /// X-Forwarded-Prefix.
    public let prefixes: [String]
    /// X-Forwarded-Ssl or Front-End-Https, when one of them is on or off.
    public let ssl: Bool?
    /// X-Real-IP.
    public let realIP: ForwardedNode?

    /// The fields of a message.
    ///
    /// - Parameter values: the values of all lines of a name, which is given in lower case.
    public init(_ values: (String) -> [String]) {
        forClients = FieldList(values("x-forwarded-for")).members.map { ForwardedNode($0, bareIPv6: true) }
        protos = FieldList(values("x-forwarded-proto")).lowercased
        hosts = FieldList(values("x-forwarded-host")).members
        ports = FieldList(values("x-forwarded-port")).members
        prefixes = FieldList(values("x-forwarded-prefix")).members
        switch (values("x-forwarded-ssl") + values("front-end-https")).first.map(asciiLowercased) {
        case "on": ssl = true
        case "off": ssl = false
        default: ssl = nil
        }
        realIP = values("x-real-ip").first.map { ForwardedNode($0, bareIPv6: true) }
    }

    /// The scheme the client is said to have used: `http` or `https`; nil when nobody says.
    public var clientScheme: String? { protos.first ?? ssl.map { $0 ? "https" : "http" } }

    /// Whether proxies contradict each other about the scheme.
    public var schemesDisagree: Bool {
        Set(protos).count > 1 || (ssl != nil && protos.first != nil && (protos.first == "https") != ssl)
    }
}
