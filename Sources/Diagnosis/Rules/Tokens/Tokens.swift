extension Catalogue {
    /// JSON Web Tokens and the plugins that issue them.
    static let tokens: [Rule] = [
        .placeholderToken, .lowerCaseBearer, .jwtExpired, .jwtNotYetValid, .jwtHeaderNotFound,
        .jwtHeaderMalformed, .jwtWrongSegments, .jwtDamaged, .jwtWrongSignature, .jwtAlgorithm, .jwtWrongIssuer,
        .jwtNoUser, .jwtNotConfigured, .jwtUnsupportedAlgorithm, .jwtLoginRefused, .otherJWTPlugin,
        .permissionBehindToken,
    ]
}
