extension Catalogue {
    /// What a browser would refuse, and which line would allow it.
    static let cors: [Rule] = [
        .preflightRefused, .originDoubled, .wildcardWithCredentials, .credentialsNotAllowed, .originMismatch,
        .originMissing, .headerNotAllowed, .methodNotAllowed, .varyMissing,
    ]
}
