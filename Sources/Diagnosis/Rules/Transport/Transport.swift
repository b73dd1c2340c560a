extension Catalogue {
    /// TLS, redirects, gateways and hoplens itself.
    static let transport: [Rule] = [
        .originUnreachable, .answerUnusable, .proxyStatusError, .gatewayError, .maintenance, .fatalError, .misdirected,
        .redirectLoop, .emptyAnswer, .cookieRejected,
    ]
}
