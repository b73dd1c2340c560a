import CORS
import Testing

@Suite("CORS: URLs and origins")
struct URLTests {
    @Test(
        "a URL is read as a browser reads it",
        arguments: [
            ("http://EXAMPLE.test:80/a/../b?c#d", "http://example.test/b?c"), ("https://a.test", "https://a.test/"),
            ("https:a.test", "https://a.test/"), ("http:\\\\a.test\\x", "http://a.test/x"),
            (" http://a.te\nst/ ", "http://a.test/"), ("http://a.test:0080/", "http://a.test/"),
            ("http://0x7f000001:17001", "http://127.0.0.1:17001/"), ("http://127.1", "http://127.0.0.1/"),
            ("http://0177.0.0.1", "http://127.0.0.1/"), ("http://[::1]:80", "http://[::1]/"),
            ("http://[2001:DB8:0:0::1]/", "http://[2001:db8::1]/"),
            ("http://[::ffff:1.2.3.4]", "http://[::ffff:102:304]/"),
            ("https://b\u{FC}cher.example", "https://xn--bcher-kva.example/"),
            ("http://a.test/%2e%2E/x", "http://a.test/x"),
            ("http://a.test/a b\"", "http://a.test/a%20b%22"), ("http://%61.test", "http://a.test/"),
            ("http://*.a.test", "http://*.a.test/"), ("mailto:x", "mailto:x"),
            ("http://u:p@a.test/", "http://u:p@a.test/"),
        ])
    func reads(text: String, expected: String) {
        #expect(WebURL(text)?.serialized() == expected)
    }

    @Test(
        "what is no URL is none",
        arguments: [
            "", "a.test", "//a.test", "http://", "http://a.test:x", "http://a.test:65536", "http://[::1", "http://a b",
            "http://1.2.3.4.5", "http://256.1.1.1", "http://a<b", "http://[1:2:3]", "127.0.0.1:80", "*", "http://a%zz",
            "http://08.1.1.1", "http://localhost:17001;",
        ])
    func refuses(text: String) { #expect(WebURL(text) == nil) }

    @Test(
        "a relative Location leads where it leads in a browser",
        arguments: [
            ("/x", "http://a.test:81/x"), ("x", "http://a.test:81/p/x"), ("../x", "http://a.test:81/x"),
            ("?y", "http://a.test:81/p/q?y"), ("//b.test/z", "http://b.test/z"), ("", "http://a.test:81/p/q?r"),
            ("http:x", "http://a.test:81/p/x"), ("https:x", "https://x/"), (".", "http://a.test:81/p/"),
            ("#f", "http://a.test:81/p/q?r"),
        ])
    func relative(location: String, expected: String) throws {
        let base = try #require(WebURL("http://a.test:81/p/q?r"))
        #expect(WebURL(location, relativeTo: base)?.serialized() == expected)
    }

    @Test("origins are compared by scheme, host and port, and two opaque ones are never the same")
    func origins() throws {
        let origin = try #require(Origin("https://a.test"))
        #expect(origin.isSame(as: try #require(Origin("HTTPS://A.test:443/x"))))
        #expect(!origin.isSame(as: try #require(Origin("http://a.test"))))
        #expect(!origin.isSame(as: try #require(Origin("https://a.test:444"))))
        #expect(!Origin.opaque.isSame(as: .opaque))
        #expect(Origin("null") == .opaque)
        #expect(origin.serialized == "https://a.test")
    }

    @Test(
        "whether two origins are one site is said only as far as it can be",
        arguments: [
            ("https://a.test", "https://a.test:8443", SiteRelation.same), ("https://a.test", "http://a.test", .cross),
            ("https://app.example.test", "https://api.example.test", .likelySame),
            ("https://app.example.test", "https://api.example.net", .cross),
            ("http://127.0.0.1", "http://127.0.0.2", .cross),
            ("http://a.com", "http://b.com", .cross), ("null", "http://a.com", .cross),
        ])
    func sites(one: String, other: String, relation: SiteRelation) throws {
        #expect(SiteRelation(try #require(Origin(one)), try #require(Origin(other))) == relation)
    }
}
