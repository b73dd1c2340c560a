import Secure
import Testing

@Suite struct FingerprinterTests {
    private static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }

    // RFC 4231 section 4: key, data, HMAC-SHA-256.
    static let vectors: [(key: [UInt8], data: [UInt8], code: String)] = [
        (
            [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            Array(1...25), [UInt8](repeating: 0xcd, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            Array(
                ("This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm.").utf8),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
    ]

    @Test(arguments: vectors.indices) func theVectorsOfRFC4231ComeOut(_ index: Int) {
        let vector = Self.vectors[index]
        let code = Fingerprinter(key: vector.key).authenticationCode(vector.data.span)
        #expect(code == Self.bytes(vector.code))
    }

    @Test func aFingerprintIsTheStartOfTheCodeOfTheBytesNamed() {
        let fingerprinter = Fingerprinter(key: Array("Jefe".utf8))
        let text = Array("xx what do ya want for nothing?yy".utf8)
        let value = fingerprinter.fingerprint(text.span, from: 3, to: text.count - 2)
        #expect(value == 0x5bdc_c146)
        #expect(Fingerprinter.text(value) == "5bdcc146")
        #expect(Fingerprinter.text(0x2a) == "0000002a")
        #expect(fingerprinter.fingerprint(text.span, from: 4, to: 4) != value)
    }

    @Test func randomBytesAreOfTheLengthAskedForAndDiffer() {
        #expect(SecureRandom.bytes(0).isEmpty)
        #expect(SecureRandom.bytes(32).count == 32)
        #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z", "19700101T000000Z"), (951_782_399, "2000-02-28T23:59:59Z", "20000228T235959Z"),
        (951_782_400, "2000-02-29T00:00:00Z", "20000229T000000Z"), (-1, "1969-12-31T23:59:59Z", "19691231T235959Z"),
        (1_795_221_181, "2026-11-21T00:33:01Z", "20261121T003301Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z", "21000301T000000Z"),
    ]) func timesAreTakenApartRight(_ seconds: Int64, _ extended: String, _ basic: String) {
        let time = UTCTime(unixSeconds: seconds)
        #expect(time.extended == extended)
        #expect(time.basic == basic)
    }
}
