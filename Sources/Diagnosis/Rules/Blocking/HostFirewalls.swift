// How a host or plugin firewall refuses, and what it leaves on its answers.

extension BlockSignature {
    static let hostFirewall = BlockSignature(
        "a host or plugin firewall",
        page: [
            "Protected by Imunify360", "imunify360-webshield", "Security check by BitNinja",
            "<title>NinjaFirewall: 403 Forbidden", "You were blocked by the Shield",
            "We're sorry, you are not allowed to proceed", "bpsMessage", "<h1>SecuPress</h1>", "powered by MalCare",
        ],
        presence: [Field("server", "imunify360")], statuses: [403, 415, 429, 503])
}

extension Rule {
    /// a host or plugin firewall refused the request.
    static let hostFirewall = Rule.refusal(
        by: .hostFirewall, id: "plugin-firewall-block", title: "A host or plugin firewall refused the request",
        rationale: """
            The page bears the name of a firewall that hosts or plugins bring: Imunify360, BitNinja, NinjaFirewall, \
            Shield, WP Cerber, BulletProof Security, SecuPress or MalCare.
            """,
        sources: [
            "public signatures: wafw00f, identYwaf"
        ],
        firstStep: "Look into that product's log and allow the path or the parameter it names.",
        notYet: "Do not change WordPress's own settings.",
        triggers: [
            Example(
                "NinjaFirewall",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Content-Type: text/html
                <html><head><title>NinjaFirewall: 403 Forbidden</title></head></html>
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
