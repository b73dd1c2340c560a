// The token says so itself.

import Fields
import Ledger
import Meaning
import Trace

extension Rule {
    /// The token has expired, by its own claim.
    static let jwtExpired = Rule(
        id: "jwt-expired", title: "The token has expired",
        severity: .error, layer: .client,
        rationale: """
            The claim exp lies before the Date of the answer (or, without one, before this machine's clock). Every \
            verifier refuses it; nothing on the way is at fault.
            """,
        sources: ["RFC 7519 section 4.1.4", "firebase/php-jwt: JWT::decode"],
        firstStep: "Get a new token once, and let the client do so when this one is near its end.",
        notYet: "Do not let the client refresh in a loop: one try, then say so.",
        supersedes: ["wp-not-logged-in", "wp-anonymous-despite-credential"],
        scope: [.authorization, .refused],
        triggers: [
            .refusal(
                "the plugin says so", ExampleTokens.request(ExampleTokens.expired), 403, "jwt_auth_invalid_token",
                "Expired token"),
            .refusal(
                "the verifier's clock is days ahead", ExampleTokens.request(ExampleTokens.valid), 403,
                "jwt_auth_invalid_token", "Expired token"),
            .refusal(
                "another plugin ignores it", ExampleTokens.request(ExampleTokens.expired), 401, "rest_not_logged_in",
                "Sorry.", fields: ["Date: Sat, 21 Nov 2026 01:33:01 GMT"]),
        ],
        quiet: [
            .refusal("still good", ExampleTokens.request(ExampleTokens.valid), 401, "rest_not_logged_in", "Sorry."),
            .success("a route that asks nobody", ExampleTokens.request(ExampleTokens.expired)),
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.originStatus, status == 401 || status == 403,
            let line = facts.received.line("authorization"), let token = line.shape?.token
        else { return nil }
        let clock = facts.clock
        let says = facts.body.message?.contains("Expired token") == true
        guard says || token.expires.map({ $0 <= clock.seconds }) == true else { return nil }
        let ago =
            facts.tokenTimes?.fault(.expires)?.description
            ?? token.expires.map { "exp is \($0 - clock.seconds) s after \(clock.name)" } ?? "no claim exp"
        // A front replaces Date, so the verifier's clock shows only in what it says: expired there and valid here means that
        // its clock is ahead.
        let ours = facts.record.time / 1_000_000
        let isAhead = says && token.expires.map { $0 > clock.seconds && $0 > ours } == true
        return Match(
            [facts.evidence(line, at: facts.received), facts.evidence(ago, at: .clientToNode)] + facts.refusal,
            says ? .certain : .likely, field: "Authorization",
            title: isAhead ? "The server's clock is ahead of ours" : nil,
            layer: isAhead ? .wordpressAuth : nil,
            alsoLayers: isAhead ? [.phpGateway, .client] : [.wordpressAuth],
            firstStep: isAhead ? "Set the clock of the machine PHP runs on (NTP)." : nil,
            notProven: says ? nil : "Whether the server looked at the token at all.")
    }
}
