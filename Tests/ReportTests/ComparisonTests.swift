// What the renderers make of recorded comparisons, held to kept files. They are written anew by
// `HOPLENS_GOLDEN=write swift test --filter ComparisonOutput`.
import Comparison
import Diagnosis
import JSON
import Report
import Testing

@Suite("Comparison output")
struct ComparisonOutputTests {
    @Test("each format of each pair is what was kept", arguments: RecordedPair.names)
    func kept(_ name: String) throws {
        let pair = RecordedPair(name: name)
        let result = try pair.result()
        try pair.expect(Reporter(style(80)).comparison(result, all: false), "80.txt")
        try pair.expect(Reporter(style(200)).comparison(result, all: false), "200.txt")
        try pair.expect(Reporter(style(80)).comparison(result, all: true), "all-80.txt")
        // Nothing recorded is beyond ASCII, so there it is the same.
        try pair.expect(Reporter(style(80, ascii: true)).comparison(result, all: false), "80.txt")
        try pair.expect(ComparisonJSON.document(result), "result.json")
        try pair.expect(ComparisonMarkdown.document(result, all: false), "result.md")
        // The head, with the style, is the same for all and kept once.
        let page = text(ComparisonHTML.document(result))
        let body = try #require(page.firstRange(of: "<main>")).lowerBound
        try pair.expect(Array(page[..<body].utf8), "../head.html")
        try pair.expect(Array(page[body...].utf8), "result.html")
    }

    @Test(
        "what the pairs are kept for is in them: the fault first, and nothing of a healthy pair",
        arguments: [
            ("healthy", nil), ("vary-lost", "field vary warning"),
            ("allow-origin-doubled", "field access-control-allow-origin error"),
            ("redirect", "redirect step 1 error"), ("authorization-stripped", "identity credential error"),
            ("page-instead", "body content error"),
        ] as [(String, String?)])
    func faults(_ name: String, _ row: String?) throws {
        let rows = try RecordedPair(name: name).result().shared.map(\.row).filter { $0.severity > .info }
        let told = rows.map { "\($0.area.rawValue) \($0.name) \($0.severity.word)" }
        if let row { #expect(told.contains(row), "\(told)") } else { #expect(told == []) }
    }

    @Test("no line is wider than the terminal, and ASCII is ASCII", arguments: RecordedPair.names)
    func widths(_ name: String) throws {
        var result = try RecordedPair(name: name).result()
        result.publicSide.hops = ["Cloudflare", "nginx"]
        for width in [40, 60, 80, 120, 200] {
            for ascii in [false, true] {
                let output = text(Reporter(style(width, ascii: ascii)).comparison(result, all: true))
                // All of it is one cell a character: what was recorded has no wide ones.
                for line in output.split(separator: "\n") { #expect(line.count <= width, "\(width): \(line)") }
                for line in output.split(separator: "\n") { #expect(!line.hasSuffix(" "), "\(width): \(line)") }
                #expect(output.utf8.allSatisfy { $0 < 0x80 } == ascii)
            }
        }
    }

    @Test("the document is JSON, and the page fetches nothing and runs nothing", arguments: RecordedPair.names)
    func documents(_ name: String) throws {
        let result = try RecordedPair(name: name).result()
        let json = try JSONValue(parsing: ComparisonJSON.document(result).span)
        #expect(json["differences"]?.elements?.count == result.shared.count)
        let page = text(ComparisonHTML.document(result))
        for word in ["<script", "src=", "href=", "url(", "@import"] { #expect(!page.contains(word), "\(word)") }
    }
}
