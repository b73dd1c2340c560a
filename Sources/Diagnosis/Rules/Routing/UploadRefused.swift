// Something on the way took a field or the body from an upload.

extension Rule {
    /// An upload arrived without its name, type or bytes.
    static let uploadRefused = Rule(
        id: "wp-upload-incomplete", title: "An upload arrived incomplete at WordPress",
        severity: .error, layer: .client,
        rationale: """
            WordPress asks an upload to the media route for Content-Disposition, a Content-Type and a body. The code \
            names what was missing; the ledger shows whether it was there when the request came by here. A redirect \
            that turned POST into GET leaves no body either.
            """,
        sources: [
            "WordPress core: WP_REST_Attachments_Controller::upload_from_data"
        ],
        firstStep: "Compare what arrived here with what the code says is missing: if it was here, look "
            + "farther in; if not, at the client.",
        scope: .refused,
        fixes: ["wp-upload-incomplete.php-fpm.conf"],
        triggers: [
            .refusal(
                "no file name, and none was sent",
                "POST /wp-json/wp/v2/media HTTP/1.1\nHost: example.test\nContent-Type: image/png", 400,
                "rest_upload_no_content_disposition", "Sorry."),
            .refusal(
                "the name was sent and lost",
                "POST /wp-json/wp/v2/media HTTP/1.1\nHost: example.test\nContent-Type: image/png\nContent-Disposition: attachment; filename=a.png",
                400, "rest_upload_no_content_disposition", "Sorry."),
        ],
        quiet: [
            .refusal(
                "another refusal", "POST /wp-json/wp/v2/media HTTP/1.1\nHost: example.test", 401, "rest_cannot_create",
                "Sorry.")
        ]
    ) { subject in
        let facts = subject.facts
        let needed = [
            "rest_upload_no_content_disposition": "content-disposition",
            "rest_upload_invalid_disposition": "content-disposition", "rest_upload_no_content_type": "content-type",
            "rest_upload_no_data": "content-length",
        ]
        guard facts.originStatus != nil, let code = facts.body.code, let field = needed[code] else { return nil }
        let wasSent = facts.sent.has(field)
        let shown = wasSent ? facts.evidence(field, at: facts.sent) : [facts.absence(field, at: facts.sent)]
        return Match(
            shown + facts.refusal, field: field, layer: wasSent ? .publicProxy : .client,
            alsoLayers: wasSent ? [.webServer, .phpGateway] : [])
    }
}
