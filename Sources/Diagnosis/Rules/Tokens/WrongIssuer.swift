// The issuer is not this site, as this site sees itself.

import Fields
import Ledger
import Meaning
import Trace

extension Rule {
    /// The token belongs to another site URL.
    static let jwtWrongIssuer = Rule(
        id: "jwt-wrong-issuer", title: "The token was issued for another site URL",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            The plugin compares the claim iss with the site's URL, byte by byte: http and https, www, a port or a \
            staging name make two URLs of one site.
            """,
        sources: ["Tmeister/wp-api-jwt-auth 1.3.4: Jwt_Auth_Public::validate_token"],
        firstStep: "Get and use the token at the same URL; compare the issuer shown above with the site's "
            + "address in Settings, General.",
        notYet: "Do not edit the database.",
        scope: .refused,
        triggers: [
            .refusal(
                "the plugin says so", ExampleTokens.request(ExampleTokens.foreign), 403, "jwt_auth_bad_iss", "Sorry.")
        ],
        quiet: [
            .refusal(
                "another refusal", ExampleTokens.request(ExampleTokens.foreign), 403, "jwt_auth_invalid_token",
                "Something else")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("jwt_auth_bad_iss") else { return nil }
        var evidence = facts.evidence("authorization", at: facts.received) + facts.refusal + facts.messageEvidence
        if let issuer = facts.authorization?.token?.issuer {
            evidence.append(facts.evidence("iss \(issuer)", at: .clientToNode))
            // The Link field names the address the site believes to have.
            if let root = facts.restRoot,
                let site = SiteAddress(
                    String(root.prefix(upTo: root.firstRange(of: "/wp-json")?.lowerBound ?? root.endIndex))),
                let other = SiteAddress(issuer)
            {
                let differences = other.differences(from: site).map(\.rawValue)
                evidence.append(
                    facts.evidence(
                        differences.isEmpty
                            ? "the site is at the same address"
                            : "differs from the site's in: "
                                + differences.joined(separator: ", "), at: .originToNode))
            }
        }
        return Match(evidence, .certain, field: "Authorization", alsoLayers: [.client])
    }
}
