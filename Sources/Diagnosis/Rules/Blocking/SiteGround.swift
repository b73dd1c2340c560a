// How SiteGround refuses, and what it leaves on its answers.

extension BlockSignature {
    static let siteGround = BlockSignature(
        "SiteGround",
        page: ["The page you are trying to access is restricted due to a security rule", "/.well-known/captcha/"],
        statuses: [202, 403, 429])
}

extension Rule {
    /// SiteGround refused the request.
    static let siteGround = Rule.refusal(
        by: .siteGround, id: "siteground-block", title: "SiteGround's security rule refused the request",
        rationale: """
            The page is the one SiteGround's servers show when a security rule of the host matched, or their \
            captcha.
            """,
        sources: [
            "public signatures: wafw00f, identYwaf"
        ],
        firstStep: "Ask the host's support to exempt the path; give them time and address.",
        triggers: [
            Example(
                "its page",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Content-Type: text/html
                <html>The page you are trying to access is restricted due to a security rule.</html>
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
