// A connection came about, and what came over it was no answer that could be passed on.

import Ledger
import Trace

extension Rule {
    /// The origin's side answered, but not in HTTP/1.1, or not to the end, or not in time.
    static let answerUnusable = Rule(
        id: "origin-answer-unusable", title: "The origin's answer could not be passed on",
        severity: .error, layer: .publicProxy,
        rationale: """
            hoplens reached the origin, sent the request and answered itself, because what came back was no HTTP/1.1, \
            broke off, or did not come in time. A listener that speaks only HTTP/2 or TLS on that port sends bytes that \
            are no HTTP/1.1; a worker that dies leaves half an answer.
            """,
        sources: [
            "RFC 9209 section 2.3", "RFC 9112 section 2.2", "measured: nginx 1.22, listen with http2 and without ssl",
        ],
        firstStep: "Ask that address with curl --http1.1 and with curl --http2-prior-knowledge, or with https, and see "
            + "which it speaks; then read its error log.",
        notYet: "Do not look at credentials.",
        scope: .own,
        triggers: [
            Example(
                "HTTP/2 only",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 502 Bad Gateway
                @ by hoplens
                @ error origin response http_protocol_error the origin's answer is not valid
                """),
            Example(
                "no answer in time",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 504 Gateway Timeout
                @ by hoplens
                @ error origin response http_response_timeout no answer within 5m
                """),
        ],
        quiet: [
            Example(
                "not even a connection",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 502 Bad Gateway
                @ by hoplens
                @ error origin connect connection_refused refused
                """),
            Example(
                "a client that went away",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 408 Request Timeout
                @ by hoplens
                @ error client head http_request_error slow
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard facts.record.response?.byHoplens == true, let error = facts.record.error, error.side == "origin",
            !["connect", "tls", "dns"].contains(error.phase)
        else { return nil }
        let isProtocol = error.cause == "http_protocol_error"
        let isLate = error.cause.hasSuffix("timeout")
        return Match(
            [facts.evidence("\(error.phase): \(error.cause) (\(error.text))", at: .originToNode)],
            title: isLate ? "The origin did not answer in time" : nil,
            layer: isProtocol ? .publicProxy : isLate ? .phpGateway : .webServer,
            alsoLayers: isProtocol
                ? [.webServer, .tls] : isLate ? [.webServer, .publicProxy] : [.phpGateway, .publicProxy])
    }
}
