// What it all comes to, in plain words: which side, which layer, what first. Said from the rows and the answers alone, the
// gravest thing first, and nothing that the rows do not carry.

public import Diagnosis

/// The conclusion of a comparison.
public struct Conclusion: Equatable, Sendable {
    /// What it comes to, in one sentence.
    public var headline: String
    /// What else has to be said.
    public var sentences: [String]
    /// Which side is to be looked at: `origin`, `public`, `both`, or `none`.
    public var side = "none"
    /// Which layer.
    public var layer = Layer.none
    /// What to do first.
    public var firstStep: String?

    /// A conclusion from its parts.
    public init(headline: String, sentences: [String]) {
        self.headline = headline
        self.sentences = sentences
    }

    /// The conclusion of what was seen.
    public init(_ result: ComparisonResult) {
        self.init(headline: "", sentences: [])
        let telling = result.shared.filter { $0.row.severity > .info }
        if result.requests.isEmpty {
            headline = "Nothing was compared."
        } else if let reach = result.requests.lazy.flatMap(\.rows).first(where: { $0.area == .reach }) {
            self.reach(reach, result)
        } else if isLocked(result) {
            side = "origin"
            headline =
                "The origin refuses everything that is asked of it directly, and the public side does not: it lets only the CDN in."
            sentences = ["That is a good setting and no fault. The two sides cannot be compared from here."]
            firstStep = "Ask from a machine the origin lets in, or let this one in for the time of the test."
        } else if let worst = telling.first(where: { $0.row.severity == .error }) ?? telling.first {
            differing(worst, telling, result)
        } else if let failure = result.requests.first(where: { isFailure($0) }) {
            side = "both"
            headline =
                "Both sides refuse alike, so it is not the public side that does it: the cause lies at the origin or in the request."
            let finding = result.shared.first { $0.row.area == .finding && $0.row.left != nil }
            layer = finding?.row.layer ?? .none
            firstStep = finding?.row.firstStep
            sentences = ["\(failure.name): \(status(failure.right)) on both sides."]
            if let finding, let title = finding.row.right ?? finding.row.left { sentences.append("\(title).") }
        } else {
            headline =
                "No difference that matters: both sides gave the same answers to \(count(result.requests.count, "request"))."
        }
        if result.isPartial { sentences.append("It was ended early: this is what was known by then.") }
    }

    private mutating func reach(_ row: Difference, _ result: ComparisonResult) {
        side = row.left == nil ? "public" : row.right == nil ? "origin" : "public"
        layer = row.layer ?? .none
        firstStep = row.firstStep
        let isOriginSilent = result.requests.allSatisfy { $0.left.statuses.isEmpty }
        let isPublicSilent = result.requests.allSatisfy { $0.right.statuses.isEmpty }
        switch (isOriginSilent, isPublicSilent) {
        case (true, true):
            side = "both"
            headline = "Neither side can be reached: \(row.left ?? "no answer"); \(row.right ?? "no answer")."
            firstStep = "Check the addresses, the ports and this machine's way to them."
        case (true, false):
            side = "origin"
            headline =
                "The origin cannot be asked from here while the public side answers: \(result.requests[0].left.error ?? "no answer")."
            sentences = [row.meaning]
        case (false, true):
            headline =
                "The public side cannot be reached while the origin answers: \(result.requests[0].right.error ?? "no answer")."
        case (false, false):
            headline =
                "Some requests had no answer: \(row.left ?? "") at the origin, \(row.right ?? "") on the public side."
            sentences = [row.meaning]
        }
    }

    /// Every direct request refused by something that is not the application, while the public side serves: trap of the
    /// locked origin.
    private func isLocked(_ result: ComparisonResult) -> Bool {
        let asked = result.requests
        guard asked.count > 1 else { return false }
        return asked.allSatisfy { $0.left.statuses == [403] && !($0.left.answerer ?? "").hasPrefix("wordpress") }
            && asked.contains { ($0.right.statuses.first ?? 500) < 400 }
    }

    private mutating func differing(
        _ worst: SharedDifference, _ telling: [SharedDifference], _ result: ComparisonResult
    ) {
        let row = worst.row
        // A finding or another row that names a layer explains the rows that only say that something differs.
        let rank = row.severity
        let explanations = telling.filter { $0.row.severity == rank && $0.row.layer != nil }
        let explained =
            explanations.first { $0.row.area == .redirect } ?? explanations.first { $0.row.area == .identity }
            ?? explanations.first {
                $0.row.area == .finding && $0.row.right != nil
            }
            ?? explanations.first ?? worst
        side = explained.row.right == nil && explained.row.area == .finding ? "origin" : "public"
        layer = explained.row.layer ?? row.layer ?? .none
        firstStep = explained.row.firstStep ?? row.firstStep ?? telling.lazy.compactMap(\.row.firstStep).first
        let place = side == "public" ? "between the client and the origin, on the public side" : "at the origin"
        let grave = rank == .error ? "decides access" : rank == .warning ? "may decide access" : "is worth knowing"
        headline =
            "The two sides differ in what \(grave): look \(place)" + (layer == .none ? "." : " (\(layer.rawValue)).")
        sentences = [Self.sentence(explained)]
        if explained.row != row { sentences.append(Self.sentence(worst)) }
        let others = telling.filter { $0.row.severity >= .warning }.count - sentences.count
        if others > 0 { sentences.append("\(count(others, "more difference")) of weight below.") }
    }

    private static func sentence(_ difference: SharedDifference) -> String {
        let row = difference.row
        let requests =
            difference.requests.count > 3
            ? "\(difference.requests.count) requests" : difference.requests.joined(separator: ", ")
        let what = row.area == .finding ? row.right ?? row.left ?? row.name : row.name
        return
            "\(what) (\(requests)): \(row.left ?? "nothing") at the origin, \(row.right ?? "nothing") on the public side. \(row.area == .finding ? "" : row.meaning)"
    }

    private func isFailure(_ request: ComparedRequest) -> Bool {
        (request.right.statuses.first ?? 0) >= 400 && request.name != "wrong credential"
    }

    private func status(_ answer: AnswerSummary) -> String { answer.statuses.map { "\($0)" }.joined(separator: ", ") }

    private func count(_ number: Int, _ thing: String) -> String { "\(number) \(thing)\(number == 1 ? "" : "s")" }
}
