import Reactor
import Report
import Testing

@testable import Demo

/// What the demo prints, with glass nodes in the place of the proxy.
struct DemoOutputTests {
    private func run(_ style: Style, makeNode: NodeMaker = GlassNode.maker) -> (code: Int32, text: String) {
        var bytes: [UInt8] = []
        let code = withoutActuallyEscaping({ (piece: [UInt8]) in bytes.append(contentsOf: piece) }) { write in
            Demo.run(
                Paper(style, write: write), style, secrets: DemoSecrets(now: 1_790_000_000), makeNode: makeNode)
        }
        return (code, String(decoding: bytes, as: UTF8.self))
    }

    private func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    @Test func `all scenes are played in time, and the next command is told`() {
        let start = Time.monotonicMilliseconds()
        let (code, text) = run(Style(width: 80, now: 1_790_000_000))
        #expect(code == 0)
        #expect(Time.monotonicMilliseconds() - start < 5000)
        for scene in Scene.all { #expect(text.contains(scene.title)) }
        #expect(text.contains("Authorization was lost between node outer and node inner"))
        // Over several lines where it is too long for one, in a way the shell understands.
        let command = text.replacing(" \\\n        ", with: " ")
        #expect(command.contains("hoplens proxy https://your-site.example --listen 127.0.0.1:8080 --capture traces/\n"))
        #expect(text.contains("curl -i http://127.0.0.1:8080/wp-json/\n"))
    }

    @Test("no line is wider than the style allows", arguments: [60, 80, 120])
    func widths(width: Int) {
        let (_, text) = run(Style(width: width, now: 1_790_000_000))
        for line in lines(text) { #expect(line.count <= width, "\(line)") }
    }

    @Test func `plain output has no escape byte and ascii output no other`() {
        let (_, plain) = run(Style(width: 80, ascii: true, now: 1_790_000_000))
        #expect(plain.utf8.allSatisfy { $0 == 0x0A || (0x20..<0x7F).contains($0) })
        let (_, coloured) = run(Style(width: 80, color: true, now: 1_790_000_000))
        #expect(coloured.contains("\u{1B}[1m"))
    }

    @Test func `a part that fails ends the demo with 70 and one sentence`() {
        let failing: NodeMaker = { (name, _, _) throws(DemoFault) in
            throw .node("node \(name) could not be started: why")
        }
        let (code, text) = run(Style(width: 80), makeNode: failing)
        #expect(code == 70)
        #expect(text.contains("demo: node inner could not be started: why"))
    }

    @Test func `a node that delivers no records ends the demo with 70`() {
        let mute: NodeMaker = { (name, upstream, _) throws(DemoFault) in try GlassNode.maker(name, upstream) { _ in } }
        let (code, text) = run(Style(width: 80), makeNode: mute)
        #expect(code == 70)
        #expect(text.contains("the record of demo-1 at node outer did not"))
    }

    @Test func `a chain that is broken inside ends the demo with 70`() {
        let broken: NodeMaker = { (name, upstream, deliver) throws(DemoFault) in
            // Nobody listens on port 1; the inner glass node then answers 502.
            try GlassNode.maker(name, name == Chain.innerName ? 1 : upstream, deliver)
        }
        let (code, text) = run(Style(width: 80), makeNode: broken)
        #expect(code == 70)
        #expect(text.contains("demo-1 did not get through the chain (502)"))
    }
}
