// News told together: what one node did to several fields in the same way for the same reason is one sentence with
// several names. News from between two nodes stands alone, because its evidence differs from field to field.

/// News of one kind, agent and reason.
public struct NewsGroup: Equatable, Sendable {
    /// The pieces of news, the most important first; never empty.
    public private(set) var items: [NewsItem]

    fileprivate init(_ item: NewsItem) { items = [item] }

    /// How much the most important of them matters.
    public var importance: Importance { items.map(\.importance).min() ?? .rest }

    /// Whether all of it is what any intermediary does on any day.
    public var isRoutine: Bool { items.allSatisfy(\.isRoutine) }

    /// The names it is about; the whole sentence where it cannot be told of several.
    public var names: [String] { items.map { $0.shared?.name ?? $0.text } }

    /// What happened to them; empty where the name is the whole sentence.
    public var predicate: String { items.first?.shared?.predicate ?? "" }

    /// The news in one sentence without a full stop.
    public var text: String { NewsGroup.sentence(names.joined(separator: ", "), predicate) }

    /// A sentence from its two parts.
    public static func sentence(_ names: String, _ predicate: String) -> String {
        predicate.isEmpty ? names : "\(names) \(predicate)"
    }

    fileprivate func takes(_ item: NewsItem) -> Bool {
        guard let first = items.first, let one = first.shared, let other = item.shared else { return false }
        return one.predicate == other.predicate && first.part == item.part && first.isRoutine == item.isRoutine
    }

    fileprivate mutating func add(_ item: NewsItem) { items.append(item) }
}

extension Sequence<NewsItem> {
    /// The news with what belongs together told together, each group where its first piece stands.
    public var grouped: [NewsGroup] {
        var groups: [NewsGroup] = []
        for item in self {
            if let n = groups.firstIndex(where: { $0.takes(item) }) {
                groups[n].add(item)
            } else {
                groups.append(NewsGroup(item))
            }
        }
        return groups
    }
}
