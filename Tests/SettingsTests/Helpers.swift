import Settings
import Testing

/// The problems of a settings file, one line each.
func problems(file text: String, flags: (inout RawSettings) -> Void = { _ in }) -> [String] {
    var raw = RawSettings(file: "f", bytes: text.utf8Span.span)
    var over = RawSettings()
    flags(&over)
    raw.override(with: over)
    return problems(raw)
}

/// The problems of what flags say, one line each.
func problems(flags: (inout RawSettings) -> Void) -> [String] {
    var raw = RawSettings()
    flags(&raw)
    return problems(raw)
}

private func problems(_ raw: RawSettings) -> [String] {
    do {
        _ = try ProxySettings(checking: raw)
        return []
    } catch { return error.description.split(separator: "\n").map(String.init) }
}

/// The checked settings of a file and flags.
func settings(file text: String, flags: (inout RawSettings) -> Void = { _ in }) throws -> ProxySettings {
    var raw = RawSettings(file: "f", bytes: text.utf8Span.span)
    var over = RawSettings()
    flags(&over)
    raw.override(with: over)
    return try ProxySettings(checking: raw)
}

/// The message of a mismatch, hint behind a semicolon, or nil when there is none.
func mismatch(_ body: () throws(Mismatch) -> Void) -> String? {
    do {
        try body()
        return nil
    } catch { return error.hint.map { "\(error.message); \($0)" } ?? error.message }
}
