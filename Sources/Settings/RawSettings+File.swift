// A settings file becomes raw settings. Structure is judged here (known keys, no duplicates, the right kind of value);
// what the values mean is judged later. One mistake does not hide the next: reading goes on at the following member.

import JSON

extension RawSettings {
    /// Reads a settings file written in JSON5; the path is only for messages.
    public init(file path: String, bytes: Span<UInt8>) {
        self.init()
        do throws(JSONError) {
            let document = try JSONValue(parsing: bytes, as: .json5, maximumDepth: 16)
            var reading = FileReading(path: path)
            reading.document(document)
            self = reading.settings
        } catch {
            isUnreadable = true
            problems = [
                SettingsProblem(
                    place: .file(path: path, position: error.position), message: error.message,
                    hint: error.kind == .encoding ? "save the file as UTF-8" : nil)
            ]
        }
    }
}

private struct FileReading {
    let path: String
    var settings = RawSettings()

    init(path: String) { self.path = path }

    /// Keys of the document that hold more than one value.
    private static let containers = ["limits", "timeouts", "services"]

    mutating func document(_ value: JSONValue) {
        guard let members = members(value, key: "", wanted: "an object with settings, { … }") else {
            settings.isUnreadable = true
            return
        }
        settings.common.place = place(value.position)
        for member in members {
            switch member.key {
            case "limits": limits(member.value)
            case "timeouts": timeouts(member.value)
            case "services": services(member.value)
            default:
                let known = SettingKey.allCases.map(\.rawValue) + Self.containers
                guard let key = SettingKey(rawValue: member.key), key != .name || value["services"] == nil else {
                    let meant = unknown(member, of: known, in: "")
                    if let meant { settings.common.unreadable.insert(meant) }
                    continue
                }
                let values = scalars(member.value, key, path: member.key)
                if values.isEmpty {
                    settings.common.unreadable.insert(key)
                } else {
                    settings.common.values[key] = values
                }
            }
        }
    }

    private mutating func services(_ value: JSONValue) {
        settings.services = []
        guard let elements = value.elements else {
            report(value.position, "services", "expected a list of services, [{ … }, …], found \(found(value))")
            return
        }
        var groups: [RawGroup] = []
        for (index, element) in elements.enumerated() {
            let path = "services[\(index)]"
            var group = RawGroup()
            group.place = place(element.position)
            group.path = path
            guard let members = members(element, key: path, wanted: "a service, { … }") else { continue }
            for member in members {
                guard let key = SettingKey(rawValue: member.key), key.isOfService else {
                    if let meant = foreign(member, in: path) { group.unreadable.insert(meant) }
                    continue
                }
                let values = scalars(member.value, key, path: "\(path).\(member.key)")
                if values.isEmpty { group.unreadable.insert(key) } else { group.values[key] = values }
            }
            groups.append(group)
        }
        if elements.isEmpty { report(value.position, "services", "expected at least one service, found none") }
        settings.services = groups
    }

    /// A key that no service has: perhaps it belongs one level up.
    ///
    /// Returns the setting that was probably meant.
    private mutating func foreign(_ member: JSONMember, in path: String) -> SettingKey? {
        if SettingKey(rawValue: member.key) != nil || ["limits", "timeouts"].contains(member.key) {
            report(
                member.position, "\(path).\(member.key)", "this holds for the whole process, not for one service",
                hint: "move it out of services")
            return nil
        }
        return unknown(member, of: SettingKey.allCases.filter(\.isOfService).map(\.rawValue), in: path)
    }

    private mutating func limits(_ value: JSONValue) {
        for member in members(value, key: "limits", wanted: "an object, { head: '64k', … }") ?? [] {
            guard let name = LimitName(rawValue: member.key) else {
                unknown(member, of: LimitName.allCases.map(\.rawValue), in: "limits")
                continue
            }
            let key = "limits.\(member.key)"
            settings.limits[name] = scalar(member.value, name.isSize ? .size : .count, path: key)
        }
    }

    private mutating func timeouts(_ value: JSONValue) {
        for member in members(value, key: "timeouts", wanted: "an object, { connect: '5s', … }") ?? [] {
            guard let name = TimeoutName(rawValue: member.key) else {
                unknown(member, of: TimeoutName.allCases.map(\.rawValue), in: "timeouts")
                continue
            }
            settings.timeouts[name] = scalar(member.value, .duration, path: "timeouts.\(member.key)")
        }
    }

    // MARK: Parts

    /// The members of an object, each name once; the duplicates are reported.
    private mutating func members(_ value: JSONValue, key: String, wanted: String) -> [JSONMember]? {
        guard let members = value.members else {
            report(value.position, key, "expected \(wanted), found \(found(value))")
            return nil
        }
        for (first, again) in value.duplicates {
            report(
                again.position, joined(key, again.key), "is here a second time; it already stands in \(first.position)",
                hint: "keep one of them")
        }
        var seen: Set<String> = []
        return members.filter { seen.insert($0.key).inserted }
    }

    /// The values of a setting that may be a list.
    private mutating func scalars(_ value: JSONValue, _ key: SettingKey, path: String) -> [RawValue] {
        guard key.shape == .textList, let elements = value.elements else {
            return scalar(value, key.shape, path: path).map { [$0] } ?? []
        }
        if elements.isEmpty, key == .listen {
            report(value.position, path, "expected at least one address, found none")
        }
        return elements.enumerated().compactMap { index, element in
            scalar(element, .text, path: "\(path)[\(index)]")
        }
    }

    private mutating func scalar(_ value: JSONValue, _ shape: SettingKey.Shape, path: String) -> RawValue? {
        let text: String?
        switch (shape, value.content) {
        case (.text, .string(let string)), (.textList, .string(let string)): text = string
        case (.size, .string(let string)), (.duration, .string(let string)): text = string
        case (.truth, .bool(let bool)): text = bool ? "true" : "false"
        // The digits are written anew because the file may have them in hexadecimal.
        case (.count, .number(_, .some(let number), _)), (.size, .number(_, .some(let number), _)):
            text = String(number)
        // A duration without a unit is refused where durations are read, with the hint that belongs to it.
        case (.duration, .number(let spelling, _, _)): text = spelling
        default: text = nil
        }
        guard let text else {
            report(value.position, path, "expected \(shape.phrase), found \(found(value))")
            return nil
        }
        return RawValue(text, at: place(value.position), key: path)
    }

    /// What stands there instead of what was expected.
    private func found(_ value: JSONValue) -> String {
        switch value.content {
        case .number(let spelling, _, _): spelling
        case .bool(let bool): bool ? "true" : "false"
        default: value.kind.phrase
        }
    }

    /// Reports a key that is none, and returns the setting that was probably meant.
    @discardableResult
    private mutating func unknown(_ member: JSONMember, of names: [String], in path: String) -> SettingKey? {
        // Two switches exist on the command line only, because a flag without a value cannot say no.
        for key in [SettingKey.via, .check] where member.key == "no-\(key.rawValue)" && path.isEmpty {
            report(member.position, member.key, "unknown key", hint: "write \(key.rawValue): false")
            return key
        }
        let near = nearestName(to: member.key, among: names)
        report(
            member.position, joined(path, member.key), "unknown key",
            hint: near.map { "did you mean '\($0)'?" } ?? "expected \(listed(names.sorted()))")
        return near.flatMap { SettingKey(rawValue: $0) }
    }

    private func joined(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    private func place(_ position: JSONPosition) -> SettingPlace { .file(path: path, position: position) }

    private mutating func report(_ position: JSONPosition, _ key: String, _ message: String, hint: String? = nil) {
        settings.problems.append(
            SettingsProblem(place: place(position), key: key.isEmpty ? nil : key, message: message, hint: hint))
    }
}
