// What a value should have been. The parsers of this module throw it; they do not know where the value came from. The
// checker adds the place and the key and makes a SettingsProblem of it.

/// Why a text is not the value it should be.
public struct Mismatch: Error, Sendable, Equatable {
    /// What was expected and what is wrong with what is there.
    public var message: String
    /// What to do about it.
    public var hint: String?

    /// A reason and a way out.
    public init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}

/// A text in quotes for a message: short enough for a line, without control characters, and without what is a secret
/// wherever it is written by mistake: before an `@`, behind an `=`, and behind the name of a field.
func quoted(_ whole: String) -> String {
    let text = withoutSecrets(typed: whole)
    var shown = ""
    for scalar in text.unicodeScalars {
        if shown.unicodeScalars.count >= 60 { return "'\(shown)…'" }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
            shown += "\\u{\(String(scalar.value, radix: 16))}"
        default: shown.unicodeScalars.append(scalar)
        }
    }
    return "'\(shown)'"
}

/// What somebody typed, without what is a secret wherever it is typed by mistake.
///
/// Nothing before an `@`, behind an `=`, or behind the name of a field (`Name: `) is repeated in a message.
public func withoutSecrets(typed text: String) -> String {
    var shown = ""
    if let at = text.lastIndex(of: "@"), at > text.startIndex {
        shown = "…"
        shown += withoutValue(text[at...])
    } else {
        shown += withoutValue(text[...])
    }
    return shown
}

private func withoutValue(_ text: Substring) -> String {
    var previous: Character?
    for (index, letter) in zip(text.indices, text) {
        let isBehindName = letter == " " && previous == ":"
        if previous == "=" || isBehindName { return text[..<index] + "…" }
        previous = letter
    }
    return String(text)
}

/// Several items in words: `a, b or c`.
func listed(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " or " + last
}
