// What the forwarding core must know about the node and the origin, as bytes, so that rewriting a head needs no
// conversion. Made once per service and event loop.
public import NodeChain
public import Wire

/// How Host is chosen for the origin.
public enum HostRule: Equatable, Sendable {
    /// Pass Host unless it names the listener itself; then send the origin's own name and rewrite URLs back.
    case auto
    /// Always the origin's own name.
    case origin
    /// Always what the client sent.
    case client
    /// Always this value.
    case fixed([UInt8])
}

/// What is told to the origin about the client.
public enum ForwardedRule: Equatable, Sendable {
    /// Nothing: forwarding fields pass as they came.
    case pass
    /// X-Forwarded-For, -Proto and -Host are added.
    case xForwarded
    /// Forwarded (RFC 7239) is added.
    case rfc7239
}

/// The settings of the forwarding core.
public struct ExchangeSettings: Equatable, Sendable {
    /// The name in Via, Proxy-Status and error bodies: a token (RFC 9110 section 7.6.3).
    public var pseudonym: [UInt8]
    /// Whether Via is added to requests, and with it loops are noticed.
    public var addsVia = true
    /// The Host policy.
    public var host = HostRule.auto
    /// The origin's host with its port unless that is the default of the scheme, lower case.
    public var originAuthority: [UInt8]
    /// Whether the origin is spoken to in TLS.
    public var originIsTLS: Bool
    /// The names under which the client reaches the listener itself besides IP addresses and `localhost`.
    public var ownNames: [[UInt8]] = []
    /// The ports the service listens on: a client may reach it by any of them.
    public var listenerPorts: [UInt16]
    /// Whether the listener speaks TLS.
    public var listenerIsTLS: Bool
    /// What is told to the origin about the client.
    public var forwarded = ForwardedRule.pass
    /// The node's part in a chain; nil when it has no key of one, and then nothing of all that happens.
    public var chain: ChainMembership?
    /// How much of a head is read.
    public var limits = HeadLimits()
    /// How many interim responses one request may get.
    public var interimLimit = 1000
    /// How many chunks a body may have besides one for every 64 bytes of content.
    public var chunkLimit = 1_000_000

    /// Settings from the parts that have no default.
    public init(
        pseudonym: [UInt8], originAuthority: [UInt8], originIsTLS: Bool, listenerPort: UInt16, listenerIsTLS: Bool
    ) {
        self.pseudonym = pseudonym
        self.originAuthority = originAuthority
        self.originIsTLS = originIsTLS
        listenerPorts = [listenerPort]
        self.listenerIsTLS = listenerIsTLS
    }
}
