// How GoDaddy's firewall refuses, and what it leaves on its answers.

extension BlockSignature {
    static let goDaddy = BlockSignature(
        "GoDaddy's firewall",
        page: ["GoDaddy Security - Access Denied", "Access Denied - GoDaddy Website Firewall"])
}

extension Rule {
    /// GoDaddy's firewall refused the request.
    static let goDaddy = Rule.refusal(
        by: .goDaddy, id: "godaddy-block", title: "GoDaddy's firewall refused the request",
        rationale: """
            GoDaddy's website firewall, which Sucuri runs, signs its block page.
            """,
        sources: [
            "public signatures: wafw00f, identYwaf"
        ],
        firstStep: "Allow the path or the address in the firewall's settings, by the block id on the page.",
        triggers: [
            Example(
                "its page",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Content-Type: text/html
                <html><title>GoDaddy Security - Access Denied</title></html>
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
