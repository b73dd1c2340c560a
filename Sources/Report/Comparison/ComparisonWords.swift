// How sides, requests and rows are named in all formats, so that somebody who has seen one recognises the others.

import Comparison
import Diagnosis

enum ComparisonWords {
    /// A side in short: its URL, where it was dialled, and what is to be known of its TLS.
    static func side(_ side: ComparedSide) -> String {
        var parts = [side.url]
        if let connect = side.connect { parts.append("dialled at \(connect)") }
        if let tls = side.tls {
            parts.append(side.isVerified ? tls : "\(tls), certificate not verified")
            if let file = side.caFile { parts.append("trusting \(file)") }
        }
        return parts.joined(separator: ", ")
    }

    /// An answer in short.
    static func answer(_ answer: AnswerSummary) -> String {
        guard !answer.statuses.isEmpty else { return answer.error ?? "no answer" }
        var parts = [answer.statuses.map { "\($0)" }.joined(separator: "/")]
        if let who = answer.answerer { parts.append(who) }
        if let type = answer.type { parts.append(type) }
        if let bytes = answer.bytes, bytes > 0 { parts.append(Human.size(bytes)) }
        if answer.isFromCache { parts.append("from a cache") }
        return parts.joined(separator: ", ")
    }

    /// What a row is about: `field vary`, `redirect step 1`.
    static func title(_ row: Difference) -> String {
        switch row.area {
        case .status, .answerer: row.name
        case .reach: "no answer"
        case .body where row.name == "content": "content"
        case .finding: row.right ?? row.left ?? row.name
        default: "\(row.area.rawValue) \(row.name)"
        }
    }

    /// What a side shows.
    static func value(_ value: String?) -> String { value ?? "nothing" }

    /// The requests a row was seen in.
    static func requests(_ names: [String], of total: Int, most: Int = 4) -> String {
        if names.count == total, total > 1 { return "all \(total) requests" }
        let shown = names.prefix(most).joined(separator: ", ")
        return names.count > most ? "\(shown) and \(names.count - most) more" : shown
    }

    /// The rows that are shown.
    static func rows(_ result: ComparisonResult, all: Bool) -> [SharedDifference] {
        result.shared.filter { all || $0.row.severity > .info }
    }

    /// The class of the conclusion.
    static func weight(_ result: ComparisonResult) -> String {
        guard let worst = result.worst, worst > .info else { return "fine" }
        return worst.word
    }

    /// What was asked, in a sentence.
    static func account(_ result: ComparisonResult) -> String {
        let requests = result.requests.count == 1 ? "1 request" : "\(result.requests.count) requests"
        let counts = Severity.allCases.reversed().filter { $0 > .info }.map { severity -> String in
            let count = result.shared.filter { $0.row.severity == severity }.count
            return "\(count) \(severity.word)\(count == 1 ? "" : "s")"
        }
        let times = "\(result.isPartial ? "at most " : "")\(result.rounds) times"
        return "\(requests), each asked \(times) of both sides: \(counts.joined(separator: ", "))."
    }
}
