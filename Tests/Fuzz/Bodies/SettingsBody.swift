// Settings files: any bytes are either settings that hold together or problems, each with a place in the file; the same
// file gives the same answer; flags laid over a file never trap.
import JSON
import Settings

enum SettingsBody {
    @Sendable
    static func run(_ bytes: [UInt8]) -> [String] {
        var promises = Promises()
        let raw = RawSettings(file: "f.json5", bytes: bytes.span)
        promises.expect(raw == RawSettings(file: "f.json5", bytes: bytes.span), "the same file is read in two ways")
        for problem in raw.problems { check(problem, bytes, &promises) }
        do throws(SettingsProblems) {
            let settings = try ProxySettings(checking: raw)
            promises.expect(raw.problems.isEmpty, "settings with problems are accepted")
            promises.expect(!settings.services.isEmpty, "settings without a service are accepted")
            for service in settings.services {
                let origin = service.origin.description
                promises.expect((try? OriginURL(parsing: origin)) == service.origin, "\(origin) is no origin")
            }
        } catch {
            promises.expect(!error.problems.isEmpty, "settings are refused without a reason")
            for problem in error.problems { check(problem, bytes, &promises) }
        }
        var flags = RawSettings()
        // The words of the file as flags, too.
        let words = String(decoding: bytes, as: UTF8.self).split(separator: "\n", maxSplits: 40).map(String.init)
        for (index, word) in words.enumerated() {
            flags.set(SettingKey.allCases[index % SettingKey.allCases.count], word, from: "--flag")
            flags.setLimit(word, from: "--limit")
            flags.setTimeout(word, from: "--timeout")
            if let size = try? Quantity.bytes(word) {
                promises.expect(
                    (try? Quantity.bytes(Quantity.text(bytes: size))) == size, "\(size) bytes are not read as written")
            }
            if let time = try? Quantity.milliseconds(word) {
                promises.expect(
                    (try? Quantity.milliseconds(Quantity.text(milliseconds: time))) == time,
                    "\(time) ms are not read as written")
            }
        }
        var both = raw
        both.override(with: flags)
        _ = try? ProxySettings(checking: both)
        _ = try? ProxySettings(checking: flags)
        return promises.broken
    }

    private static func check(_ problem: SettingsProblem, _ bytes: [UInt8], _ promises: inout Promises) {
        promises.expect(!problem.message.isEmpty && !problem.description.isEmpty, "a problem has no text")
        guard case .file(_, let position) = problem.place else { return }
        promises.expect(
            (0...bytes.count).contains(position.offset)
                && position == JSONPosition(offset: position.offset, in: bytes.span),
            "a problem stands at \(position), which is nowhere")
    }
}
