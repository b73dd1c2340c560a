// Redaction of values, targets and samples, whatever is in them: it never traps, what it shows is bounded and UTF-8,
// everything shown stood in the original, and a secret planted where one usually sits is never shown.
import Fields
import Wire

enum RedactionBody {
    /// Random-looking, of no known form.
    private static let secret = Array("q7Zp2LxVb9TnR4sKd8Wm3Yc6".utf8)

    @Sendable
    static func run(_ input: [UInt8]) -> [String] {
        var promises = Promises()
        let redactor = Redactor(PlainFingerprints(), secretNames: ["magicword"])
        let raw = Redactor(PlainFingerprints(), raw: true)
        for treatment in Treatment.allCases {
            let redacted = redactor.value(input, treatment)
            check(redacted, input, treatment, &promises)
            // A scan is slow and there are ten treatments, so the rest is looked at for one that the input chooses.
            guard input.count % Treatment.allCases.count == Int(treatment.rawValue) else { continue }
            promises.expect(
                redacted == redactor.value(input, treatment), "\(treatment): the same value is shown in two ways")
            let latin1 = redactor.value(input, treatment, latin1: true)
            promises.expect(
                latin1.latin1 && latin1.shape == redacted.shape, "\(treatment): Latin-1 changes more than letters")
            let whole = raw.value(input, treatment)
            promises.expect(
                whole.latin1 ? latin1Bytes(whole.shown) == input : whole.shown == input,
                "\(treatment): the raw value is another")
            promises.expect(whole.shape == redacted.shape, "\(treatment): the raw value has another shape")
        }
        let sample = redactor.sample(input)
        promises.expect(String(validating: sample, as: UTF8.self) != nil, "a sample is not UTF-8")
        promises.expect(sample.count <= bound(input.count), "a sample of \(input.count) bytes becomes \(sample.count)")
        plant(input, redactor, &promises)
        return promises.broken
    }

    /// One byte may be a secret of its own and become a marker, the longest of which has some forty bytes.
    private static func bound(_ count: Int) -> Int { 48 * (count + 1) }

    private static func check(
        _ redacted: Redacted, _ input: [UInt8], _ treatment: Treatment, _ promises: inout Promises
    ) {
        guard String(validating: redacted.shown, as: UTF8.self) != nil else {
            promises.expect(false, "\(treatment): what is shown is not UTF-8")
            return
        }
        promises.expect(redacted.shown.count <= bound(input.count), "\(treatment): what is shown is too long")
        // Between the markers stands the original, in order.
        var rest = input[...]
        for piece in pieces(redacted.shown) {
            guard let bytes = redacted.latin1 ? latin1Bytes(piece) : piece else {
                promises.expect(false, "\(treatment): a letter is shown that is no byte")
                return
            }
            guard let place = rest.firstRange(of: bytes) else {
                promises.expect(false, "\(treatment): something is shown that the original does not have")
                return
            }
            rest = rest[place.upperBound...]
        }
    }

    /// What stands between markers.
    private static func pieces(_ shown: [UInt8]) -> [[UInt8]] {
        var result: [[UInt8]] = []
        var piece: [UInt8] = []
        var isMarker = false
        for scalar in String(decoding: shown, as: UTF8.self).unicodeScalars {
            if scalar == "\u{2039}" {
                isMarker = true
                result.append(piece)
                piece = []
            } else if scalar == "\u{203A}", isMarker {
                isMarker = false
            } else if !isMarker {
                piece += Array(String(scalar).utf8)
            }
        }
        return (result + [piece]).filter { !$0.isEmpty }
    }

    private static func latin1Bytes(_ text: [UInt8]) -> [UInt8]? {
        var bytes: [UInt8] = []
        for scalar in String(decoding: text, as: UTF8.self).unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// A secret in a place where one usually sits, with the input around it.
    private static func plant(_ input: [UInt8], _ redactor: Redactor, _ promises: inout Promises) {
        let half = input.count / 2
        // What joins the secret itself would be another secret.
        let before = Array(input[..<half]) + [0x20]
        let after = [0x20] + Array(input[half...])
        let places: [(String, Treatment, String)] = [
            ("credentials", .credentials, ""), ("nonce", .nonce, ""), ("secret", .secret, ""),
            ("a cookie", .cookie, "; wp_session="), ("a parameter", .url, "&access_token="),
            ("a bearer", .unknown, "Bearer "), ("a password", .known, "&password="),
        ]
        for (name, treatment, lead) in places {
            let value =
                treatment == .credentials ? Array("Bearer ".utf8) + secret : before + Array(lead.utf8) + secret + after
            let redacted = redactor.value(value, treatment)
            promises.expect(redacted.shown.firstRange(of: secret) == nil, "\(name) is shown: \(shown(redacted.shown))")
        }
        let sample = redactor.sample(before + Array("\"refresh_token\":\"".utf8) + secret + Array("\"".utf8) + after)
        promises.expect(sample.firstRange(of: secret) == nil, "a token of a body is shown: \(shown(sample))")
    }
}
