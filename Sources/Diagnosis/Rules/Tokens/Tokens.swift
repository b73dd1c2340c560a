extension Catalogue {
    /// JSON Web Tokens and the plugins that issue them.
    static let tokens: [Rule] = []
}
