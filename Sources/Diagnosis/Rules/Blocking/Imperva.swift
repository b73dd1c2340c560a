// How Imperva refuses, and what it leaves on its answers.

extension BlockSignature {
    static let imperva = BlockSignature(
        "Imperva",
        page: ["Incapsula incident ID", "_Incapsula_Resource"],
        presence: [Field("x-iinfo"), Field("x-cdn", "Incapsula")], cookies: ["visid_incap", "incap_ses"],
        statuses: [200, 403, 429, 503])
}

extension Rule {
    /// Imperva refused the request.
    static let imperva = Rule.refusal(
        by: .imperva, id: "imperva-block", title: "Imperva refused the request",
        rationale: """
            Imperva (Incapsula) sets its cookies on every answer and puts an incident number on the pages it answers \
            with.
            """,
        sources: [
            "public signatures: wafw00f, identYwaf"
        ],
        firstStep: "Look up the incident number in Imperva's console.",
        triggers: [
            Example(
                "its page",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < X-Iinfo: 1-2-3 NNNN
                < Content-Type: text/html
                <html>Request unsuccessful. Incapsula incident ID: 1-2</html>
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
                """),
            Example(
                "on the way of a good answer",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 200 OK
                < Content-Type: application/json
                < X-Iinfo: 1-2-3
                < X-WP-Total: 3
                """),
        ])
}
