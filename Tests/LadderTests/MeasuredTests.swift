import Diagnosis
import Ladder
import Testing

private let me = "/wp-json/wp/v2/users/me"
private let basic = SentField("Authorization", "Basic ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4")
private let refusal = Told.refusal(401, "rest_not_logged_in", "Server: Apache/2.4")

private func question(_ fields: [SentField], origin: Bool = false) -> Question {
    Question(
        front: Site(secure: false, host: "site.test", port: 80),
        origin: origin ? Site(secure: false, host: "192.0.2.1", port: 80) : nil,
        requests: [AskedRequest("me", "GET", me, fields: fields)])
}

private func verdict(
    _ fields: [SentField], origin: Bool = false, _ script: (expected: String, told: Told)...
) throws -> Verdict { try #require(play(question(fields, origin: origin), script)).verdict }

@Suite("Points that reported")
struct MeasuredTests {
    @Test("what the last node had and PHP had not was lost on the way into PHP, and nothing more is asked")
    func intoPHP() throws {
        let told = refusal.by(.node("inner"), .php(lost: ["Authorization"], ("authorization_in", "none")))
        let found = try verdict([basic], ("front GET \(me)", told))
        #expect(found.layer == .phpGateway && found.confidence == .certain && found.field == "Authorization")
        #expect(found.lostBetween?.from == "inner" && found.lostBetween?.to == "php")
        #expect(found.evidence.contains("Authorization, measured: client had it, inner had it, php had none"))
        #expect(found.fixes.contains { $0.contains("apache") })
    }

    @Test("what a node had not was lost in front of it, even when an origin would do better")
    func beforeNode() throws {
        for origin in [false, true] {
            let told = refusal.by(
                .node("outer"), .node("inner", lost: ["Authorization"]), .php(lost: ["Authorization"]))
            let script: [(expected: String, told: Told)] = [("front GET \(me)", told), ("origin GET \(me)", .user(2))]
            let end = try #require(
                play(question([basic], origin: origin), Array(script.prefix(origin ? 2 : 1))))
            #expect(end.verdict.layer == .publicProxy && end.verdict.confidence == .certain)
            #expect(end.verdict.lostBetween?.from == "outer" && end.verdict.lostBetween?.to == "inner")
            #expect(end.steps.first { $0.rung == .credential }?.state == .failed)
        }
    }

    @Test("with PHP alone the origin tells on which side of it the field is lost")
    func phpAlone() throws {
        let lost = refusal.by(.php(lost: ["Authorization"]))
        let open = try verdict([basic], ("front GET \(me)", lost))
        #expect(open.lostBetween?.from == "client" && open.lostBetween?.to == "php")
        #expect(open.confidence == .likely && open.alsoLayers.contains(.publicProxy))
        let inside = try verdict([basic], origin: true, ("front GET \(me)", lost), ("origin GET \(me)", lost))
        #expect(inside.lostBetween?.from == "origin" && inside.layer == .phpGateway)
        #expect(inside.confidence == .certain)
        let front = try verdict(
            [basic], origin: true, ("front GET \(me)", lost), ("origin GET \(me)", Told.user(2).by(.php())))
        #expect(front.lostBetween?.from == "front" && front.lostBetween?.to == "origin")
        #expect(front.layer == .publicProxy && front.confidence == .certain)
    }

    @Test("a credential that reached PHP is not called lost, and no token route is asked for it")
    func arrived() throws {
        let told = refusal.by(
            .node("inner"), .php(("authorization", "PHP_AUTH_USER"), ("application_password", "incorrect_password")))
        let end = try #require(
            play(
                question([basic]),
                [
                    ("front GET \(me)", told),
                    (
                        "front GET /wp-json/?hoplens=fresh",
                        .rest(
                            200, #"{"namespaces":["jwt-auth/v1"],"authentication":{"application-passwords":{}}}"#)
                    ),
                ]))
        #expect(end.verdict.layer == .client && end.verdict.confidence == .certain)
        #expect(end.verdict.lostBetween == nil && end.verdict.separatingTest == nil)
        #expect(end.steps.first { $0.rung == .credential }?.state == .passed)
    }

    @Test("a healthy site is healthy, with the points that had the credential")
    func healthy() throws {
        let end = try #require(
            play(
                question([basic]),
                [
                    ("front GET \(me) + Authorization", Told.user(2).by(.node("inner"), .php())),
                    ("front GET \(me) - Authorization", refusal.by(.node("inner"), .php())),
                ]))
        #expect(end.verdict.layer == .none)
        #expect(
            end.verdict.evidence.contains("me: Authorization, measured: client had it, inner had it, php had it"))
        #expect(end.notes.isEmpty)
    }

    @Test("when nobody reports that is said, and the verdict is as without a key")
    func silence() throws {
        let end = try #require(
            play(
                question([basic], origin: true),
                [("front GET \(me)", refusal.by()), ("origin GET \(me)", .user(2))]))
        #expect(end.verdict.lostBetween?.from == "front" && end.verdict.lostBetween?.to == "origin")
        #expect(end.notes.contains { $0.contains("no node and no PHP probe reported") })
    }

    @Test("a box that refuses the trace is told from a fault of the site, by the same request without it")
    func instrument() throws {
        let found = try verdict([basic], ("front GET \(me)", Told.nginx(403).by()), ("front GET \(me)", .user(2)))
        #expect(found.layer == .hoplens && found.cause == "trace-refused" && found.field == "Hoplens-Trace")
    }

    @Test("a field that Connection names is the client's doing, measured or not")
    func nominated() throws {
        let told = refusal.by(.node("inner", lost: ["Authorization"]))
        let found = try verdict([SentField("Connection", "Authorization"), basic], ("front GET \(me)", told))
        #expect(found.layer == .client && found.cause == "field-nominated-hop-by-hop")
        #expect(found.lostBetween?.to == "inner")
    }

    @Test("a cookie whose login is gone is lost; one that lost another cookie is not")
    func cookie() throws {
        let cookie = SentField("Cookie", "theme=dark; wordpress_logged_in_ab=editor%7C1%7Cx")
        let nonce = SentField("X-WP-Nonce", "0a1b2c3d4e")
        let refused = Told.refusal(403, "rest_cookie_invalid_nonce")
        let lost = try verdict(
            [basic, cookie, nonce],
            ("front GET \(me)", refused.by(.node("inner", lost: ["Authorization", "Cookie"]))))
        #expect(lost.field == "Cookie" && lost.lostBetween?.to == "inner")
        let kept = try #require(
            play(
                question([cookie, nonce]),
                [
                    (
                        "front GET \(me)",
                        refused.by(.php(lost: ["Cookie"], ("cookies", "wordpress_logged_in_ab")))
                    ),
                    ("front GET / + Cookie", .page(200, "<html></html>")),
                ]))
        #expect(kept.verdict.cause == "nonce-of-another-session")
    }

    @Test("a field of the answer that a node had and the client had not was lost between them")
    func answer() throws {
        var request = AskedRequest(
            "posts", "GET", "/wp-json/wp/v2/posts", fields: [SentField("Origin", "https://a.test")])
        request.page = AskedRequest.Page(origin: "https://a.test", credentials: false)
        let told = Told.rest(200, "[]").by(
            .node("inner", answered: [("Access-Control-Allow-Origin", "https://a.test")]))
        let end = try #require(
            play(
                Question(front: Site(secure: false, host: "site.test", port: 80), requests: [request]),
                [("front GET /wp-json/wp/v2/posts", told)]))
        #expect(end.verdict.field == "Access-Control-Allow-Origin")
        #expect(end.verdict.lostBetween?.from == "inner" && end.verdict.lostBetween?.to == "client")
    }
}
