// There is one Authorization slot, and two credentials stand in it.

import Fields
import Trace

extension Rule {
    /// Two credentials want the one slot there is.
    static let twoCredentials = Rule(
        id: "two-credentials-one-slot", title: "Two credentials in the one Authorization slot",
        severity: .error, layer: .client,
        rationale: """
            Authorization holds one credential. Two lines, or two in one line, come from a client library and a \
            proxy that both add theirs, or from staging Basic beside an application's token. nginx answers 400, \
            Apache joins them into one value nobody understands.
            """,
        sources: [
            "RFC 9110 section 11.6.2",
            "measured: nginx 1.22 answers 400, Apache 2.4 merges",
        ],
        firstStep: "Send one: take the staging password off /wp-json/, or give the application another way "
            + "in.",
        notYet: "Do not put both into one field.",
        supersedes: ["wp-not-logged-in", "wp-anonymous-despite-credential", "basic-malformed", "bearer-placeholder"],
        scope: .authorization,
        fixes: Fixes.restNeedsNoPassword,
        triggers: [
            Example(
                "two lines",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                > Authorization: Basic c3RhZ2luZzpzZXNhbWU=
                > Authorization: Bearer 0123456789abcdef0123456789abcdef
                < HTTP/1.1 400 Bad Request
                """),
            Example(
                "two in one line",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                > Authorization: Basic c3RhZ2luZzpzZXNhbWU=, Bearer 0123456789abcdef0123456789abcdef
                < HTTP/1.1 401 Unauthorized
                """),
        ],
        quiet: [
            Example(
                "one credential",
                """
                > GET / HTTP/1.1
                > Host: example.test
                > Authorization: Bearer 0123456789abcdef0123456789abcdef
                < HTTP/1.1 401 Unauthorized
                """),
            Example(
                "a Digest has commas of its own",
                """
                > GET / HTTP/1.1
                > Host: example.test
                > Authorization: Digest username="a", realm="b", nonce="c", uri="/", response="d"
                < HTTP/1.1 401 Unauthorized
                """),
        ]
    ) { subject in
        let facts = subject.facts
        let lines = facts.received.all("authorization")
        let isMerged = lines.contains { $0.shape?.flaws.contains(.twoCredentials) == true }
        guard lines.count > 1 || isMerged else { return nil }
        let isRefused = facts.originStatus.map { $0 >= 400 } ?? false
        return Match(
            lines.map { facts.evidence($0, at: facts.received) }, field: "Authorization",
            severity: isRefused ? .error : .warning, alsoLayers: isMerged ? [.publicProxy] : [])
    }
}
