// Reads the captured sessions beside the tests.

import Foundation

enum Fixture {
    static func bytes(_ name: String) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")
        return [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    /// The names of the files in a folder of the project.
    static func names(_ path: String) throws -> [String] {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(path).path)
    }
}
