import Testing
import Trace

@testable import Diagnosis

struct NeighbourhoodTests {
    private var clock: Int64 = 0

    private func record(_ text: String, at seconds: Int64) throws -> Record {
        var record = try Example("", text).subject().facts.record
        record.time += seconds * 1_000_000
        record.id = "0k3v9a7b2c1\(seconds)"
        return record
    }

    @Test("A request finds its preflight")
    func preflight() throws {
        var near = Neighbourhood()
        _ = near.take(
            try record(
                """
                > OPTIONS /wp-json/wp/v2/users/me HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                > Access-Control-Request-Method: GET
                > Access-Control-Request-Headers: authorization
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: https://app.example.test
                < Access-Control-Allow-Headers: Authorization
                """, at: 0))
        let found = near.take(
            try record(
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: api.example.net
                > Origin: https://app.example.test
                > Authorization: Bearer 0123456789abcdef
                < HTTP/1.1 200 OK
                < Access-Control-Allow-Origin: https://app.example.test
                """, at: 1))
        #expect(found.related(.preflight)?.method == "OPTIONS")
    }

    @Test("The same route with and without credentials, and by its other address, belong together")
    func twins() throws {
        var near = Neighbourhood()
        _ = near.take(try record("> GET /wp-json/wp/v2/posts HTTP/1.1\n< HTTP/1.1 200 OK", at: 0))
        _ = near.take(try record("> GET /?rest_route=/wp/v2/posts HTTP/1.1\n< HTTP/1.1 200 OK", at: 1))
        let found = near.take(
            try record(
                "> GET /wp-json/wp/v2/posts HTTP/1.1\n> Authorization: Bearer 0123456789abcdef\n< HTTP/1.1 401 No",
                at: 2))
        #expect(found.related(.anonymous)?.target.path == "/wp-json/wp/v2/posts")
        #expect(found.related(.otherRoute)?.target.path == "/")
        #expect(found.related(.again) == nil)
    }

    @Test("The same request with a query that no cache knows belongs to it, and another query does not")
    func busted() throws {
        var near = Neighbourhood()
        _ = near.take(try record("> GET /wp-json/wp/v2/posts?page=1&nocache=7 HTTP/1.1\n< HTTP/1.1 200 OK", at: 0))
        _ = near.take(try record("> GET /wp-json/wp/v2/posts?page=1&search=a HTTP/1.1\n< HTTP/1.1 200 OK", at: 1))
        let found = near.take(try record("> GET /wp-json/wp/v2/posts?page=1 HTTP/1.1\n< HTTP/1.1 404 No", at: 2))
        #expect(found.related(.busted)?.target.query == "page=1&nocache=7")
        #expect(found.all(.busted).count == 1)
    }

    @Test("What followed a redirect knows where it came from, and only for the same client")
    func redirects() throws {
        var near = Neighbourhood()
        _ = near.take(
            try record(
                "> POST /wp-json/wp/v2/posts HTTP/1.1\n> Host: a\n< HTTP/1.1 301 Moved\n< Location: /wp-json/wp/v2/posts/",
                at: 0))
        let followed = near.take(
            try record("> GET /wp-json/wp/v2/posts/ HTTP/1.1\n> Host: a\n< HTTP/1.1 200 OK", at: 1))
        #expect(followed.related(.redirectSource)?.method == "POST")
        var stranger = try record("> GET /wp-json/wp/v2/posts/ HTTP/1.1\n> Host: a\n< HTTP/1.1 200 OK", at: 2)
        stranger.client.address = "198.51.100.9:4000"
        #expect(near.take(stranger).related(.redirectSource) == nil)
    }

    @Test("What is older than the window is forgotten")
    func window() throws {
        var near = Neighbourhood()
        _ = near.take(try record("> GET /wp-json/wp/v2/posts HTTP/1.1\n< HTTP/1.1 200 OK", at: 0))
        let late = near.take(try record("> GET /wp-json/wp/v2/posts HTTP/1.1\n< HTTP/1.1 200 OK", at: 121))
        #expect(late.related.isEmpty)
    }

    @Test("Memory is bounded: the oldest target goes first")
    func bounded() throws {
        var near = Neighbourhood(capacity: 10)
        for n in 0..<100 {
            _ = near.take(try record("> GET /wp-json/a\(n) HTTP/1.1\n< HTTP/1.1 200 OK", at: 0))
        }
        #expect(near.take(try record("> GET /wp-json/a0 HTTP/1.1\n< HTTP/1.1 200 OK", at: 1)).related.isEmpty)
        #expect(!near.take(try record("> GET /wp-json/a99 HTTP/1.1\n< HTTP/1.1 200 OK", at: 1)).related.isEmpty)
    }
}

struct JudgeTests {
    @Test("A more telling rule silences the general ones, and the gravest finding comes first")
    func order() throws {
        let findings = Judge().findings(
            try Example(
                "",
                """
                > GET /wp-json/wp/v2/users/me HTTP/1.1
                > Host: example.test
                > Authorization: Bearer undefined
                < HTTP/1.1 401 Unauthorized
                < Content-Type: application/json
                {"code":"rest_not_logged_in","message":"You are not currently logged in.","data":{"status":401}}
                """
            ).subject())
        #expect(findings.map(\.rule) == ["bearer-placeholder"])
    }

    @Test("Every trigger is found by the judge as well, unless a more telling rule speaks instead")
    func judgeAgrees() throws {
        let judge = Judge()
        for rule in Catalogue.rules {
            for example in rule.triggers {
                let found = judge.findings(try example.subject())
                let spoke = found.contains { finding in
                    finding.rule == rule.id
                        || Catalogue.rule(finding.rule)?.supersedes.contains(rule.id) == true
                }
                #expect(spoke, "\(rule.id): \(example.title) gave \(found.map(\.rule))")
            }
        }
    }
}
