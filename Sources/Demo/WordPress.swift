// The demo's origin: a function from request to answer that behaves, in status codes, error objects and headers, as the
// REST API of WordPress core does. It knows one user, two posts and five routes. Sockets and threads are the Server's.
//
// What makes it recognisable, and is therefore kept exactly: the REST headers stand on every answer, errors included;
// 401 says that nobody is logged in and 403 that the user may not; `Allow` lists the methods of this route that this
// caller may use; the Expires of 1984 and `Cache-Control: no-cache …` mark the answer to a logged-in user; the CORS
// fields echo whatever Origin was sent.

import JSON
import Reactor

/// A WordPress site with a REST API, as far as the demo needs one.
struct WordPress: Sendable {
    /// The host name of the site; links are made from the Host that arrives.
    static let siteName = "blog.example"
    static let userID = 7

    let secrets: DemoSecrets
    private let lastPost = Monitor(12)

    /// A site whose user has these credentials.
    init(_ secrets: DemoSecrets) { self.secrets = secrets }

    /// The answer to a request.
    func answer(_ request: Request) -> Response {
        guard request.path == "/wp-json" || request.path.hasPrefix("/wp-json/") else { return pageNotFound() }
        let identity = identity(request)
        var result = Result(status: 200)
        let route = Route(path: request.path)
        switch (identity, route) {
        case (.refused(let problem), _): result = Result(problem)
        case (_, nil): result = noRoute
        case (_, .some(let route)): result = dispatch(request, route, identity)
        }
        if let route, result.matched {
            let allowed = route.methods(for: identity.isEditor)
            if !allowed.isEmpty { result.fields.append(Field("Allow", allowed.joined(separator: ", "))) }
        }
        return envelope(request, identity, result)
    }

    // MARK: Routes

    private enum Route {
        case index, posts, me, settings

        init?(path: String) {
            switch path {
            case "/wp-json", "/wp-json/": self = .index
            case "/wp-json/wp/v2/posts": self = .posts
            case "/wp-json/wp/v2/users/me": self = .me
            case "/wp-json/wp/v2/settings": self = .settings
            default: return nil
            }
        }

        /// The methods the route has.
        var methods: [String] {
            switch self {
            case .index: ["GET"]
            case .posts: ["GET", "POST"]
            case .me: ["GET", "POST", "PUT", "PATCH"]
            case .settings: ["GET", "POST", "PUT", "PATCH"]
            }
        }

        /// Those of them that the caller may use.
        func methods(for isEditor: Bool) -> [String] {
            switch self {
            case .index: ["GET"]
            case .posts, .me: isEditor ? methods : ["GET"]
            // Only administrators may; the demo has none.
            case .settings: []
            }
        }
    }

    private struct Result {
        var status: Int
        var fields: [Field] = []
        var body: [UInt8] = []
        /// Whether a route matched: only then Allow is sent.
        var matched = true

        init(status: Int, fields: [Field] = [], body: [UInt8] = []) {
            self.status = status
            self.fields = fields
            self.body = body
        }

        init(_ problem: Problem, matched: Bool = false) {
            self.init(status: problem.status)
            self.matched = matched
            var json = JSONWriter()
            json.beginObject(&body)
            json.key("code", &body)
            json.string(problem.code, &body)
            json.key("message", &body)
            json.string(problem.message, &body)
            json.key("data", &body)
            json.beginObject(&body)
            json.key("status", &body)
            json.integer(problem.status, &body)
            json.endObject(&body)
            json.endObject(&body)
        }
    }

    private var noRoute: Result {
        Result(Problem(status: 404, code: "rest_no_route", message: "No route fits this URL and method."))
    }

    private func dispatch(_ request: Request, _ route: Route, _ identity: Identity) -> Result {
        let reads = request.method == "GET" || request.method == "HEAD"
        switch (route, request.method) {
        case (_, "OPTIONS"): return describe(route)
        case (.index, _) where reads: return index(request)
        case (.posts, _) where reads: return posts(request)
        case (.posts, "POST"): return createPost(request, identity)
        case (.me, _) where reads: return me(identity)
        case (.settings, _) where reads:
            return Result(denied("rest_forbidden", "You are not allowed to do this.", identity), matched: true)
        // WordPress has no 405: a method a route does not have is a route that does not exist.
        default: return noRoute
        }
    }

    /// The error for somebody who may not: 401 for nobody, 403 for a user without the right.
    private func denied(_ code: String, _ message: String, _ identity: Identity) -> Problem {
        Problem(status: identity.isEditor ? 403 : 401, code: code, message: message)
    }

    private func describe(_ route: Route) -> Result {
        var body: [UInt8] = []
        var json = JSONWriter()
        json.beginObject(&body)
        json.key("namespace", &body)
        json.string(route == .index ? "" : "wp/v2", &body)
        json.key("methods", &body)
        json.beginArray(&body)
        for method in route.methods { json.string(method, &body) }
        json.endArray(&body)
        json.endObject(&body)
        return Result(status: 200, body: body)
    }

    private func index(_ request: Request) -> Result {
        let site = site(request)
        var body: [UInt8] = []
        var json = JSONWriter()
        json.beginObject(&body)
        for (key, value) in [("name", "Demo"), ("description", ""), ("url", site), ("home", site)] {
            json.key(key, &body)
            json.string(value, &body)
        }
        json.key("namespaces", &body)
        json.beginArray(&body)
        for name in ["oembed/1.0", "jwt-auth/v1", "wp/v2"] { json.string(name, &body) }
        json.endArray(&body)
        json.key("authentication", &body)
        json.beginObject(&body)
        json.key("application-passwords", &body)
        json.beginObject(&body)
        json.key("endpoints", &body)
        json.beginObject(&body)
        json.key("authorization", &body)
        json.string(site + "/wp-admin/authorize-application.php", &body)
        for _ in 0..<4 { json.endObject(&body) }
        return Result(status: 200, body: body)
    }

    private func posts(_ request: Request) -> Result {
        var body: [UInt8] = []
        var json = JSONWriter()
        json.beginArray(&body)
        for (id, title) in [(12, "Second post"), (9, "First post")] { post(id, title, request, &json, &body) }
        json.endArray(&body)
        return Result(status: 200, fields: [Field("X-WP-Total", "2"), Field("X-WP-TotalPages", "1")], body: body)
    }

    private func createPost(_ request: Request, _ identity: Identity) -> Result {
        guard identity.isEditor else {
            return Result(
                denied("rest_cannot_create", "This user is not allowed to create posts.", identity), matched: true)
        }
        guard let value = try? JSONValue(parsing: request.body.span) else {
            return Result(Problem(status: 400, code: "rest_invalid_json", message: "The body is no JSON."))
        }
        guard let title = value["title"]?.string, !title.isEmpty else {
            return Result(
                Problem(status: 400, code: "empty_content", message: "A post needs a title, content or an excerpt."),
                matched: true)
        }
        let id = lastPost.withLock { last in
            last += 1
            return last
        }
        var body: [UInt8] = []
        var json = JSONWriter()
        post(id, title, request, &json, &body)
        let location = "\(site(request))/wp-json/wp/v2/posts/\(id)"
        return Result(status: 201, fields: [Field("Location", location)], body: body)
    }

    private func post(_ id: Int, _ title: String, _ request: Request, _ json: inout JSONWriter, _ body: inout [UInt8]) {
        json.beginObject(&body)
        json.key("id", &body)
        json.integer(id, &body)
        json.key("link", &body)
        json.string("\(site(request))/?p=\(id)", &body)
        json.key("title", &body)
        json.beginObject(&body)
        json.key("rendered", &body)
        json.string(title, &body)
        json.endObject(&body)
        json.endObject(&body)
    }

    private func me(_ identity: Identity) -> Result {
        guard identity.isEditor else {
            return Result(
                Problem(status: 401, code: "rest_not_logged_in", message: "Nobody is logged in."), matched: true)
        }
        var body: [UInt8] = []
        var json = JSONWriter()
        json.beginObject(&body)
        json.key("id", &body)
        json.integer(WordPress.userID, &body)
        for key in ["name", "slug"] {
            json.key(key, &body)
            json.string(DemoSecrets.user, &body)
        }
        json.endObject(&body)
        return Result(status: 200, body: body)
    }

    // MARK: What every answer carries

    private func site(_ request: Request) -> String { "http://" + (request.fields["Host"] ?? WordPress.siteName) }

    private func envelope(_ request: Request, _ identity: Identity, _ result: Result) -> Response {
        var fields = stamp()
        fields += [
            Field("X-Robots-Tag", "noindex"),
            Field("Link", "<\(site(request))/wp-json/>; rel=\"https://api.w.org/\""),
            Field("X-Content-Type-Options", "nosniff"),
            Field("Access-Control-Expose-Headers", "X-WP-Total, X-WP-TotalPages, Link"),
            Field(
                "Access-Control-Allow-Headers",
                "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type"),
        ]
        if identity.isEditor || identity == .refused(WordPress.badNonce) {
            fields.append(Field("Expires", "Wed, 11 Jan 1984 05:00:00 GMT"))
            fields.append(Field("Cache-Control", "no-cache, must-revalidate, max-age=0, no-store, private"))
        }
        if identity == .editor(byNonce: true) { fields.append(Field("X-WP-Nonce", secrets.nonce)) }
        fields += result.fields
        if let origin = request.fields["Origin"], !origin.isEmpty {
            fields += [
                Field("Access-Control-Allow-Origin", origin),
                Field("Access-Control-Allow-Methods", "OPTIONS, GET, POST, PUT, PATCH, DELETE"),
                Field("Access-Control-Allow-Credentials", "true"),
                Field("Vary", "Origin"),
            ]
        } else if request.method == "GET", !identity.isEditor {
            fields.append(Field("Vary", "Origin"))
        }
        fields.append(Field("Content-Type", "application/json; charset=UTF-8"))
        return Response(
            status: result.status, reason: Reason.phrase(result.status), fields: fields, body: result.body)
    }

    /// Outside the REST API the theme answers, in HTML and without any of the REST headers.
    private func pageNotFound() -> Response {
        let fields = stamp() + [Field("Content-Type", "text/html; charset=UTF-8")]
        let page = "<!DOCTYPE html><title>Page not found</title><p>There is nothing here.</p>\n"
        return Response(status: 404, reason: Reason.phrase(404), fields: fields, body: Array(page.utf8))
    }

    private func stamp() -> [Field] {
        [
            Field("Date", HTTPDate.text(Time.wallMicroseconds() / 1_000_000)),
            Field("Server", "Apache"),
        ]
    }
}

/// Reason phrases of the statuses the demo's parties answer with (RFC 9110 section 15).
enum Reason {
    static func phrase(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Not Allowed"
        case 502: "Bad Gateway"
        default: ""
        }
    }
}
