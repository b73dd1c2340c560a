// What a response tells about WordPress without another request: whether its REST server wrote it, whether it took the
// caller for somebody, how far the request came. The signs are side effects of WordPress core that no proxy adds by
// itself; they come with every answer, refusals included.
//
// Sources (WordPress core): WP_REST_Server::serve_request and rest_convert_error_to_response (fields and the error
// object), rest_send_nocache_headers defaulting to is_user_logged_in (1984), rest_cookie_check_errors (X-WP-Nonce),
// rest_send_allow_header (Allow), rest_send_cors_headers (Access-Control-Allow-Origin and -Credentials).

import Fields
import JSON
import Ledger
import Trace

/// The signs of WordPress in one response.
public struct WordPressSigns {
    /// Evidence that the REST server of WordPress wrote the response; empty when nothing shows it.
    public let restServer: [Evidence]
    /// Whether the body is the REST API's error object (`code`, `message`, `data.status`).
    public let isErrorObject: Bool
    /// Evidence that WordPress took the caller for a user.
    public let sawUser: [Evidence]
    /// Whether WordPress accepted cookie and nonce (it sent a fresh nonce).
    public let acceptedNonce: Bool
    /// The methods WordPress allows this caller on the matched route; nil when no route matched or all were refused.
    public let allowed: [String]?
    /// Whether a callback for a collection ran.
    public let ranCollection: Bool

    init(_ facts: Facts) {
        let answer = facts.answered
        var evidence: [Evidence] = []
        isErrorObject = facts.body.code != nil && facts.body.message != nil && facts.body.json?["data"] != nil
        if isErrorObject, let code = facts.body.code {
            evidence.append(facts.evidence("REST error object, code \(code)", at: .originToNode))
        }
        // Two of the fields that serve_request sends before anything is decided; one alone may be anybody's.
        let links = answer.all("link").filter { $0.value.contains("https://api.w.org/") }
        let exposes = answer.all("access-control-expose-headers").filter { $0.value.contains("X-WP-Total") }
        let allows = answer.all("access-control-allow-headers").filter { $0.value.contains("X-WP-Nonce") }
        let robots = answer.all("x-robots-tag").filter { $0.value == "noindex" }
        let own = exposes + allows
        if !own.isEmpty || (!links.isEmpty && !robots.isEmpty) {
            evidence += (own + links + robots).map { facts.evidence($0, at: answer) }
        }
        let totals = answer.all("x-wp-total") + answer.all("x-wp-totalpages")
        evidence += totals.map { facts.evidence($0, at: answer) }
        ranCollection = !totals.isEmpty
        let nonces = answer.all("x-wp-nonce")
        acceptedNonce = !nonces.isEmpty
        evidence += nonces.map { facts.evidence($0, at: answer) }
        restServer = evidence

        let epoch = answer.all("expires").filter { $0.value == "Wed, 11 Jan 1984 05:00:00 GMT" }
        sawUser = (epoch.isEmpty ? [] : epoch + answer.all("cache-control")).map { facts.evidence($0, at: answer) }
        allowed =
            answer.joined("allow").map { $0.split(separator: ",").map { trimmed($0).uppercased() } }
    }

    /// Whether the REST server of WordPress wrote the response.
    public var answered: Bool { !restServer.isEmpty }
}
