// Secrets planted in every place an exchange has, in every encoding; the line is searched for all of them.

import Foundation
import Testing
import Trace

private let token = jwt(#"{"iss":"https://staging.example","exp":1790000000,"data":{"user":{"id":"7"}}}"#)

/// A place: how a secret gets into an exchange.
private struct Place: CustomTestStringConvertible, Sendable {
    let name: String
    let plant: @Sendable (inout Script, String) -> Void
    var testDescription: String { name }

    init(_ name: String, _ plant: @escaping @Sendable (inout Script, String) -> Void) {
        self.name = name
        self.plant = plant
    }
}

/// Places that are secret by their name, whatever stands there.
private let namedPlaces: [Place] = [
    Place("Authorization without scheme") { $0.ask("Authorization", $1) },
    Place("Bearer") { $0.ask("Authorization", "Bearer " + $1) },
    Place("lower-case bearer") { $0.ask("authorization", "bearer " + $1) },
    Place("Bearer twice") { $0.ask("Authorization", "Bearer Bearer " + $1) },
    Place("Bearer in quotes") { $0.ask("Authorization", "Bearer \"" + $1 + "\"") },
    Place("Basic as password") { $0.ask("Authorization", "Basic " + base64("editor:" + $1)) },
    Place("Basic in plain") { $0.ask("Authorization", "Basic editor:" + $1) },
    Place("Basic without colon") { $0.ask("Authorization", "Basic " + base64($1)) },
    Place("unknown scheme") { $0.ask("Authorization", "Secretive " + $1) },
    Place("the secret as the scheme") { $0.ask("Authorization", $1 + " x") },
    Place("Digest") { $0.ask("Authorization", "Digest username=\"" + $1 + "\"") },
    Place("merged credentials") { $0.ask("Authorization", "Bearer abc, Basic " + base64("u:" + $1)) },
    Place("Proxy-Authorization") { $0.ask("Proxy-Authorization", "Basic " + base64("u:" + $1)) },
    Place("X-Original-Authorization") { $0.ask("X-Original-Authorization", "Bearer " + $1) },
    Place("Cookie") { $0.ask("Cookie", "a=b; wordpress_logged_in_0123456789abcdef0123456789abcdef=" + $1 + "; c=d") },
    Place("Cookie without name") { $0.ask("Cookie", $1) },
    Place("Set-Cookie") { $0.answer("Set-Cookie", "PHPSESSID=" + $1 + "; Path=/; HttpOnly") },
    Place("Set-Cookie in an interim response") { $0.interim.append(("Set-Cookie", "s=" + $1)) },
    Place("X-WP-Nonce") { $0.ask("X-WP-Nonce", $1) },
    Place("X-WP-Nonce of the answer") { $0.answer("X-WP-Nonce", $1) },
    Place("X-API-Key") { $0.ask("X-API-Key", $1) },
    Place("a field named like a secret") { $0.ask("X-Shop-Secret", $1) },
    Place("a field of the answer") { $0.answer("X-Session-Token", $1) },
    Place("a trailer") { $0.trailers.append(("X-Signature", $1)) },
    Place("target: token") { $0.target = "/?token=" + $1.queryEncoded },
    Place("target: _wpnonce") { $0.target = "/wp-json/?_wpnonce=" + $1.queryEncoded + "&per_page=5" },
    Place("target: consumer secret") {
        $0.target = "/wp-json/wc/v3/orders?consumer_key=ck_x&consumer_secret=" + $1.queryEncoded
    },
    Place("target: name in percent form") { $0.target = "/?" + percentEncoded("password") + "=" + percentEncoded($1) },
    Place("target: bracketed name") { $0.target = "/?user%5Bpassword%5D=" + $1.queryEncoded },
    Place("target: fragment") { $0.target = "/cb#access_token=" + $1.queryEncoded },
    Place("target: userinfo") { $0.target = "http://editor:" + $1.queryEncoded + "@origin.example/" },
    Place("target: URL in a parameter") { $0.target = "/?u=" + percentEncoded("https://h/?jwt=" + $1.queryEncoded) },
    Place("target: encoded twice") { $0.target = "/?u=" + percentEncoded(percentEncoded("pwd=" + $1)) },
    Place("Referer") { $0.ask("Referer", "https://example.test/?code=" + $1.queryEncoded) },
    Place("Origin with userinfo") { $0.ask("Origin", "https://u:" + $1.queryEncoded + "@example.test") },
    Place("Location") { $0.answer("Location", "/cb#id_token=" + $1.queryEncoded) },
    Place("Content-Location") { $0.answer("Content-Location", "/x?X-Amz-Signature=" + $1.queryEncoded) },
    Place("Refresh") { $0.answer("Refresh", "0; url=/?sig=" + $1.queryEncoded) },
    Place("Link") { $0.answer("Link", "</?key=" + $1.queryEncoded + ">; rel=next") },
    Place("a pair in an unknown field") { $0.ask("X-Debug", "user=a&password=" + $1.queryEncoded) },
    Place("a pair with a colon") { $0.ask("X-Debug", "password: " + $1) },
    Place("a JSON value in a field") { $0.ask("X-Debug", "{\"api_key\": \"" + $1 + "\"}") },
    Place("a pair in Base64") { $0.ask("X-Debug", base64("password=" + $1)) },
    Place("a pair in hexadecimal") { $0.ask("X-Debug", hex("password=" + $1)) },
    Place("User-Agent") { $0.ask("User-Agent", "tool/1.0 token=" + $1.queryEncoded) },
    Place("Forwarded") { $0.ask("Forwarded", "for=192.0.2.1;secret=\"" + $1 + "\"") },
    Place("WWW-Authenticate") { $0.answer("WWW-Authenticate", "Digest realm=\"x\", nonce=\"" + $1 + "\"") },
    Place("a policy's nonce") { $0.answer("Content-Security-Policy", "script-src 'nonce-" + $1.queryEncoded + "'") },
    Place("the reason phrase") { $0.reason = Array(("token=" + $1.queryEncoded).utf8) },
    Place("JSON body") { $0.json("{\"code\":\"rest_x\",\"data\":{\"token\":\"" + $1 + "\"}}") },
    Place("JSON body: list under a secret name") { $0.json("{\"passwords\":[\"x\",\"" + $1 + "\"]}") },
    Place("JSON body: escapes") { $0.json(#"{"a":"{\"secret\":\""# + $1 + #"\"}"}"#) },
    Place("JSON body: escaped name") { $0.json(#"{"\u0074oken":""# + $1 + #""}"#) },
    Place("JSON body: an echoed field") { $0.json("{\"Authorization\":\"Bearer " + $1 + "\"}") },
    Place("form body") { $0.page("application/x-www-form-urlencoded", "log=a&pwd=" + $1.queryEncoded) },
    Place("HTML: wpApiSettings") {
        $0.page("text/html", "<script>var wpApiSettings = {\"root\":\"x\",\"nonce\":\"" + $1 + "\"};</script>")
    },
    Place("HTML: hidden input") {
        $0.page("text/html", "<input type=\"hidden\" id=\"_wpnonce\" name=\"_wpnonce\" value=\"" + $1 + "\" />")
    },
    Place("HTML: value before name") { $0.page("text/html", "<input value='" + $1 + "' name='csrf_token'>") },
    Place("HTML: password input") { $0.page("text/html", "<input type=password value=\"" + $1 + "\">") },
    Place("HTML: meta") { $0.page("text/html", "<meta name=\"csrf-token\" content=\"" + $1 + "\">") },
    Place("HTML: link with entities") {
        $0.page("text/html", "<a href=\"/?a=1&amp;_wpnonce=" + $1.queryEncoded + "&amp;b=2\">x</a>")
    },
    Place("HTML: attribute with entities") {
        $0.page("text/html", "<div data-x=\"{&quot;token&quot;:&quot;" + $1 + "&quot;}\">")
    },
    Place("HTML: an echoed header") {
        $0.page("text/html", "<pre>Authorization: Basic " + base64("u:" + $1) + "</pre>")
    },
    Place("XML") { $0.page("application/xml", "<a><password>" + $1 + "</password></a>") },
    Place("PHP array") { $0.page("text/plain", "'password' => '" + $1 + "',") },
    Place("a subprotocol of Kubernetes") {
        $0.ask("Sec-WebSocket-Protocol", "v4.channel.k8s.io, base64url.bearer.authorization.k8s.io." + $1)
    },
    Place("a subprotocol behind a name") { $0.ask("Sec-WebSocket-Protocol", "graphql-ws, access_token, " + $1) },
    Place("JSON body: name and value") { $0.json("[{\"name\":\"token\",\"value\":\"" + $1 + "\"}]") },
    Place("JSON body: value before its name") { $0.json("{\"value\": \"" + $1 + "\", \"name\": \"password\"}") },
    Place("JSON body: key and value") { $0.json("{\"a\":{},\"key\":\"token\",\"x\":[1],\"value\":\"" + $1 + "\"}") },
    Place("XML-RPC") {
        $0.page("text/xml", "<member><name>password</name><value>" + $1 + "</value></member>")
    },
    Place("XML-RPC with a type") {
        $0.page("text/xml", "<name>password</name>\n <value><string>" + $1 + "</string></value>")
    },
    Place("PHP constant") { $0.page("text/plain", "define(\"DB_PASSWORD\", \"" + $1 + "\");") },
    Place("PHP constant behind an assignment") {
        $0.page("text/plain", "DB_PASSWORD=x define( 'AUTH_KEY' , '" + $1 + "' );")
    },
    Place("HTML: a table of variables") {
        $0.page("text/html", "<tr><td class=\"e\">HTTP_COOKIE </td><td class=\"v\">a=" + $1 + " </td></tr>")
    },
    Place("a sentence with quotes") { $0.json("{\"message\":\"invalid password '" + $1 + "' given\"}") },
    Place("a sentence") { $0.json("{\"message\":\"Your password is " + $1 + "\"}") },
    Place("target: behind access_token") { $0.target = "/x/access_token/" + $1.queryEncoded + "/y" },
    Place("target: behind token") { $0.target = "/token/" + $1.queryEncoded },
    Place("Location: behind reset-password") {
        $0.answer("Location", "https://h.test/reset-password/" + $1.queryEncoded)
    },
    Place("Referer: behind token") { $0.ask("Referer", "https://h.test/token/" + $1.queryEncoded + "?a=1") },
    Place("target: a bot") { $0.target = "/bot123456:" + $1.queryEncoded + "/sendMessage" },
    Place("target: a hook") { $0.target = "/hooks/services/T0/B0/" + $1.queryEncoded },
    Place("target: hash") { $0.target = "/?hash=" + $1.queryEncoded },
    Place("Set-Cookie behind an empty name") { $0.answer("Set-Cookie", "; sid=" + $1.queryEncoded + "; Path=/") },
    Place("an unknown attribute of a cookie") { $0.answer("Set-Cookie", "a=b; Path=/; Odd=" + $1) },
    Place("body cut in the secret") { $0.json("{\"token\":\"" + $1) },
    Place("the error's text") {
        $0.error = RecordedError(
            side: "origin", phase: "connect", cause: "dns_error", text: "cannot reach https://u:\($1.queryEncoded)@h/")
    },
    Place("the origin's URL") { $0.origin = "https://u:" + $1.queryEncoded + "@origin.example" },
]

/// Places where only the form of the secret gives it away.
private let openPlaces: [Place] = [
    Place("Origin") { $0.ask("Origin", $1) },
    Place("an unknown field") { $0.ask("X-Debug", "before " + $1 + " behind") },
    Place("Accept") { $0.ask("Accept", $1) }, Place("User-Agent") { $0.ask("User-Agent", "tool/1.0 (" + $1 + ")") },
    Place("Via") { $0.answer("Via", "1.1 " + $1) }, Place("Server") { $0.answer("Server", $1) },
    Place("a path segment") { $0.target = "/reset/" + $1.queryEncoded + "/now" },
    Place("ETag") { $0.answer("ETag", "\"" + $1 + "\"") },
    Place("a harmless parameter") { $0.target = "/?q=" + $1.queryEncoded },
    Place("X-Request-ID") { $0.ask("X-Request-ID", $1) },
    Place("Host") { $0.ask("Host", $1) }, Place("a message") { $0.json("{\"message\":\"no " + $1 + " here\"}") },
    Place("a page") { $0.page("text/html", "<p>" + $1 + "</p>") },
    Place("a trailer") { $0.trailers.append(("X-Sum", $1)) },
    Place("a field's name") {
        $0.ask($1.filter { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" || $0 == "_" }, "1")
    },
    Place("an interim response") { $0.interim.append(("Link", "<" + $1.queryEncoded + ">")) },
    Place("a bare parameter") { $0.target = "/?" + $1.queryEncoded + "=" },
    Place("Path of a cookie") { $0.answer("Set-Cookie", "a=b; Path=" + $1) },
    Place("Domain of a cookie") { $0.answer("Set-Cookie", "a=b; Domain=" + $1) },
    Place("a subprotocol") { $0.ask("Sec-WebSocket-Protocol", "mqtt, " + $1) },
    Place("Access-Control-Allow-Origin") { $0.answer("Access-Control-Allow-Origin", $1) },
]

extension String {
    fileprivate var queryEncoded: String {
        addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(.init(charactersIn: "-._~"))) ?? self
    }
}

extension Script {
    fileprivate mutating func json(_ text: String) { page("application/json; charset=UTF-8", text) }

    fileprivate mutating func page(_ type: String, _ text: String) {
        status = 403
        answer("Content-Type", type)
        body = text
    }
}

/// Every way a secret could be read out of a line.
private func traces(of secret: String) -> [String] {
    var forms = [
        secret, secret.queryEncoded, percentEncoded(secret), percentEncoded(secret).lowercased(), hex(secret),
        hex(secret).uppercased(),
    ]
    // Base64 of the secret at each of the three places it can have in a longer text.
    for prefix in ["", "x", "xx"] {
        let text = base64(prefix + secret)
        let skip = prefix.isEmpty ? 0 : 4
        let core = String(text.dropFirst(skip).dropLast(4))
        if core.count >= 6 {
            forms += [core, core.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")]
        }
    }
    return forms
}

@Suite struct PlantedSecretTests {
    private static let anySecrets = [
        "hunter2-swordfish", "Xq9vB3kLm2Zp8RtY", "correct horse battery", token, "a1b2c3d4e5",
        "abcd EFGH ijkl MNOP qrst 1234",
        "pÄsswörd-geheim",
    ]
    private static let tellingSecrets = [
        token, "Bearer Xq9vB3kLm", "basic " + base64("editor:swordfish"), "abcd EFGH ijkl MNOP qrst 1234",
        "ck_1234567890abcdef1234567890abcdef12345678", base64("password=swordfish"), base64("editor:swordfish"),
        hex("editor:swordfish"), "ghp_abcdefghijklmnopqrstuvwxyz0123456789", "https://u:swordfish@h/",
        "token=swordfish", "hvs.CAESIJqwertyuiopasdfghjkl", "xoxb-qwertyuiop-asdfghjkl", "glpat-qwertyuiopasdfghjkl",
        "sk_live_qwertyuiopasdfgh", "npm_q1wertyuiopasdfghjkl", "AKIAIOSFODNN7EXAMPLE",
    ]

    @Test(arguments: namedPlaces, anySecrets)
    fileprivate func noSecretIsWrittenWhereItsNameTells(_ place: Place, _ secret: String) throws {
        var script = Script()
        place.plant(&script, secret)
        let line = write(script)
        for form in traces(of: secret) { #expect(!line.contains(form), "\(form) in \(line)") }
        #expect(line.contains("‹"), "nothing was replaced in \(line)")
        _ = try read(String(line.dropLast()))
    }

    @Test(arguments: openPlaces, tellingSecrets)
    fileprivate func noSecretIsWrittenWhereOnlyItsFormTells(_ place: Place, _ secret: String) throws {
        if place.name == "a field's name", secret != token, !secret.hasPrefix("ck_"), !secret.hasPrefix("ghp_"),
            !secret.hasPrefix("hvs.")
        {
            return
        }
        var script = Script()
        place.plant(&script, secret)
        let line = write(script)
        // What must not be seen is the secret part: the word behind a scheme, the value of a pair.
        var parts = [secret, "swordfish", "Xq9vB3kLm"]
        if secret.count > 20 { parts.append(String(secret.dropFirst(10))) }
        for part in parts where secret.contains(part) || part == "swordfish" {
            for form in traces(of: part) { #expect(!line.contains(form), "\(form) in \(line)") }
        }
        _ = try read(String(line.dropLast()))
    }

    @Test func rawLinesSayThatTheyAreRaw() throws {
        var script = Script()
        script.ask("Authorization", "Bearer hunter2")
        var recorder = Recorder(node: "n", fingerprinting: TestFingerprints(), raw: true)
        var r = RecordBuffer()
        let line = String(decoding: write(script, &recorder, &r).dropLast(), as: UTF8.self)
        let record = try read(line)
        #expect(record.raw)
        #expect(record.request?.head.lines.first?.value == "Bearer hunter2")
    }

    @Test func aRefusedHeadShowsItsMethodOnly() throws {
        var recorder = Recorder(node: "n", fingerprinting: TestFingerprints())
        for (head, method) in [
            ("GET /?q=hunter2 HTTP/9.9\r\n", "GET"), ("hunter2 / HTTP/1.1\r\n", nil), ("\u{1}\u{2}", nil), ("GET", nil),
        ] {
            var r = RecordBuffer()
            let bytes = Array(head.utf8)
            let id = Array("x".utf8)
            recorder.begin(
                &r, id: id.span, wallMicroseconds: 0, service: [], clientAddress: [], connection: 1, exchange: 1,
                clientTLS: nil)
            recorder.refused(&r, bytes.span, count: bytes.count)
            recorder.end(
                &r, .refused, durationMicroseconds: 5, timing: RecordedTiming(), requestBody: nil, responseBody: nil,
                error: RecordedError(
                    side: "client", phase: "request-head", cause: "http_request_error", text: "no head"))
            var batch: [UInt8] = []
            recorder.append(r, to: &batch)
            let line = String(decoding: batch.dropLast(), as: UTF8.self)
            #expect(!line.contains("hunter2"))
            let record = try read(line)
            #expect(record.request?.method == method)
            #expect(record.request?.malformedBytes == bytes.count)
            #expect(record.end == .refused)
        }
    }
}
