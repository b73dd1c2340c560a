// The contents of two answers: what kind of thing they are first, then by their own structure. Pages are compared by the
// lines that a side says every time; a coding is a difference of its own and is undone before.

import Diagnosis
import JSON

struct BodyComparison {
    let left: Series
    let right: Series
    let options: ComparisonOptions
    /// How many places are told one by one.
    private static let most = 8

    func rows() -> [Difference] {
        guard let a = left.answered.last, let b = right.answered.last else { return [] }
        var rows = coding(a, b)
        guard !options.ignores(field: "body") else { return rows }
        let (one, two) = (a.content, b.content)
        switch (one, two) {
        case (.unknown, _), (_, .unknown): break
        case (.opaque, _), (_, .opaque):
            if one.word != two.word {
                rows.append(
                    Difference(
                        .body, "content", left: one.word, right: two.word, severity: .info,
                        meaning: "One content can be read here and the other cannot."))
            }
        case (.json(let x), .json(let y)): rows += json(x, y)
        case (.html(let x), .html(let y)): rows += lines(x, y, isPage: true)
        case (.text(let x), .text(let y)): rows += lines(x, y, isPage: false)
        case (.empty, .empty): break
        case (.binary(let x), .binary(let y)):
            if x != y, a.body?.isWhole == true, b.body?.isWhole == true {
                rows.append(
                    Difference(
                        .body, "content", left: "\(x.count) bytes", right: "\(y.count) bytes", severity: .notice,
                        meaning: "The bytes differ."))
            }
        case (.json, .html):
            rows.append(
                Difference(
                    .body, "content", left: one.word, right: Self.title(two), severity: .error,
                    meaning:
                        "JSON is replaced by a page: a firewall, a login, a challenge or an error page of a hop in front of the origin.",
                    layer: .waf,
                    firstStep: "Read the page's title, and look for that product between client and origin."))
        default:
            rows.append(
                Difference(
                    .body, "content", left: Self.title(one), right: Self.title(two), severity: .warning,
                    meaning: "The content is another kind of thing on one side."))
        }
        return rows
    }

    private func coding(_ a: Observation, _ b: Observation) -> [Difference] {
        guard !options.ignores(field: "content-encoding") else { return [] }
        let (one, two) = (a.coding, b.coding)
        guard one != two, left.answered.allSatisfy({ $0.coding == one }),
            right.answered.allSatisfy({ $0.coding == two })
        else { return [] }
        return [
            Difference(
                .coding, "content-encoding", left: one.isEmpty ? "none" : one, right: two.isEmpty ? "none" : two,
                severity: .notice,
                meaning: two.isEmpty
                    ? "The content travels uncompressed on the public side."
                    : one.isEmpty
                        ? "The public side compresses; a strong ETag and a signature over the body no longer fit."
                        : "The two sides compress in different ways.")
        ]
    }

    private func json(_ a: JSONValue, _ b: JSONValue) -> [Difference] {
        func documents(_ series: Series) -> [JSONValue] {
            series.answered.compactMap { if case .json(let value) = $0.content { value } else { nil } }
        }
        var walk = JSONComparison(
            skipped: options.ignoredPlaces,
            learnt: JSONComparison.learn(documents(left)) + JSONComparison.learn(documents(right)))
        walk.compare(a, b, "$")
        var rows = walk.found.prefix(Self.most).map(row)
        if walk.found.count > Self.most {
            let more = walk.found.count - Self.most
            rows.append(
                Difference(
                    .body, "more", left: nil, right: "\(more) more places", severity: .notice,
                    meaning: "The documents differ in \(walk.found.count) places."))
        }
        return rows
    }

    private func row(_ found: JSONDifference) -> Difference {
        let (severity, meaning): (Severity, String) =
            switch found.kind {
            case .missing: (.warning, "The public side leaves this out.")
            case .added: (.warning, "The public side has this in addition.")
            case .kind: (.warning, "It is another kind of value.")
            case .count:
                (.warning, "The public side shows another number of things: another caller, filter or version.")
            case .value: (.notice, valueMeaning(found))
            }
        return Difference(
            .body, found.place, left: found.left, right: found.right, severity: severity, meaning: meaning)
    }

    private func valueMeaning(_ found: JSONDifference) -> String {
        func rest(_ text: String?) -> String? {
            guard let text, let scheme = text.firstRange(of: "://") else { return nil }
            return String(text[scheme.upperBound...].drop { $0 != "/" && $0 != "\"" })
        }
        if let one = rest(found.left), one == rest(found.right) {
            return
                "The link leads to another scheme or host: the application takes itself for another address behind the public side."
        }
        return "It has another value."
    }

    // MARK: Pages and texts

    private func lines(_ a: String, _ b: String, isPage: Bool) -> [Difference] {
        func texts(_ series: Series) -> [String] {
            series.answered.compactMap {
                switch $0.content {
                case .html(let text), .text(let text): text
                default: nil
                }
            }
        }
        let (one, two) = (Self.steady(a, texts(left)), Self.steady(b, texts(right)))
        if isPage, let titleA = Self.title(in: a), let titleB = Self.title(in: b), titleA != titleB {
            return [
                Difference(
                    .body, "title", left: titleA, right: titleB, severity: .warning,
                    meaning: "It is another page on the public side.")
            ]
        }
        guard one != two else { return [] }
        // Lines one side always says and the other never.
        let (onlyA, onlyB) = (Self.without(one, two), Self.without(two, one))
        guard !onlyA.isEmpty || !onlyB.isEmpty else { return [] }
        let total = max(one.count, two.count)
        let differing = max(onlyA.count, onlyB.count)
        return [
            Difference(
                .body, isPage ? "page" : "text", left: onlyA.first, right: onlyB.first,
                severity: differing * 2 > total ? .warning : .notice,
                meaning: "\(differing) of \(total) lines differ; the first of them is shown.")
        ]
    }

    /// The lines that are in every round, without secrets and blanks.
    private static func steady(_ text: String, _ rounds: [String]) -> [String] {
        let others = rounds.map { Set(normalized($0)) }
        return normalized(text).filter { line in others.allSatisfy { $0.contains(line) } }
    }

    private static func normalized(_ text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map { trimmed(JSONComparison.unmarked($0)) }.filter { !$0.isEmpty }
    }

    private static func without(_ lines: [String], _ other: [String]) -> [String] {
        let known = Set(other)
        return lines.filter { !known.contains($0) }
    }

    private static func title(_ content: Content) -> String {
        if case .html(let text) = content, let title = title(in: text) { return "an HTML page, \"\(title)\"" }
        return content.word
    }

    /// The title of a page.
    static func title(in page: String) -> String? {
        let lower = page.lowercased()
        guard lower.utf8.count == page.utf8.count, let open = lower.firstRange(of: "<title"),
            let end = lower[open.upperBound...].firstIndex(of: ">"),
            let close = lower[end...].firstRange(of: "</title")
        else { return nil }
        let start = lower.utf8.distance(from: lower.startIndex, to: lower.index(after: end))
        let stop = lower.utf8.distance(from: lower.startIndex, to: close.lowerBound)
        let bytes = Array(page.utf8)[start..<stop]
        let title = trimmed(
            String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " "))
        return title.isEmpty ? nil : String(title.prefix(120))
    }
}
