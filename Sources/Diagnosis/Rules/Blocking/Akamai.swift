// How Akamai refuses, and what it leaves on its answers.

extension BlockSignature {
    static let akamai = BlockSignature(
        "Akamai",
        page: ["Reference #18.", "Reference&#32;&#35;18"],
        presence: [Field("server", "AkamaiGHost")])
}

extension Rule {
    /// Akamai refused the request.
    static let akamai = Rule.refusal(
        by: .akamai, id: "akamai-block", title: "Akamai refused the request",
        rationale: """
            Akamai's edge names itself as Server and gives a reference number with its refusal.
            """,
        sources: [
            "public signatures: wafw00f, identYwaf"
        ],
        firstStep: "Give the reference number on the page to whoever runs the Akamai configuration.",
        notYet: "Do not try other user agents at random.",
        triggers: [
            Example(
                "its page",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: AkamaiGHost
                < Content-Type: text/html
                <HTML><TITLE>Access Denied</TITLE>You don't have permission to access "http&#58;&#47;&#47;example.test" on this server. Reference&#32;&#35;18&#46;1</HTML>
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
                "Apache has the same sentence",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: Apache
                < Content-Type: text/html
                <html><title>403 Forbidden</title>You don't have permission to access this resource.</html>
                """),
        ])
}
