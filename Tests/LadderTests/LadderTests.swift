import Diagnosis
import Ladder
import Testing

private let me = "/wp-json/wp/v2/users/me"
private let basic = SentField("Authorization", "Basic ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4")

private func question(
    _ requests: [AskedRequest], origin: Bool = true, secure: Bool = false
) -> Question {
    Question(
        front: Site(secure: secure, host: "site.test", port: secure ? 443 : 80),
        origin: origin ? Site(secure: false, host: "192.0.2.1", port: 80) : nil, requests: requests)
}

private func asks(_ fields: SentField...) -> AskedRequest { AskedRequest("me", "GET", me, fields: fields) }

@Suite("Ladder")
struct LadderTests {
    @Test("a healthy site is said to be healthy, after nobody got the answer made for a user")
    func healthy() throws {
        let end = try #require(
            play(
                question([asks(basic)]),
                [
                    ("front GET \(me) + Authorization", .user(2)),
                    ("origin GET \(me) + Authorization", .user(2)),
                    ("front GET \(me) - Authorization", .refusal(401, "rest_not_logged_in")),
                ]))
        #expect(end.verdict.layer == .none)
        #expect(end.steps.first { $0.rung == .identity }?.state == .passed)
        #expect(end.steps.first { $0.rung == .cors }?.state == .unproven)
    }

    @Test("a credential the origin accepts was lost in front")
    func lostInFront() throws {
        let end = try #require(
            play(
                question([asks(basic)]),
                [
                    ("front GET \(me)", .refusal(401, "rest_not_logged_in", "Server: nginx")),
                    ("origin GET \(me)", .user(2)),
                ]))
        #expect(end.verdict.layer == .publicProxy)
        #expect(end.verdict.field == "Authorization")
        #expect(end.verdict.lostBetween?.from == "front" && end.verdict.lostBetween?.to == "origin")
    }

    @Test("a field that Connection names is the client's own doing")
    func nominated() throws {
        let end = try #require(
            play(
                question([asks(SentField("Connection", "keep-alive, Authorization"), basic)]),
                [
                    ("front GET \(me) + Connection", .refusal(401, "rest_not_logged_in")),
                    ("origin GET \(me) + Connection", .user(2)),
                ]))
        #expect(end.verdict.layer == .client)
        #expect(end.verdict.field == "Authorization")
    }

    @Test("behind Apache a credential nobody sees points at the way into PHP, behind nginx at the credential")
    func gateway() throws {
        for (server, layer) in [("Apache/2.4", Layer.phpGateway), ("nginx/1.22", .client)] {
            let refusal = Told.refusal(401, "rest_not_logged_in", "Server: \(server)")
            let end = try #require(
                play(
                    question([asks(basic)]),
                    [
                        ("front GET \(me)", refusal), ("origin GET \(me)", refusal),
                        (
                            "origin GET /wp-json/?hoplens=fresh - Authorization",
                            .rest(200, #"{"namespaces":["wp/v2"],"authentication":{"application-passwords":{}}}"#)
                        ),
                    ]))
            #expect(end.verdict.layer == layer, "\(server)")
        }
    }

    @Test("the token plugin's validate route tells a lost field from a bad credential")
    func oracle() throws {
        let index = Told.rest(
            200, #"{"namespaces":["wp/v2","jwt-auth/v1"],"authentication":{"application-passwords":{}}}"#)
        for (code, layer) in [("jwt_auth_no_auth_header", Layer.phpGateway), ("jwt_auth_bad_auth_header", .client)] {
            let end = try #require(
                play(
                    question([asks(basic)], origin: false),
                    [
                        ("front GET \(me)", .refusal(401, "rest_not_logged_in")),
                        ("front GET /wp-json/?hoplens=fresh", index),
                        (
                            "front POST /wp-json/jwt-auth/v1/token/validate?hoplens=fresh + Authorization",
                            .refusal(403, code)
                        ),
                    ]))
            #expect(end.verdict.layer == layer, "\(code)")
            #expect(end.verdict.confidence >= .likely)
        }
    }

    @Test("an https site whose origin takes it for http is asked as if by https")
    func scheme() throws {
        let refusal = Told.refusal(401, "rest_not_logged_in")
        let end = try #require(
            play(
                question([asks(basic)], secure: true),
                [
                    ("front GET \(me)", refusal), ("origin GET \(me) - X-Forwarded-Proto", refusal),
                    ("origin GET \(me) + X-Forwarded-Proto", .user(2)),
                ]))
        #expect(end.verdict.layer == .publicProxy)
        #expect(end.verdict.field == "X-Forwarded-Proto")
    }

    @Test("a gateway's error with an origin that does not listen is the origin's")
    func down() throws {
        let end = try #require(
            play(
                question([asks(basic)]),
                [("front GET \(me)", .nginx(502)), ("origin GET \(me)", .silent(.unreachable))]))
        #expect(end.verdict.layer == .webServer)
        #expect(end.verdict.cause == "origin-down")
    }

    @Test("a gateway's error with an origin whose certificate is bad is the certificate's")
    func certificate() throws {
        let end = try #require(
            play(
                question([asks(basic)]),
                [("front GET \(me)", .nginx(502)), ("origin GET \(me)", .silent(.certificate))]))
        #expect(end.verdict.layer == .tls)
    }

    @Test("a copy made for one user and given to another is the cache's")
    func mixedUp() throws {
        let other = SentField("Authorization", "Basic YWRtaW46YWJjZCBlZmdoIGlqa2wgbW5vcCBxcnN0IHV2d3g=")
        let end = try #require(
            play(
                question([asks(basic), AskedRequest("admin", "GET", me, fields: [other])]),
                [
                    ("front GET \(me)", .user(2)), ("front GET \(me)", .user(2, "X-Cache: HIT")),
                    ("origin GET \(me)", .user(2)), ("origin GET \(me)", .user(1)),
                ]))
        #expect(end.verdict.layer == .cdnCache)
        #expect(end.verdict.field == "Authorization")
        #expect(end.verdict.confidence == .certain)
    }

    @Test("a request that may change something is sent to a route nobody has, and Allow tells the rest")
    func shadow() throws {
        let create = AskedRequest(
            "create", "POST", "/wp-json/wp/v2/posts", fields: [basic, SentField("Content-Type", "application/json")],
            body: Array(#"{"title":"x"}"#.utf8))
        let nowhere = "/wp-json/hoplens/v1/nothing"
        let end = try #require(
            play(
                question([create], origin: false),
                [
                    ("front POST \(nowhere) + Authorization", .refusal(404, "rest_no_route")),
                    (
                        "front OPTIONS /wp-json/wp/v2/posts?hoplens=fresh + Authorization - Content-Type",
                        .rest(200, #"{"methods":["GET","POST"]}"#, "Allow: GET")
                    ),
                    ("front GET /wp-json/wp/v2/posts?hoplens=fresh", .rest(200, "[]")),
                    ("front GET \(me)?hoplens=fresh", .user(3)),
                ]))
        #expect(end.verdict.layer == .wordpressPermission)
        #expect(end.notes.contains { $0.hasPrefix("create: POST was sent to a route that does not exist") })
    }

    @Test(
        "nothing that may change something is sent, whatever the answers are",
        arguments: [200, 301, 400, 401, 403, 404, 405, 500, 502])
    func nothingUnsafe(status: Int) {
        let ladder = Ladder(
            question([
                asks(basic), AskedRequest("delete", "DELETE", "/wp-json/wp/v2/posts/1", fields: [basic]),
                AskedRequest("form", "POST", "/contact", body: [0x61]),
            ]))
        var number = 0
        while case .ask(let asks) = ladder.next() {
            for ask in asks {
                number += 1
                if !["GET", "HEAD", "OPTIONS"].contains(ask.probe.method) {
                    #expect(ask.probe.path.hasPrefix("/wp-json/hoplens/v1/nothing"), "\(ask.probe.path)")
                }
                ladder.take(
                    Told.page(status, "<p>\(status)</p>", "Location: /elsewhere\(number)").reply(
                        to: ask.probe, number: number),
                    to: ask.probe)
            }
            if number > 200 {
                Issue.record("it never ends")
                return
            }
        }
    }

    @Test("a credential does not follow a redirect to a stranger")
    func stranger() throws {
        let end = try #require(
            play(
                question([asks(basic)], origin: false),
                [
                    (
                        "front GET \(me) + Authorization",
                        Told(status: 302, fields: ["Location: https://other.test\(me)"])
                    ),
                    ("https://other.test GET \(me) - Authorization", .refusal(401, "rest_not_logged_in")),
                ]))
        #expect(end.verdict.layer == .redirect)
        #expect(end.verdict.field == "Authorization")
    }

    @Test("a refresh that is refused is not tried again")
    func refresh() throws {
        var question = question([], origin: false)
        question.login = Question.Login(by: .token, user: "editor", password: "secret")
        let end = try #require(
            play(
                question,
                [
                    (
                        "front POST /wp-json/jwt-auth/v1/token",
                        .rest(200, #"{"token":"a.b.c","refresh_token":"r1"}"#)
                    ),
                    (
                        "front POST /wp-json/jwt-auth/v1/token/refresh",
                        .refusal(403, "jwt_auth_invalid_refresh_token")
                    ),
                ]))
        #expect(end.verdict.cause == "refresh-refused")
        #expect(!end.verdict.evidence.joined().contains("r1"))
    }
}
