// The tools of the check: reading one value of a group, collecting what is wrong, and naming a setting the way the person
// wrote it (as a flag or as a key).

import JSON

/// One run of the check.
struct SettingsCheck {
    let raw: RawSettings
    var problems: [SettingsProblem]

    init(raw: RawSettings) {
        self.raw = raw
        problems = raw.problems
    }

    /// In the order of the file, then what the command line says, then what is missing.
    func sorted() -> [SettingsProblem] {
        func rank(_ problem: SettingsProblem) -> Int {
            switch problem.place {
            case .file(_, let position): position.offset
            case .commandLine: Int.max - 1
            case .nowhere: Int.max
            }
        }
        return problems.enumerated().sorted { a, b in
            (rank(a.element), a.offset) < (rank(b.element), b.offset)
        }.map(\.element)
    }

    mutating func quantity(_ group: RawGroup, _ key: SettingKey, _ allowed: ClosedRange<Int>) -> Int? {
        value(group, key) { text throws(Mismatch) in
            let number = try Quantity.bytes(text)
            guard allowed.contains(number) else { throw Self.outside(allowed, number, .size) }
            return number
        }
    }

    mutating func duration(_ group: RawGroup, _ key: SettingKey, _ allowed: ClosedRange<Int>) -> Int? {
        value(group, key) { text throws(Mismatch) in
            let time = try Quantity.milliseconds(text)
            guard allowed.contains(time) else { throw Self.outside(allowed, time, .duration) }
            return time
        }
    }

    static func outside(_ allowed: ClosedRange<Int>, _ number: Int, _ shape: SettingKey.Shape) -> Mismatch {
        func text(_ number: Int) -> String {
            switch shape {
            case .size: Quantity.text(bytes: number)
            case .duration: Quantity.text(milliseconds: number)
            case .text, .textList, .truth, .count: String(number)
            }
        }
        return Mismatch("expected \(text(allowed.lowerBound)) to \(text(allowed.upperBound)), found \(text(number))")
    }

    mutating func truth(_ group: RawGroup, _ key: SettingKey) -> Bool? {
        group.values[key]?.last.map { $0.text == "true" }
    }

    mutating func value<T>(
        _ group: RawGroup, _ key: SettingKey, read: (String) throws(Mismatch) -> T
    ) -> T? {
        guard let value = group.values[key]?.last else { return nil }
        return self.read(value, read)
    }

    mutating func values<T>(
        _ group: RawGroup, _ key: SettingKey, read: (String) throws(Mismatch) -> T
    ) -> [T] {
        var result: [T] = []
        for value in group.values[key] ?? [] {
            if let item = self.read(value, read) { result.append(item) }
        }
        return result
    }

    mutating func read<T>(_ value: RawValue, _ read: (String) throws(Mismatch) -> T) -> T? {
        do throws(Mismatch) {
            return try read(value.text)
        } catch {
            problems.append(value.problem(error.message, hint: error.hint))
            return nil
        }
    }

    /// How another setting is called where this value was written: a flag or a key.
    func name(_ key: SettingKey, like value: RawValue) -> String { name(of: value, key.rawValue) }

    func name(of value: RawValue, _ word: String) -> String {
        if case .commandLine = value.place { "--" + word } else { "'\(word)'" }
    }
}
