// 400 for a request that was in order when it left here: somebody behind made it bad.

import Ledger
import Meaning
import Trace

extension Rule {
    /// A server calls a request bad that was sound when it left this node.
    static let soundRequestCalledBad = Rule(
        id: "sound-request-called-bad", title: "A sound request arrives broken at a server",
        severity: .error, layer: .publicProxy,
        rationale: """
            hoplens sends nothing that is framed badly, and this request had one credential, one Host and an ordinary \
            size when it left. A server behind answers 400 with its own page, so a box in between has changed it: a \
            second Authorization added instead of set (nginx answers 400), a second Host, a field that is no field. Or \
            that server speaks TLS on this port, which its page then says.
            """,
        sources: [
            "measured: nginx 1.22 answers two Authorization fields with 400",
            "nginx: ngx_http_special_response.c (400, 495, 496, 497)", "RFC 9110 section 15.5.1",
        ],
        firstStep: "Look in the proxy in front of that server for a directive that adds a field where it should set it "
            + "(HAProxy: add-header instead of set-header).",
        notYet: "Do not change the client: what it sent is in order.",
        separatingTest: "Send the same request to that server past the proxy: if it is answered, the proxy breaks it.",
        supersedes: ["server-own-page"],
        scope: .refused,
        fixes: ["sound-request-called-bad.haproxy.cfg"],
        triggers: [
            Example(
                "HAProxy added a second credential",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                > Authorization: Bearer 0123456789abcdef0123456789abcdef
                < HTTP/1.1 400 Bad Request
                < server: nginx/1.22.1
                < content-type: text/html
                <html><head><title>400 Bad Request</title></head><hr><center>nginx/1.22.1</center></html>
                """),
            Example(
                "TLS is spoken on that port",
                """
                @ origin http
                > GET / HTTP/1.1
                > Host: example.test
                < HTTP/1.1 400 Bad Request
                < Server: nginx
                < Content-Type: text/html
                <html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head><hr><center>nginx</center></html>
                """),
        ],
        quiet: [
            Example(
                "two credentials were sent",
                """
                > GET / HTTP/1.1
                > Host: example.test
                > Authorization: Bearer 0123456789abcdef0123456789abcdef
                > Authorization: Basic c3RhZ2luZzpzZXNhbWU=
                < HTTP/1.1 400 Bad Request
                < Server: nginx
                <html><hr><center>nginx</center></html>
                """),
            Example(
                "an application's 400",
                """
                > GET / HTTP/1.1
                > Host: example.test
                < HTTP/1.1 400 Bad Request
                < Server: nginx
                < Content-Type: application/json
                {"error":"bad"}
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.originStatus == 400, facts.wasSent, let page = ServerPage(facts), facts.wasSoundWhenSent else {
            return nil
        }
        let tls = facts.body.marker(among: [
            "plain HTTP request was sent to HTTPS port", "speaking plain HTTP to an SSL-enabled server port",
            "No required SSL certificate was sent", "The SSL certificate error",
        ])
        if let tls {
            return Match(
                [facts.statusEvidence, facts.evidence("page: \(tls)", at: .originToNode)],
                title: "\(page.server) wants TLS on this port", layer: .tls, alsoLayers: [.publicProxy],
                firstStep: "Use https:// for that server, or the client certificate it asks for.")
        }
        return Match(
            [facts.statusEvidence, page.evidence]
                + [
                    facts.evidence(
                        "sent: \(facts.sent.lines.count) fields, \(facts.headSize.total) bytes", at: .nodeToOrigin)
                ],
            .likely, alsoLayers: [.webServer, .waf],
            notProven: "What was changed behind this node, and by which box.")
    }
}
