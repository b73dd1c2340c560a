// Schemes have no case, RFC 9110 says; strpos has.

import Fields
import Trace

extension Rule {
    /// A plugin may not know the scheme in that spelling.
    static let lowerCaseBearer = Rule(
        id: "bearer-spelled-otherwise", title: "The word Bearer is spelled in other case",
        severity: .error, layer: .client,
        rationale: """
            Scheme names are case-insensitive, yet the most used JWT plugin looks for the word Bearer with a capital \
            B and otherwise lets the request pass as anonymous.
            """,
        sources: [
            "RFC 9110 section 11.1", "Tmeister/wp-api-jwt-auth 1.3.4: determine_current_user (strpos)",
            "github.com/Tmeister/wp-api-jwt-auth issue 1",
        ],
        firstStep: "Spell it Bearer.",
        notYet: "Do not change the server's configuration.",
        supersedes: ["wp-not-logged-in", "wp-anonymous-despite-credential"],
        scope: .refused,
        triggers: [
            .refusal(
                "bearer in small letters",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: bearer \(ExampleTokens.valid)",
                401, "rest_not_logged_in", "Sorry.")
        ],
        quiet: [
            .refusal(
                "the usual spelling", ExampleTokens.request(ExampleTokens.valid), 401, "rest_not_logged_in", "Sorry."),
            .success(
                "it works as it is",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: bearer \(ExampleTokens.valid)"
            ),
        ]
    ) { subject in
        let facts = subject.facts
        guard let line = facts.received.line("authorization"), let scheme = line.shape?.scheme,
            scheme.lowercased() == "bearer", scheme != "Bearer",
            facts.isPermissionRefusal(401) || facts.isRefused("jwt_auth_bad_auth_header")
        else { return nil }
        return Match([facts.evidence(line, at: facts.received)] + facts.refusal, .likely, field: "Authorization")
    }
}
