import Testing

@testable import Diagnosis

struct CatalogueTests {
    @Test("Every rule finds something in each of its triggers", arguments: Catalogue.rules.map(\.id))
    func triggers(id: String) throws {
        let rule = try #require(Catalogue.rule(id))
        for example in rule.triggers {
            let finding = rule.finding(try example.subject())
            #expect(finding != nil, "\(id) misses: \(example.title)")
            #expect(finding?.evidence.isEmpty == false, "\(id) gives no evidence: \(example.title)")
            #expect(finding.map { $0.title.split(separator: " ").count <= 8 } != false, "\(finding?.title ?? "")")
        }
    }

    @Test("No rule finds anything in its near misses", arguments: Catalogue.rules.map(\.id))
    func quiet(id: String) throws {
        let rule = try #require(Catalogue.rule(id))
        for example in rule.quiet {
            #expect(rule.finding(try example.subject()) == nil, "\(id) cries wolf: \(example.title)")
        }
    }

    @Test(
        "A rule without examples of both kinds, a source or a first step is no rule",
        arguments: Catalogue.rules.map(\.id))
    func completeness(id: String) throws {
        let rule = try #require(Catalogue.rule(id))
        #expect(!rule.triggers.isEmpty && !rule.quiet.isEmpty)
        #expect(!rule.sources.isEmpty && !rule.rationale.isEmpty && !rule.firstStep.isEmpty)
        #expect(rule.title.split(separator: " ").count <= 8, "\(rule.title)")
        #expect(rule.id.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
        for other in rule.supersedes { #expect(Catalogue.rule(other) != nil, "\(id) supersedes no rule: \(other)") }
    }

    @Test("Every fix a rule names is a file, and every file is named by its rule")
    func fixes() throws {
        let files = try Fixture.names("configs/fixes")
        #expect(files.count > 40)
        let named = Set(Catalogue.rules.flatMap(\.fixes))
        #expect(named == Set(files))
        for file in files {
            let id = try #require(file.split(separator: ".").first.map(String.init))
            let rule = try #require(Catalogue.rule(id), "\(file) is called after no rule")
            #expect(rule.fixes.contains(file), "\(id) does not name \(file)")
        }
        for rule in Catalogue.rules { #expect(Set(rule.fixes).count == rule.fixes.count, "\(rule.id) names one twice") }
    }

    @Test("Ids and titles are unique")
    func uniqueness() {
        #expect(Set(Catalogue.rules.map(\.id)).count == Catalogue.rules.count)
        #expect(Set(Catalogue.rules.map(\.title)).count == Catalogue.rules.count)
    }
}
