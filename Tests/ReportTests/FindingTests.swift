import Fields
import JSON
import Ledger
import Testing
import Trace

@testable import Diagnosis
@testable import Report

@Suite("Findings on the terminal")
struct FindingTests {
    private func finding(
        _ rule: String = "some-rule", _ severity: Severity = .error, title: String = "Something is the matter here",
        field: String? = nil, gap: Gap? = nil, text: String = "HTTP 401 Unauthorized"
    ) -> Finding {
        Finding(
            rule: rule, severity: severity, layer: .wordpressAuth, alsoLayers: [.webServer], confidence: .likely,
            title: title,
            evidence: [
                Evidence(
                    exchange: "0k3v9a7b2c1d0", point: Point("hoplens-1a2b", .originToNode), text: text)
            ], field: field, gap: gap, firstStep: "Look at it.", notYet: "Do not touch it.",
            notProven: "Whether it is so.", separatingTest: "Try it.")
    }

    private func told(_ findings: [Finding]) -> [ToldFinding] {
        var book = FindingBook()
        return book.take(findings, route: "GET /")
    }

    private func line(_ findings: [Finding], _ style: Style = style()) -> String {
        text(Reporter(style).line(exchange(), news: [], findings: told(findings)))
    }

    // MARK: Lines

    @Test("stand under the exchange, one on a line, in the colour of their severity")
    func lines() {
        #expect(
            line([finding(), finding("other-rule", .warning)]) == """
                00:33:01 200 GET /wp-json/wp/v2/posts 12 ms
                             error some-rule: Something is the matter here
                             warning other-rule: Something is the matter here

                """)
        #expect(line([finding()], style(color: true)).contains("\u{1B}[31merror"))
        #expect(line([finding("a", .warning)], style(color: true)).contains("\u{1B}[33mwarning"))
        #expect(!line([finding()]).contains("\u{1B}"))
    }

    @Test("stay on the exchange's line where lines have no end")
    func unlimited() {
        #expect(
            line([finding(), finding("other-rule", .notice)], style(Style.unlimited))
                == "00:33:01 200 GET /wp-json/wp/v2/posts 12 ms  error some-rule: Something is the matter here;"
                + " notice other-rule: Something is the matter here\n")
    }

    @Test("are left to --verbose when they are only worth knowing, or many")
    func few() {
        #expect(line([finding("a", .info)]) == "00:33:01 200 GET /wp-json/wp/v2/posts 12 ms\n")
        let many = line((1...5).map { finding("rule-\($0)") })
        #expect(many.contains("rule-3") && !many.contains("rule-4") && many.contains("2 more findings (--verbose)"))
    }

    @Test("never bring a stranger's control bytes to the terminal, and are ASCII with --ascii")
    func safety() {
        let evil = finding(title: "A \u{1B}[31m×\u{7} title", text: "X: \u{1B}]0;owned\u{7}")
        #expect(!line([evil]).contains("\u{1B}"))
        let whole = text(
            Reporter(style(ascii: true)).matrix(exchange(), Ledger(exchange()), findings: told([evil])))
        #expect(!whole.contains("\u{1B}") && whole.utf8.allSatisfy { $0 < 0x80 })
    }

    @Test("make news superfluous that says the same")
    func news() {
        let record = stolenCredential()
        let news = Ledger.news(of: record)
        let gap = Gap(from: Point("hoplens-1a2b", .clientToNode), to: Point("hoplens-1a2b", .nodeToOrigin))
        func line(_ finding: Finding) -> String {
            text(Reporter(style(200)).line(record, news: news, findings: told([finding])))
        }
        #expect(line(finding(field: "X-Other", gap: gap)).contains("Authorization dropped"))
        #expect(line(finding(field: "authorization")).contains("Authorization dropped"))
        #expect(!line(finding(field: "authorization", gap: gap)).contains("Authorization dropped"))
    }

    // MARK: Over time

    @Test("are told once on a route, then when their count has grown tenfold")
    func growing() {
        var book = FindingBook()
        var told: [Int] = []
        for n in 1...1000 where book.take([finding()], route: "GET /").contains(where: \.isTold) { told.append(n) }
        #expect(told == [1, 10, 100, 1000])
        #expect(book.groups.map(\.count) == [1000] && book.groups.map(\.routes) == [1])
    }

    @Test("are told again when they say something else, however often the values change")
    func wording() {
        var book = FindingBook()
        func isTold(_ finding: Finding) -> Bool { book.take([finding], route: "GET /").contains(where: \.isTold) }
        #expect(isTold(finding()))
        #expect(!isTold(finding(text: "HTTP 401 Unauthorized")))
        #expect(isTold(finding(text: "Server: a")))
        #expect(!isTold(finding(text: "Server: b")))
        #expect(isTold(finding(title: "Another title")))
    }

    @Test("on ever new routes are told five times, then by their sum")
    func routes() {
        var book = FindingBook(capacity: 50)
        var told: [String] = []
        for n in 1...1000 {
            for found in book.take([finding()], route: "GET /\(n)") where found.isTold {
                told.append(Reporter.line(found))
            }
        }
        let plain = "error some-rule: Something is the matter here"
        #expect(
            told == Array(repeating: plain, count: 5)
                + [10, 100, 1000].map { "error some-rule ×\($0) on all routes: Something is the matter here" })
        let group = book.groups.first
        #expect(group?.count == 1000 && group?.routes == 50 && group?.hasMoreRoutes == true)
    }

    @Test("are grouped at the end of a run, the gravest first")
    func summary() {
        var book = FindingBook()
        for n in 1...12 { _ = book.take([finding("rule-b", .warning), finding("rule-a")], route: "GET /\(n % 4)") }
        _ = book.take([finding("rule-c", .info)], route: "GET /")
        #expect(
            text(Reporter(style()).summary(RunSummary(), seconds: 3, findings: book.groups)) == """
                0 exchanges in 3 s
                found
                     12× error rule-a: Something is the matter here
                         on GET /1, GET /2, GET /3 and 1 more
                         first: Look at it.
                     12× warning rule-b: Something is the matter here
                         on GET /1, GET /2, GET /3 and 1 more
                         first: Look at it.
                      1× info rule-c: Something is the matter here
                         on GET /
                  'hoplens explain RULE' says why, from which sources, and how to test it

                """)
    }

    @Test(
        "are counted by routes without ids",
        arguments: [
            ("/wp-json/wp/v2/posts/12?context=edit", "GET /wp-json/wp/v2/posts/*"),
            ("/?rest_route=/wp/v2/posts/12", "GET /wp-json/wp/v2/posts/*"), ("/", "GET /"), ("*", "GET *"),
            ("/a/0f8fad5b-d9cd-469f-a165-70867728950e/b", "GET /a/*/b"), ("/decade/2026x", "GET /decade/2026x"),
        ])
    func routeNames(target: String, route: String) {
        #expect(Route.name(exchange("GET", target)) == route)
    }

    // MARK: In whole

    @Test("are told in whole with --verbose, beside who answered")
    func verbose() {
        let record = stolenCredential()
        let gap = Gap(from: Point("hoplens-1a2b", .clientToNode), to: Point("hoplens-1a2b", .nodeToOrigin))
        let whole = text(
            Reporter(style()).matrix(
                record, Ledger(record), findings: told([finding(field: "Authorization", gap: gap)])))
        let expected = """
              author    an application (possible: Content-Type: application/json;
                        charset=UTF-8)
              finding   error some-rule: Something is the matter here
              layer     wordpress-auth, or web-server (likely)
              lost      Authorization, between client→node and node→origin
              evidence  origin→node HTTP 401 Unauthorized
              first     Look at it.
              not yet   Do not touch it.
              unproven  Whether it is so.
              test      Try it.
            """
        for line in expected.split(separator: "\n").dropFirst(2) { #expect(whole.contains(line), "\(line)") }
        #expect(whole.contains("  author    "))
        #expect(whole.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test("quote nothing of a raw record")
    func raw() {
        var record = exchange()
        record.raw = true
        let secret = finding(text: "Authorization: Bearer hunter2hunter2")
        let whole = text(Reporter(style()).matrix(record, Ledger(record), findings: told([secret])))
        #expect(!whole.contains("hunter2") && whole.contains("Authorization: (raw, not shown)"))
        let json = text(Reporter(style()).json(Array("{}".utf8)[...], record, [secret]))
        #expect(!json.contains("hunter2"))
        var quoting = finding("wp-not-logged-in", title: "hunter2")
        quoting.firstStep = "Send hunter2."
        quoting.notProven = "Whether hunter2 is right."
        quoting.separatingTest = "Try hunter2."
        #expect(!"\(quoting.masked)".contains("hunter2"))
    }

    @Test("say of a body in a coding that is not read that it was not")
    func unread() {
        var record = exchange(status: 403)
        record.responseBody?.sample = RecordedSample(
            type: "text/html", bytes: 300, coding: "br", text: nil, truncated: false)
        let whole = text(Reporter(style(120)).matrix(record, Ledger(record), findings: []))
        #expect(whole.contains("answer    300 bytes kept, unread: in the coding br, which is not read here"))
    }

    // MARK: JSON

    @Test("stand behind the members of the record")
    func json() throws {
        let bytes = Reporter(style()).json(Array(#"{"id":"a","end":"complete"}"#.utf8)[...], exchange(), [finding()])
        let value = try JSONValue(parsing: bytes.span)
        #expect(value["id"]?.string == "a")
        #expect(
            text(bytes).hasPrefix(#"{"id":"a","end":"complete","findings":[{"rule":"some-rule","severity":"error""#))
        #expect(text(bytes).hasSuffix("]}\n"))
        let none = Reporter(style()).json(Array(#"{"id":"a"}"#.utf8)[...], exchange(), [])
        #expect(text(none) == #"{"id":"a","findings":[]}"# + "\n")
    }

    @Test("The catalogue's table, explanations and page keep to their width and leave nothing out")
    func catalogue() throws {
        let reporter = Reporter(style())
        let table = text(reporter.table(Catalogue.rules))
        let page = RulePages.markdown(Catalogue.rules)
        for rule in Catalogue.rules {
            #expect(table.contains(rule.id) && page.contains("\n## \(rule.id)\n"))
            let whole = text(reporter.explanation(rule))
            #expect(whole.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(rule.id)")
            #expect(!whole.contains("\\x0a") && whole.contains("Found in") && whole.contains("Not found in"))
        }
        #expect(table.split(separator: "\n").allSatisfy { $0.count <= 80 })
        let json = try JSONValue(parsing: FindingJSON.catalogue(Catalogue.rules).span)
        #expect(json.elements?.count == Catalogue.rules.count)
    }
}
