// The command line, GNU style: --flag=value, --flag value, -x value, -xvalue, bundled switches (-vq), and `--` before
// operands that begin with a hyphen. Flags and operands mix freely. A prefix of a name is not the name: scripts that use
// one would break the day another flag begins the same way.
//
// Values never appear in these messages, because they may be secrets that were typed by mistake; but where a flag takes
// one of a few words, what stands there instead is said.

import Settings

/// What is wrong with a command line.
package struct UsageError: Error, Sendable, Equatable {
    /// What is wrong.
    package var message: String
    /// What was probably meant, or what to type.
    package var hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}

/// Reads the words behind a command.
struct ArgumentParser {
    let flags: [Flag]
    private var result = Arguments()

    init(flags: [Flag]) { self.flags = flags }

    /// Reads all words, or says what is wrong with the first that is wrong.
    static func parse(_ words: ArraySlice<String>, _ flags: [Flag]) throws(UsageError) -> Arguments {
        var parser = ArgumentParser(flags: flags)
        var rest = words
        while let word = rest.popFirst() {
            if word == "--" {
                parser.result.operands += rest
                break
            } else if word.hasPrefix("--") {
                try parser.long(word, &rest)
            } else if word.hasPrefix("-"), word.utf8.count > 1 {
                try parser.short(word, &rest)
            } else {
                parser.result.operands.append(word)
            }
        }
        return parser.result
    }

    private mutating func long(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let body = word.dropFirst(2)
        let name = String(body.prefix { $0 != "=" })
        let attached = body.firstIndex(of: "=").map { String(body[body.index(after: $0)...]) }
        guard let flag = flags.first(where: { $0.long == name }) else { throw unknown("--" + name) }
        if flag.value == nil, attached != nil { throw UsageError("--\(name) takes no value") }
        var value = ""
        if let attached { value = attached } else if flag.value != nil { value = try next(&rest, flag, "--" + name) }
        try apply(flag, value, as: "--" + name)
    }

    private mutating func short(_ word: String, _ rest: inout ArraySlice<String>) throws(UsageError) {
        let whole = String(word.dropFirst().prefix { $0 != "=" })
        if whole.utf8.count > 1, flags.contains(where: { $0.long == whole }) {
            // `-listen` would be -l with the value `isten`; nobody who types it means that.
            throw UsageError("unknown flag '-\(whole)'", hint: "did you mean --\(whole)?")
        }
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let flag = flags.first(where: { $0.short == letter }) else {
                throw unknown("-\(letter)", isAlone: word.count == 2)
            }
            if flag.value == nil {
                try apply(flag, flag.long == "help" ? "h" : "", as: "-\(letter)")
                continue
            }
            var attached = String(letters)
            if attached.hasPrefix("=") { attached.removeFirst() }
            letters = ""
            try apply(flag, attached.isEmpty ? next(&rest, flag, "-\(letter)") : attached, as: "-\(letter)")
        }
    }

    /// The next word as a value, unless it is plainly the next flag.
    private func next(
        _ rest: inout ArraySlice<String>, _ flag: Flag, _ name: String
    ) throws(UsageError) -> String {
        let missing = "\(name) needs a value: \(flag.value ?? "VALUE")"
        guard let word = rest.first else { throw UsageError(missing) }
        let isFlag = word.hasPrefix("--") && flags.contains { word.dropFirst(2).prefix { $0 != "=" } == $0.long }
        if word == "--" || isFlag { throw UsageError("\(missing), not the next flag") }
        rest.removeFirst()
        return word
    }

    private mutating func apply(_ flag: Flag, _ value: String, as name: String) throws(UsageError) {
        guard flag.choices.isEmpty || flag.choices.contains(value) else {
            let near = nearestName(to: value, among: flag.choices)
            throw UsageError(
                "\(name) is one of \(flag.choices.joined(separator: ", ")); found \(Wording.shown(value))",
                hint: near.map { "did you mean \($0)?" })
        }
        flag.update(&result, value)
    }

    private func unknown(_ name: String, isAlone: Bool = true) -> UsageError {
        let shown = Wording.shown(name)
        if name.hasPrefix("--") {
            let near = nearestName(to: String(name.dropFirst(2)), among: flags.map(\.long))
            return UsageError("unknown flag \(shown)", hint: near.map { "did you mean --\($0)?" })
        }
        return UsageError("unknown flag \(shown)", hint: isAlone ? nil : "long flags begin with two hyphens")
    }
}
