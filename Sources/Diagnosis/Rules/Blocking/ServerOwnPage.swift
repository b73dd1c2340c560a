// Every server signs its error pages in its own hand.

extension Rule {
    /// A web server or proxy answered with a page of its own.
    static let serverOwnPage = Rule(
        id: "server-own-page", title: "A server answered with its own error page",
        severity: .error, layer: .webServer,
        rationale: """
            The page is one that this server or proxy makes itself, and nothing in the answer comes from WordPress: \
            the request did not get past it. Servers write such pages when a rule, a missing file or a dead upstream \
            stops the request.
            """,
        sources: [
            "nginx: ngx_http_special_response.c",
            "Apache httpd: http_protocol.c, ap_send_error_response",
            "HAProxy: http.c, http_err_msgs",
            "Varnish: builtin.vcl, vcl_synth",
            "measured: nginx 1.22, Apache 2.4, HAProxy 2.6, Varnish 7.1, Squid 5.7",
        ],
        firstStep: "Read that server's error log for this moment, and find the location or rule that "
            + "answers.",
        notYet: "Do not change WordPress or the credential: they were not reached.",
        scope: .refused,
        triggers: [
            Example(
                "nginx",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: nginx/1.22.1
                < Content-Type: text/html
                <html>
                <head><title>403 Forbidden</title></head>
                <body>
                <center><h1>403 Forbidden</h1></center>
                <hr><center>nginx/1.22.1</center>
                </body>
                </html>
                """),
            Example(
                "Apache",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: Apache/2.4.59 (Debian)
                < Content-Type: text/html; charset=iso-8859-1
                <!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
                <html><head>
                <title>403 Forbidden</title>
                </head><body>
                <h1>Forbidden</h1>
                <p>You don't have permission to access this resource.</p>
                <hr>
                <address>Apache/2.4.59 (Debian) Server at example.test Port 80</address>
                </body></html>
                """),
            Example(
                "HAProxy",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Content-Type: text/html
                <html><body><h1>403 Forbidden</h1>
                Request forbidden by administrative rules.
                </body></html>
                """),
            Example(
                "Varnish",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: Varnish
                < X-Varnish: 32770
                < Content-Type: text/html; charset=utf-8
                <!DOCTYPE html><html><head><title>403 Forbidden</title></head><body><h1>Error 403 Forbidden</h1><h3>Guru Meditation:</h3><p>XID: 32770</p></body></html>
                """),
            Example(
                "Squid",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: squid/5.7
                < X-Squid-Error: ERR_ACCESS_DENIED 0
                < Content-Type: text/html;charset=utf-8
                <html><title>ERROR: The requested URL could not be retrieved</title></html>
                """),
        ],
        quiet: [
            .refusal(
                "WordPress refused", "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test", 401,
                "rest_not_logged_in", "Sorry.", fields: ["Server: nginx/1.22.1"]),
            Example(
                "a missing picture is nobody's fault",
                """
                > GET /favicon.ico HTTP/1.1
                > Host: example.test
                < HTTP/1.1 404 Not Found
                < Server: nginx
                < Content-Type: text/html
                <html><center>nginx</center></html>
                """),
            Example(
                "a range behind the end of a file",
                """
                > GET /style.css HTTP/1.1
                > Host: example.test
                > Range: bytes=99999999-
                < HTTP/1.1 416 Requested Range Not Satisfiable
                < Server: nginx/1.22.1
                < Content-Type: text/html
                <html><hr><center>nginx/1.22.1</center></html>
                """),
            Example(
                "a folder that nobody may list",
                """
                > GET /wp-content/uploads/ HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: nginx/1.22.1
                < Content-Type: text/html
                <html><hr><center>nginx/1.22.1</center></html>
                """),
            Example(
                "a file takes no POST",
                """
                > POST /wp-includes/css/style.css HTTP/1.1
                > Host: example.test
                < HTTP/1.1 405 Not Allowed
                < Server: nginx/1.22.1
                < Content-Type: text/html
                <html><hr><center>nginx/1.22.1</center></html>
                """),
            Example(
                "an application's own page",
                """
                > GET /wp-json/wp/v2/posts HTTP/1.1
                > Host: example.test
                < HTTP/1.1 403 Forbidden
                < Server: nginx/1.22.1
                < Content-Type: text/html
                <html><title>Members only</title></html>
                """),
        ]
    ) { subject in
        let facts = subject.facts
        guard let status = facts.originStatus, status >= 400, !facts.isOrdinaryServerAnswer(status),
            !facts.wordpress.answered, let page = ServerPage(facts)
        else { return nil }
        // 403 and 406 are the words of rules, wherever they stand.
        let isRule = status == 403 || status == 406
        var layers: [Layer] = page.layer == .webServer ? [.webServer, .publicProxy] : [page.layer, .webServer]
        layers.insert(.waf, at: isRule ? 0 : 1)
        var evidence = [facts.statusEvidence, page.evidence]
        if isRule {
            evidence += facts.evidence("user-agent", at: facts.sent)
            if facts.sent.first("host").map(isAddress) == true { evidence += facts.evidence("host", at: facts.sent) }
        }
        return Match(
            evidence, title: "\(page.server) answered with its own error page",
            layer: layers[0], alsoLayers: Array(layers.dropFirst()),
            firstStep: isRule
                ? "Find the rule that refused: \(page.server)'s error log, the firewall's audit log, a list of user agents, "
                    + "addresses or methods." : nil,
            notProven: isRule
                ? "Which rule refused, and whether the box that wrote the page is the one that decided."
                : "Which rule or missing upstream made it answer.")
    }
}

extension Facts {
    /// Whether a server says so on any healthy day: a missing file, a range that is none, a method a file does not take,
    /// a folder that is not listed, a client that fell silent.
    fileprivate func isOrdinaryServerAnswer(_ status: Int) -> Bool {
        guard !target.isREST else { return status == 408 || status == 412 || status == 416 }
        if [404, 405, 408, 410, 412, 416].contains(status) { return true }
        return status == 403 && target.path.hasSuffix("/")
            && (target.path.hasPrefix("/wp-content/") || target.path.hasPrefix("/wp-includes/"))
    }
}

/// Whether a Host is a numeric address, which rule 920350 of the OWASP core rules counts against a request.
private func isAddress(_ host: String) -> Bool {
    host.hasPrefix("[") || host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x3A }
}
