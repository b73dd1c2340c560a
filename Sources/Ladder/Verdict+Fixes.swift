// Which files of configs/fixes belong to a verdict: those of the rule that knows the same cause, or of the layer that a
// credential was lost in. A cause that is in the client, or that only reading a log can tell, has none.

import Diagnosis

extension Verdict {
    /// Files of configs/fixes, one for each kind of server; none when nothing is to be configured.
    public var fixes: [String] {
        if cause == "credential-lost-in-front", field?.lowercased() == "authorization" {
            return Fixes.authorizationPassesFronts
        }
        return (Self.rules[cause] ?? [cause]).flatMap { Catalogue.rule($0)?.fixes ?? [] }
    }

    /// The rules that know a cause under another name.
    static let rules: [String: [String]] = [
        "anonymous-response-cached": ["private-answer-to-anonymous"],
        "app-passwords-disabled": ["wp-application-passwords-disabled"],
        "authenticated-response-cached": ["private-answer-to-anonymous"],
        "authorization-not-handed-to-php": ["jwt-header-not-found", "basic-passes-bearer-does-not"],
        "cache-ignores-vary": ["encoding-not-accepted"],
        "error-cached": ["error-from-cache"],
        "http-host-without-port": ["redirect-to-itself"],
        "no-rewrite-to-index": ["rest-route-not-rewritten"],
        "path-prefix-not-stripped": ["rest-prefix-not-stripped"],
        "plain-permalinks": ["rest-plain-permalinks"],
        "preflight-unanswered": ["cors-preflight-refused"],
        "redirect-loop": ["redirect-to-itself"],
        "x-forwarded-proto-missing": ["plain-hop-hides-tls"],
    ]
}
