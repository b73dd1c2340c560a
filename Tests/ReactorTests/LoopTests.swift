import Reactor
import Testing

@Suite("Loop", .timeLimit(.minutes(1)))
struct LoopTests {
    @Test func `a registered descriptor reports what is ready at once, and then each edge`() throws {
        try onOwnThread {
            let loop = try Loop()
            let (a, b) = try Socket.pair()
            defer { Socket.close(b) }
            var seen: [Readiness] = []
            let registration = try loop.register(a, Handler { seen.append($0) })
            loop.turn(limit: 1000)
            #expect(seen == [.writable])
            #expect(Socket.send(b, [1, 2, 3], 0..<3) == .bytes(3))
            loop.turn(limit: 1000)
            #expect(seen.count == 2 && seen[1].contains(.readable))
            loop.turn(limit: 0)
            #expect(seen.count == 2, "an edge is told once")
            Socket.shutdownWrite(b)
            loop.turn(limit: 1000)
            #expect(seen.last?.contains([.readable, .peerClosed]) == true)
            #expect(seen.last?.contains(.hangup) == false)
            loop.close(a, registration)
        }
    }

    @Test func `a peer that closes wakes both directions`() throws {
        try onOwnThread {
            let loop = try Loop()
            let (a, b) = try Socket.pair()
            var seen: Readiness = []
            let registration = try loop.register(a, Handler { seen.formUnion($0) })
            Socket.close(b)
            loop.turn(limit: 1000)
            #expect(seen.contains([.readable, .writable, .peerClosed, .hangup]))
            loop.close(a, registration)
        }
    }

    @Test func `an event of a descriptor closed earlier in the batch is dropped, even when its number is reused`()
        throws
    {
        try onOwnThread {
            let loop = try Loop()
            let (a, a2) = try Socket.pair()
            let (b, b2) = try Socket.pair()
            defer { Socket.close(a2); Socket.close(b2) }
            var calls = 0
            var newcomer = 0
            var registrations: [Registration] = []
            var descriptors = [a, b]
            // Whichever is called first closes both and registers a newcomer, which gets the same slot and number.
            let closing = Handler { _ in
                calls += 1
                for (descriptor, registration) in zip(descriptors, registrations) {
                    loop.close(descriptor, registration)
                }
                guard let (c, d) = try? Socket.pair(),
                    let registration = try? loop.register(c, Handler { _ in newcomer += 1 })
                else { return }
                descriptors = [c, d]
                registrations = [registration]
            }
            registrations = [try loop.register(a, closing), try loop.register(b, closing)]
            loop.turn(limit: 1000)
            #expect(calls == 1)
            #expect(newcomer == 0, "the second event of the batch belonged to the old registration")
            loop.turn(limit: 1000)
            #expect(newcomer == 1)
            #expect(loop.registered == 1)
            loop.close(descriptors[0], registrations[0])
            Socket.close(descriptors[1])
        }
    }

    @Test func `a registration that has ended names nothing`() throws {
        try onOwnThread {
            let loop = try Loop()
            let first = loop.reserve(Handler { _ in })
            loop.deregister(first)
            #expect(loop.handler(of: first) == nil)
            let other = Handler { _ in }
            let second = loop.reserve(other)
            #expect(first != second)
            #expect(loop.handler(of: first) == nil)
            #expect(loop.handler(of: second) === other)
            loop.deregister(first)
            #expect(loop.handler(of: second) === other, "ending the old one again leaves the new one alone")
            #expect(loop.handler(of: .none) == nil)
        }
    }

    @Test func `a handler is let go when its registration ends`() throws {
        try onOwnThread {
            let loop = try Loop()
            weak var watched: Handler?
            let registration: Registration
            do {
                let handler = Handler { _ in }
                watched = handler
                registration = loop.reserve(handler)
            }
            #expect(watched != nil)
            loop.deregister(registration)
            #expect(watched == nil)
        }
    }

    @Test func `later calls again in the next round, once however often asked, and lets others in between`() throws {
        try onOwnThread {
            let loop = try Loop()
            var order: [String] = []
            var greedy = Registration.none
            greedy = loop.reserve(
                Handler { _ in
                    order.append("greedy")
                    loop.later(greedy)
                    loop.later(greedy)
                })
            let (a, b) = try Socket.pair()
            let other = try loop.register(a, Handler { if $0.contains(.readable) { order.append("other") } })
            loop.turn(limit: 0)
            loop.later(greedy)
            loop.turn(limit: nil)
            #expect(order == ["greedy"], "nobody waits while somebody wants to go on")
            #expect(Socket.send(b, [1], 0..<1) == .bytes(1))
            loop.turn(limit: nil)
            #expect(order == ["greedy", "other", "greedy"])
            loop.deregister(greedy)
            loop.turn(limit: 0)
            #expect(order.count == 3, "a resumption of an ended registration is dropped")
            loop.close(a, other)
            Socket.close(b)
        }
    }

    @Test func `the batch-end hook runs once after every round`() throws {
        try onOwnThread {
            let loop = try Loop()
            var rounds = 0
            loop.atBatchEnd = { rounds += 1 }
            for _ in 0..<3 { loop.turn(limit: 0) }
            #expect(rounds == 3)
        }
    }

    @Test func `a descriptor can be handed to another handler, or taken out and kept open`() throws {
        try onOwnThread {
            let loop = try Loop()
            let (a, b) = try Socket.pair()
            defer { Socket.close(a); Socket.close(b) }
            var first = 0
            var second = 0
            let registration = try loop.register(a, Handler { _ in first += 1 })
            loop.turn(limit: 1000)
            loop.replaceHandler(of: registration, with: Handler { _ in second += 1 })
            #expect(Socket.send(b, [1], 0..<1) == .bytes(1))
            loop.turn(limit: 1000)
            #expect((first, second) == (1, 1))
            loop.deregister(registration, closing: false)
            #expect(Socket.send(b, [1], 0..<1) == .bytes(1))
            loop.turn(limit: 50)
            #expect((first, second) == (1, 1))
            let again = try loop.register(a, Handler { _ in first += 1 })
            loop.turn(limit: 1000)
            #expect(first == 2)
            loop.deregister(again, closing: false)
        }
    }

    @Test func `registering a bad descriptor is an error and leaves nothing behind`() throws {
        try onOwnThread {
            let loop = try Loop()
            #expect(throws: SystemError.self) { _ = try loop.register(-1, Handler { _ in }) }
            #expect(loop.registered == 0)
        }
    }

    @Test func `jobs from many threads all run on the loop`() throws {
        let ran = Counter()
        let thread = try LoopThread.start(name: "jobs") { $0.context = nil }
        let workers = try (0..<4).map { _ in
            try Thread.start("submitter") {
                for _ in 0..<1000 { thread.handle.submit { _ in ran.add() } }
            }
        }
        #expect(ran.reaches(4000))
        for worker in workers { #expect(worker.join(milliseconds: 5000)) }
        thread.stop()
        #expect(thread.join(milliseconds: 5000))
        #expect(ran.count == 4000)
    }

    @Test func `a job may submit another, and both run`() throws {
        let ran = Counter()
        let thread = try LoopThread.start(name: "nested") { _ in }
        thread.handle.submit { loop in
            loop.handle.submit { _ in ran.add() }
        }
        #expect(ran.reaches(1))
        thread.stop()
        #expect(thread.join(milliseconds: 5000))
    }

    @Test func `after the end jobs are refused and what they hold is let go`() throws {
        let thread = try LoopThread.start(name: "ending") { _ in }
        thread.stop()
        #expect(thread.join(milliseconds: 5000))
        weak var watched: Counter?
        do {
            let counter = Counter()
            watched = counter
            #expect(!thread.handle.submit { _ in counter.add() })
        }
        #expect(watched == nil)
    }

    @Test func `what a job finds through the context is the loop's own state`() throws {
        final class Worker { var answers = 0 }
        let answered = Counter()
        let thread = try LoopThread.start(name: "context") { $0.context = Worker() }
        for _ in 0..<10 {
            thread.handle.submit { loop in
                guard let worker = loop.context as? Worker else { return }
                worker.answers += 1
                answered.add(worker.answers == 10 ? 1 : 0)
            }
        }
        #expect(answered.reaches(1))
        thread.stop()
        #expect(thread.join(milliseconds: 5000))
    }

    @Test func `a loop with nothing to do does not use the processor`() throws {
        let rounds = Counter()
        let thread = try LoopThread.start(name: "idle") { $0.atBatchEnd = { rounds.add() } }
        _ = Counter().reaches(1, milliseconds: 200)
        #expect(rounds.count <= 3)
        thread.stop()
        #expect(thread.join(milliseconds: 5000))
    }

    @Test func `joining a loop that goes on gives up at its deadline`() throws {
        let thread = try LoopThread.start(name: "going on") { _ in }
        #expect(!thread.join(milliseconds: 30))
        thread.stop()
        #expect(thread.join(milliseconds: 5000))
    }
}
