// Which settings a running process exchanges, and which it keeps and names.
import Settings
import Testing

@Suite struct ReloadTests {
    private static let usual = "origin: 'http://a.test'"

    private func reloaded(_ before: String, _ after: String) throws -> (settings: ProxySettings, kept: [String]) {
        try settings(file: "{\(before)}").reloaded(as: try settings(file: "{\(after)}"))
    }

    @Test func mostOfThemAreTakenOverWithoutAWord() throws {
        let after = """
            origin: 'http://b.test', listen: ['127.0.0.1:1', '127.0.0.1:2'], host: 'origin', forwarded: 'x',
            track: ['X-A'], via: false, check: false, ascii: true, verbose: true,
            limits: {head: '32k'}, timeouts: {drain: '1s'}
            """
        let result = try reloaded(Self.usual, after)
        #expect(result.kept == [])
        #expect(result.settings == (try settings(file: "{\(after)}")))
    }

    @Test(arguments: [
        ("threads: 2", "", "threads stays 2 until the next start"),
        ("node: 'n'", "node: 'm'", "node stays n until the next start"),
        ("", "node: 'm'", "node stays what it is until the next start"),
        ("", "capture: 'd'", "capture stays off until the next start"),
        ("capture: 'd'", "", "capture stays d until the next start"),
        ("capture: 'd'", "capture: 'e'", "capture stays d until the next start"),
        (
            "capture: 'd'", "capture: 'd', 'capture-key-file': 'k'",
            "capture-key-file stays in the capture's folder until the next start"
        ),
        ("capture: 'd'", "capture: 'd', 'capture-raw': '5m'", "capture-raw stays off until the next start"),
        ("quiet: true", "", "quiet stays true until the next start"),
        ("json: true", "quiet: true", "quiet stays false until the next start"),
    ])
    func whatIsBuiltInAtTheStartStaysAndIsNamed(_ before: String, _ after: String, _ sentence: String) throws {
        let result = try reloaded("\(Self.usual), \(before)", "\(Self.usual), \(after)")
        #expect(result.kept == [sentence])
        #expect(result.settings == (try settings(file: "{\(Self.usual), \(before)}")))
    }

    @Test func theBoundsOfACaptureChangeAndItsPlaceDoesNot() throws {
        let result = try reloaded(
            "\(Self.usual), capture: 'd'",
            "\(Self.usual), capture: 'e', 'capture-segment-size': '1M', 'max-disk': '9M', 'capture-sample': '1k'")
        let capture = try #require(result.settings.capture)
        #expect(capture.directory == "d")
        #expect(capture.segmentBytes == 1 << 20)
        #expect(capture.maxDisk == 9 << 20)
        #expect(capture.sampleBytes == 1024)
    }
}
