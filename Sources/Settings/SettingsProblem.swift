// What is wrong with the settings, where, and what to do: one line each, all of them at once, so that a file with three
// mistakes is mended in one go.

public import JSON

/// Where a value was written.
public enum SettingPlace: Sendable, Equatable {
    /// On the command line, by a flag (`--listen`) or as an argument (`ORIGIN`).
    case commandLine(String)
    /// In a settings file.
    case file(path: String, position: JSONPosition)
    /// Nowhere: something is missing.
    case nowhere
}

/// One thing that is wrong with the settings.
public struct SettingsProblem: Error, Sendable, Equatable {
    /// Where.
    public var place: SettingPlace
    /// Which setting: a key path in a file (`services[1].listen`), nil where the place says it all.
    public var key: String?
    /// What was expected and what is there.
    public var message: String
    /// What to do.
    public var hint: String?

    /// A problem at a place.
    public init(place: SettingPlace, key: String? = nil, message: String, hint: String? = nil) {
        self.place = place
        self.key = key
        self.message = message
        self.hint = hint
    }
}

extension SettingsProblem: CustomStringConvertible {
    /// One line: place, key, message, and the hint behind a semicolon.
    public var description: String {
        var text = ""
        switch place {
        case .commandLine(let flag): text = flag + ": "
        case .file(let path, let position): text = "\(path):\(position.line):\(position.column): "
        case .nowhere: break
        }
        if let key, !key.isEmpty { text += key + ": " }
        text += message
        if let hint { text += "; " + hint }
        return text
    }
}

/// Everything that is wrong with the settings, up to a bound.
public struct SettingsProblems: Error, Sendable, Equatable {
    /// How many are told at most; whoever has more will come back.
    public static let most = 20

    /// The first of them, in the order of the text.
    public var problems: [SettingsProblem]
    /// How many more there are.
    public var omitted: Int

    /// Keeps the first of a list of problems.
    public init(_ all: [SettingsProblem]) {
        problems = Array(all.prefix(Self.most))
        omitted = max(0, all.count - Self.most)
    }
}

extension SettingsProblems: CustomStringConvertible {
    /// One line each.
    public var description: String {
        let lines = problems.map(\.description)
        return (omitted > 0 ? lines + ["and \(omitted) more"] : lines).joined(separator: "\n")
    }
}
