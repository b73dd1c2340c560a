// Every rule there is, in the order of the way from the client to the application. A rule that is not listed here does
// not exist; the catalogue test compares this list with the files.

/// The rules hoplens judges by.
public enum Catalogue {
    /// All rules.
    public static let rules: [Rule] = identity + passage + tokens + routing + blocking + caching + cors + transport

    /// The rule of an id.
    public static func rule(_ id: String) -> Rule? { rules.first { $0.id == id } }
}
