import Report
import Testing

@Suite("HTML")
struct HTMLTests {
    @Test("text is harmless and visible")
    func escaping() {
        #expect(HTML.escaped("<b a=\"1\">&'") == "&lt;b a=&quot;1&quot;&gt;&amp;&#39;")
        #expect(HTML.escaped("a\u{202E}b\u{0}c") == "a\\u{202e}b\\x00c")
        var page = HTML()
        page.element("p", ["title": "\"><script>"], "x")
        #expect(String(decoding: page.bytes, as: UTF8.self) == "<p title=\"&quot;&gt;&lt;script&gt;\">x</p>")
    }

    @Test("the policy names the hash of the script, by openssl's word")
    func policy() {
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        let page = String(decoding: HTML.page(title: "<t>", script: "alert(1)") { $0.element("p", "x") }, as: UTF8.self)
        #expect(page.contains("script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"))
        #expect(page.contains("<title>&lt;t&gt;</title>") && page.contains("default-src 'none'"))
        // Lengths around the end of a block of the hash.
        for (count, hash) in [
            (55, "n0OQ+NMMLdkuyfCVtl4rmumwqSWlJY4kHJ8ekQ9zQxg="), (56, "s1Q5pKxvCUi21vnjxq8PX1kM4g8b3nCQ73lwaG7Gc4o="),
            (64, "/+BU/nrgy23GXDr5th1SCfQ5hR20PQulmXM33xVGaOs="), (120, "Lz0zVDLHC1gK8Ojhs2dKfAINaDql9zqq7f3FWvkEwhw="),
        ] {
            let text = String(repeating: "a", count: count)
            let page = String(decoding: HTML.page(title: "t", script: text) { _ in }, as: UTF8.self)
            #expect(page.contains("'sha256-\(hash)'"), "\(count)")
        }
    }
}
