extension Catalogue {
    /// Who asks: credentials as WordPress core sees them.
    static let identity: [Rule] = [.notLoggedIn]
}
