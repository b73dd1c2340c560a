// How Cloudflare refuses, and what it leaves on its answers.

extension BlockSignature {
    static let cloudflareBlock = BlockSignature(
        "Cloudflare",
        page: [
            "Attention Required! | Cloudflare", "CLOUDFLARE_ERROR_", "Sorry, you have been blocked", "error code: 1020",
        ],
        presence: [Field("cf-ray"), Field("server", "cloudflare")], statuses: [403, 429, 503, 520, 1020])
}

extension Rule {
    /// Cloudflare refused the request.
    static let cloudflareBlock = Rule.refusal(
        by: .cloudflareBlock, id: "cloudflare-block", title: "Cloudflare refused the request",
        rationale: """
            The page is Cloudflare's own block page: the request did not reach the origin. The Ray ID on it finds \
            the rule that refused.
            """,
        sources: [
            "public signatures: wafw00f, identYwaf",
            "developers.cloudflare.com: Cloudflare cache responses",
        ],
        firstStep: "Look up the Ray ID (CF-RAY) under Security, Events, and except /wp-json/ from the rule "
            + "named there.",
        notYet: "Do not allow everything.",
        fixes: ["cloudflare-challenge.cdn.txt"],
        triggers: [
            Example(
                "a block page",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: cloudflare
                < CF-RAY: 8f0c0a1b2c3d4e5f-FRA
                < Content-Type: text/html
                <html><title>Attention Required! | Cloudflare</title></html>
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
                < CF-RAY: 8f0c0a1b2c3d4e5f-FRA
                {"code":"rest_forbidden","message":"Sorry.","data":{"status":403}}
                """)
        ])
}
