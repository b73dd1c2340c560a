// The bytes Chromium sends over HTTP/1.1 for a page's fetch(): which fields, in which order, spelled how. The order is that
// of Chromium's PreflightController and network stack; a firewall that looks for a browser sees one.
//
// Two things a browser would add are left out, because nobody here has them: cookies and client hints (Sec-CH-UA…).

/// Requests as Chromium writes them.
public enum BrowserRequest {
    /// The User-Agent of the Chromium whose behaviour is followed.
    public static let userAgent =
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36"

    /// A preflight's field lines in order, Host first.
    public static func preflight(_ preflight: Preflight, to url: WebURL, page: Origin) -> [HeaderField] {
        var fields = [
            HeaderField("Host", authority(url)), HeaderField("Connection", "keep-alive"), HeaderField("Accept", "*/*"),
            HeaderField("Access-Control-Request-Method", preflight.method),
        ]
        if let headers = preflight.headers { fields.append(HeaderField("Access-Control-Request-Headers", headers)) }
        fields.append(HeaderField("Origin", preflight.origin))
        fields.append(HeaderField("User-Agent", userAgent))
        if url.origin.isTrustworthy {
            fields.append(HeaderField("Sec-Fetch-Mode", "cors"))
            fields.append(HeaderField("Sec-Fetch-Site", site(page, url)))
            fields.append(HeaderField("Sec-Fetch-Dest", "empty"))
        }
        return fields + tail(page, url, [])
    }

    /// The actual request's field lines in order, Host first.
    public static func actual(
        _ request: ActualRequest, headers: HeaderList, to url: WebURL, page: Origin
    ) -> [HeaderField] {
        var fields = [
            HeaderField("Host", authority(url)), HeaderField("Connection", "keep-alive"),
            HeaderField("User-Agent", userAgent),
        ]
        // A browser joins repeated names.
        var seen: Set<String> = []
        for field in headers.fields where seen.insert(field.lowerName).inserted {
            fields.append(HeaderField(field.name, headers.combined(field.lowerName) ?? []))
        }
        if !seen.contains("accept") { fields.append(HeaderField("Accept", "*/*")) }
        if let origin = request.origin { fields.append(HeaderField("Origin", origin)) }
        if url.origin.isTrustworthy {
            fields.append(HeaderField("Sec-Fetch-Site", site(page, url)))
            fields.append(HeaderField("Sec-Fetch-Mode", "cors"))
            fields.append(HeaderField("Sec-Fetch-Dest", "empty"))
        }
        return fields + tail(page, url, seen)
    }

    /// The whole head.
    public static func head(_ method: String, _ url: WebURL, _ fields: [HeaderField]) -> [UInt8] {
        var bytes = Array("\(method) \(url.target) HTTP/1.1\r\n".utf8)
        for field in fields {
            bytes += (Octets.bytes(latin1: field.name) ?? []) + [0x3A, 0x20] + field.value + [0x0D, 0x0A]
        }
        return bytes + [0x0D, 0x0A]
    }

    /// Referrer Policy section 3.5, `strict-origin-when-cross-origin`: only the origin, and nothing from https to http.
    private static func tail(_ page: Origin, _ url: WebURL, _ seen: Set<String>) -> [HeaderField] {
        var fields: [HeaderField] = []
        if case .tuple(let scheme, _, _) = page, !(scheme == "https" && !url.origin.isTrustworthy) {
            fields.append(HeaderField("Referer", page.serialized + "/"))
        }
        fields.append(
            HeaderField("Accept-Encoding", url.origin.isTrustworthy ? "gzip, deflate, br, zstd" : "gzip, deflate"))
        if !seen.contains("accept-language") { fields.append(HeaderField("Accept-Language", "en-US,en;q=0.9")) }
        return fields
    }

    private static func authority(_ url: WebURL) -> String { url.host + (url.port.map { ":\($0)" } ?? "") }

    private static func site(_ page: Origin, _ url: WebURL) -> String {
        if page.isSame(as: url.origin) { return "same-origin" }
        return SiteRelation(page, url.origin) == .cross ? "cross-site" : "same-site"
    }
}
