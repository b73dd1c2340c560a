// The examples of configs/ are read as a user would have them read, and together they show every key there is.

import Foundation
import JSON
import Settings
import Testing

private let configs: URL = {
    let environment = ProcessInfo.processInfo.environment["HOPLENS_ROOT"]
    let root =
        environment.map { URL(fileURLWithPath: $0) }
        ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return root.appendingPathComponent("configs")
}()

private func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: configs.appendingPathComponent(name)))
}

private func load(_ name: String) throws -> ProxySettings {
    // The bytes have a name of their own: the compiler (6.3.1) crashes on a span of what a throwing call returns.
    let content = try bytes(name)
    let raw = RawSettings(file: name, bytes: content.span)
    return try ProxySettings(checking: raw)
}

@Suite("Example settings")
struct ConfigsTests {
    @Test("the staging site shows the defaults, so that nothing changes when a line is removed")
    func stagingSite() throws {
        var expected = ProxySettings(services: [
            Service(origin: OriginURL(tls: true, host: "staging.example.test", port: 443))
        ])
        expected.node = "staging-inspector"
        expected.track = ["X-Request-Id", "X-WP-Total"]
        expected.capture = Capture(directory: "traces/staging")
        expected.capture?.maxDisk = 2 << 30
        #expect(try load("staging-site.json5") == expected)
    }

    @Test("several services have their own listeners and origins")
    func severalServices() throws {
        let settings = try load("several-services.json5")
        #expect(settings.services.map(\.name) == ["site", "api", "behind-cdn"])
        #expect(settings.services.map(\.listen.count) == [2, 1, 1])
        #expect(settings.services.map(\.forwarded) == [.none, .x, .none])
        #expect(settings.services[2].connect == Endpoint(host: "192.0.2.10", port: 443))
        #expect(settings.services[2].host == .origin)
        #expect(settings.threads == 2)
    }

    @Test("TLS on both sides has a certificate for clients and an authority for the origin")
    func tlsBothSides() throws {
        let settings = try load("tls-both-sides.json5")
        let service = try #require(settings.services.first)
        #expect(service.tls?.certificate == "/etc/hoplens/www.example.test.pem")
        #expect(service.tls?.key == "/etc/hoplens/www.example.test.key")
        #expect(service.caFile == "/etc/hoplens/staging-ca.pem")
        #expect(service.origin.tls)
        #expect(settings.warnings.isEmpty)
    }

    @Test("the examples together name every key, live or as a comment", arguments: SettingKey.allCases)
    func complete(key: SettingKey) throws {
        let names = ["staging-site.json5", "several-services.json5", "tls-both-sides.json5"]
        let lines = try names.flatMap { String(decoding: try bytes($0), as: UTF8.self).split(separator: "\n") }
        let shown = lines.contains { line in
            let text = line.drop { $0 == " " || $0 == "/" || $0 == "{" }
            return text.hasPrefix("\(key.rawValue):") || text.hasPrefix("'\(key.rawValue)':")
        }
        #expect(shown)
    }

    @Test("a line that is commented out is right when it is taken in")
    func commentedLines() throws {
        let text = String(decoding: try bytes("staging-site.json5"), as: UTF8.self)
        var tried = 0
        let lines = text.components(separatedBy: "\n")
        for (index, line) in lines.enumerated() {
            let inner = line.drop { $0 == " " }
            guard inner.hasPrefix("// "), inner.hasSuffix(","),
                inner.dropFirst(3).first.map({ $0.isLowercase || $0 == "'" }) == true,
                inner.contains(": ")
            else { continue }
            var changed = lines
            changed[index] = String(inner.dropFirst(3))
            let changedText = changed.joined(separator: "\n")
            let raw = RawSettings(file: "changed", bytes: changedText.utf8Span.span)
            #expect(throws: Never.self, "\(inner)") { _ = try ProxySettings(checking: raw) }
            tried += 1
        }
        #expect(tried == 10)
    }
}
