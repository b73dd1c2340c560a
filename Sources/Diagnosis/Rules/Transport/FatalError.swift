// The critical error page, or its JSON form.

import Ledger

extension Rule {
    /// PHP died while WordPress was answering.
    static let fatalError = Rule(
        id: "php-fatal-error", title: "PHP stopped with a fatal error",
        severity: .error, layer: .phpGateway,
        rationale: """
            WordPress's fatal error handler answered: a plugin, the theme or the configuration stopped PHP. It is \
            HTML unless the request accepts JSON, then it has the code internal_server_error.
            """,
        sources: [
            "WordPress core: WP_Fatal_Error_Handler::display_default_error_template"
        ],
        firstStep: "Read PHP's error log for this moment; it names file and line.",
        notYet: "Do not look at credentials.",
        scope: .refused,
        fixes: ["php-fatal-error.php-fpm.conf"],
        triggers: [
            Example(
                "the page",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 500 Internal Server Error
                < Content-Type: text/html; charset=UTF-8
                <!DOCTYPE html><html><body><p>There has been a critical error on this website.</p></body></html>
                """),
            .refusal(
                "as JSON", "GET /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test", 500, "internal_server_error",
                "Sorry."),
        ],
        quiet: [
            Example(
                "an application's own 500",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 500 Internal Server Error
                < Content-Type: application/json
                {"error":"x"}
                """)
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus == 500 else { return nil }
        if facts.body.code == "internal_server_error" { return Match(facts.refusal) }
        guard let words = facts.body.marker(among: ["There has been a critical error on", "<b>Fatal error</b>:"]) else {
            return nil
        }
        return Match([facts.statusEvidence, facts.evidence("page: \(words)", at: .originToNode)])
    }
}
