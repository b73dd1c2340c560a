extension Catalogue {
    /// TLS, redirects, gateways and hoplens itself.
    static let transport: [Rule] = [
        .originUnreachable, .proxyStatusError, .gatewayError, .fatalError, .misdirected, .redirectLoop, .emptyAnswer,
    ]
}
