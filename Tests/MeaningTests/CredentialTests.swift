import Fields
import Meaning
import Testing
import Wire

private final class Fingerprints: Fingerprinting {
    func fingerprint(_ bytes: Span<UInt8>, _ extent: Extent) -> UInt32 {
        extent.indices.reduce(0x811C_9DC5) { ($0 ^ UInt32(bytes[$1])) &* 0x0100_0193 }
    }
}

private func shape(_ text: String, _ treatment: Treatment = .credentials) -> ValueShape? {
    Redactor(Fingerprints()).value(Array(text.utf8), treatment).shape
}

private func shown(_ text: String, _ treatment: Treatment) -> String {
    String(decoding: Redactor(Fingerprints()).value(Array(text.utf8), treatment).shown, as: UTF8.self)
}

private func basic(_ text: String) -> String {
    var out: [UInt8] = []
    Base64.append(text.utf8, to: &out)
    return "Basic " + String(decoding: out, as: UTF8.self)
}

@Suite struct CredentialTests {
    private func credential(_ lines: String...) throws -> Credential {
        try #require(Credential(lines.compactMap { shape($0) }))
    }

    @Test func theFormOfBase64IsTold() throws {
        let whole = basic("editor:hunter2")
        #expect(try credential(whole).base64 == .standard)
        #expect(try credential(String(whole.dropLast(2))).base64 == .unpadded)
        #expect(try credential("Basic YTo_Pz8-Pj5-fn4").base64 == .urlSafe)
        #expect(try credential("Basic editor:hunter2").base64 == .broken)
        #expect(try credential("Bearer abc").base64 == nil)
    }

    @Test(arguments: [
        (basic("editor:hunter2"), true), ("basic " + basic("editor:hunter2").dropFirst(6), true),
        (basic("editor:abcd EFGH ijkl MNOP qrst 1234"), true), (basic("editor"), false),
        ("Basic  " + basic("editor:hunter2").dropFirst(6), false), ("Basic YTo_Pz8-Pj5-fn4", false),
        (basic("editor:hunter2") + "%0A", false), ("Basic \"ZWRpdG9yOmFiYw==\"", false), ("Basic undefined", false),
        ("Bearer abc", false),
    ])
    func whatWordPressReadsIsKnown(_ value: String, _ isRead: Bool) throws {
        #expect(try credential(value).isReadByWordPress == isRead)
    }

    @Test func theSchemeIsComparedWithItsProperSpelling() throws {
        #expect(try credential("bearer abc").properScheme == "Bearer")
        #expect(try credential("Bearer abc").properScheme == nil)
        #expect(try credential("BASIC " + basic("a:b").dropFirst(6)).properScheme == "Basic")
        #expect(try credential("abc").scheme == nil)
    }

    @Test(arguments: [
        ("Bearer undefined", Credential.Token.undefined), ("Bearer null", .null), ("Bearer", .empty),
        ("Bearer abc123", .opaque), ("Bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln", .jwt),
        ("Bearer eyJhbGciOiJIUzI1NiJ9.e30", .damagedJWT), ("Bearer eyJhbGciOiJIUzI1", .damagedJWT),
    ])
    func whatStandsForTheTokenIsTold(_ value: String, _ token: Credential.Token) throws {
        #expect(try credential(value).token == token)
        #expect(try credential(value).isPlaceholder == [.undefined, .null, .empty].contains(token))
    }

    @Test func twoCredentialsInOneSlotAreSeen() throws {
        #expect(try credential("Bearer abc", basic("a:b")).hasTwo)
        #expect(try credential("Bearer abc, " + basic("a:b")).hasTwo)
        #expect(try !credential("Bearer abc").hasTwo)
        #expect(try credential("Bearer abc", "Bearer def").faults == ["2 lines of the field"])
        #expect(Credential([]) == nil)
    }

    @Test func faultsArePhrases() throws {
        #expect(
            try credential("Bearer Bearer \"abc\"").faults == [
                "the scheme stands there twice", "quotation marks around it",
            ])
        #expect(try credential("Bearer undefined").faults == ["the word undefined"])
        for flaw in ShapeFlaw.allCases {
            let odd = ValueShape(.opaque, length: 1, fingerprint: 1, scheme: "Bearer", flaws: [flaw])
            #expect(Credential([odd])?.faults.count == 1, "\(flaw)")
        }
    }
}

@Suite struct TokenTimesTests {
    private let now: Int64 = 1_790_000_000

    @Test func anExpiredTokenNamesBothClocks() {
        let times = TokenTimes(JWTFacts(expires: now - 90), answerDate: now + 60, ourClock: now)
        #expect(times.skew == 60)
        #expect(times.faults.map(\.description) == ["exp is 2 min before the answer's Date and 90 s before our clock"])
        #expect(times.fault(.expires)?.isDisputed == false)
    }

    @Test func clocksThatDisagreeAreTold() {
        let early = TokenTimes(JWTFacts(notBefore: now + 30, expires: now + 600), answerDate: now, ourClock: now + 40)
        #expect(early.faults.map(\.description) == ["nbf is 30 s after the answer's Date, but not by our clock"])
        #expect(early.fault(.notBefore)?.isDisputed == true)
        let late = TokenTimes(JWTFacts(expires: now + 10), answerDate: now, ourClock: now + 10)
        #expect(late.faults.map(\.description) == ["exp is 0 s before our clock, but not by the answer's Date"])
    }

    @Test func withoutADateOurClockSpeaksAlone() {
        let times = TokenTimes(JWTFacts(issuedAt: now + 7200), answerDate: nil, ourClock: now)
        #expect(times.faults.map(\.description) == ["iat is 2 h after our clock"])
        #expect(times.skew == nil && times.faults.first?.isDisputed == false)
    }

    @Test func aGoodTokenHasNoFaults() {
        let facts = JWTFacts(issuedAt: now, notBefore: now, expires: now + 3600)
        let times = TokenTimes(facts, answerDate: now, ourClock: now)
        #expect(times.faults.isEmpty && times.lifetime == 3600 && !times.isContradictory)
        #expect(TokenTimes(JWTFacts(issuedAt: now + 5), answerDate: now, ourClock: now, leeway: 10).faults.isEmpty)
        #expect(TokenTimes(JWTFacts(issuedAt: now + 5, expires: now), answerDate: nil, ourClock: 0).isContradictory)
    }

    @Test func momentsAtTheEndsOfTimeDoNotOverflow() {
        for moment in [Int64.min, -1, 0, .max] {
            let times = TokenTimes(
                JWTFacts(issuedAt: moment, notBefore: moment, expires: moment), answerDate: .min, ourClock: .max)
            #expect(times.faults.count <= 3)
        }
    }
}

@Suite struct SiteAddressTests {
    @Test(arguments: [
        ("https://shop.example", "https://SHOP.example:443/", [SiteAddress.Difference]()),
        ("http://shop.example", "https://shop.example", [.scheme]),
        ("https://www.shop.example", "https://shop.example", [.www]),
        ("https://shop.example:8443", "https://shop.example", [.port]),
        ("https://staging.shop.example/blog/", "https://shop.example/", [.host, .path]),
        ("http://localhost:8080", "http://[::1]:8080", [.host]),
        ("https://u:p@a.example/?q", "https://a.example#f", []),
    ])
    func differencesBetweenAddressesAreNamed(_ one: String, _ two: String, _ expected: [SiteAddress.Difference]) throws
    {
        #expect(try #require(SiteAddress(one)).differences(from: #require(SiteAddress(two))) == expected)
    }

    @Test(arguments: ["", "shop.example", "ftp://a", "https://", "https://a:99999", "https://a:x", "://a"])
    func whatIsNoAddressIsNone(_ text: String) {
        #expect(SiteAddress(text) == nil)
    }
}

@Suite struct WordPressLoginTests {
    private func login(_ cookie: String, _ nonce: String? = nil, _ query: String = "") -> WordPressLogin {
        let target = shown("/?" + query, .url).dropFirst(2)
        return WordPressLogin(
            cookies: CookiePairs([shown(cookie, .cookie)]), nonceField: nonce.flatMap { shape($0, .nonce) },
            query: String(target))
    }

    private let loggedIn = "wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1; theme=dark"

    @Test func cookieAndNonceBelongTogether() {
        #expect(login("theme=dark").state == .none)
        #expect(login("PHPSESSID=abc").state == .sessionOnly)
        #expect(login("wordpress_sec_abc=1").state == .adminCookieOnly)
        #expect(login(loggedIn).state == .cookieWithoutNonce)
        #expect(login("PHPSESSID=abc", "0a1b2c3d4e").state == .nonceWithoutCookie)
        #expect(login(loggedIn, "undefined").state == .cookieWithUnusableNonce)
        #expect(login(loggedIn, "").state == .cookieWithUnusableNonce)
        #expect(login(loggedIn, "0a1b2c3d4e").state == .cookieAndNonce)
        #expect(login(loggedIn, nil, "a=b&_wpnonce=0a1b2c3d4e").state == .cookieAndNonce)
        // The query is read first, so it spoils a good field.
        #expect(login(loggedIn, "0a1b2c3d4e", "_wpnonce=undefined").state == .cookieWithUnusableNonce)
    }

    @Test func noncesThatDifferAreTold() {
        #expect(!login(loggedIn, "0a1b2c3d4e", "_wpnonce=0a1b2c3d4e").noncesDiffer)
        #expect(login(loggedIn, "0a1b2c3d4e", "_wpnonce=0a1b2c3d4f").noncesDiffer)
        #expect(!login(loggedIn, "0a1b2c3d4e").noncesDiffer)
    }

    @Test func cookiesOfTwoSitesAreTold() {
        #expect(login("wordpress_logged_in_a=1; wordpress_logged_in_b=2").hasSeveralLogins)
        #expect(!login(loggedIn).hasSeveralLogins)
    }
}

@Suite struct HeadSizeTests {
    private func size(_ fields: [(String, String)], target: String = "/") -> HeadSize {
        HeadSize(method: "GET", target: target, fields: fields.map { ($0.0, $0.1, false) })
    }

    @Test func markersCountAsWhatTheyReplace() {
        let token = String(repeating: "x1Y", count: 3000)
        let plain = size([("Host", "a.example"), ("Authorization", "Bearer " + token)])
        let stored = size([("Host", "a.example"), ("Authorization", shown("Bearer " + token, .credentials))])
        #expect(stored == plain)
        #expect(plain.largest?.name == "Authorization" && plain.largest?.bytes == 13 + 2 + 7 + 9000)
        #expect(plain.requestLine == "GET / HTTP/1.1".utf8.count)
        #expect(plain.total == "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n".utf8.count + 9022 + 2)
    }

    @Test func latin1IsCountedByTheByte() {
        #expect(Marker.wireLength("é‹jwt,100,#00c0ffee›") == 102)
        #expect(Marker.wireLength("é‹jwt,100,#00c0ffee›", latin1: true) == 101)
        #expect(Marker.wireLength("‹no marker") == "‹no marker".utf8.count)
        #expect(Marker.wireLength("‹a,99999999999999999999,#b›") == "‹a,99999999999999999999,#b›".utf8.count)
    }

    @Test func limitsThatAreExceededAreNamed() {
        #expect(size([("Host", "a.example")]).exceeded.isEmpty)
        let large = size([("Cookie", String(repeating: "a", count: 8190))])
        #expect(large.exceeded.map(\.server) == ["nginx", "Apache", "Varnish"])
        #expect(large.exceeded.first?.description == "nginx large_client_header_buffers: 8190 bytes a field line")
        let long = size([], target: "/" + String(repeating: "a", count: 8190))
        #expect(long.exceeded.map(\.scope) == [.requestLine, .requestLine])
        let many = size((0..<65).map { ("X-\($0)", "1") })
        #expect(many.exceeded.map(\.setting) == ["http_max_hdr"])
        let three = size((0..<3).map { ("X-\($0)", String(repeating: "a", count: 5500)) })
        #expect(three.exceeded.map(\.server) == ["HAProxy", "Node.js"])
        #expect(size([("Cookie", String(repeating: "a", count: 7500))]).near().count == 3)
    }
}
