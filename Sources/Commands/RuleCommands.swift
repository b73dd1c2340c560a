// `hoplens rules` and `hoplens explain RULE`: the catalogue that live findings are judged by, as text.

import Diagnosis
import Report
import Settings

/// What was asked of the catalogue.
package struct RuleArguments: Sendable, Equatable {
    /// How the rules are printed.
    package enum Format: Sendable, Equatable {
        case table, json, markdown
    }

    /// How they are printed.
    package var format = Format.table
    /// Only rules of this severity.
    package var severity: String?
    /// Only rules of this layer.
    package var layer: String?
    /// Whether only ASCII may be printed.
    package var ascii = false

    /// Nothing asked.
    package init() {}
}

extension CommandTable {
    package static let rules = CommandInfo(
        name: "rules", operands: "", summary: "List the rules that exchanges are judged by",
        details: [
            """
            A rule looks at an exchange, or at a pair of them, and says what the evidence proves: how grave it is, which \
            layer is responsible, and what to look at first. 'hoplens explain RULE' tells everything about one of them.
            """
        ],
        examples: [
            ("hoplens rules --layer cors-config", "What is known about CORS."),
            ("hoplens rules --json", "The whole catalogue for a program."),
        ], flags: [Flag.severity, Flag.layer, Flag.rulesJSON, Flag.markdown, Flag.plainASCII], completion: .nothing,
        mostOperands: 0)

    package static let explain = CommandInfo(
        name: "explain", operands: "RULE", summary: "Say what a rule finds, why, and what to do first",
        details: ["With an exchange in which it finds something, and one that looks alike and is none of it."],
        examples: [("hoplens explain wp-not-logged-in", "Credential sent, and WordPress saw nobody.")],
        flags: [Flag.plainASCII], completion: .names(Catalogue.rules.map(\.id)), mostOperands: 1)
}

extension Flag {
    fileprivate static let severity = Flag(
        "severity", nil, "WORD", .output, "Only rules of this severity",
        completion: .words(Severity.allCases.map(\.word)), update: { $0.rules.severity = $1 })
    fileprivate static let layer = Flag(
        "layer", nil, "WORD", .output, "Only rules of this layer",
        completion: .words(Layer.allCases.map(\.rawValue)), update: { $0.rules.layer = $1 })
    fileprivate static let rulesJSON = Flag(
        "json", nil, nil, .output, "Print JSON, everything about every rule",
        update: { arguments, _ in arguments.rules.format = .json })
    fileprivate static let markdown = Flag(
        "markdown", nil, nil, .output, "Print the page that is kept as configs/rules.md",
        update: { arguments, _ in arguments.rules.format = .markdown })
    fileprivate static let plainASCII = Flag(
        "ascii", nil, nil, .output, "Print plain ASCII only", update: { arguments, _ in arguments.rules.ascii = true })
}

enum RuleCommands {
    /// The rules that were asked for.
    static func rules(_ asked: RuleArguments) -> String {
        let rules = Catalogue.rules.filter { rule in
            (asked.severity.map { rule.severity.word == $0 } ?? true)
                && (asked.layer.map { rule.layer.rawValue == $0 } ?? true)
        }
        switch asked.format {
        case .table: return text(Reporter(style(asked)).table(rules))
        case .json: return text(FindingJSON.catalogue(rules))
        case .markdown: return RulePages.markdown(rules)
        }
    }

    /// Everything about one rule.
    static func explain(_ name: String?, _ asked: RuleArguments) throws(UsageError) -> String {
        guard let name else {
            throw UsageError("no RULE given", hint: "usage: \(CommandTable.explain.usage); 'hoplens rules' lists them")
        }
        if let rule = Catalogue.rule(name) { return text(Reporter(style(asked)).explanation(rule)) }
        let near = near(name)
        throw UsageError(
            "there is no rule \(Wording.shown(name))",
            hint: near.isEmpty
                ? "'hoplens rules' lists them" : "did you mean \(near.prefix(5).joined(separator: ", "))?")
    }

    /// Rules that were probably meant: the one that is spelled alike, and those that share a word with it.
    private static func near(_ name: String) -> [String] {
        let ids = Catalogue.rules.map(\.id)
        let alike = nearestName(to: name, among: ids)
        let words = Set(name.lowercased().split { $0 == "-" || $0 == "_" || $0 == " " }.filter { $0.count > 2 })
        let sharing = ids.filter { $0 != alike && !words.isDisjoint(with: $0.split(separator: "-")) }
        return (alike.map { [$0] } ?? []) + sharing
    }

    private static func style(_ asked: RuleArguments) -> Style { Style(width: Wording.columns, ascii: asked.ascii) }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
