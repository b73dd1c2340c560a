// The scenes of the demo as data: what is asked, how the middle hop is configured meanwhile, and which fields are worth
// a row. What comes out of a scene is not in here: that is read off the two nodes' records (Story.swift).

/// One scene.
struct Scene: Sendable {
    /// The heading.
    var title: String
    /// What is asked, in one plain sentence.
    var question: String
    /// How the middle hop is misconfigured.
    var faults: HopFaults = []
    /// The line of configuration that does it in a real proxy.
    var configuration: String?
    /// The requests in order; the last one is looked at closely.
    var steps: [Step]
    /// Fields that are shown even when nothing happened to them.
    var focus: [String]

    /// One request of a scene.
    struct Step: Sendable {
        /// Who asks, where a scene has more than one.
        var caption: String?
        /// The request, made with the secrets of the run.
        var request: @Sendable (DemoSecrets) -> Request

        init(_ caption: String? = nil, _ request: @escaping @Sendable (DemoSecrets) -> Request) {
            self.caption = caption
            self.request = request
        }
    }
}

extension Scene {
    /// The origin of the page whose script asks across origins.
    static let pageOrigin = "https://app.example"

    static let all: [Scene] = [
        Scene(
            title: "All is well",
            question: "The editor asks WordPress who it is, with an Application Password.",
            steps: [Step { whoAmI(Field("Authorization", $0.basic)) }],
            focus: ["Authorization", "Cache-Control"]),
        Scene(
            title: "The same request, and WordPress sees nobody",
            question: "The same request with the same password. Who took the password away?",
            faults: .stripsAuthorization,
            configuration: #"proxy_set_header Authorization "";"#,
            steps: [Step { whoAmI(Field("Authorization", $0.basic)) }],
            focus: ["Authorization", "Cache-Control"]),
        Scene(
            title: "It works with curl and fails in the browser",
            question: "A page on \(pageOrigin) reads the posts with a Bearer token.",
            faults: .doublesAllowOrigin,
            configuration: "add_header Access-Control-Allow-Origin $http_origin always;",
            steps: [Step { readPosts(Field("Authorization", $0.bearer), Field("Origin", pageOrigin)) }],
            focus: ["Authorization", "Origin", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"]),
        Scene(
            title: "The browser never sends the real request",
            question: "Before that page may write a post, its browser asks for permission (a preflight).",
            faults: .refusesPreflight,
            configuration: "if ($request_method = OPTIONS) { return 405; }",
            steps: [Step { _ in preflight() }],
            focus: ["Origin", "Access-Control-Request-Method", "Access-Control-Allow-Origin"]),
        Scene(
            title: "A stranger gets the editor's answer",
            question: "The editor asks with login cookie and nonce; then somebody asks with nothing at all.",
            faults: .cachesForEverybody,
            configuration: "proxy_cache pages; proxy_cache_valid 1m; proxy_ignore_headers Cache-Control Expires;",
            steps: [
                Step("The editor:") { whoAmI(Field("Cookie", $0.cookie), Field("X-WP-Nonce", $0.nonce)) },
                Step("Somebody else, right after:") { _ in whoAmI() },
            ],
            focus: ["Authorization", "Cookie", "X-WP-Nonce", "Cache-Control", "Age"]),
        Scene(
            title: "The hop is repaired",
            question: "The page writes its post, with the same Bearer token as before.",
            steps: [Step { writePost(Field("Authorization", $0.bearer), Field("Origin", pageOrigin)) }],
            focus: ["Authorization", "Origin", "Access-Control-Allow-Origin", "Location"]),
    ]

    // MARK: Requests

    private static func request(_ method: String, _ target: String, _ fields: [Field], body: String = "") -> Request {
        let common = [
            Field("Host", WordPress.siteName), Field("User-Agent", "hoplens-demo"), Field("Accept", "application/json"),
        ]
        return Request(method: method, target: target, fields: common + fields, body: Array(body.utf8))
    }

    private static func whoAmI(_ fields: Field...) -> Request { request("GET", "/wp-json/wp/v2/users/me", fields) }

    private static func readPosts(_ fields: Field...) -> Request { request("GET", "/wp-json/wp/v2/posts", fields) }

    private static func preflight() -> Request {
        request(
            "OPTIONS", "/wp-json/wp/v2/posts",
            [
                Field("Origin", pageOrigin), Field("Access-Control-Request-Method", "POST"),
                Field("Access-Control-Request-Headers", "authorization,content-type"),
            ])
    }

    private static func writePost(_ fields: Field...) -> Request {
        request(
            "POST", "/wp-json/wp/v2/posts", fields + [Field("Content-Type", "application/json")],
            body: #"{"title":"Third post","status":"publish"}"#)
    }
}
