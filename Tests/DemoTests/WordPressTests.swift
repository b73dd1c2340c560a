import JSON
import Testing

@testable import Demo

/// The demo's origin answers as WordPress core does.
struct WordPressTests {
    let secrets = DemoSecrets(now: 1_790_000_000)
    let site: WordPress

    init() { site = WordPress(secrets) }

    private func ask(_ method: String, _ path: String, _ fields: [Field] = [], body: String = "") -> Response {
        site.answer(
            Request(
                method: method, target: path, fields: [Field("Host", "blog.example")] + fields, body: Array(body.utf8))
        )
    }

    private func code(_ response: Response) throws -> String? {
        try JSONValue(parsing: response.body.span)["code"]?.string
    }

    private var basic: [Field] { [Field("Authorization", secrets.basic)] }
    private var login: [Field] {
        [Field("Cookie", "wp_lang=de; " + secrets.cookie), Field("X-WP-Nonce", secrets.nonce)]
    }
    private let me = "/wp-json/wp/v2/users/me"

    @Test("every REST answer carries the REST headers, errors included", arguments: ["/wp-json/", "/wp-json/no/such"])
    func restHeaders(path: String) {
        let fields = ask("GET", path).fields
        #expect(fields["X-Robots-Tag"] == "noindex")
        #expect(fields["X-Content-Type-Options"] == "nosniff")
        #expect(fields["Link"] == "<http://blog.example/wp-json/>; rel=\"https://api.w.org/\"")
        #expect(fields["Access-Control-Expose-Headers"] == "X-WP-Total, X-WP-TotalPages, Link")
        #expect(
            fields["Access-Control-Allow-Headers"]
                == "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type")
        #expect(fields["Content-Type"] == "application/json; charset=UTF-8")
    }

    @Test func `a page outside the REST API has none of its headers`() {
        let response = ask("GET", "/hello-world/")
        #expect(response.status == 404)
        #expect(response.fields["X-Robots-Tag"] == nil)
        #expect(response.fields["Link"] == nil)
    }

    @Test func `the status in an error's body is the status of the answer`() throws {
        for response in [ask("GET", me), ask("GET", "/wp-json/x"), ask("POST", "/wp-json/wp/v2/posts")] {
            let value = try JSONValue(parsing: response.body.span)
            #expect(value["data"]?["status"]?.integer == Int64(response.status))
            #expect(value["message"]?.string?.isEmpty == false)
        }
    }

    @Test func `an Application Password names the editor, with and without its spaces`() {
        #expect(ask("GET", me, basic).status == 200)
        let packed = secrets.applicationPassword.filter { $0 != " " }
        let pair = Base64.text(Array("editor:\(packed)".utf8), Base64.standard, pad: true)
        #expect(ask("GET", me, [Field("Authorization", "basic \(pair)")]).status == 200)
    }

    @Test func `a wrong Application Password is silent`() throws {
        let pair = Base64.text(Array("editor:wrong".utf8), Base64.standard, pad: true)
        let wrong = [Field("Authorization", "Basic \(pair)")]
        let refused = ask("GET", me, wrong)
        #expect(refused.status == 401)
        #expect(try code(refused) == "rest_not_logged_in")
        #expect(ask("GET", "/wp-json/wp/v2/posts", wrong).status == 200)
        #expect(refused.fields["Cache-Control"] == nil)
    }

    @Test func `only the answer to a logged-in user may not be kept`() {
        let known = ask("GET", me, basic).fields
        #expect(known["Expires"] == "Wed, 11 Jan 1984 05:00:00 GMT")
        #expect(known["Cache-Control"] == "no-cache, must-revalidate, max-age=0, no-store, private")
        #expect(known["Vary"] == nil)
        let stranger = ask("GET", "/wp-json/").fields
        #expect(stranger["Expires"] == nil)
        #expect(stranger["Vary"] == "Origin")
    }

    @Test func `401 says that nobody is logged in, 403 that the user may not`() throws {
        let settings = "/wp-json/wp/v2/settings"
        #expect(ask("GET", settings).status == 401)
        #expect(ask("GET", settings, basic).status == 403)
        #expect(try code(ask("GET", settings, basic)) == "rest_forbidden")
        let create = ask("POST", "/wp-json/wp/v2/posts", body: #"{"title":"x"}"#)
        #expect(create.status == 401)
        #expect(try code(create) == "rest_cannot_create")
    }

    @Test func `a good token names the editor, and any other is an error on every route`() throws {
        #expect(ask("GET", me, [Field("Authorization", secrets.bearer)]).status == 200)
        for token in ["undefined", "null", secrets.jwt + "x"] {
            let response = ask("GET", "/wp-json/", [Field("Authorization", "Bearer \(token)")])
            #expect(response.status == 403)
            #expect(try code(response) == "jwt_auth_invalid_token")
        }
        let lowerCase = ask("GET", me, [Field("Authorization", "bearer \(secrets.jwt)")])
        #expect(try code(lowerCase) == "rest_not_logged_in")
    }

    @Test func `cookie and nonce together name the editor and bring a fresh nonce`() {
        let response = ask("GET", me, login)
        #expect(response.status == 200)
        #expect(response.fields["X-WP-Nonce"] == secrets.nonce)
    }

    @Test func `a cookie without a nonce is nobody, and a nonce without its cookie is refused`() throws {
        #expect(try code(ask("GET", me, [login[0]])) == "rest_not_logged_in")
        #expect(try code(ask("GET", me, [login[1]])) == "rest_cookie_invalid_nonce")
        let stale = ask("GET", "/wp-json/", [login[0], Field("X-WP-Nonce", "0123456789")])
        #expect(stale.status == 403)
        #expect(stale.fields["Expires"] != nil)
    }

    @Test func `a login cookie beside an Application Password makes the request anonymous`() {
        #expect(ask("GET", me, basic + [login[0]]).status == 401)
        #expect(ask("GET", me, [Field("Authorization", secrets.bearer), login[0]]).status == 200)
    }

    @Test func `Allow lists what this caller may do`() {
        let posts = "/wp-json/wp/v2/posts"
        #expect(ask("GET", posts).fields["Allow"] == "GET")
        #expect(ask("GET", posts, basic).fields["Allow"] == "GET, POST")
        #expect(ask("GET", "/wp-json/no/such").fields["Allow"] == nil)
        #expect(ask("GET", "/wp-json/wp/v2/settings", basic).fields["Allow"] == nil)
    }

    @Test func `CORS fields echo whatever Origin was sent, on errors too`() {
        for response in [
            ask("GET", me, [Field("Origin", "https://a.example")]),
            ask("OPTIONS", "/wp-json/wp/v2/posts", [Field("Origin", "https://a.example")]),
        ] {
            #expect(response.fields.all("Access-Control-Allow-Origin") == ["https://a.example"])
            #expect(response.fields["Access-Control-Allow-Credentials"] == "true")
            #expect(response.fields["Access-Control-Allow-Methods"] == "OPTIONS, GET, POST, PUT, PATCH, DELETE")
            #expect(response.fields["Vary"] == "Origin")
        }
        #expect(ask("GET", me).fields["Access-Control-Allow-Origin"] == nil)
        #expect(ask("OPTIONS", "/wp-json/wp/v2/posts", [Field("Origin", "https://a.example")]).status == 200)
    }

    @Test func `a collection tells its size`() {
        let fields = ask("GET", "/wp-json/wp/v2/posts").fields
        #expect(fields["X-WP-Total"] == "2")
        #expect(fields["X-WP-TotalPages"] == "1")
    }

    @Test func `a post is created once per request, with its own address`() throws {
        let first = ask("POST", "/wp-json/wp/v2/posts", basic, body: #"{"title":"x"}"#)
        let second = ask("POST", "/wp-json/wp/v2/posts", basic, body: #"{"title":"x"}"#)
        #expect(first.status == 201)
        #expect(first.fields["Location"] == "http://blog.example/wp-json/wp/v2/posts/13")
        #expect(second.fields["Location"] == "http://blog.example/wp-json/wp/v2/posts/14")
        #expect(try code(ask("POST", "/wp-json/wp/v2/posts", basic, body: "{")) == "rest_invalid_json")
        #expect(try code(ask("POST", "/wp-json/wp/v2/posts", basic, body: "{}")) == "empty_content")
    }

    @Test func `a method that a route does not have is a route that does not exist`() throws {
        let response = ask("DELETE", "/wp-json/wp/v2/posts", basic)
        #expect(response.status == 404)
        #expect(try code(response) == "rest_no_route")
    }

    @Test(
        "dates are in the form of RFC 9110",
        arguments: zip(
            [0, 784_111_777, 951_782_400, 1_790_000_000, 4_107_542_400],
            [
                "Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 06 Nov 1994 08:49:37 GMT", "Tue, 29 Feb 2000 00:00:00 GMT",
                "Mon, 21 Sep 2026 14:13:20 GMT", "Mon, 01 Mar 2100 00:00:00 GMT",
            ]))
    func dates(seconds: Int, text: String) {
        #expect(HTTPDate.text(Int64(seconds)) == text)
    }

    @Test func `Base64 is read as it was written`() {
        for count in 0..<9 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 97 + 250) }
            #expect(Base64.bytes(Base64.text(bytes, Base64.standard, pad: true)) == bytes)
        }
        #expect(Base64.text(Array("editor:pw".utf8), Base64.standard, pad: true) == "ZWRpdG9yOnB3")
        #expect(Base64.text([0xFB, 0xFF], Base64.standard, pad: true) == "+/8=")
        #expect(Base64.text([0xFB, 0xFF], Base64.url) == "-_8")
        #expect(Base64.bytes("a-b") == nil)
    }
}
