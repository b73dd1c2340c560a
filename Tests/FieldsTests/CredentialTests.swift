import Fields
import Foundation
import Testing

@Suite struct CredentialTests {
    private let now: Int64 = 1_790_000_000

    private func text(_ value: String) -> String {
        redacted(value, .credentials).shape?.description(now: now) ?? "no shape"
    }

    private func hex(_ secret: String) -> String {
        let value = TestFingerprints().of(secret)
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    @Test func aJWTIsShownByItsHeaderAndTimes() {
        let token = jwt(
            #"{"iss":"https://staging.example","iat":1789990000,"nbf":1789990000,"exp":1790010800,"data":{"user":{"id":"7"}}}"#
        )
        let (shown, shape) = redacted("Bearer " + token, .credentials)
        #expect(shown == "Bearer " + marker("jwt", token))
        #expect(shape?.token?.issuer == "https://staging.example")
        #expect(shape?.token?.issuedAt == 1_789_990_000)
        #expect(shape?.token?.notBefore == 1_789_990_000)
        #expect(shape?.token?.type == "JWT")
        #expect(text("Bearer " + token) == "Bearer jwt HS256 exp in 3 h, \(token.utf8.count) bytes, #\(hex(token))")
    }

    @Test(arguments: [
        (1_790_000_045, "exp in 45 s"), (1_790_000_600, "exp in 10 min"), (1_790_010_800, "exp in 3 h"),
        (1_790_259_200, "exp in 3 d"), (1_789_999_999, "expired 1 s ago"), (1_789_000_000, "expired 11 d ago"),
    ])
    func timesAreToldFromTheMomentOfTelling(_ exp: Int64, _ words: String) {
        #expect(text("Bearer " + jwt(#"{"exp":\#(exp)}"#)).contains("jwt HS256 \(words), "))
    }

    @Test func aTokenThatIsNotYetValidSaysSo() {
        #expect(text("Bearer " + jwt(#"{"nbf":1790000300}"#)).contains("not before 5 min from now"))
        #expect(text("Bearer " + jwt(#"{"iat":1790000300}"#)).contains("issued 5 min in the future"))
    }

    @Test func numbersOfAnyFormAreTimes() {
        let token = jwt(#"{"exp":1.79e9,"iat":1789999999.75,"nbf":1e300}"#)
        let facts = redacted("Bearer " + token, .credentials).shape?.token
        #expect(facts?.expires == 1_790_000_000)
        #expect(facts?.issuedAt == 1_789_999_999)
        #expect(facts?.notBefore == nil)
    }

    @Test func wordsOfAJWTComeFromListsOnly() {
        let token = jwt(
            #"{"iss":"https://u:hunter2@example.test/?token=hunter2","sub":"hunter2"}"#,
            header: #"{"alg":"hunter2","typ":"hunter2","kid":"hunter2"}"#)
        let (_, shape) = redacted("Bearer " + token, .credentials)
        #expect(shape?.token?.algorithm == "other")
        #expect(shape?.token?.type == "other")
        #expect(!String(describing: shape).contains("hunter2"))
        #expect(shape?.token?.issuer?.hasPrefix("https://u:‹") == true)
    }

    @Test func basicShowsTheUserAndTheFormOfThePassword() {
        let plain = base64("editor:hunter2")
        #expect(shown("Basic " + plain, .credentials) == "Basic " + marker("basic", plain))
        #expect(text("Basic " + plain) == "Basic user=editor, \(plain.utf8.count) bytes, #\(hex(plain))")
        for password in ["abcd EFGH ijkl MNOP qrst 1234", "abcdEFGHijklMNOPqrst1234"] {
            let credential = base64("editor:" + password)
            #expect(text("Basic " + credential) == "Basic user=editor, application-password shape, #\(hex(credential))")
        }
    }

    @Test(arguments: [
        ("Basic " + base64(":x1y2z3"), [ShapeFlaw.emptyUser]), ("Basic " + base64("editor:"), [.emptyPassword]),
        ("Basic " + base64("editor"), [.missingColon]), ("Basic editor:hunter2", [.invalidBase64]),
        ("Basic not base64 at all", [.trailingJunk, .missingColon]),
        ("Basic " + base64URL("a:???>>>~~~"), [.base64URL]),
        ("Basic " + base64("editor:hunter2").replacingOccurrences(of: "=", with: ""), [.unpaddedBase64]),
        ("Basic " + base64("editor:hunter2\n"), [.trailingNewline]),
        ("Basic " + base64("editor:hunter2\r\n"), [.trailingNewline]),
        ("Basic " + base64("editor:hunter2") + "%0A", [.encodedNewline]),
        ("Basic " + base64("editor:hunter2") + "\\r\\n", [.encodedNewline]),
        ("Basic " + base64("editor:hunter2:abc123"), [.colonInPassword]),
        ("Basic ZWRpdG9yOv/+", [.notUTF8]), ("Bearer abc123%0d%0a", [.encodedNewline]),
        ("Bearer " + jwt(#"{"exp":1790010800}"#) + "\\n", [.encodedNewline]),
        ("Basic " + base64("a\u{7}b:c1d2e3"), [.oddBytes]), ("Basic \"" + base64("editor:hunter2") + "\"", [.quoted]),
        ("Basic Basic " + base64("editor:hunter2"), [.doubledScheme]),
        ("Basic  " + base64("editor:hunter2"), [.oddSpacing]),
        ("Bearer Bearer abc123", [.doubledScheme]), ("Bearer: abc123", [.colonAfterScheme]),
        ("Bearer \"abc123\"", [.quoted]), ("\"Bearer abc123\"", [.quoted]), ("Bearer abc123 xyz", [.trailingJunk]),
        ("Authorization: Bearer abc123", [.doubledName]), ("Bearer\tabc123", [.oddSpacing]),
        ("Basic Bearer abc123", [.twoCredentials, .missingColon]),
        ("Bearer abc123, Basic " + base64("editor:hunter2"), [.twoCredentials]),
        ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3OTAw", [.damagedJWT]), ("Bearer eyJhbGciOiJIUzI1", [.damagedJWT]),
        ("Bearer abc123,", [.trailingJunk]),
    ])
    func whatIsWrongIsSaid(_ value: String, _ flaws: [ShapeFlaw]) {
        let (shown, shape) = redacted(value, .credentials)
        #expect(shape?.flaws == flaws)
        for secret in ["hunter2", "abc123", "xyz", "x1y2z3", "c1d2e3", "not base64", "at all", "eyJ"] {
            #expect(!shown.contains(secret))
        }
    }

    @Test func aPasswordIsJudgedWithoutTheLineBreakBehindIt() {
        let shape = redacted("Basic " + base64("editor:abcd EFGH ijkl MNOP qrst 1234\n"), .credentials).shape
        #expect(shape?.kind == .applicationPassword && shape?.user == "editor")
        let token = redacted("Bearer " + jwt(#"{"exp":1790010800}"#) + "%0A", .credentials).shape
        #expect(token?.kind == .jwt && token?.token?.expires == 1_790_010_800)
    }

    @Test func aNonceOfAnotherFormSaysSo() {
        #expect(redacted("0a1b2c3d4e", .nonce).shape?.flaws == [])
        #expect(redacted("\"0a1b2c3d4e\"", .nonce).shape?.flaws == [.oddNonce])
    }

    @Test(arguments: ["undefined", "null"])
    func wordsForNothingAreShown(_ word: String) {
        #expect(shown("Bearer " + word, .credentials) == "Bearer " + word)
        #expect(text("Bearer " + word) == "Bearer " + word)
        #expect(text("Basic " + word) == "Basic " + word)
    }

    @Test func emptyCredentialsAreSaidToBeEmpty() {
        #expect(text("Bearer") == "Bearer empty")
        #expect(text("Basic ") == "Basic empty")
        #expect(text("") == "empty")
    }

    @Test(arguments: [
        "hunter2", "Hunter2 swordfish", "swordfish:hunter2", "Basic,hunter2swordfish", "hunter2 Bearer",
        "Bearerhunter2",
    ])
    func nothingIsShownOfCredentialsWithoutAKnownScheme(_ value: String) {
        let (shown, shape) = redacted(value, .credentials)
        #expect(!shown.contains("unter2"))
        #expect(!shown.contains("swordfish"))
        #expect(shape != nil)
    }

    @Test func aBareJWTIsRecognised() {
        let token = jwt("{}")
        let (shown, shape) = redacted(token, .credentials)
        #expect(shown == marker("jwt", token))
        #expect(shape?.kind == .jwt)
        #expect(shape?.scheme == nil)
    }

    @Test(arguments: [
        "Digest username=\"editor\", response=\"6629fae49393a05397450978507c4ef1\"",
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1, Signature=fe5f80f77d5fa3beca038a248ff027",
        "Negotiate YIIJvwYGKwYBBQUCoIIJszCCCa", "Token abc123def", "ApiKey abc123def",
    ])
    func ofOtherSchemesOnlyTheSchemeIsShown(_ value: String) {
        let scheme = String(value.prefix { $0 != " " })
        let credential = String(value.dropFirst(scheme.count + 1))
        #expect(shown(value, .credentials) == scheme + " " + marker("other-scheme", credential))
    }

    @Test(arguments: [
        "ck_1234567890abcdef1234567890abcdef12345678:cs_1234567890abcdef1234567890abcdef12345678",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789:x-oauth-basic", "0123456789abcdef01234567:", "hunter2:hunter2",
        "a\u{1B}[31m:x", "a‹jwt,1,#00000000›:x",
    ])
    func aUserThatMayBeASecretIsNotShown(_ pair: String) {
        #expect(redacted("Basic " + base64(pair), .credentials).shape?.user == nil)
    }

    @Test func anEncryptedTokenShowsItsHeaderOnly() {
        let parts = [base64URL(#"{"alg":"RSA-OAEP-256","enc":"A256GCM"}"#), "a1", "b2", "c3", "d4"]
        let (_, shape) = redacted("Bearer " + parts.joined(separator: "."), .credentials)
        #expect(shape?.kind == .jwt)
        #expect(shape?.token == JWTFacts(algorithm: "RSA-OAEP-256"))
        #expect(shape?.flaws == [])
    }
}
