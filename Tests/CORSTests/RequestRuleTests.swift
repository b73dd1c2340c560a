import CORS
import Testing

/// A header list from `name: value` texts.
func headers(_ lines: String...) -> HeaderList {
    HeaderList(
        lines.map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return HeaderField(
                String(line[..<colon]), String(line[colon...].dropFirst().drop { $0 == " " }))
        })
}

@Suite("CORS: requests")
struct RequestRuleTests {
    @Test(
        "six methods are normalised, and no other",
        arguments: [
            ("get", "GET"), ("PoSt", "POST"), ("delete", "DELETE"), ("options", "OPTIONS"), ("put", "PUT"),
            ("head", "HEAD"), ("patch", "patch"), ("Patch", "Patch"), ("query", "query"),
        ])
    func normalized(given: String, sent: String) { #expect(Methods.normalized(given) == sent) }

    @Test("a safelisted value may have 128 bytes and not one more")
    func length() {
        let rules = RequestHeaders(.standard)
        #expect(rules.isSafelisted(HeaderField("Accept", String(repeating: "a", count: 128))))
        #expect(!rules.isSafelisted(HeaderField("Accept", String(repeating: "a", count: 129))))
        // Blanks at the ends do not count.
        #expect(rules.isSafelisted(HeaderField("Accept", " " + String(repeating: "a", count: 128) + "\t")))
    }

    @Test("together safelisted values may have 1024 bytes, and one more makes all of them unsafe")
    func sum() {
        let rules = RequestHeaders(.standard)
        var list = HeaderList((0..<8).map { _ in HeaderField("Accept", String(repeating: "a", count: 128)) })
        #expect(rules.unsafeNames(list).isEmpty)
        list.fields.append(HeaderField("Accept-Language", "e"))
        #expect(rules.unsafeNames(list) == ["accept", "accept-language"])
    }

    @Test("unsafe names are lower case, sorted and unique")
    func names() {
        let list = headers("X-WP-Nonce: 1", "authorization: Bearer x", "Accept: */*", "x-wp-nonce: 2", "B: 1")
        #expect(RequestHeaders(.standard).unsafeNames(list) == ["authorization", "b", "x-wp-nonce"])
    }

    @Test(
        "a Range is simple when it is one range with a first position, in order",
        arguments: [
            ("bytes=0-", true), ("bytes=0-499", true), ("bytes=00-01", true), ("bytes=5-2", false),
            ("bytes=-500", false), ("bytes=-", false), ("bytes=0-1,3-4", false), ("bytes= 0-1", false),
            ("bytes=0 -1", false), ("Bytes=0-1", false), ("bytes=1-+2", false), ("bytes=10-9", false),
            ("bytes=9-10", true), ("bytes=0", false),
        ])
    func range(value: String, isSafe: Bool) {
        #expect(RequestHeaders(.standard).isSafelisted(HeaderField("Range", value)) == isSafe)
        #expect(RequestHeaders(.chromium).isSafelisted(HeaderField("Range", value)) == isSafe)
    }

    @Test("Chromium's positions are 63 bits wide, the standard's are not")
    func wideRange() {
        for (value, chromium) in [("bytes=9223372036854775807-", true), ("bytes=9223372036854775808-", false)] {
            #expect(RequestHeaders(.standard).isSafelisted(HeaderField("Range", value)))
            #expect(RequestHeaders(.chromium).isSafelisted(HeaderField("Range", value)) == chromium)
        }
    }

    @Test(
        "a Content-Type is safe by its essence",
        arguments: [
            ("text/plain", true), ("TEXT/PLAIN;x", true), ("multipart/form-data; boundary=a", true),
            ("application/json", false), ("text/plain, text/plain", false), ("text /plain", false),
            ("text/plain;charset=\"utf-8\"", false), ("", false), ("text", false),
        ])
    func contentType(value: String, isSafe: Bool) {
        #expect(RequestHeaders(.standard).isSafelisted(HeaderField("Content-Type", value)) == isSafe)
    }

    @Test("what a page may not set is dropped without a word")
    func forbidden() throws {
        let request = PageRequest(
            page: .opaque, url: "https://a.test/",
            headers: headers(
                "Cookie: a", "Host: b", "Sec-X: 1", "Proxy-Y: 1", "X-HTTP-Method-Override: GET, trace", "X-A: 1"))
        let built = try BuiltRequest(request, .standard)
        #expect(built.headers == headers("X-A: 1"))
        #expect(built.dropped.count == 5)
    }

    @Test("a User-Agent set by script needs permission by the standard and is dropped by Chromium")
    func userAgent() throws {
        let request = PageRequest(page: .opaque, url: "https://a.test/", headers: headers("User-Agent: x"))
        #expect(RequestHeaders(.standard).unsafeNames(try BuiltRequest(request, .standard).headers) == ["user-agent"])
        #expect(try BuiltRequest(request, .chromium).headers.fields.isEmpty)
    }

    @Test(
        "fetch() refuses to build what is no request",
        arguments: [
            PageRequest(page: .opaque, url: "nowhere"), PageRequest(page: .opaque, url: "https://u:p@a.test/"),
            PageRequest(page: .opaque, method: "TRACE", url: "https://a.test/"),
            PageRequest(page: .opaque, method: "A B", url: "https://a.test/"),
            PageRequest(page: .opaque, method: "GET", url: "https://a.test/", body: .text),
            PageRequest(page: .opaque, url: "https://a.test/", headers: HeaderList([HeaderField("a b", "1")])),
            PageRequest(page: .opaque, url: "https://a.test/", headers: HeaderList([HeaderField("a", "1\n2")])),
        ])
    func refusals(request: PageRequest) {
        var fetching = Fetching(.standard)
        let outcome = fetching.fetch(request) { _, _ in Answer(status: 200, headers: HeaderList()) }
        #expect(outcome.refusal?.code == .typeError)
        #expect(outcome.hops.isEmpty)
    }
}
