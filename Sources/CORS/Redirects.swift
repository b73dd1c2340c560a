// Redirects of the actual request (Fetch section 4.4, HTTP-redirect fetch) and the checks that come before a URL is
// asked at all (mixed content, local network access).

extension Fetching {
    /// Whether an answer leads on: a redirect status with a Location.
    ///
    /// Fetch section 2.2.6, "location URL".
    func isRedirect(_ response: Answer, _ url: WebURL) throws(Refusal) -> Bool {
        let lines = response.headers.lines("location")
        let values = Set(lines.map { Octets.trimmed($0.value) })
        let isDouble = dialect.has(.doubleLocation) ? values.count > 1 : lines.count > 1 && response.isRedirectStatus
        if isDouble {
            throw Refusal(
                .multipleLocation, .response, lines: Self.safe(lines, url), "There are \(lines.count) Location lines.",
                remedy: Self.safe(lines, url).prefix(1).map { "Location: \($0.shownValue)" })
        }
        guard response.isRedirectStatus, let line = lines.first else { return false }
        return !(dialect.has(.emptyLocation) && Octets.trimmed(line.value).isEmpty)
    }

    /// Location lines as they may be shown: what stands before an '@' or behind a '?' can be a secret.
    static func safe(_ lines: [HeaderField], _ base: WebURL) -> [HeaderField] {
        lines.map { line in
            if let url = WebURL(Octets.trimmed(line.value), relativeTo: base) {
                return HeaderField(line.name, url.withoutSecrets)
            }
            let text = line.shownValue.prefix { $0 != "?" && $0 != "#" }
            return HeaderField(line.name, String(text.split(separator: "@").last ?? text))
        }
    }

    /// Moves on to the target of a redirect.
    func redirect(_ progress: inout Progress, _ response: Answer) throws(Refusal) {
        let lines = response.headers.lines("location")
        guard let line = lines.first else { return }
        func refuse(_ code: ReasonCode, _ text: String, _ remedy: [String] = []) -> Refusal {
            Refusal(code, .response, lines: Self.safe(lines, progress.url), text, remedy: remedy)
        }
        // Steps 3 to 5.
        guard let target = WebURL(Octets.trimmed(line.value), relativeTo: progress.url) else {
            throw refuse(
                .invalidRedirect, "Location is '\(Self.safe([line], progress.url)[0].shownValue)', which is no URL.")
        }
        // Step 6; which code is Chromium's affair.
        if !target.isHTTP {
            let isUnsafe = ["about", "data", "file", "filesystem", "chrome", "devtools"].contains(target.scheme)
            throw refuse(
                isUnsafe ? .unsafeRedirect : .disabledScheme,
                "Location leads to \(target.scheme):, and only http and https can be followed.")
        }
        // Steps 7 and 8.
        guard progress.redirects < 20 else {
            throw refuse(.tooManyRedirects, "There were more than 20 redirects.")
        }
        progress.redirects += 1
        // Steps 9 and 10: userinfo.
        if target.hasUserinfo {
            let remedy = ["Location: \(target.withoutSecrets)"]
            if progress.tainting == .cors || !progress.request.page.isSame(as: target.origin) {
                throw refuse(
                    .redirectCredentials, "Location holds a user name or password, which no CORS redirect may.", remedy)
            }
            if dialect.has(.userinfoSameOrigin) {
                throw refuse(.aborted, "Location holds a user name or password, which Chromium blocks.", remedy)
            }
        }
        // Step 12: POST becomes GET on 301 and 302, everything but GET and HEAD on 303.
        let method = progress.request.method
        if (response.status == 301 || response.status == 302) && method == "POST"
            || response.status == 303 && method != "GET" && method != "HEAD"
        {
            progress.request.method = "GET"
            for name in ["content-encoding", "content-language", "content-location", "content-type"] {
                progress.request.headers.remove(name)
            }
        }
        // Step 13: credentials of the script do not go to another origin, and do not come back.
        if !target.origin.isSame(as: progress.url.origin) { progress.request.headers.remove("authorization") }
        progress.url = target
        progress.urls.append(target.origin)
    }

    /// What is blocked whatever the server would say.
    func checkSurroundings(_ progress: Progress) throws(Refusal) {
        let page = progress.request.page
        let target = progress.url.origin
        // Mixed Content section 4.4; a page with an opaque origin is left alone, its context is not known.
        if case .tuple("https", _, _) = page, progress.url.scheme == "http", !target.isTrustworthy {
            throw Refusal(
                progress.redirects == 0 ? .mixedContent : .aborted, progress.redirects == 0 ? .request : .response,
                "An https page may not load http.",
                advice: "Serve \(target.serialized) over https; no header can allow this.")
        }
        if environment.pageIsPublic, !environment.loopbackAllowed, !page.isSame(as: target),
            case .tuple(_, let host, _) = target, Origin.isLoopback(host)
        {
            throw Refusal(
                .localNetworkDenied, .request, "A page from a public address may not reach this machine unasked.",
                advice: "The user has to allow it in the browser; no header can.")
        }
    }
}
