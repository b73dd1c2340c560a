// Where the settings of a run come from: a file, if one was named, and the flags over it. They are read at the start and
// again at each SIGHUP, the flags being the same and the file perhaps not.
import Reactor
import Settings

/// Why there are no settings: lines for the terminal.
struct SettingsFault: Error {
    var lines: [String]

    init(_ problems: SettingsProblems) {
        lines = problems.problems.map(\.description)
        if problems.omitted > 0 { lines.append("and \(problems.omitted) more") }
    }

    init(_ error: FileError) { lines = ["the settings cannot be read: \(error)"] }
}

struct SettingsSource: Sendable {
    /// A settings file is written by hand; beyond this size it is something else.
    private static let largestFile = 1 << 20

    /// The settings file.
    let file: String?
    private let flags: RawSettings

    init(_ arguments: Arguments) {
        file = arguments.configFile
        flags = arguments.settings
    }

    /// Reads and checks them.
    func load() throws(SettingsFault) -> ProxySettings {
        var raw = RawSettings()
        if let file { raw = try Self.read(file) }
        raw.override(with: flags)
        return try Self.check(raw)
    }

    /// Reads and checks a file alone.
    static func load(file: String) throws(SettingsFault) -> ProxySettings { try check(try read(file)) }

    private static func read(_ path: String) throws(SettingsFault) -> RawSettings {
        do throws(FileError) {
            let bytes = try Files.read(path, limit: largestFile)
            return RawSettings(file: path, bytes: bytes.span)
        } catch {
            throw SettingsFault(error)
        }
    }

    private static func check(_ raw: RawSettings) throws(SettingsFault) -> ProxySettings {
        do throws(SettingsProblems) {
            return try ProxySettings(checking: raw)
        } catch {
            throw SettingsFault(error)
        }
    }
}
