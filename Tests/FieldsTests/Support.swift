// A fingerprinter for tests: keyed by a seed, good enough to tell values apart.

import Fields
import Foundation
import Wire

final class TestFingerprints: Fingerprinting {
    private let seed: UInt32
    private(set) var calls = 0

    init(seed: UInt32 = 7) { self.seed = seed }

    func fingerprint(_ bytes: Span<UInt8>, _ extent: Extent) -> UInt32 {
        calls += 1
        var hash = seed &* 0x9E37_79B9 ^ 0x811C_9DC5
        for i in extent.indices { hash = (hash ^ UInt32(bytes[i])) &* 0x0100_0193 }
        return hash
    }

    func of(_ text: String) -> UInt32 {
        let bytes = Array(text.utf8)
        return fingerprint(bytes.span, Extent(0, bytes.count))
    }
}

/// What a value is shown as.
func shown(_ text: String, _ treatment: Treatment) -> String { redacted(text, treatment).text }

func redacted(_ text: String, _ treatment: Treatment) -> (text: String, shape: ValueShape?) {
    let result = Redactor(TestFingerprints()).value(Array(text.utf8), treatment)
    return (String(decoding: result.shown, as: UTF8.self), result.shape)
}

func marker(_ kind: String, _ secret: String) -> String {
    "‹\(kind),\(secret.utf8.count),#" + String(format: "%08x", TestFingerprints().of(secret)) + "›"
}

func base64URL(_ text: String) -> String {
    Data(text.utf8).base64EncodedString().replacingOccurrences(of: "+", with: "-")
        .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
}

func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

func jwt(_ claims: String, header: String = #"{"alg":"HS256","typ":"JWT"}"#) -> String {
    base64URL(header) + "." + base64URL(claims) + "." + "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
}
