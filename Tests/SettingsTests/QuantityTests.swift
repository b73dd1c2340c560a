import Settings
import Testing

@Suite("Quantities and names")
struct QuantityTests {
    @Test(
        "durations have a unit",
        arguments: [
            ("500ms", 500), ("5s", 5_000), ("2m", 120_000), ("1h", 3_600_000), ("0s", 0), ("90s", 90_000),
        ])
    func durations(text: String, value: Int) throws {
        #expect(try Quantity.milliseconds(text) == value)
        #expect(try Quantity.milliseconds(Quantity.text(milliseconds: value)) == value)
    }

    @Test(
        "sizes count in steps of 1024",
        arguments: [
            ("0", 0), ("512", 512), ("64k", 65_536), ("64K", 65_536), ("10M", 10_485_760), ("10m", 10_485_760),
            ("1G", 1_073_741_824), ("1g", 1_073_741_824), ("4097", 4097),
        ])
    func sizes(text: String, value: Int) throws {
        #expect(try Quantity.bytes(text) == value)
        #expect(try Quantity.bytes(Quantity.text(bytes: value)) == value)
    }

    @Test(
        "a broken quantity says what is missing",
        arguments: [
            ("5", "without a unit; write 5s for seconds"), ("5d", "found the unit 'd'"), ("", "found nothing"),
            ("s", "found 's'"), ("-5s", "found '-5s'"), ("1.5s", "use a smaller unit"), ("5 s", "found the unit ' s'"),
            ("99999999999999999999s", "too large"), ("9223372036854775807h", "too large"), ("٣s", "found '٣s'"),
        ])
    func brokenDurations(text: String, part: String) throws {
        let message = try #require(mismatch { () throws(Mismatch) in _ = try Quantity.milliseconds(text) })
        #expect(message.contains(part), "\(message)")
    }

    @Test(
        "a broken size says what to write",
        arguments: [
            ("64kb", "write 64k, which counts in steps of 1024"), ("64KiB", "write 64K"), ("64x", "found the unit 'x'"),
            ("1.5M", "use a smaller unit"), ("99999999999G", "too large"), ("-1", "found '-1'"),
        ])
    func brokenSizes(text: String, part: String) throws {
        let message = try #require(mismatch { () throws(Mismatch) in _ = try Quantity.bytes(text) })
        #expect(message.contains(part), "\(message)")
    }

    @Test(
        "a mistyped name finds the one that was meant",
        arguments: [
            ("lsten", "listen"), ("listne", "listen"), ("Listen", "listen"), ("tls_cert", "tls-cert"),
            ("tlscert", "tls-cert"),
            ("timeout", "timeouts"), ("forward", "forwarded"), ("orign", "origin"), ("colour", "color"),
            ("capture-dir", "capture"),
            ("sn", "sni"), ("treads", "threads"), ("cafile", "ca-file"),
        ])
    func nearest(typed: String, name: String) {
        let known = [
            "listen", "tls-cert", "tls-key", "timeouts", "forwarded", "origin", "color", "capture", "sni", "threads",
            "ca-file",
            "host", "node",
        ]
        #expect(nearestName(to: typed, among: known) == name)
    }

    @Test(
        "what resembles nothing suggests nothing",
        arguments: ["", "x", "zzzzzz", "proxy-pass", String(repeating: "a", count: 500)])
    func noNearest(typed: String) {
        #expect(nearestName(to: typed, among: ["listen", "origin", "sni", "host"]) == nil)
    }
}
