import Ledger
import Testing

@testable import Demo

/// What a scene says comes from the records: with its fault switched off, the same requests tell nothing.
struct StoryTests {
    /// Plays a scene with the hop configured in some way.
    private func play(_ scene: Scene, _ faults: HopFaults) throws -> Story {
        let secrets = DemoSecrets(now: 1_790_000_000)
        let chain = try Chain(secrets, makeNode: GlassNode.maker)
        defer { chain.stop() }
        chain.set(faults)
        let exchanges = try scene.steps.map { try chain.ask($0.request(secrets)) }
        return Story(try #require(exchanges.last), earlier: exchanges.dropLast())
    }

    private func scene(with faults: HopFaults) throws -> Scene {
        try #require(Scene.all.first { $0.faults == faults })
    }

    @Test("with the fault switched off a scene has nothing to report", arguments: Scene.all.indices)
    func healthy(number: Int) throws {
        let story = try play(Scene.all[number], [])
        #expect(story.events == [])
        #expect(
            story.meaning == [
                "Apart from routine such as Via, nothing was lost, changed, added or doubled, there and back."
            ])
    }

    @Test func `a stripped credential is lost between the two nodes, and WordPress saw nobody`() throws {
        let story = try play(scene(with: .stripsAuthorization), .stripsAuthorization)
        #expect(story.exchange.response.status == 401)
        #expect(story.answer == "401 rest_not_logged_in, written by WordPress")
        let event = try #require(story.events.first)
        #expect(story.events.count == 1)
        for word in ["Authorization", "lost", "outer node→origin", "inner client→node"] {
            #expect(event.contains(word))
        }
        #expect(story.meaning.count == 1)
        #expect(story.meaning[0].contains("The client did send Authorization."))
        #expect(story.meaning[0].contains("it saw nobody"))
    }

    @Test func `a doubled Access-Control-Allow-Origin is doubled between the two nodes`() throws {
        let story = try play(scene(with: .doublesAllowOrigin), .doublesAllowOrigin)
        let event = try #require(story.events.first)
        #expect(story.events.count == 1)
        for word in ["Access-Control-Allow-Origin", "doubled", "inner node→client", "outer origin→node"] {
            #expect(event.contains(word))
        }
        #expect(story.meaning.count == 1)
        #expect(story.meaning[0].contains("2 times"))
    }

    @Test func `a preflight that the hop answers never reaches WordPress`() throws {
        let story = try play(scene(with: .refusesPreflight), .refusesPreflight)
        #expect(story.answer == "405, not written by WordPress")
        #expect(story.events.count == 1)
        #expect(story.events[0].contains("node inner never saw this request"))
        #expect(story.meaning.count == 1)
        #expect(story.meaning[0].contains("this one is 405"))
    }

    @Test func `a cached answer is traced to the request it was written for`() throws {
        let story = try play(scene(with: .cachesForEverybody), .cachesForEverybody)
        #expect(story.exchange.response.status == 200)
        #expect(story.events.count == 1)
        #expect(story.events[0].contains("node inner never saw this request"))
        #expect(story.meaning.count == 1)
        #expect(story.meaning[0].contains("carried Cookie and X-WP-Nonce"))
        #expect(story.meaning[0].contains("Age: 1"))
    }

    @Test func `a cached answer that nobody's credentials bought is no shared answer`() throws {
        var scene = try scene(with: .cachesForEverybody)
        let anonymous: @Sendable (DemoSecrets) -> Request = { _ in
            Request(method: "GET", target: "/wp-json/", fields: [Field("Host", "blog.example")])
        }
        scene.steps = [Scene.Step(nil, anonymous), Scene.Step(nil, anonymous)]
        let story = try play(scene, .cachesForEverybody)
        #expect(story.events.count == 1)
        #expect(story.meaning == [])
    }

    @Test func `the essential ledger keeps every row with news`() throws {
        let story = try play(scene(with: .doublesAllowOrigin), .doublesAllowOrigin)
        let essentials = story.essentials([])
        #expect(essentials.news == story.ledger.news)
        #expect(essentials.passage(.response)?.row("Access-Control-Allow-Origin") != nil)
        #expect(essentials.passage(.response)?.row("Content-Type") == nil)
        #expect(story.leftOut([]) > 0)
    }
}
