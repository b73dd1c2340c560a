// The client sent the name of nothing.

import Fields
import Ledger
import Trace

extension Rule {
    /// A word stands where a token should.
    static let placeholderToken = Rule(
        id: "bearer-placeholder", title: "A word stands where the token should",
        severity: .error, layer: .client,
        rationale: """
            undefined, null, an empty value, quotes or a doubled scheme come out of client code that put a variable \
            into the field before it was set, or put the scheme in twice. No server can take it for a token.
            """,
        sources: ["RFC 6750 section 2.1"],
        firstStep: "Find the variable that should hold the token and print it before the request.",
        notYet: "Do not change the server or issue new tokens.",
        supersedes: [
            "wp-not-logged-in", "wp-anonymous-despite-credential", "jwt-not-three-parts", "jwt-header-malformed",
            "jwt-damaged", "jwt-signature-refused",
        ],
        scope: .authorization,
        triggers: [
            .refusal(
                "a variable that was never set",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer undefined", 401,
                "rest_not_logged_in", "Sorry."),
            .refusal(
                "the scheme twice",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Bearer Bearer \(ExampleTokens.valid)",
                401, "rest_not_logged_in", "Sorry."),
        ],
        quiet: [.refusal("a token", ExampleTokens.request(ExampleTokens.valid), 401, "rest_not_logged_in", "Sorry.")]
    ) { subject in
        let facts = subject.facts
        guard let line = facts.received.line("authorization"), let shape = line.shape else { return nil }
        let isWord = shape.kind == .undefined || shape.kind == .null || shape.kind == .empty
        let flaws: [ShapeFlaw] = [
            .doubledScheme, .doubledName, .quoted, .colonAfterScheme, .trailingJunk, .oddSpacing, .encodedNewline,
        ].filter(shape.flaws.contains)
        guard shape.scheme?.lowercased() != "basic", isWord || !flaws.isEmpty else { return nil }
        let what = isWord ? shape.kind.word : flaws.map(\.word).joined(separator: ", ")
        let isRefused = facts.originStatus == 401 || facts.originStatus == 403
        return Match(
            [facts.evidence(line, at: facts.received), facts.evidence("form: \(what)", at: .clientToNode)],
            field: "Authorization", severity: isRefused ? .error : .warning)
    }
}
