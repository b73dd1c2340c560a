// The catalogue for people: a table of rules, one rule in whole, and all of them as the Markdown page that is kept as
// configs/rules.md. Everything comes from the rules themselves.

public import Diagnosis

extension Reporter {
    /// Rules as a table: id, severity, layer, title.
    public func table(_ rules: [Rule]) -> [UInt8] {
        var page = Page(style)
        let ids = (rules.map(\.id.utf8.count).max() ?? 0) + 2
        let layers = (rules.map(\.layer.rawValue.utf8.count).max() ?? 0) + 2
        // Where a line has no room for all four, the title stands underneath.
        let isWide = style.width >= ids + 9 + layers + 50
        for rule in rules {
            page.put(rule.id, .strong)
            page.pad(to: ids)
            page.put(rule.severity.word, Reporter.ink(rule.severity))
            page.pad(to: ids + 9)
            page.put(rule.layer.rawValue)
            if isWide {
                page.pad(to: ids + 9 + layers)
            } else {
                page.newline()
                page.pad(to: 4)
            }
            page.flow(rule.title, isWide ? .plain : .dim, indent: isWide ? ids + 9 + layers : 4)
            page.newline()
        }
        page.put(Human.count(rules.count, "rule"), .dim)
        page.newline()
        return page.bytes
    }

    /// One rule in whole.
    public func explanation(_ rule: Rule) -> [UInt8] {
        var page = Page(style)
        page.put(rule.id, .strong)
        page.put(": ")
        page.flow(rule.title, .strong, indent: 2)
        page.newline()
        page.labelled("severity", rule.severity.word, Reporter.ink(rule.severity))
        page.labelled("layer", rule.layer.rawValue)
        page.labelled("why", rule.rationale)
        for (n, source) in rule.sources.enumerated() { page.labelled(n == 0 ? "sources" : "", source) }
        page.labelled("first", rule.firstStep)
        for (n, file) in rule.fixes.enumerated() { page.labelled(n == 0 ? "fix" : "", "configs/fixes/\(file)") }
        if let text = rule.notYet { page.labelled("not yet", text) }
        if let text = rule.separatingTest { page.labelled("test", text) }
        if !rule.supersedes.isEmpty { page.labelled("instead of", rule.supersedes.joined(separator: ", ")) }
        if let example = rule.triggers.first { page.example("Found in", example) }
        if let example = rule.quiet.first { page.example("Not found in", example) }
        page.newline()
        page.flow(
            "Examples: > the request, < the answer, >+ >- <+ <- what this node adds and drops, @ a fact of the"
                + " exchange, --- another exchange that belongs to it, every other line the body.", .dim, indent: 0)
        page.newline()
        return page.bytes
    }
}

extension Page {
    fileprivate mutating func example(_ heading: String, _ example: Example) {
        newline()
        flow("\(heading): \(example.title)", .strong, indent: 2)
        newline()
        for line in example.text.split(separator: "\n", omittingEmptySubsequences: false) where !line.isEmpty {
            pad(to: 4)
            flow(String(line), indent: 6)
            newline()
        }
    }
}

/// The rules page.
public enum RulePages {
    /// All rules as Markdown.
    public static func markdown(_ rules: [Rule]) -> String {
        var text = """
            # Rules

            The \(rules.count) rules hoplens judges by. This page is printed by `hoplens rules --markdown` and not edited;
            `hoplens explain RULE` says the same of one rule, with examples.

            Severities: **error** it failed, and this is why or how; **warning** it will fail for some client, or later;
            **notice** odd, and harmless as far as can be seen; **info** worth knowing while looking at something else.
            A match can be graver or milder than its rule, and name another layer, when the evidence says so.

            | rule | severity | layer | what is the matter |
            |---|---|---|---|

            """
        for rule in rules {
            text +=
                "| [\(rule.id)](#\(rule.id)) | \(rule.severity.word) | \(rule.layer.rawValue) |"
                + " \(escaped(rule.title)) |\n"
        }
        for rule in rules {
            text += "\n## \(rule.id)\n\n**\(escaped(rule.title))** (\(rule.severity.word), \(rule.layer.rawValue))\n\n"
            text += escaped(rule.rationale) + "\n\n"
            text += "- First: \(escaped(rule.firstStep))\n"
            if !rule.fixes.isEmpty {
                text += "- Fix: \(rule.fixes.map { "[\($0)](fixes/\($0))" }.joined(separator: ", "))\n"
            }
            if let line = rule.notYet { text += "- Not yet: \(escaped(line))\n" }
            if let line = rule.separatingTest { text += "- Test: \(escaped(line))\n" }
            if !rule.supersedes.isEmpty {
                let others = rule.supersedes.map { "[\($0)](#\($0))" }.joined(separator: ", ")
                text += "- Said instead of: \(others)\n"
            }
            text += "- Found in: \(rule.triggers.map { escaped($0.title) }.joined(separator: "; "))\n"
            text += "- Not found in: \(rule.quiet.map { escaped($0.title) }.joined(separator: "; "))\n"
            text += "- Sources: \(rule.sources.map(escaped).joined(separator: "; "))\n"
        }
        return text
    }

    /// Text that Markdown shows as it is.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "\\", "`", "*", "_", "[", "]", "<", ">", "|", "#": result += "\\\(character)"
            case "\n": result += " "
            default: result.append(character)
            }
        }
        return result
    }
}
