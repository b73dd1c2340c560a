import Diagnosis
import Foundation
import Testing

@testable import Commands
@testable import Ladder

@Suite("The catalogue on the command line")
struct RuleCommandTests {
    @Test("rules are filtered by severity and layer")
    func filters() throws {
        let all = try #require(printed("rules"))
        #expect(all.hasSuffix("\(Catalogue.rules.count) rules\n"))
        let some = Catalogue.rules.filter { $0.layer == .corsConfig && $0.severity == .error }
        let text = try #require(printed("rules --layer cors-config --severity=error"))
        #expect(!some.isEmpty && text.hasSuffix("\(some.count) rules\n"))
        for rule in Catalogue.rules {
            #expect(text.contains(rule.id + " ") == (rule.layer == .corsConfig && rule.severity == .error))
        }
    }

    @Test("every rule can be explained, in ASCII as well", arguments: Catalogue.rules.map(\.id))
    func explain(id: String) throws {
        #expect(try #require(printed("explain \(id)")).hasPrefix(id))
        #expect(try #require(printed("explain --ascii \(id)")).utf8.allSatisfy { $0 < 0x80 })
    }

    @Test(
        "a rule that does not exist is answered with those that were meant",
        arguments: [
            ("explain wp-not-loged-in", "there is no rule 'wp-not-loged-in'; did you mean wp-not-logged-in"),
            ("explain doubled", "there is no rule 'doubled'; did you mean cors-origin-doubled"),
            ("explain zzzzzzzz", "there is no rule 'zzzzzzzz'; 'hoplens rules' lists them"),
            ("explain", "no RULE given; usage: hoplens explain RULE [FLAGS]; 'hoplens rules' lists them"),
            ("rules --layer cdn", "--layer is one of client, hoplens,"),
        ])
    func complaints(line: String, message: String) {
        #expect(complaint(words(line))?.hasPrefix(message) == true)
    }

    @Test("a rule that has files for its first step names them when it is explained")
    func fixes() throws {
        for rule in Catalogue.rules {
            let text = try #require(printed("explain \(rule.id)"))
            for file in rule.fixes { #expect(text.contains("configs/fixes/\(file)")) }
        }
    }

    @Test("every rule a verdict takes its files from has some")
    func verdicts() throws {
        for (cause, ids) in Verdict.rules {
            for id in ids { #expect(Catalogue.rule(id)?.fixes.isEmpty == false, "\(cause) names \(id)") }
        }
    }

    @Test("the page in the repository is what the catalogue says")
    func page() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let kept = try String(contentsOf: root.appendingPathComponent("configs/rules.md"), encoding: .utf8)
        #expect(printed("rules --markdown") == kept, "scripts/rules-page writes it anew")
    }
}
