// Servers give a field line about 8 KiB, and tokens grow.

import Fields
import Ledger
import Meaning
import Trace

extension Rule {
    /// A server refused the size of the request head.
    static let fieldTooLarge = Rule(
        id: "request-head-too-large", title: "A field is larger than a server takes",
        severity: .error, layer: .webServer,
        rationale: """
            Servers bound a field line (nginx 8 KiB, Apache 8,190 bytes, Varnish 8 KiB) or the whole head (HAProxy \
            16 KiB less its reserve) and answer 400, 413, 431 or 494 above it, often without saying which field. The \
            largest lines are named below.
            """,
        sources: [
            "nginx: large_client_header_buffers, ngx_http_special_response.c (494)",
            "Apache: LimitRequestFieldSize",
            "Varnish: http_req_hdr_len",
            "HAProxy: tune.bufsize",
            "measured: 7,000 bytes pass, 9,000 do not",
        ],
        firstStep: "Shorten the token's claims or clear cookies; only then raise the server's bound.",
        notYet: "Do not raise the bound on one box: every box on the way has one.",
        supersedes: ["server-own-page", "sound-request-called-bad"],
        scope: .refused,
        fixes: [
            "request-head-too-large.nginx.conf", "request-head-too-large.apache-vhost.conf",
            "request-head-too-large.haproxy.cfg",
        ],
        triggers: [
            Example(
                "nginx says so",
                """
                > GET /wp-json/ HTTP/1.1
                > Host: example.test
                > Authorization: Bearer \(ExampleTokens.huge)
                < HTTP/1.1 400 Bad Request
                < Server: nginx
                < Content-Type: text/html
                <html><head><title>400 Request Header Or Cookie Too Large</title></head></html>
                """),
            Example(
                "hoplens itself",
                """
                > GET /wp-json/ HTTP/1.1
                > Host: example.test
                < HTTP/1.1 431 Request Header Fields Too Large
                @ by hoplens
                @ error client head http_request_error a field line is longer than the limit line
                """),
            Example(
                "a bare 400 and a large token",
                """
                > GET /wp-json/ HTTP/1.1
                > Host: example.test
                > Authorization: Bearer \(ExampleTokens.huge)
                < HTTP/1.1 400 Bad request
                < Content-Type: text/html
                <html><body><h1>400 Bad request</h1></body></html>
                """),
        ],
        quiet: [
            Example(
                "a bare 400 and nothing large",
                """
                > GET /wp-json/ HTTP/1.1
                > Host: example.test
                > Authorization: Bearer 0123456789abcdef
                < HTTP/1.1 400 Bad request
                < Content-Type: text/html
                <html><body><h1>400 Bad request</h1></body></html>
                """),
            .refusal(
                "WordPress refused a parameter",
                "GET /wp-json/ HTTP/1.1\nHost: example.test\nAuthorization: Bearer \(ExampleTokens.huge)",
                400, "rest_invalid_param", "Sorry."),
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.status, !facts.wordpress.answered else { return nil }
        let marker = facts.body.marker(among: [
            "Request Header Or Cookie Too Large", "size of a request header field exceeds server limit",
            "Request Header Fields Too Large", "header field too long",
        ])
        let size = facts.headSize
        let sized = size.lines.sorted { $0.bytes > $1.bytes }
        let isTold = status == 431 || status == 494 || marker != nil
        let isLarge = (sized.first?.bytes ?? 0) > 7_500 || size.total > 15_000
        guard isTold || (isLarge && (status == 400 || status == 413 || status == 502)) else { return nil }
        var evidence = [facts.statusEvidence]
        if let marker { evidence.append(facts.evidence("body: \(marker)", at: .originToNode)) }
        evidence += sized.prefix(2).map { facts.evidence("\($0.name): \($0.bytes) bytes", at: .clientToNode) }
        evidence += size.exceeded.prefix(3).map { facts.evidence("over \($0.description)", at: .clientToNode) }
        evidence.append(facts.evidence("the whole head: \(size.total) bytes", at: .clientToNode))
        if facts.record.response?.byHoplens == true {
            evidence = [facts.statusEvidence]
            if let error = facts.record.error { evidence.append(facts.evidence(error.text, at: .clientToNode)) }
            return Match(
                evidence, title: "A field is larger than hoplens takes", layer: .hoplens, alsoLayers: [.client],
                firstStep:
                    "Raise hoplens's own limit as the text says (--limit), and try again: what the servers behind it "
                    + "take is not known yet.")
        }
        // Varnish answers 400 without a body or a name; the page names the others.
        let page = ServerPage(facts)
        let isSilent = facts.answered.line("server") == nil && facts.record.responseBody?.bytes == 0
        let layer: Layer =
            page?.layer ?? (isSilent ? .cdnCache : facts.answered.has("server") ? .webServer : .publicProxy)
        return Match(
            evidence, isTold ? .certain : .likely, field: sized.first?.name, layer: layer,
            alsoLayers: [.client, .publicProxy, .webServer].filter { $0 != layer })
    }
}
