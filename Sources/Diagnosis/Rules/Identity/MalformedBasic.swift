// Basic that core will not decode: it must match ^Basic [a-z\d/+]*={0,2}$ without case.

import Fields
import Trace
import Ledger

extension Rule {
    /// Basic credentials in a form WordPress does not read.
    static let malformedBasic = Rule(
        id: "basic-malformed", title: "Basic credentials in a form nobody decodes",
        severity: .warning, layer: .client,
        rationale: """
            RFC 7617 asks for the scheme, one space and standard Base64 of user:password. WordPress decodes nothing \
            else from HTTP_AUTHORIZATION: URL-safe Base64, quotes, a line break, a second scheme word or a missing \
            colon make it ignore the field without a message.
            """,
        sources: [
            "RFC 7617 section 2", "WordPress core: wp_populate_basic_auth_from_authorization_header",
        ],
        firstStep: "Let the client build the value from standard Base64 of user:password, with nothing around it.",
        notYet: "Do not change the server.",
        supersedes: [
            "wp-not-logged-in", "wp-anonymous-despite-credential", "wp-application-passwords-unused",
            "plain-hop-hides-tls",
        ],
        scope: .authorization,
        triggers: [
            .refusal(
                "quotes around the credential",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "\"ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4\"", 401, "rest_not_logged_in"),
            .refusal(
                "user:password as it is",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic editor:secret", 401,
                "rest_not_logged_in"),
        ],
        quiet: [
            .refusal(
                "well-formed",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "rest_not_logged_in")
        ]
    ) { subject in
        let facts = subject.facts
        guard let line = facts.received.line("authorization"), let shape = line.shape,
            shape.scheme?.lowercased() == "basic"
        else { return nil }
        // PHP decodes Base64 without padding, and a colon in a password is allowed.
        let harmless: [ShapeFlaw] = [.emptyPassword, .twoCredentials, .unpaddedBase64, .colonInPassword]
        let flaws = shape.flaws.filter { !harmless.contains($0) }
        let isWord = shape.kind == .undefined || shape.kind == .null || shape.kind == .empty
        guard !flaws.isEmpty || isWord else { return nil }
        let what = isWord ? shape.kind.word : flaws.map(\.word).joined(separator: ", ")
        return Match(
            [facts.evidence(line, at: facts.received), facts.evidence("form: \(what)", at: .clientToNode)],
            field: "Authorization", severity: facts.originStatus == 401 || facts.originStatus == 403 ? .error : nil)
    }
}
