import Fields
import Foundation
import Testing
import Wire

@Suite struct RedactorTests {
    @Test func cookieNamesStayAndValuesGo() {
        let value =
            "wp_lang=de_DE; wordpress_logged_in_0123456789abcdef0123456789abcdef=editor%7C1790000000%7Cabc; x=; hunter2"
        let expected =
            "wp_lang=" + marker("cookie", "de_DE") + "; wordpress_logged_in_0123456789abcdef0123456789abcdef="
            + marker("cookie", "editor%7C1790000000%7Cabc") + "; x=; " + marker("cookie", "hunter2")
        #expect(shown(value, .cookie) == expected)
    }

    @Test func aCookieOfAResponseKeepsItsAttributes() {
        let value = "wordpress_sec_ab=secret-value; Path=/wp-admin; Domain=example.test; Secure; HttpOnly; SameSite=Lax"
        #expect(
            shown(value, .setCookie) == "wordpress_sec_ab=" + marker("cookie", "secret-value")
                + "; Path=/wp-admin; Domain=example.test; Secure; HttpOnly; SameSite=Lax")
        #expect(shown("hunter2", .setCookie) == marker("cookie", "hunter2"))
        #expect(!shown("a=b; Path=/?token=hunter2", .setCookie).contains("hunter2"))
    }

    @Test(arguments: [
        "; Path=/wp-admin/; Expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; secure; HttpOnly; SameSite=None",
        "; expires=Sat, 21 Nov 2026 10:00:00 GMT; path=/wp-content/plugins; domain=.www.example.co.uk; Priority=High",
        "; domain=localhost; Partitioned",
    ])
    func attributesStayAsTheyAre(_ attributes: String) {
        #expect(shown("a=b" + attributes, .setCookie) == "a=" + marker("cookie", "b") + attributes)
    }

    @Test(arguments: [
        "graphql-ws", "graphql-transport-ws, mqttv3.1", "v5.channel.k8s.io, v4.channel.k8s.io", "wamp.2.json",
        "ocpp2.0.1",
        "actioncable-v1-json, actioncable-unsupported", "v12.stomp, v11.stomp", "MBWS.huawei.com", "binary, base64",
    ])
    func namesOfSubprotocolsStayAsTheyAre(_ value: String) {
        #expect(shown(value, .protocols) == value)
        #expect(shown(value + ", kZ8qTv2LmX4pRw7B", .protocols) == value + ", " + marker("secret", "kZ8qTv2LmX4pRw7B"))
    }

    @Test(arguments: [
        #"{"code":"rest_invalid_param","message":"Invalid parameter(s): password, email","data":{"params":["x"]}}"#,
        #"{"message":"The password is incorrect. Nonce is invalid"}"#, "Unexpected token '<' in JSON",
        #"["username","password"]"#, "<label>Password</label><p>Remember Me</p>",
        "<h1>Unauthorized</h1><p>This server could not verify</p>", #"{"name":"title","value":"Hello"}"#,
        "<td>HTTP_HOST</td><td>example.test</td>", "The token was rejected by /jwt-auth/v1/token/validate",
    ])
    func ordinaryErrorsStayAsTheyAre(_ text: String) {
        #expect(String(decoding: Redactor(TestFingerprints()).sample(Array(text.utf8)), as: UTF8.self) == text)
    }

    @Test func cookieRolesFollowWordPressNames() {
        #expect(CookieRole(name: "wordpress_logged_in_0123456789abcdef0123456789abcdef") == .loggedIn)
        #expect(CookieRole(name: "wordpress_sec_0123456789abcdef0123456789abcdef") == .secureLogin)
        #expect(CookieRole(name: "wordpress_0123456789abcdef0123456789abcdef") == .login)
        #expect(CookieRole(name: "wordpress_test_cookie") == .test)
        #expect(CookieRole(name: "PHPSESSID") == .other)
    }

    @Test func noncesAreHiddenAndWordsForNothingAreNot() {
        #expect(shown("a1b2c3d4e5", .nonce) == marker("nonce", "a1b2c3d4e5"))
        #expect(shown("hunter2", .nonce) == marker("nonce", "hunter2"))
        #expect(shown("undefined", .nonce) == "undefined")
        #expect(shown("null", .nonce) == "null")
    }

    @Test(arguments: [
        ("/wp-json/?_wpnonce=a1b2c3d4e5&per_page=5", "a1b2c3d4e5", "nonce"),
        ("/?token=hunter2#top", "hunter2#top", "secret"),
        ("/cb#access_token=hunter2&state=x", "hunter2", "secret"), ("/cb?code=hunter2", "hunter2", "secret"),
        ("/?consumer_key=hunter2", "hunter2", "secret"), ("/?Consumer%5Fsecret=hunter2", "hunter2", "secret"),
        ("/?user%5Bpassword%5D=hunter2&x=1", "hunter2", "secret"),
        ("/?a=1&X-Amz-Signature=hunter2", "hunter2", "secret"),
        ("https://editor:hunter2@example.test/", "hunter2", "secret"),
        ("//editor:hunter2@example.test/", "hunter2", "secret"),
        ("https://hunter2@example.test/", "hunter2", "secret"),
        ("/?u=https%3A%2F%2Fe%3Ahunter2%40x.test%2F", "hunter2", "secret"),
        ("/?key=hunter2&pwd=1", "hunter2", "secret"), ("/?sig=hunter2", "hunter2", "secret"),
        ("/?jwt=hunter2", "hunter2", "secret"),
        ("5; url=/?token=hunter2", "hunter2", "secret"), ("</?token=hunter2>; rel=next", "hunter2", "secret"),
    ])
    func urlsLoseTheirSecretsAndKeepTheRest(_ url: String, _ secret: String, _ kind: String) {
        let text = shown(url, .url)
        #expect(text.contains(marker(kind, secret)), "\(text)")
        #expect(text.hasPrefix(String(url.prefix(1))))
        #expect(!text.contains("hunter2"))
    }

    @Test(arguments: [
        "/wp-json/wp/v2/posts?per_page=10&_fields=id,title&search=hello+world", "/?rest_route=/wp/v2/posts",
        "/my-very-long-post-slug-about-http2-and-wordpress-7-2-in-2026/",
        "/wp-content/uploads/2026/11/IMG_20261121_104500.jpg",
        "https://example.test:8443/a/b?author=7&order=asc", "https://[2001:db8::1]:443/",
        "mailto:webmaster@example.test",
        "<https://example.test/wp-json/>; rel=\"https://api.w.org/\"",
        "/wp-includes/js/dist/vendor/wp-polyfill-inert.min.js?ver=3.1.2", "/wp-admin/admin-ajax.php?action=heartbeat",
        "/wp-json/wp/v2/categories?include=1,2,3&context=edit&orderby=include", "/@user/post",
        "/wp-json/jwt-auth/v1/token/validate", "/auth/realms/master/protocol/openid-connect/token",
        "/?wc-ajax=get_refreshed_fragments",
        "/wp-content/plugins/password-protected/assets/login.css",
        "/how-to-reset-your-password-in-2026/comment-page-2/",
        "/oauth2/v1/authorize", "/wp-json/wp/v2/users/me/application-passwords/introspect",
        "/?customize_changeset&preview",
        "/wp-login.php?redirect_to=https%3A%2F%2Fexample.test%2Fwp-admin%2F&reauth=1".replacingOccurrences(
            of: "&reauth=1", with: ""),
    ])
    func ordinaryURLsStayAsTheyAre(_ url: String) {
        #expect(shown(url, .url) == url)
    }

    @Test(arguments: [
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type", "Wed, 11 Jan 1984 05:00:00 GMT",
        "no-cache, must-revalidate, max-age=0, no-store, private", "X-WP-Total, X-WP-TotalPages, Link",
        "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
        "1.1 varnish (Varnish/7.1), 1.1 hoplens-1a2b",
        "for=192.0.2.60;proto=http;by=203.0.113.43", "\"Chromium\";v=\"126\", \"Not.A/Brand\";v=\"24\"",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "W/\"33a64df551425fcc55e4d42a148795d9f25f89d4\"",
        "nginx/1.22.1", "max-age=31536000; includeSubDomains; preload", "bytes 0-499/1234", "timeout=5, max=100",
        "attachment; filename=\"wordpress-export-2026.xml\"",
        "hoplens-1a2b; error=connection_refused; received-status=502",
    ])
    func ordinaryValuesOfKnownFieldsStayAsTheyAre(_ value: String) {
        #expect(shown(value, .known) == value)
    }

    @Test(arguments: [
        "Bearer realm=\"wp\", error=\"invalid_token\", error_description=\"expired\"",
        "Basic realm=\"Staging\", charset=\"UTF-8\"", "Bearer",
    ])
    func challengesStayAsTheyAre(_ value: String) {
        #expect(shown(value, .challenge) == value)
        #expect(!shown("Negotiate YIIJvwYGKwYBBQUCoII", .challenge).contains("YII"))
    }

    @Test func theTreatmentOfUnknownFieldsFollowsTheirNames() {
        func of(_ name: String) -> Treatment {
            let bytes = Array(name.utf8)
            return Treatment.of(.other, bytes.span, Extent(0, bytes.count))
        }
        for name in [
            "X-Auth-Token", "x-secret", "Api-Key", "X-Amz-Security-Token", "Session-Id", "X-CSRF-Token", "Signature",
            "X-Custom-Password", "apikey", "X-Hub-Signature-256", "X-OAuth", "Ocp-Apim-Subscription-Key", "Cookie2",
            "X-JWT",
        ] {
            #expect(of(name) == .secret, "\(name)")
        }
        #expect(of("X-Forwarded-Authorization") == .credentials)
        for name in ["DPoP", "X-Origin-Verify"] { #expect(of(name) == .secret, "\(name)") }
        for name in ["Accept", "DNT", "X-Powered-By", "Sec-Fetch-Mode"] { #expect(of(name) == .unknown, "\(name)") }
        for name in ["X-Author", "Authority", "X-Keywords", "X-Foo"] { #expect(of(name) == .unlisted, "\(name)") }
        #expect(of("ETag") == .known)
    }

    @Test func namesTheUserDeclaresAreSecret() {
        let redactor = Redactor(TestFingerprints(), secretNames: ["X-Haus-Nummer"])
        let bytes = Array("X-Haus-nummer".utf8)
        let treatment = Treatment.of(.other, bytes.span, Extent(0, bytes.count), extra: redactor.secretNames)
        #expect(treatment == .secret)
        let shown = redactor.value(Array("/?x_haus_nummer=hunter2".utf8), .url).shown
        #expect(!String(decoding: shown, as: UTF8.self).contains("hunter2"))
    }

    @Test func rawShowsEverythingAndStillTellsTheShape() {
        let result = Redactor(TestFingerprints(), raw: true).value(Array("Bearer abc123".utf8), .credentials)
        #expect(result.shown == Array("Bearer abc123".utf8))
        #expect(result.shape?.kind == .opaque)
    }

    @Test func bytesThatAreNotUTF8BecomeLatin1() {
        let result = Redactor(TestFingerprints()).value([0x4D, 0xFC, 0x6C, 0x6C], .unknown)
        #expect(result.latin1)
        #expect(String(decoding: result.shown, as: UTF8.self) == "Müll")
        #expect(!Redactor(TestFingerprints()).value(Array("Müll".utf8), .unknown).latin1)
    }

    @Test func nobodyCanForgeAMarker() {
        let result = Redactor(TestFingerprints()).value(Array("‹jwt,5,#00000000›".utf8), .unknown)
        #expect(result.latin1)
        #expect(!String(decoding: result.shown, as: UTF8.self).contains("‹"))
        let sample = Redactor(TestFingerprints()).sample(Array("x ‹jwt,5,#00000000›".utf8))
        #expect(!String(decoding: sample, as: UTF8.self).contains("‹"))
    }

    @Test func theSameSecretHasTheSameMarkerEverywhere() {
        let secret = jwt(#"{"exp":1}"#)
        let mark = marker("jwt", secret)
        #expect(shown("Bearer " + secret, .credentials).contains(mark))
        #expect(shown("/?jwt=" + secret + "&a=b", .url).contains(mark))
        #expect(shown("/x/" + secret, .url).contains(mark))
        #expect(shown(secret, .unknown) == mark)
        #expect(shown("session=" + secret, .cookie).contains(mark))
        #expect(
            String(
                decoding: Redactor(TestFingerprints()).sample(Array("{\"token\":\"\(secret)\"}".utf8)), as: UTF8.self
            ).contains(mark))
    }

    @Test func randomLookingValuesOfUnknownFieldsAreHidden() {
        for value in [
            "9f86d081884c7d659a2feaa0c55ad015", "q7Zk2mXw9TbR4vNc8LpY", "550e8400-e29b-41d4-a716-446655440000",
        ] {
            #expect(shown(value, .unknown) == marker("secret", value))
        }
    }

    @Test(arguments: [
        "1", "true", "HIT", "hit, stale", "nginx/1.22.1", "WordPress", "LiteSpeed", "http2", "k8s", "10ms", "BYPASS",
        "Sat, 21 Nov 2026 03:52:53 GMT", "1763696853", "2001:db8::1", "203.0.113.7:8080", "text/html; charset=utf-8",
        "www.example.test", "GET /index.php", "Non-Authoritative Information", "astra-child", "max-age=600", "Zürich",
    ])
    func wordsAndNumbersOfFieldsNobodyKnowsAreShown(_ value: String) {
        #expect(shown(value, .unlisted) == value)
    }

    @Test(arguments: [
        "Xq9vB3kLm2", "a1b2c3d4e5", "qXbRtYwP", "correct-horse-battery-staple", "q7Z-k2m-X9w", "4f9c-11aa-b2c3",
        "hunter123",
        "123456789012", "Xq9vB3_kLm2Zp8",
    ])
    func everythingElseInAFieldNobodyKnowsIsHidden(_ value: String) {
        #expect(shown("seen " + value + ", twice", .unlisted) == "seen " + marker("secret", value) + ", twice")
    }

    @Test func aHostIsShownUnlessItCannotBeOne() {
        #expect(shown("d111111abcdef8.cloudfront.net:443", .host) == "d111111abcdef8.cloudfront.net:443")
        #expect(shown("a b Xq9vB3kLm2", .host) == "a b " + marker("secret", "Xq9vB3kLm2"))
    }

    @Test(arguments: ["getElementsByClassName", "WordPressSiteHealthPage", "my-post-about-http-2-in-2024"])
    func longWordsAreNotRandom(_ value: String) {
        #expect(shown(value, .unknown) == value)
    }

    @Test(arguments: ["qZkwXmTbRvNcLpYsHdGf", "aBxKqPzLmWvRtYnCdEfG"])
    func lettersInTurnAreRandom(_ value: String) {
        #expect(shown(value, .unknown) == marker("secret", value))
    }

    @Test func hostileBytesNeverTrap() {
        var generator = SystemRandomNumberGenerator()
        let redactor = Redactor(TestFingerprints())
        let seeds = [
            "Bearer eyJhbGciOiJIUzI1NiJ9.e30.", "Basic ", "a=b; c=\"", "https://u:p@h/?token=", "{\"token\":[{",
            "<input name='_wpnonce' value=",
            "%25%32%35", "&#x110000;", "\\u00", "'nonce-", "PRIVATE KEY-----", "=", ":", "\"", "‹",
        ].map { Array($0.utf8) }
        for _ in 0..<300 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<6, using: &generator) {
                if Bool.random(using: &generator) {
                    bytes += seeds.randomElement(using: &generator) ?? []
                } else {
                    bytes += (0..<Int.random(in: 0..<20, using: &generator)).map { _ in
                        UInt8.random(in: 0...255, using: &generator)
                    }
                }
            }
            for treatment in Treatment.allCases {
                let result = redactor.value(bytes, treatment)
                #expect(String(validating: result.shown, as: UTF8.self) != nil)
                _ = result.shape?.description(now: 0)
            }
            #expect(String(validating: redactor.sample(bytes), as: UTF8.self) != nil)
        }
    }

    @Test(.timeLimit(.minutes(1))) func deepOrLongTextTakesLinearTime() {
        let redactor = Redactor(TestFingerprints())
        let long = 20_000
        for piece in ["a", "{", "\"token\":[", "=", "%25", "@", "eyJ", "<a ", "a:b@", "bearer ", "&amp;", "abcd "] {
            let text = Array(String(repeating: piece, count: long / piece.count).utf8)
            #expect(!redactor.sample(text).isEmpty)
        }
    }
}
