// Conversations that share a loop's memory of heads against the same conversations without one: what leaves on both sides,
// what is observed, and what is commanded must be equal. Heads are few, so they repeat; settings, addresses and the way
// the bytes are cut differ, so that a head that is only nearly the same would be found out.
import Fields
import Testing
import Wire

@testable import Exchange

@Suite struct HeadMemoryTests {
    @Test(arguments: 0..<6)
    func aRememberedHeadIsTreatedLikeANewOne(_ seed: Int) {
        var generator = Seeded(state: 9000 + UInt64(seed))
        let (remembering, forgetting) = (Room(), Room(forgets: true))
        for _ in 0..<25 {
            // A few heads of a kind, and neighbours that differ in one byte.
            var asked = [
                request(), request("GET /b HTTP/1.1", "X: 1"), request("HEAD /a HTTP/1.1", "Connection: close"),
            ]
            var answered = [
                response("HTTP/1.1 200 OK", "Content-Length: 5", "Connection: keep-alive"),
                response("HTTP/1.1 404 No", "Content-Length: 5", "Location: http://origin.test/a"),
                response("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"), response("HTTP/1.1 304 X"),
            ]
            for _ in 0..<2 {
                asked.append(
                    randomHead(randomRequestLines.randomElement(using: &generator) ?? "", host: true, &generator))
                answered.append(
                    randomHead(randomStatusLines.randomElement(using: &generator) ?? "", host: false, &generator))
            }
            let few = [randomSettings(&generator), randomSettings(&generator)]
            for _ in 0..<6 {
                let settings = few.randomElement(using: &generator) ?? few[0]
                let address = ["192.0.2.7", "192.0.2.8", "2001:db8::1"].randomElement(using: &generator) ?? ""
                let first = Stage(
                    settings, address: address, showsArms: true, showsObservations: true, room: remembering)
                let second = Stage(
                    settings, address: address, showsArms: true, showsObservations: true, room: forgetting)
                var said: [String] = []
                var (ask, answer) = (asked[0], answered[0])
                for _ in 0..<Int.random(in: 2...9, using: &generator) {
                    // Mostly the one before once more.
                    if Int.random(in: 0..<4, using: &generator) == 0 {
                        ask = asked.randomElement(using: &generator) ?? ""
                        answer = answered.randomElement(using: &generator) ?? ""
                    }
                    let cut = Int.random(in: 0..<8, using: &generator) == 0 ? bytes(ask).count / 2 : bytes(ask).count
                    said += [ask, answer]
                    for stage in [first, second] {
                        stage.arrive(.client, Array(bytes(ask)[..<cut]))
                        stage.arrive(.client, Array(bytes(ask)[cut...]))
                        stage.happen(.originReady(reused: true))
                        stage.arrive(.origin, bytes(answer + "HELLO"))
                        stage.arrive(.origin, bytes("0\r\n\r\n"))
                    }
                }
                guard first.log == second.log, first.transcript == second.transcript, first.edits == second.edits,
                    first.answers == second.answers, first.outcomes == second.outcomes,
                    first.problems == second.problems
                else {
                    Issue.record("\(said)\n\(first.log)\n--\n\(second.log)\n\(first.problems) \(second.problems)")
                    return
                }
            }
        }
        #expect(remembering.scratch.requests.hits > 50, "hardly a request was remembered")
        #expect(remembering.scratch.responses.hits > 20, "hardly an answer was remembered")
    }

    @Test func anotherByteAnotherAddressAndOtherSettingsAreNotTheSameHead() {
        let room = Room()
        let settings = ExchangeSettings.usual { $0.forwarded = .xForwarded }
        func ask(_ head: String, _ address: String, _ settings: ExchangeSettings) -> Int {
            let before = room.scratch.requests.hits
            let stage = Stage(settings, address: address, room: room)
            for _ in 0..<4 {
                stage.arrive(.client, bytes(head))
                stage.happen(.originReady(reused: true))
                stage.arrive(.origin, bytes(response("HTTP/1.1 200 OK", "Content-Length: 0")))
            }
            #expect(stage.problems == [])
            return room.scratch.requests.hits - before
        }
        let head = request("GET /a HTTP/1.1", "X: 1")
        // The second is stored, because the first was as long.
        #expect(ask(head, "192.0.2.7", settings) == 2)
        #expect(ask(head, "192.0.2.7", settings) == 4)
        #expect(ask(request("GET /a HTTP/1.1", "X: 2"), "192.0.2.7", settings) == 2)
        #expect(ask(head, "192.0.2.9", settings) == 2)
        #expect(
            ask(
                head, "192.0.2.9",
                .usual {
                    $0.forwarded = .xForwarded; $0.addsVia = false
                }) == 2)
    }

    @Test func whatNeverRepeatsItselfIsSoonNotStored() {
        var worth = Worth()
        var stored = 0
        for _ in 0..<10_000 where worth.mayStore() { stored += 1 }
        #expect(stored < 300)
        worth.found()
        let stores = worth.mayStore()
        #expect(stores)
    }
}
