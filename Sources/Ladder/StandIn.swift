// What is sent in the place of a request that may change something. Its shadow has the same method, fields and body, and
// goes to a route that WordPress does not have: identity, nonces, firewalls, limits and caches in front see the same as
// for the request itself, and there is no handler that could do anything (`rest_no_route` is how a healthy site answers).
// Whether this user may do the real thing is read from Allow, which WordPress computes for the caller on every route
// (rest_send_allow_header), also for OPTIONS.
//
// GET, HEAD and OPTIONS are sent as they are (RFC 9110 section 9.2.1). So are the POSTs of the token plugins that look at
// a token or issue one, because that is all they do.

/// How a request is sent.
enum Form: Equatable {
    /// As it is.
    case asItIs
    /// Its shadow.
    case shadow
    /// Not at all: there is no route to put its shadow on.
    case unsent

    init(_ request: AskedRequest, allowsUnsafe: Bool) {
        if allowsUnsafe || ["GET", "HEAD", "OPTIONS"].contains(request.method) || Form.isHarmless(request) {
            self = .asItIs
        } else {
            self = RESTPath(request.path) == nil ? .unsent : .shadow
        }
    }

    private static func isHarmless(_ request: AskedRequest) -> Bool {
        guard request.method == "POST", let path = RESTPath(request.path) else { return false }
        return ["/jwt-auth/v1/token", "/jwt-auth/v1/token/validate"].contains(path.route)
    }
}

/// A target taken apart at the REST route.
struct RESTPath: Equatable {
    /// What stands before the route: `/wp-json`, `/blog/wp-json`, `/?rest_route=`.
    var head: String
    /// The route, `/wp/v2/posts`.
    var route: String
    /// What stands behind it, with its question mark or ampersand.
    var tail: String

    /// Takes a target apart; nil when it names no REST route.
    init?(_ path: String) {
        for mark in ["/wp-json", "rest_route="] {
            guard let range = path.firstRange(of: mark) else { continue }
            head = String(path[..<range.upperBound])
            let rest = path[range.upperBound...]
            let end = rest.firstIndex { $0 == "?" || $0 == "&" || $0 == "#" } ?? rest.endIndex
            route = String(rest[..<end]).replacing("%2F", with: "/").replacing("%2f", with: "/")
            if !route.isEmpty, !route.hasPrefix("/") { return nil }
            if route.isEmpty { route = "/" }
            tail = String(rest[end...])
            return
        }
        return nil
    }

    /// Whether something stands before `/wp-json` that is not the site's own base.
    func prefix(base: String) -> String? {
        guard head.hasSuffix("/wp-json") else { return nil }
        let before = String(head.dropLast("/wp-json".count))
        return before == base || before.isEmpty ? nil : before
    }

    /// The same with another route.
    func with(_ route: String) -> String { head + route + tail }

    /// A route no WordPress has.
    static let nowhere = "/hoplens/v1/nothing"
}
