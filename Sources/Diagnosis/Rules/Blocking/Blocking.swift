extension Catalogue {
    /// Who refused a request before WordPress saw it.
    static let blocking: [Rule] = []
}
