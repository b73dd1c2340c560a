import Fields
import Meaning
import Testing

@Suite struct CookieTests {
    @Test func attributesAreReadAsABrowserDoes() {
        let cookie = SetCookie(
            "__Host-a=‹cookie,32,#00c0ffee› ; Path=/; SECURE; httponly; SameSite=Lax; Max-Age=60; Expires=Wed, 11 Jan 1984 05:00:00 GMT; Partitioned; X=1"
        )
        #expect(cookie.name == "__Host-a" && cookie.value == "‹cookie,32,#00c0ffee›")
        #expect(cookie.path == "/" && cookie.isSecure && cookie.isHTTPOnly && cookie.isPartitioned)
        #expect(cookie.sameSite == .lax && cookie.maxAge == 60 && cookie.expires == 442_645_200)
        #expect(cookie.unknownAttributes == ["x"])
        #expect(cookie.faults.isEmpty && !cookie.isRejected)
        // Max-Age goes before Expires.
        #expect(!cookie.isDeletion(now: 1_790_000_000))
        #expect(SetCookie("a=; expires=Thu, 01-Jan-1970 00:00:01 GMT").isDeletion(now: 1_790_000_000))
        #expect(SetCookie("a=b; Max-Age=-1").isDeletion(now: 0))
    }

    @Test(arguments: [
        ("a=b; SameSite=None", SetCookie.Fault.sameSiteNoneWithoutSecure, true),
        ("a=b; Partitioned", .partitionedWithoutSecure, true), ("__Secure-a=b", .securePrefix, true),
        ("__host-a=b; Secure", .hostPrefix, true),
        ("__Host-a=b; Secure; Path=/; Domain=shop.example", .hostPrefix, true),
        ("a=b; SameSite=Sometimes", .unknownSameSite, false), ("a=b; Expires=soon", .badExpires, false),
        ("a=b; Max-Age=1.5", .badMaxAge, false), ("a=b; Path=x", .relativePath, false), ("b", .nameless, false),
        ("=b", .nameless, false), ("; Path=/", .empty, true), ("", .empty, true),
        ("a=b; Domain=other.example", .foreignDomain, true), ("a=b; Domain=op.example", .foreignDomain, true),
        ("a=‹cookie,4096,#00c0ffee›", .tooLong, true),
    ])
    func whatABrowserMindsIsSaid(_ text: String, _ fault: SetCookie.Fault, _ isRejected: Bool) {
        let cookie = SetCookie(text, host: "shop.example")
        #expect(cookie.faults == [fault])
        #expect(cookie.isRejected == isRejected)
    }

    @Test(arguments: ["example", ".shop.example", "SHOP.example"])
    func aDomainThatCoversTheHostIsFine(_ domain: String) {
        #expect(SetCookie("a=b; Domain=\(domain)", host: "shop.example").faults.isEmpty)
    }

    @Test func anAddressHasNoParentDomain() {
        #expect(SetCookie("a=b; Domain=0.2.1", host: "192.0.2.1").faults == [.foreignDomain])
    }

    @Test(arguments: [
        ("Wed, 09 Jun 2021 10:18:14 GMT", 1_623_233_894), ("Wed, 09-Jun-2021 10:18:14 GMT", 1_623_233_894),
        ("09 Jun 21 10:18:14", 1_623_233_894), ("2021 jun 09 10:18:14 +0200", 1_623_233_894),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ])
    func datesOfCookiesAreReadAsBrowsersDo(_ text: String, _ seconds: Int64) {
        #expect(SetCookie("a=b; Expires=\(text)").expires == seconds)
    }

    @Test func cookiesAreNamedInOrder() {
        let cookies = CookiePairs([
            "wordpress_logged_in_abc=‹cookie,9,#00c0ffee›; a = b;; c; a=d", "wordpress_logged_in_def=1; PHPSESSID=x",
        ])
        #expect(
            cookies.pairs.map(\.name) == [
                "wordpress_logged_in_abc", "a", "a", "wordpress_logged_in_def", "PHPSESSID",
            ])
        #expect(cookies.pairs[1].value == "b")
        #expect(cookies.nameless == 1 && cookies.repeated == ["a"])
        #expect(cookies.has(.loggedIn) && cookies.loginSites == ["abc", "def"])
    }
}

@Suite struct ChallengeTests {
    @Test func severalChallengesStandInOneLine() {
        let challenges = Challenges([
            #"Basic realm="simple, \"q\"", Newauth realm="apps", type=1, title="Login to \"apps\"", Negotiate YWJj==, NTLM"#,
            #"Bearer error="invalid_token", error_description="exp""#,
        ])
        #expect(challenges.all.map(\.scheme) == ["Basic", "Newauth", "Negotiate", "NTLM", "Bearer"])
        #expect(challenges.all.map(\.realm) == [#"simple, "q""#, "apps", nil, nil, nil])
        #expect(challenges.first("negotiate")?.token68 == "YWJj==")
        #expect(challenges.first("newauth")?.parameters["type"] == "1")
        #expect(challenges.first("bearer")?.error == "invalid_token")
        #expect(challenges.isWellFormed)
    }

    @Test func aTokenIsNotTakenForAParameter() {
        #expect(Challenges(["Custom abc="]).first("custom")?.token68 == "abc=")
        #expect(Challenges(["Custom abc=def"]).first("custom")?.parameters["abc"] == "def")
        #expect(Challenges(["Basic, Bearer"]).all.map(\.scheme) == ["Basic", "Bearer"])
        #expect(
            Challenges(["Digest realm=x , nonce = y"]).first("digest")?.parameters.all.map(\.name) == [
                "realm", "nonce",
            ])
    }

    @Test(arguments: [
        "realm=\"x\"", "Basic realm=\"open", "Basic realm=a realm=b", "Basic realm=a, realm=b", "\"x\"", "@",
    ])
    func aBrokenChallengeSaysSo(_ text: String) {
        #expect(!Challenges([text]).isWellFormed)
    }

    @Test func noChallengeIsNone() {
        #expect(Challenges([]).all.isEmpty && Challenges([" , "]).all.isEmpty && Challenges([""]).isWellFormed)
    }
}
