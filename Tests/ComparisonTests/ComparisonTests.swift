// What counts as a difference, and what does not: each fault beside its healthy twin.
import Comparison
import Diagnosis
import Testing
import Trace

@Suite("Comparison")
struct ComparisonTests {
    private let json = "200 OK\nContent-Type: application/json; charset=UTF-8\nVary: Origin, Accept-Encoding"

    @Test("spelling, order, what names one answer, and what hops add are no differences")
    func healthy() {
        let left = twice(
            "200 OK\nServer: nginx\nDate: Sat, 28 Nov 2026 10:00:00 GMT\nContent-Type: application/json; charset=UTF-8\nVary: Origin\nVary: Accept-Encoding\nCache-Control: max-age=0, no-cache\nETag: \"abc\"\nSet-Cookie: a=1; Path=/; HttpOnly\nAllow: GET, POST\nLink: <https://site.test/wp-json/>; rel=\"https://api.w.org/\"",
            #"{"a":1,"b":[1,2]}"#)
        let right = twice(
            "200 OK\nserver: cloudflare\ndate: Sat, 28 Nov 2026 10:00:07 GMT\ncontent-type: application/json;charset=utf-8\nvary: accept-encoding, origin\ncache-control: no-cache,max-age=0\netag: W/\"abc\"\nset-cookie: a=2; HttpOnly; path=/\nallow: POST, GET\nage: 0\nvia: 1.1 varnish\ncf-ray: 8c\nx-edge: fra1\nlink: <https://site.test/wp-json/>; rel=\"https://api.w.org/\"",
            #"{ "b": [1, 2], "a": 1.0 }"#)
        #expect(telling(Comparison.compare(left, right)) == [])
        #expect(telling(Comparison.compare(left, left), from: .info) == [])
    }

    @Test("what a side does not say twice in the same way is not compared")
    func learnt() {
        let left = Series([
            answer(json + "\nX-Rnd: 1", #"{"t":1,"k":"x"}"#), answer(json + "\nX-Rnd: 2", #"{"t":2,"k":"x"}"#),
        ])
        let right = Series([
            answer(json + "\nX-Rnd: 8", #"{"t":9,"k":"x"}"#), answer(json + "\nX-Rnd: 9", #"{"t":9,"k":"x"}"#),
        ])
        #expect(telling(Comparison.compare(left, right)) == [])
        let other = Series([
            answer(json + "\nX-Rnd: 8", #"{"t":9,"k":"y"}"#), answer(json + "\nX-Rnd: 9", #"{"t":9,"k":"y"}"#),
        ])
        #expect(telling(Comparison.compare(left, other)) == ["body $.k notice"])
    }

    @Test("what is to be ignored is ignored")
    func ignored() {
        let left = twice(json + "\nX-A: 1", #"{"list":[{"id":1,"n":"x"},{"id":2,"n":"x"}]}"#)
        let right = twice(json + "\nX-A: 2", #"{"list":[{"id":8,"n":"x"},{"id":9,"n":"y"}]}"#)
        #expect(
            telling(Comparison.compare(left, right, options: ComparisonOptions(ignored: ["X-a", "$.list[*].id"])))
                == ["body $.list[1].n notice"])
    }

    @Test("Vary that loses Origin, and Cache-Control that opens, are told by what they mean")
    func caching() {
        let left = twice(json + "\nCache-Control: no-store, private", "{}", authorised: true)
        let right = twice(
            "200 OK\nContent-Type: application/json; charset=UTF-8\nVary: Accept-Encoding\nCache-Control: max-age=600",
            "{}",
            authorised: true)
        let rows = Comparison.compare(left, right)
        #expect(telling(rows) == ["field cache-control error", "field vary warning"])
        #expect(rows.first { $0.name == "vary" }?.meaning.contains("lost origin") == true)
        #expect(rows[0].layer == .cdnCache)
        // Vary: Accept-Encoding alone is what compressing hops add.
        let added = twice(json.replacing("Origin, Accept-Encoding", with: "Origin"), "{}")
        #expect(telling(Comparison.compare(added, twice(json, "{}"))) == [])
    }

    @Test("a doubled Access-Control-Allow-Origin is refused by browsers, and that is what is said")
    func cors() {
        let request = "GET /wp-json/\nHost: site.test\nOrigin: https://app.test\nSec-Fetch-Mode: cors"
        let left = twice(json + "\nAccess-Control-Allow-Origin: https://app.test", "{}", request: request)
        let right = twice(
            json + "\nAccess-Control-Allow-Origin: https://app.test\nAccess-Control-Allow-Origin: https://app.test",
            "{}",
            request: request)
        let rows = Comparison.compare(left, right)
        #expect(telling(rows, from: .error).contains("field access-control-allow-origin error"))
        #expect(
            telling(rows, from: .error).contains {
                $0.hasPrefix("cors without credentials") || $0.hasPrefix("cors with and without")
            })
        #expect(rows.first { $0.area == .cors }?.left == "allowed")
        #expect(telling(Comparison.compare(left, left)) == [])
    }

    @Test("cookies are compared by name: a stripped one and a changed attribute are told, another value is not")
    func cookies() {
        let left = twice(
            "200 OK\nSet-Cookie: wordpress_logged_in_x=1; Path=/; Secure; HttpOnly\nSet-Cookie: b=1; Path=/")
        #expect(
            telling(Comparison.compare(left, twice("200 OK\nSet-Cookie: b=2; Path=/")))
                == ["cookie wordpress_logged_in_x error"])
        #expect(
            telling(
                Comparison.compare(
                    left, twice("200 OK\nSet-Cookie: b=2; Path=/\nSet-Cookie: wordpress_logged_in_x=1; Path=/")))
                == ["cookie wordpress_logged_in_x warning"])
    }

    @Test("redirects are compared step by step, with what they do to a request")
    func redirects() {
        let request = "POST /wp-json/wp/v2/posts\nHost: site.test\nAuthorization: x"
        let left = twice("201 Created\nContent-Type: application/json", "{}", request: request, authorised: true)
        let right = twice(
            "301 Moved\nLocation: https://www.site.test/wp-json/wp/v2/posts", request: request, authorised: true)
        let row = Comparison.compare(left, right).first { $0.area == .redirect }
        #expect(row?.severity == .error)
        #expect(row?.right == "301 to https://www.site.test/wp-json/wp/v2/posts")
        for part in ["another host", "curl drops Authorization", "GET without body"] {
            #expect(row?.meaning.contains(part) == true, "\(part)")
        }
        // The page around a Location is not told as one that replaced the answer.
        let moved = twice(
            "301 Moved\nLocation: https://www.site.test/\nContent-Type: text/html", "<html><title>301</title></html>")
        let kept = telling(Comparison.compare(twice(json + "\nCache-Control: no-store", "{}"), moved))
        #expect(kept.contains("redirect step 1 error"))
        #expect(!kept.contains { $0.hasPrefix("body") || $0.hasPrefix("field") }, "\(kept)")
        // The same place, written in two ways.
        let one = twice("302 Found\nLocation: /new/")
        let two = twice("302 Found\nLocation: https://site.test/new/")
        #expect(telling(Comparison.compare(one, two)) == [])
        #expect(
            telling(Comparison.compare(one, twice("302 Found\nLocation: /other/"))).contains {
                $0.hasPrefix("redirect")
            })
    }

    @Test("JSON that became a page, another kind of content and another coding")
    func bodies() {
        let good = twice(json, #"{"a":1}"#)
        let page = twice("200 OK\nContent-Type: text/html", "<html><head><title>One moment</title></head></html>")
        let rows = Comparison.compare(good, page)
        #expect(telling(rows, from: .error).contains("body content error"))
        #expect(rows.first { $0.area == .body }?.right == "an HTML page, \"One moment\"")
        let packed = twice(json + "\nContent-Encoding: gzip", #"{"a":1}"#)
        #expect(telling(Comparison.compare(good, packed)) == ["coding content-encoding notice"])
    }

    @Test(
        "JSON by structure",
        arguments: [
            (#"{"a":1}"#, #"{"a":2}"#, "body $.a notice"), (#"{"a":1}"#, #"{"a":"1"}"#, "body $.a warning"),
            (#"{"a":1,"b":2}"#, #"{"a":1}"#, "body $.b warning"), (#"[1]"#, #"[1,2]"#, "body $ warning"),
            (#"{"a":null}"#, #"{}"#, "body $.a warning"),
        ])
    func structure(_ one: String, _ two: String, _ row: String) {
        #expect(telling(Comparison.compare(twice(json, one), twice(json, two))) == [row])
    }

    @Test("a page is compared by the lines a side says every time")
    func pages() {
        let head = "200 OK\nContent-Type: text/html"
        func page(_ lines: String...) -> String {
            "<html><title>T</title>\n" + lines.joined(separator: "\n") + "\n</html>"
        }
        let left = Series([answer(head, page("a", "t=1", "b")), answer(head, page("a", "t=2", "b"))])
        #expect(
            telling(
                Comparison.compare(
                    left, Series([answer(head, page("a", "t=3", "b")), answer(head, page("a", "t=4", "b"))]))) == [])
        #expect(
            telling(
                Comparison.compare(
                    left, Series([answer(head, page("a", "t=3", "c")), answer(head, page("a", "t=4", "c"))]))) == [
                    "body page notice"
                ])
    }

    @Test("the same status from another layer is told, and statuses by what they mean")
    func answerers() {
        let wordpress = twice(
            "403 Forbidden\nContent-Type: application/json; charset=UTF-8\nX-Robots-Tag: noindex\nX-Content-Type-Options: nosniff\nLink: <https://site.test/wp-json/>; rel=\"https://api.w.org/\"\nAccess-Control-Expose-Headers: X-WP-Total, X-WP-TotalPages, Link\nAccess-Control-Allow-Headers: Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
            #"{"code":"rest_forbidden","message":"x","data":{"status":403}}"#)
        let nginx = twice(
            "403 Forbidden\nServer: nginx\nContent-Type: text/html",
            "<html>\n<center><h1>403 Forbidden</h1></center>\n<hr><center>nginx</center>\n</html>")
        let rows = Comparison.compare(wordpress, nginx)
        #expect(telling(rows).contains("answerer who answers error"))
        let ok = twice(json, "{}", authorised: true)
        let refused = twice("401 Unauthorized\nContent-Type: application/json", "{}", authorised: true)
        let status = Comparison.compare(ok, refused).first { $0.area == .status }
        #expect(status?.severity == .error)
        #expect(status?.meaning.contains("does not know who asks") == true)
    }

    @Test("no answer at the origin is an answer of its own")
    func unreachable() {
        let silent = Series([Observation(record("GET /\nHost: site.test", nil))])
        let row = Comparison.compare(silent, twice(json, "{}")).first
        #expect(row?.area == .reach && row?.severity == .warning)
        #expect(row?.meaning.contains("lets only the CDN in") == true)
        #expect(Comparison.compare(twice(json, "{}"), silent).first?.severity == .error)
    }

    @Test("an answer that changes from round to round is told, and its fields are not compared")
    func flapping() {
        let flapping = Series([
            answer(json, "{}"), answer("503 Service Unavailable\nContent-Type: text/html", "<html></html>"),
        ])
        let rows = Comparison.compare(twice(json, "{}"), flapping)
        #expect(telling(rows).contains("stability public warning"))
        #expect(!rows.contains { $0.area == .field && $0.severity > .info && $0.severity < .error })
    }

    @Test("two exchanges of a capture are compared by the same code")
    func records() {
        let one = record("GET /\nHost: a.test", "200 OK\nVary: Origin")
        let two = record("GET /\nHost: a.test", "200 OK\nVary: Accept")
        #expect(telling(Comparison.compare(one, two)) == ["field vary warning"])
        #expect(Comparison.compare(one, one) == [])
    }
}
