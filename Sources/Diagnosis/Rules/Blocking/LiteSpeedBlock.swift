// How LiteSpeed refuses, and what it leaves on its answers.

extension BlockSignature {
    static let liteSpeedBlock = BlockSignature(
        "LiteSpeed",
        page: ["Proudly powered by LiteSpeed Web Server"], statuses: [403, 404, 406, 500, 503])
}

extension Rule {
    /// LiteSpeed refused the request.
    static let liteSpeedBlock = Rule.refusal(
        by: .liteSpeedBlock, id: "litespeed-refusal", title: "LiteSpeed itself refused the request",
        layer: .webServer,
        rationale: """
            The page is LiteSpeed's own: the server, or the firewall in it, refused before PHP was asked.
            """,
        sources: [
            "public signatures: wafw00f, identYwaf"
        ],
        firstStep: "Read the server's error log for that moment.",
        notYet: "Do not blame WordPress.",
        triggers: [
            Example(
                "its page",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: LiteSpeed
                < Content-Type: text/html
                <html><title> 403 Forbidden</title>Proudly powered by LiteSpeed Web Server</html>
                """)
        ],
        quiet: [
            Example(
                "WordPress itself refused",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Content-Type: application/json
                {"code":"rest_forbidden","message":"Sorry.","data":{"status":403}}
                """)
        ])
}
