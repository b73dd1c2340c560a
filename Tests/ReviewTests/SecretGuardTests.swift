import Foundation
import Review
import Testing
import Trace

@Suite("The second look for secrets")
struct SecretGuardTests {
    static let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

    private func places(_ change: (inout Line) -> Void) throws -> [String] {
        try SecretGuard.places(in: Line.make(change).record()).map { "\($0.member): \($0.kind)" }
    }

    @Test(
        "finds each kind with its place",
        arguments: [
            (#"{"n":"Authorization","v":"Bearer \#(token)"}"#, "request.fields[0] (Authorization): a credential"),
            (
                #"{"n":"X-Forwarded-Authorization","v":"Bearer \#(token)"}"#,
                "request.fields[0] (X-Forwarded-Authorization): a JWT"
            ),
            (
                #"{"n":"X-Proxy","v":"Basic ZWRpdG9yOmFiY2QgZWZnaA=="}"#,
                "request.fields[0] (X-Proxy): Basic credentials"
            ),
            (
                #"{"n":"Cookie","v":"a=1; wordpress_logged_in_x=editor%7C1795856463%7CaB3dE5"}"#,
                "request.fields[0] (Cookie): a cookie's value"
            ),
            (#"{"n":"X-WP-Nonce","v":"4f3a2b1c0d"}"#, "request.fields[0] (X-WP-Nonce): a key or a nonce"),
            (
                #"{"n":"X-Note","v":"the password is abCd 12eF GhIj 34kL mnOP 5678"}"#,
                "request.fields[0] (X-Note): an application password"
            ),
            (
                #"{"n":"Referer","v":"https://a.test/?_wpnonce=4f3a2b1c0d"}"#,
                "request.fields[0] (Referer): a secret in the query"
            ),
            (
                #"{"n":"X-Up","v":"https://editor:hunter22@a.test/"}"#,
                "request.fields[0] (X-Up): user and password in a URL"
            ),
            (
                #"{"n":"X-Key","v":"ck_0123456789abcdef0123456789abcdef01234567"}"#,
                "request.fields[0] (X-Key): a WooCommerce key"
            ),
            (#"{"n":"X-Pem","v":"-----BEGIN RSA PRIVATE KEY-----"}"#, "request.fields[0] (X-Pem): a private key"),
        ])
    func found(line: String, expected: String) throws { #expect(try places { $0.fields = line } == [expected]) }

    @Test("in targets, answers, edits and bodies as well")
    func everywhere() throws {
        #expect(try places { $0.target = "/x?consumer_key=ck_12345678" } == ["request.target: a secret in the query"])
        #expect(
            try places { $0.answer = #"{"n":"Set-Cookie","v":"sid=a1b2c3d4e5f6; Path=/; HttpOnly"}"# }
                == ["response.fields[0] (Set-Cookie): a cookie's value"])
        #expect(
            try places { $0.edits = #"{"op":"add","n":"X","v":"\#(Self.token)","why":"setting"}"# } == [
                "request.edits[0] (X): a JWT"
            ])
        #expect(
            try places {
                $0.sample =
                    #","sample":{"type":"text/plain","bytes":9,"text":"token \#(Self.token)","truncated":false}"#
            }
                == ["response_body.sample: a JWT"])
    }

    @Test("a raw record is one as a whole")
    func raw() throws {
        var record = try Line().record()
        record.raw = true
        #expect(SecretGuard.places(in: record).map(\.member) == ["raw"])
    }

    @Test("what a healthy capture of a real WordPress holds is left in peace")
    func quiet() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("DiagnosisTests/Fixtures")
        var records = 0
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) where name.hasSuffix(".ndjson") {
            let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
            var reader = TraceReader()
            reader.records(bytes.span, damaged: { _ in }) { record, _ in
                records += 1
                let places = SecretGuard.places(in: record)
                #expect(places == [], "\(places)")
            }
        }
        #expect(records > 200)
    }
}
