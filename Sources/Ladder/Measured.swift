// What became of a field by the points farther in that reported: nodes of a chain, and PHP. It is read from the ledger of
// the exchange, so it is what the live view says of the same record. Where a point did not tell of the field nothing is
// concluded from that point.

import Diagnosis
import Ledger
import Trace

/// A field at the points that told of it.
struct Measured {
    /// A point, from where the message comes from.
    struct Point {
        /// `client`, the name of a node, or `php`.
        var name: String
        /// Whether the field was there as it was sent.
        var isIntact: Bool
        /// Whether there was nothing of it.
        var isGone: Bool
    }

    /// The points, each once, as the field left them.
    var points: [Point]
    /// The last point that had it as it was, and the first that had not.
    var lost: (from: Point, to: Point)?

    /// Whether PHP had it as it was sent; nil when PHP told nothing of it.
    var reachedPHP: Bool? { points.first { $0.name == Measured.php }?.isIntact }

    /// The name of the point that is this program.
    static let client = "client"
    /// What the name of a login cookie begins with.
    static let login = "wordpress_logged_in"
    /// The name of the point that is PHP.
    static let php = "php"

    /// The points in a line of evidence.
    func words(_ field: String) -> String {
        let parts = points.map { "\($0.name) \($0.isIntact ? "had it" : $0.isGone ? "had none" : "had another value")" }
        return "\(field), measured: " + parts.joined(separator: ", ")
    }
}

extension Heard {
    /// What PHP reported of this very request.
    var php: RecordedReport? { facts.record.chain?.reports.first { $0.isPHP && $0.otherTrace == nil } }

    /// Whether a point farther in reported of this very request.
    var isMeasured: Bool { facts.record.chain?.reports.contains { $0.otherTrace == nil } ?? false }

    /// What became of a field of the request; nil when nobody farther in told of it, or it was not sent.
    func measured(_ field: String) -> Measured? { measured(field, .request) }

    /// What became of a field of the answer, from the innermost node that told of it.
    func measuredAnswer(_ field: String) -> Measured? { measured(field, .response) }

    private func measured(_ field: String, _ part: MessagePart) -> Measured? {
        guard isMeasured, let passage = facts.ledger.passage(part), let row = passage.row(field) else { return nil }
        var result = Measured(points: [])
        var first: [String]?
        for (point, cell) in zip(passage.points, row.cells) {
            guard let lines = cell else { continue }
            let values = lines.map(\.value)
            if first == nil {
                guard !values.isEmpty else { return nil }
                first = values
            }
            guard let sent = first, let isIntact = isIntact(field, values, sent, at: point) else { continue }
            let name =
                point.place == .php ? Measured.php : point.node == facts.record.node ? Measured.client : point.node
            let next = Measured.Point(name: name, isIntact: isIntact, isGone: values.isEmpty)
            if result.lost == nil, let last = result.points.last, last.isIntact, !isIntact {
                result.lost = (last, next)
            }
            if result.points.last?.name == name { result.points.removeLast() }
            result.points.append(next)
        }
        return result.points.count > 1 ? result : nil
    }

    /// Whether values are those that were sent, as far as it matters who asks; nil when that cannot be told.
    private func isIntact(_ field: String, _ values: [String], _ sent: [String], at point: Point) -> Bool? {
        if values == sent { return true }
        if field.lowercased() == "cookie", point.place == .php, let names = php?.fact("cookies") {
            // What programs look at is $_COOKIE.
            return names.contains(Measured.login)
        }
        if values.isEmpty { return false }
        switch field.lowercased() {
        case "authorization":
            // PHP took Basic apart, and the probe put it together again: in other letters, perhaps.
            return point.place == .php && php?.fact("authorization") == "PHP_AUTH_USER"
        case "cookie":
            // Boxes take single cookies out; the login is what matters.
            let names = values.joined(separator: "; ")
            return names.contains(Measured.login) ? true : names.contains("=") ? false : nil
        default: return false
        }
    }
}
