import Testing

@testable import Diagnosis

struct LayerTests {
    private func facts(_ text: String) throws -> Facts { try Example("", text).subject().facts }

    @Test("WordPress's own signs outrank whatever server passed the answer on")
    func wordpress() throws {
        let answerer = try facts(
            """
            > GET /wp-json/wp/v2/users/me HTTP/1.1
            > Host: example.test
            < HTTP/1.1 401 Unauthorized
            < Server: cloudflare
            < CF-RAY: 8f0c0a1b2c3d4e5f-FRA
            < Age: 12
            < Content-Type: application/json
            {"code":"rest_not_logged_in","message":"You are not currently logged in.","data":{"status":401}}
            """
        ).answerer
        #expect(answerer.author == .wordpress)
        #expect(answerer.confidence == .certain)
        #expect(answerer.fromCache.map(\.text) == ["Age: 12"])
    }

    @Test("A page is its server's, and a block page its firewall's")
    func pages() throws {
        let nginx = try facts(
            """
            > GET / HTTP/1.1
            < HTTP/1.1 403 Forbidden
            < Server: cloudflare
            < Content-Type: text/html
            <html><hr><center>nginx/1.22.1</center></html>
            """
        ).answerer
        #expect(nginx.author == .webServer)
        #expect(nginx.product == "nginx")
        let wordfence = try facts(
            """
            > GET / HTTP/1.1
            < HTTP/1.1 403 Forbidden
            < Server: Apache
            < Content-Type: text/html
            <html>A potentially unsafe operation has been detected in your request to this site</html>
            """
        ).answerer
        #expect(wordfence.author == .waf)
        #expect(wordfence.product == "Wordfence")
    }

    @Test(
        "Apache's page is known behind another server's name, and an application's page in that doctype is not Apache's"
    )
    func apacheBehindNginx() throws {
        let head =
            "> GET /wp-json/ HTTP/1.1\n< HTTP/1.1 403 Forbidden\n< Server: nginx/1.22.1\n< Content-Type: text/html"
        let doctype = "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\" \"http://www.w3.org/TR/html4/strict.dtd\">"
        let page = "\(doctype)\n<html><head>\n<title>403 Forbidden</title>\n</head><body></body></html>"
        #expect(try facts(head + "; charset=iso-8859-1\n" + page).answerer.product == "Apache")
        #expect(try facts(head + "; charset=UTF-8\n" + page).answerer.product == "nginx")
    }

    @Test("hoplens's own answer is nobody else's, and no answer is nobody's")
    func own() throws {
        let own = try facts(
            "> GET / HTTP/1.1\n< HTTP/1.1 502 Bad Gateway\n@ by hoplens\n@ error origin connect connection_refused no"
        ).answerer
        #expect(own.author == .hoplens)
        #expect(try facts("> GET / HTTP/1.1").answerer.author == .unknown)
    }

    @Test("Hops are listed from the client inwards, each once, with what gives it away")
    func hops() throws {
        let list = try facts(
            """
            > GET / HTTP/1.1
            > Via: 1.1 edge1 (Varnish/7.1), 1.1 gate
            > CF-Connecting-IP: 192.0.2.1
            < HTTP/1.1 200 OK
            < Via: 1.1 inner (squid/5.7), 2 abc.cloudfront.net (CloudFront)
            < X-Cache: Miss from cloudfront
            < Server: nginx
            < X-Powered-By: PHP/8.2
            """
        ).hops
        #expect(list.inFront.map(\.name) == ["Varnish", "gate", "Cloudflare"])
        #expect(list.behind.map(\.name) == ["CloudFront", "Squid", "nginx", "PHP"])
        #expect(list.behind[0].evidence.count == 2)
        #expect(list.behind.map(\.isPlaced) == [true, true, false, false])
    }

    @Test("This node's own signature in Via is no box on the way")
    func ownVia() throws {
        let list = try facts("> GET / HTTP/1.1\n< HTTP/1.1 200 OK\n< Via: 1.1 hoplens-1a2b, 1.1 other").hops
        #expect(list.hops.map(\.name) == ["other"])
    }

    @Test(
        "A cache is heard in every dialect",
        arguments: [
            "CF-Cache-Status: HIT", "X-Cache: Hit from cloudfront", "X-Cache: TCP_HIT from proxy", "X-Cache: MISS, HIT",
            "X-LiteSpeed-Cache: hit,private", "X-Varnish: 32770 3", "Age: 1", "Cache-Status: edge; hit; ttl=30",
            "Cache-Status: origin; fwd=miss, edge; hit", "X-Srcache-Fetch-Status: HIT",
        ])
    func hits(field: String) throws {
        #expect(try facts("> GET / HTTP/1.1\n< HTTP/1.1 200 OK\n< \(field)").cache.isHit)
    }

    @Test(
        "What is no hit is no hit",
        arguments: [
            "CF-Cache-Status: DYNAMIC", "X-Cache: Miss from cloudfront", "X-Cache: hitchhiker", "X-Varnish: 32770",
            "Age: 0", "Cache-Status: edge; fwd=uri-miss; stored", "X-Cache-Status: BYPASS", "Age: soon",
        ])
    func misses(field: String) throws {
        #expect(!(try facts("> GET / HTTP/1.1\n< HTTP/1.1 200 OK\n< \(field)").cache.isHit))
    }
}
