// How Sucuri refuses, and what it leaves on its answers.

extension BlockSignature {
    static let sucuri = BlockSignature(
        "Sucuri", decisive: [Field("x-sucuri-block")],
        page: ["Access Denied - Sucuri Website Firewall", "cloudproxy@sucuri.net"],
        presence: [Field("x-sucuri-id"), Field("server", "Sucuri/Cloudproxy")])
}

extension Rule {
    /// Sucuri refused the request.
    static let sucuri = Rule.refusal(
        by: .sucuri, id: "sucuri-block", title: "Sucuri refused the request",
        rationale: """
            Sucuri's firewall signs its block page and sets X-Sucuri-Block; X-Sucuri-ID alone only shows that it is \
            on the way.
            """,
        sources: [
            "public signatures: wafw00f, identYwaf"
        ],
        firstStep: "Allow the path or the address in Sucuri's dashboard, by the block id on the page.",
        notYet: "Do not switch the firewall off.",
        triggers: [
            Example(
                "its page",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < X-Sucuri-ID: 11005
                < Content-Type: text/html
                <html><title>Sucuri WebSite Firewall - Access Denied</title>Access Denied - Sucuri Website Firewall</html>
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
                < X-Sucuri-ID: 11005
                {"code":"rest_forbidden","message":"Sorry.","data":{"status":403}}
                """)
        ])
}
