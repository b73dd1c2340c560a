// Two clocks disagree.

import Fields
import Ledger
import Meaning
import Trace

extension Rule {
    /// The token is not valid yet, by its own claims.
    static let jwtNotYetValid = Rule(
        id: "jwt-not-yet-valid", title: "The token is from the future",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            The claims nbf or iat lie after the clock of the server. The plugin's library allows no difference, so a \
            few seconds between the issuing and the verifying machine are enough.
            """,
        sources: ["RFC 7519 sections 4.1.5 and 4.1.6", "firebase/php-jwt: JWT::decode"],
        firstStep: "Set the clocks: NTP on the machine that issues and on the one that verifies.",
        notYet: "Do not raise the life of tokens.",
        supersedes: ["wp-not-logged-in", "wp-anonymous-despite-credential"],
        scope: [.authorization, .refused],
        triggers: [
            .refusal(
                "the plugin says so", ExampleTokens.request(ExampleTokens.early), 403, "jwt_auth_invalid_token",
                "Cannot handle token with iat prior to 2026-11-21T03:00:00+0000"),
            .refusal(
                "another verifier says nothing", ExampleTokens.request(ExampleTokens.early), 401, "rest_not_logged_in",
                "Sorry."),
        ],
        quiet: [
            .refusal(
                "issued an hour ago", ExampleTokens.request(ExampleTokens.valid), 401, "rest_not_logged_in", "Sorry.")
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.originStatus, status == 401 || status == 403,
            let line = facts.received.line("authorization"), let token = line.shape?.token
        else { return nil }
        let says = facts.body.message?.contains("Cannot handle token") == true
        let clock = facts.clock
        let start = max(token.notBefore ?? .min, token.issuedAt ?? .min)
        guard says || start > clock.seconds else { return nil }
        let times = facts.tokenTimes
        let told = [times?.fault(.notBefore), times?.fault(.issuedAt)].compactMap { $0?.description }
        let ahead = told.isEmpty ? ["nbf and iat are before \(clock.name)"] : told
        return Match(
            [facts.evidence(line, at: facts.received)] + ahead.map { facts.evidence($0, at: .clientToNode) }
                + facts.refusal, says ? .certain : .likely, field: "Authorization",
            title: start > facts.record.time / 1_000_000 ? nil : "The server's clock is behind ours",
            alsoLayers: start > facts.record.time / 1_000_000 ? [.client, .phpGateway] : [.phpGateway, .client])
    }
}
