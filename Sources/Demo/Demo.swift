// `hoplens demo`: the main job on loopback, with nothing external. It starts the chain, plays the scenes, prints what
// the two nodes saw and where a field was lost, and ends by itself.

public import Report
import Trace

/// The embedded demonstration.
public enum Demo {
    /// Plays all scenes.
    ///
    /// - Parameters:
    ///   - write: gets the output piece by piece; its bytes are meant for a terminal as wide as the style says.
    ///   - style: how the text is to look; its `now` is also the moment the demo's token is issued.
    /// - Returns: the exit code: 0, or 70 when a part of the demo itself failed.
    public static func run(write: ([UInt8]) -> Void, style: Style) -> Int32 {
        withoutActuallyEscaping(write) { write in
            // The key lives as long as this run: its fingerprints are for comparing the two nodes with each other only.
            var generator = SystemRandomNumberGenerator()
            let key = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
            return run(
                Paper(style, write: write), style, secrets: DemoSecrets(now: style.now),
                makeNode: ProxyNode.maker(key: key))
        }
    }

    static func run(_ paper: Paper, _ style: Style, secrets: DemoSecrets, makeNode: NodeMaker) -> Int32 {
        do throws(DemoFault) {
            let chain = try Chain(secrets, makeNode: makeNode)
            defer { chain.stop() }
            introduce(chain, paper)
            for (n, scene) in Scene.all.enumerated() {
                try play(scene, number: n + 1, chain, secrets, paper, style)
            }
            conclude(paper)
            return 0
        } catch {
            paper.gap()
            paper.paragraph("", "hoplens demo: \(error.text). This is a fault of the demo or of this machine.")
            return 70
        }
    }

    private static func introduce(_ chain: Chain, _ paper: Paper) {
        paper.paragraph(
            "",
            "hoplens shows where on its way a field that decides access was lost, doubled or changed. Here two of its nodes,"
                + " outer and inner, stand on both sides of a middle hop that you cannot look into:")
        paper.gap()
        paper.paragraph("", "client → " + chain.ports.map { "\($0):\($1)" }.joined(separator: " → "))
        paper.gap()
        paper.paragraph("", "All of it runs in this process, on 127.0.0.1. Credentials are shown by shape only.")
    }

    private static func play(
        _ scene: Scene, number: Int, _ chain: Chain, _ secrets: DemoSecrets, _ paper: Paper, _ style: Style
    ) throws(DemoFault) {
        let reporter = Reporter(style)
        paper.heading("\(number) of \(Scene.all.count)  \(scene.title)")
        paper.paragraph("asked", scene.question)
        if let configuration = scene.configuration { paper.paragraph("hop has", configuration) }
        chain.set(scene.faults)
        defer { chain.set([]) }
        var earlier: [Exchange] = []
        for step in scene.steps {
            let exchange = try chain.ask(step.request(secrets))
            let story = Story(exchange, earlier: earlier)
            paper.gap()
            if let caption = step.caption { paper.paragraph("", caption) }
            if earlier.count + 1 < scene.steps.count {
                if let record = exchange.records.first { paper.rendered(reporter.line(record, story.ledger)) }
                earlier.append(exchange)
                continue
            }
            // It ends with a sentence for everything that happened on the way: what, and between which points.
            paper.rendered(reporter.joined(exchange.records, story.essentials(scene.focus)))
            paper.paragraph("answer", story.answer)
            for (n, sentence) in story.meaning.enumerated() { paper.paragraph(n == 0 ? "so" : "", sentence) }
            let leftOut = story.leftOut(scene.focus)
            if leftOut > 0 { paper.aside("\(leftOut) rows without news are left out here") }
        }
    }

    private static func conclude(_ paper: Paper) {
        paper.heading("Now with your own site")
        paper.command(["hoplens proxy https://your-site.example", "--listen 127.0.0.1:8080", "--capture traces/"])
        paper.paragraph("", "and in another terminal:")
        paper.command(["curl -i http://127.0.0.1:8080/wp-json/"])
    }
}
