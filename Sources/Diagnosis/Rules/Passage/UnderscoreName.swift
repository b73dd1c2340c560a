// A field whose name nginx finds odd vanishes without a word.

import Trace

extension Rule {
    /// nginx throws away names with underscores and dots.
    static let underscoreName = Rule(
        id: "name-nginx-drops", title: "Servers drop a field of this name",
        severity: .notice, layer: .publicProxy,
        rationale: """
            nginx ignores request fields whose names hold an underscore (underscores_in_headers off) or a dot \
            (ignore_invalid_headers on), silently; Apache passes them on and drops them before PHP. Other proxies pass \
            them. The request carries such a field, and an answer refused it that bears one of these names.
            """,
        sources: [
            "nginx: ngx_http_core_module, underscores_in_headers, ignore_invalid_headers",
            "measured: nginx 1.22, Apache 2.4",
        ],
        firstStep: "Rename the field with hyphens.",
        notYet: "Do not switch ignore_invalid_headers off for everybody.",
        scope: .refused,
        triggers: [
            Example(
                "an API key with underscores",
                """
                > GET /wp-json/shop/v1/orders HTTP/1.1
                > Host: example.test
                > X_API_KEY: 0123456789abcdef
                < HTTP/1.1 401 Unauthorized
                < Server: nginx/1.22.1
                < Content-Type: application/json
                {"code":"no_key","message":"No key.","data":{"status":401}}
                """),
            Example(
                "the same behind Apache",
                """
                > GET /wp-json/shop/v1/orders HTTP/1.1
                > Host: example.test
                > X_API_KEY: 0123456789abcdef
                < HTTP/1.1 401 Unauthorized
                < Server: Apache/2.4.71 (Debian)
                < Content-Type: application/json
                {"code":"no_key","message":"No key.","data":{"status":401}}
                """),
        ],
        quiet: [
            Example(
                "hyphens",
                """
                > GET /wp-json/shop/v1/orders HTTP/1.1
                > Host: example.test
                > X-API-KEY: 0123456789abcdef
                < HTTP/1.1 401 Unauthorized
                < Server: nginx/1.22.1
                """),
            Example(
                "it arrived",
                """
                > GET /wp-json/shop/v1/orders HTTP/1.1
                > Host: example.test
                > X_API_KEY: 0123456789abcdef
                < HTTP/1.1 200 OK
                < Server: nginx/1.22.1
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.originStatus, status == 400 || status == 401 || status == 403,
            let server = facts.answered.line("server"),
            ["nginx", "openresty", "apache"].contains(where: server.value.lowercased().contains),
            let line = facts.sent.lines.first(where: { $0.name.contains("_") || $0.name.contains(".") })
        else { return nil }
        return Match(
            [facts.evidence(line, at: facts.sent), facts.evidence(server, at: facts.answered), facts.statusEvidence],
            .possible, field: line.name, severity: .warning,
            alsoLayers: [.client, .webServer, .phpGateway], notProven: "Whether the field matters to the application.")
    }
}
