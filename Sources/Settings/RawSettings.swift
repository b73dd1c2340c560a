// The low form of the settings: what was written, where, and nothing concluded from it. A file and the flags each become
// one of these; the flags are laid over the file; then everything is checked at once (ProxySettings+Checked.swift), so an
// error can still say which line or flag it is about.

/// One value as it was written.
public struct RawValue: Sendable, Equatable {
    /// The text: a string's content, a number's digits, `true` or `false`.
    public var text: String
    /// Where it stands.
    public var place: SettingPlace
    /// Its name in messages: a key path, nil when the place names it.
    public var key: String?

    /// A value at a place.
    public init(_ text: String, at place: SettingPlace, key: String? = nil) {
        self.text = text
        self.place = place
        self.key = key
    }

    func problem(_ message: String, hint: String? = nil) -> SettingsProblem {
        SettingsProblem(place: place, key: key, message: message, hint: hint)
    }
}

/// The values of one service or of the process, by setting.
public struct RawGroup: Sendable, Equatable {
    /// The values; more than one only for settings that are lists.
    public var values: [SettingKey: [RawValue]] = [:]
    /// Settings that were meant to be here and could not be read: told already, and not missing.
    var unreadable: Set<SettingKey> = []
    /// Where the group begins, for what is missing in it.
    public var place = SettingPlace.nowhere
    /// The group's key path (`services[1]`), if it has one.
    public var path: String?

    /// A group without values.
    public init() {}

    /// Whether nobody tried to write a setting.
    func lacks(_ key: SettingKey) -> Bool { values[key] == nil && !unreadable.contains(key) }
}

/// What was written, before anything was concluded from it.
public struct RawSettings: Sendable, Equatable {
    /// Settings of the process, and those of the service when there is no list of services.
    public var common = RawGroup()
    /// The list of services, if there is one.
    public var services: [RawGroup]?
    /// Limits by name.
    public var limits: [LimitName: RawValue] = [:]
    /// Time-outs by name.
    public var timeouts: [TimeoutName: RawValue] = [:]
    /// Whether the file's grammar is broken, so that nothing can be said about what is missing in it.
    public var isUnreadable = false
    /// What was wrong already while reading.
    public var problems: [SettingsProblem] = []

    /// Nothing written.
    public init() {}

    /// Lays flags over a file: a setting that both have is the flags'.
    public mutating func override(with flags: RawSettings) {
        problems += flags.problems
        limits.merge(flags.limits) { _, flag in flag }
        timeouts.merge(flags.timeouts) { _, flag in flag }
        let modes: [SettingKey] = [.json, .verbose, .quiet]
        if modes.contains(where: { flags.common.values[$0] != nil }) {
            // They are one choice with three names: a flag that makes it replaces the file's, whichever that was.
            for mode in modes { common.values[mode] = nil }
        }
        for key in SettingKey.allCases {
            guard let values = flags.common.values[key] else { continue }
            guard key.isOfService, let services, let first = values.first else {
                common.values[key] = values
                continue
            }
            if services.count == 1 {
                self.services?[0].values[key] = values
            } else {
                problems.append(
                    first.problem(
                        "the settings file has \(services.count) services, and this does not say which one it is for",
                        hint: "set it in the file"))
            }
        }
    }

    // MARK: Flags

    /// Adds what a flag or argument says; lists grow, and of anything else the last one counts.
    public mutating func set(_ key: SettingKey, _ text: String, from flag: String) {
        let value = RawValue(text, at: .commandLine(flag))
        if key.shape == .textList {
            common.values[key, default: []].append(value)
        } else {
            common.values[key] = [value]
        }
    }

    /// Adds one `NAME=N` of `--limit`.
    public mutating func setLimit(_ text: String, from flag: String) {
        guard let (name, value) = pair(text, flag, "NAME=N such as head=128k", LimitName.allCases.map(\.rawValue)),
            let limit = LimitName(rawValue: name)
        else { return }
        limits[limit] = RawValue(value, at: .commandLine("\(flag) \(name)"))
    }

    /// Adds one `NAME=DURATION` of `--timeout`.
    public mutating func setTimeout(_ text: String, from flag: String) {
        guard
            let (name, value) = pair(
                text, flag, "NAME=DURATION such as connect=5s", TimeoutName.allCases.map(\.rawValue)),
            let timeout = TimeoutName(rawValue: name)
        else { return }
        timeouts[timeout] = RawValue(value, at: .commandLine("\(flag) \(name)"))
    }

    private mutating func pair(
        _ text: String, _ flag: String, _ wanted: String, _ names: [String]
    ) -> (name: String, value: String)? {
        let place = SettingPlace.commandLine(flag)
        guard let equals = text.firstIndex(of: "=") else {
            problems.append(SettingsProblem(place: place, message: "expected \(wanted), found \(quoted(text))"))
            return nil
        }
        let name = String(text[..<equals])
        guard names.contains(name) else {
            problems.append(SettingsProblem.unknown(name, of: names, place: place, what: "name"))
            return nil
        }
        return (name, String(text[text.index(after: equals)...]))
    }
}

extension SettingsProblem {
    /// An unknown name, with the nearest known one or the whole list.
    static func unknown(
        _ name: String, of names: [String], place: SettingPlace, key: String? = nil, what: String
    ) -> SettingsProblem {
        let near = nearestName(to: name, among: names)
        return SettingsProblem(
            place: place, key: key, message: "unknown \(what) \(quoted(name))",
            hint: near.map { "did you mean '\($0)'?" } ?? "expected \(listed(names.sorted()))")
    }
}
