// A compressed answer for somebody who cannot read it.

import Ledger
import Trace

extension Rule {
    /// The content coding is not one the request accepts.
    static let encodingNotAccepted = Rule(
        id: "encoding-not-accepted", title: "The answer is compressed, and nobody asked",
        severity: .error, layer: .cdnCache,
        rationale: """
            The answer has a Content-Encoding that the request's Accept-Encoding does not name. Out of a cache that is an \
            answer made for another client: the origin compresses without Vary: Accept-Encoding, or the cache does not \
            look at it (nginx before 1.23 keeps only one line of Vary, and WordPress adds a line of its own for Origin).
            """,
        sources: [
            "RFC 9110 section 12.5.3", "RFC 9111 section 4.1",
            "measured: nginx 1.22 as a cache, gzip with no Vary and with two lines of Vary",
        ],
        firstStep:
            "Send Vary: Accept-Encoding in one line with the other names, or take Accept-Encoding off requests the "
            + "cache sends to the origin.",
        notYet: "Do not change the client's parser.",
        separatingTest: "Ask again with a query no cache knows: if that answer can be read, the cache is at fault.",
        scope: .cached,
        fixes: ["encoding-not-accepted.nginx.conf"],
        triggers: [
            .success(
                "a cache gives gzip to a client that did not ask for it",
                "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test",
                fields: ["Content-Encoding: gzip", "X-Cache-Status: HIT"])
        ],
        quiet: [
            .success(
                "gzip was asked for",
                "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test\nAccept-Encoding: gzip, deflate, br",
                fields: ["Content-Encoding: gzip", "X-Cache-Status: HIT"]),
            .success(
                "anything will do",
                "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test\nAccept-Encoding: *;q=0.5",
                fields: ["Content-Encoding: br", "X-Cache-Status: HIT"]),
            .success(
                "without the field any coding is acceptable, and nothing says it was made for another client",
                "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test", fields: ["Content-Encoding: gzip"]),
            .success(
                "no coding", "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test",
                fields: ["Content-Encoding: identity", "X-Cache-Status: HIT"]),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus == 200, facts.method == "GET", let coding = facts.answered.line("content-encoding")
        else {
            return nil
        }
        let accepted = facts.sent.tokens("accept-encoding")
        let used = trimmed(coding.value).lowercased()
        let plain = used.hasPrefix("x-") ? String(used.dropFirst(2)) : used
        let isNamed = accepted.contains { member in
            let parts = member.split(separator: ";", maxSplits: 1)
            let name = parts.first.map { trimmed($0) } ?? ""
            let isRefused = parts.count > 1 && ["q=0", "q=0.0"].contains(trimmed(parts[1]))
            return (name == plain || name == used || name == "*") && !isRefused
        }
        guard !used.isEmpty, used != "identity", !isNamed else { return nil }
        let asked =
            accepted.isEmpty
            ? [facts.absence("Accept-Encoding", at: facts.sent)] : facts.evidence("accept-encoding", at: facts.sent)
        return Match(
            asked + [facts.evidence(coding, at: facts.answered)] + facts.evidence("vary", at: facts.answered)
                + facts.cache.hit,
            field: "Content-Encoding")
    }
}
