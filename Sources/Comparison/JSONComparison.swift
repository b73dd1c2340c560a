// Two JSON documents place by place. Where one has nothing, or another kind of thing, the walk ends: what is below is part
// of that difference. Values that were replaced as secrets are each answer's own.

import JSON

/// A difference at a place of a document, `$.items[0].id`.
struct JSONDifference: Equatable {
    enum Kind { case missing, added, kind, value, count }

    var place: String
    var kind: Kind
    var left: String?
    var right: String?
}

/// A place with `*` for any name or number.
struct JSONPlacePattern: Equatable, Sendable {
    private let parts: [String]

    init(_ text: String) { parts = JSONPlacePattern.parts(of: text) }

    /// Whether a place is the one meant, or lies within it.
    func covers(_ place: String) -> Bool {
        let other = JSONPlacePattern.parts(of: place)
        guard other.count >= parts.count else { return false }
        return zip(parts, other).allSatisfy { $0 == "*" || $0 == $1 }
    }

    private static func parts(of text: String) -> [String] {
        text.drop { $0 == "$" }.split { $0 == "." || $0 == "[" || $0 == "]" }.map(String.init)
    }
}

struct JSONComparison {
    /// Places that are not compared.
    var skipped: [JSONPlacePattern] = []
    /// Places a side does not say twice in the same way.
    var learnt: [JSONPlacePattern] = []
    private(set) var found: [JSONDifference] = []
    /// A document of a hundred thousand places is not read to its end by anybody.
    private static let most = 1000

    init(skipped: [JSONPlacePattern] = [], learnt: [JSONPlacePattern] = []) {
        self.skipped = skipped
        self.learnt = learnt
    }

    /// The places in which documents of one side differ.
    static func learn(_ documents: [JSONValue]) -> [JSONPlacePattern] {
        guard let first = documents.first else { return [] }
        var places: [JSONPlacePattern] = []
        for other in documents.dropFirst() {
            var walk = JSONComparison()
            walk.compare(first, other, "$")
            places += walk.found.map { JSONPlacePattern($0.place) }
        }
        return places
    }

    mutating func compare(_ a: JSONValue, _ b: JSONValue, _ place: String) {
        guard found.count < Self.most, !(skipped + learnt).contains(where: { $0.covers(place) }) else { return }
        switch (a.content, b.content) {
        case (.object(let one), .object(let two)):
            for member in one {
                let here = "\(place).\(member.key)"
                if let other = two.first(where: { $0.key == member.key }) {
                    compare(member.value, other.value, here)
                } else {
                    note(JSONDifference(place: here, kind: .missing, left: JSONComparison.shown(member.value)))
                }
            }
            for member in two where !one.contains(where: { $0.key == member.key }) {
                note(
                    JSONDifference(
                        place: "\(place).\(member.key)", kind: .added, right: JSONComparison.shown(member.value)))
            }
        case (.array(let one), .array(let two)):
            if one.count != two.count {
                note(
                    JSONDifference(
                        place: place, kind: .count, left: "\(one.count) elements", right: "\(two.count) elements"))
                return
            }
            for (number, pair) in zip(one, two).enumerated() { compare(pair.0, pair.1, "\(place)[\(number)]") }
        case (.number(_, _, let one), .number(_, _, let two)) where one == two: return
        case (.string(let one), .string(let two)):
            // Two marks of secrets are never equal evidence of anything but two answers.
            if JSONComparison.unmarked(one) != JSONComparison.unmarked(two) { noteValue(a, b, place) }
        case (.null, .null): return
        case (.bool(let one), .bool(let two)) where one == two: return
        default: noteValue(a, b, place)
        }
    }

    private mutating func noteValue(_ a: JSONValue, _ b: JSONValue, _ place: String) {
        note(
            JSONDifference(
                place: place, kind: a.kind == b.kind ? .value : .kind, left: JSONComparison.shown(a),
                right: JSONComparison.shown(b)))
    }

    private mutating func note(_ difference: JSONDifference) {
        guard !(skipped + learnt).contains(where: { $0.covers(difference.place) }) else { return }
        found.append(difference)
    }

    /// A value on one line.
    static func shown(_ value: JSONValue) -> String {
        switch value.content {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let text, _, _): text
        case .string(let text): "\"\(text)\""
        case .array(let elements): "a list of \(elements.count)"
        case .object(let members): "an object of \(members.count)"
        }
    }

    /// A text without the marks secrets were replaced by (module Fields, Marker).
    static func unmarked(_ text: some StringProtocol) -> String {
        guard text.contains("‹") else { return String(text) }
        var result = ""
        var isInside = false
        for character in text {
            // That something stood there is kept: an empty text and a secret are two answers.
            if character == "‹" {
                isInside = true
                result.append(character)
            }
            if !isInside { result.append(character) }
            if character == "›" { isInside = false }
        }
        return result
    }
}
