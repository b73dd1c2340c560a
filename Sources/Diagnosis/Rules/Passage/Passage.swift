extension Catalogue {
    /// Whether a credential reaches PHP, and where it is lost.
    static let passage: [Rule] = []
}
