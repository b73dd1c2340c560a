// There are three plugins, and their routes look alike.

import JSON
import Ledger

extension Rule {
    /// Another JWT plugin than the client expects.
    static let otherJWTPlugin = Rule(
        id: "jwt-other-plugin", title: "Another JWT plugin answers than expected",
        severity: .warning, layer: .wordpressAuth,
        rationale: """
            The answer has the form of another JWT plugin (rest_authentication_no_header, or an envelope with \
            success, statusCode, code): its routes and its answers differ from those of JWT Authentication for WP \
            REST API.
            """,
        sources: ["github.com/usefulteam/jwt-auth issue 99", "github.com/Tmeister/wp-api-jwt-auth issue 182"],
        firstStep: "Look which JWT plugin is active, and use its routes.",
        notYet: "Do not install a second one beside it.",
        scope: .refused,
        triggers: [
            .refusal(
                "no header, says another plugin", "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test", 401,
                "rest_authentication_no_header", "Sorry."),
            Example(
                "the envelope of another plugin",
                """
                > POST /wp-json/jwt-auth/v1/token HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Content-Type: application/json
                {"success":false,"statusCode":403,"code":"jwt_auth_invalid_token","message":"Expired token","data":[]}
                """),
        ],
        quiet: [
            .refusal(
                "the usual plugin", ExampleTokens.request(ExampleTokens.expired), 403, "jwt_auth_invalid_token",
                "Expired token")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus != nil, let code = facts.body.code else { return nil }
        let hasEnvelope = facts.body.json?["success"]?.bool == false && facts.body.json?["statusCode"] != nil
        guard code == "rest_authentication_no_header" || (hasEnvelope && code.hasPrefix("jwt_auth")) else { return nil }
        return Match(
            facts.refusal + (hasEnvelope ? [facts.evidence("body: success, statusCode", at: .originToNode)] : []),
            .likely)
    }
}
