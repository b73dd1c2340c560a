// How products that refuse requests sign their refusals: fields they set, words on their page. A signature names the
// product; that it refused is proven by the status and by the absence of WordPress's own signs. Presence of a product
// on the way (its field on a good answer) is no refusal.
//
// Sources of the signatures: the public block-page collections of the wafw00f and identYwaf projects, vendors' own
// pages where named, and answers measured on loopback.

import Ledger
import Trace

/// The signature of a product that refuses requests.
public struct BlockSignature: Sendable {
    /// A field and a part of its value, both compared without case; an empty part asks for the field alone.
    public struct Field: Sendable {
        let name: String
        let part: String

        /// A field with a part of its value.
        public init(_ name: String, _ part: String = "") {
            self.name = name
            self.part = part
        }
    }

    /// The product's name.
    public let product: String
    /// Fields that prove the refusal alone, whatever the status.
    public let decisive: [Field]
    /// Words on the page that prove it together with a refusing status.
    public let page: [String]
    /// Fields that show the product on the way; with a refusing status they make it likely.
    public let presence: [Field]
    /// Cookies that show the product on the way.
    public let cookies: [String]
    /// Statuses it refuses with.
    public let statuses: [Int]

    /// A signature from its parts.
    public init(
        _ product: String, decisive: [Field] = [], page: [String] = [], presence: [Field] = [], cookies: [String] = [],
        statuses: [Int] = [403]
    ) {
        self.product = product
        self.decisive = decisive
        self.page = page
        self.presence = presence
        self.cookies = cookies
        self.statuses = statuses
    }

    /// Evidence that this product wrote the response, and how far it carries; nil when nothing shows it.
    func match(_ facts: Facts) -> (evidence: [Evidence], confidence: Confidence)? {
        guard let status = facts.originStatus, !facts.wordpress.answered else { return nil }
        for field in decisive {
            if let line = facts.line(field) {
                return ([facts.statusEvidence, facts.evidence(line, at: facts.answered)], .certain)
            }
        }
        guard statuses.contains(status) else { return nil }
        let present = presence.compactMap { facts.line($0) }
        if let words = facts.body.marker(among: page) {
            return (
                [facts.statusEvidence, facts.evidence("page: \(words)", at: .originToNode)]
                    + present.map { facts.evidence($0, at: facts.answered) }, .certain
            )
        }
        let set = facts.answered.all("set-cookie").filter { line in
            cookies.contains { line.value.lowercased().hasPrefix($0) }
        }
        guard !present.isEmpty || !set.isEmpty, facts.body.json == nil else { return nil }
        return (
            [facts.statusEvidence] + (present + set).map { facts.evidence($0, at: facts.answered) }, .possible
        )
    }
}

extension Facts {
    /// The first line of the response that fits a signature's field.
    func line(_ field: BlockSignature.Field) -> RecordedLine? {
        answered.all(field.name).first { field.part.isEmpty || $0.value.lowercased().contains(field.part.lowercased()) }
    }
}

extension Rule {
    /// A rule that says which product refused.
    static func refusal(
        by signature: BlockSignature, id: String, title: String, layer: Layer = .waf, severity: Severity = .error,
        rationale: String, sources: [String], firstStep: String, notYet: String? = nil,
        separatingTest: String? = nil, fixes: [String] = [], triggers: [Example], quiet: [Example]
    ) -> Rule {
        Rule(
            id: id, title: title, severity: severity, layer: layer, rationale: rationale, sources: sources,
            firstStep: firstStep, notYet: notYet, separatingTest: separatingTest, supersedes: ["server-own-page"],
            scope: signature.decisive.isEmpty && signature.statuses.allSatisfy { $0 >= 400 } ? .refused : [],
            fixes: fixes, triggers: triggers, quiet: quiet
        ) { subject in
            guard let (evidence, confidence) = signature.match(subject.facts) else { return nil }
            let isCertain = confidence == .certain
            return Match(
                evidence, confidence, severity: isCertain ? nil : .warning,
                alsoLayers: isCertain ? [] : [.webServer, .wordpressAuth],
                notProven: isCertain ? nil : "Whether \(signature.product) refused, or only passed a refusal on.")
        }
    }
}
