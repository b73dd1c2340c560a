import Foundation
import Report
import Review
import Testing
import Trace

@Suite("What leaves as text")
struct ExportTests {
    /// A record whose sender tried to get out of every quotation.
    static let hostile = Line.make {
        $0.target = "/a'b`c|d?x=1"
        $0.fields =
            #"{"n":"Host","v":"example.test"},{"n":"X-Bad","v":"'; touch /tmp/pwned; '"},{"n":"X-Empty","v":""},{"n":"X-Ticks","v":"``` <img src=x> | ```` "},{"n":"X-Line","v":"a\u2028b\u0007"}"#
    }

    @Test("a shell takes every word as it was meant")
    func shell() throws {
        let command = try #require(CurlCommand.text(try Self.hostile.record()))
        // The shell itself says what it would give to curl.
        let script = command.replacing("curl ", with: "printf '%s\\n' ", maxReplacements: 1)
        let line = "sh -c \"$(cat <<'EndOfScript'\n\(script)\nEndOfScript\n)\""
        guard let pipe = unsafe popen(line, "r") else {
            Issue.record("no shell")
            return
        }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe fread(&chunk, 1, chunk.count, pipe)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        let status = unsafe pclose(pipe)
        #expect(status == 0)
        let words = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(words.contains("X-Bad: '; touch /tmp/pwned; '"))
        #expect(words.contains("X-Empty;") && words.contains("example.test:80:127.0.0.1:80"))
        #expect(words.last == "http://example.test:80/a'b`c|d?x=1")
        #expect(!command.contains("X-Line:"))
    }

    @Test("Markdown ends no code early and no cell of a table")
    func markdown() throws {
        let text = MarkdownExchange.text(try Self.hostile.record(), [], Style())
        #expect(text.contains("`````http"))
        let table = text.split(separator: "\n").filter { $0.hasPrefix("| ") }
        #expect(!table.isEmpty)
        for row in table { #expect(row.count { $0 == "|" } == 4, "\(row)") }
        #expect(!text.contains("\u{2028}") && !text.contains("\u{7}"))
    }
}
