// How Cloudflare refuses, and what it leaves on its answers.

extension BlockSignature {
    static let cloudflareChallenge = BlockSignature(
        "Cloudflare", decisive: [Field("cf-mitigated", "challenge")])
}

extension Rule {
    /// Cloudflare refused the request.
    static let cloudflareChallenge = Rule.refusal(
        by: .cloudflareChallenge, id: "cloudflare-challenge", title: "Cloudflare answers with a challenge",
        rationale: """
            cf-mitigated: challenge is what Cloudflare sets, and only then, when it answers with a challenge page \
            instead of asking the origin. An API client cannot solve it.
            """,
        sources: [
            "developers.cloudflare.com: Challenges, Detect a Challenge Page response"
        ],
        firstStep: "Add a rule that skips challenges for /wp-json/ and the methods the client uses.",
        notYet: "Do not turn the proxy off for the whole site.",
        fixes: ["cloudflare-challenge.cdn.txt"],
        triggers: [
            Example(
                "a challenge",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: cloudflare
                < CF-RAY: 8f0c0a1b2c3d4e5f-FRA
                < cf-mitigated: challenge
                < Content-Type: text/html
                <html><title>Just a moment...</title></html>
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
                < Server: cloudflare
                < CF-RAY: 8f0c0a1b2c3d4e5f-FRA
                {"code":"rest_forbidden","message":"Sorry.","data":{"status":403}}
                """)
        ])
}
