// The request was understood; what it says is wrong.

extension Rule {
    /// WordPress refused the parameters.
    static let badParameters = Rule(
        id: "wp-bad-parameters", title: "WordPress refused a parameter or the body",
        severity: .notice, layer: .client,
        rationale: """
            rest_missing_callback_param, rest_invalid_param and rest_invalid_json come after the route matched and \
            before its callback runs. Everything that concerns access has passed; the body, its Content-Type or a \
            parameter is not what the route asks for, or was changed on the way.
            """,
        sources: [
            "WordPress core: WP_REST_Request::has_valid_params, has_valid_json"
        ],
        firstStep: "Read the message, which names the parameter; compare the body's length at each point.",
        notYet: "Do not work on credentials.",
        scope: .refused,
        triggers: [
            .refusal(
                "a body that is no JSON",
                "POST /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test\nContent-Type: application/json", 400,
                "rest_invalid_json", "Invalid JSON body passed.")
        ],
        quiet: [
            .refusal(
                "something else", "POST /wp-json/wp/v2/posts HTTP/1.1\nHost: example.test", 400, "rest_upload_no_data",
                "Sorry.")
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.isRefused("rest_missing_callback_param", "rest_invalid_param", "rest_invalid_json") else {
            return nil
        }
        // A parameter out of range is between the client and the route; a body that does not parse may have been changed.
        return Match(
            facts.refusal + facts.messageEvidence + facts.evidence("content-type", at: facts.received),
            severity: facts.body.code == "rest_invalid_json" ? .warning : nil)
    }
}
