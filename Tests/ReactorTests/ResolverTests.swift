import Reactor
import Testing

@Suite("Resolver", .timeLimit(.minutes(1)))
struct ResolverTests {
    private func withLoop(_ body: (LoopHandle) throws -> Void) throws {
        let thread = try LoopThread.start(name: "resolver test") { _ in }
        defer {
            thread.stop()
            #expect(thread.join(milliseconds: 5000))
        }
        try body(thread.handle)
    }

    @Test func `a numeric host is answered without a look-up`() throws {
        try withLoop { loop in
            let resolver = Resolver(lookUp: { host in
                Issue.record("looked up \(host)")
                return .success([])
            })
            let answer = Mailbox<Resolver.Answer>()
            resolver.resolve("::1", port: 443, on: loop) { answer.put($1) }
            let addresses = try answer.take()?.get() ?? []
            #expect(addresses.map(\.description) == ["[::1]:443"])
        }
    }

    @Test func `the system knows localhost and not a name that cannot exist`() throws {
        try withLoop { loop in
            let resolver = Resolver()
            let answer = Mailbox<Resolver.Answer>()
            resolver.resolve("localhost", port: 80, on: loop) { answer.put($1) }
            let addresses = try answer.take()?.get() ?? []
            #expect(!addresses.isEmpty)
            #expect(addresses.allSatisfy { $0.isLoopback && $0.port == 80 })
            let refusal = Mailbox<Resolver.Answer>()
            // An empty label is no name for any name server, so the test needs no network.
            resolver.resolve("no..such", port: 80, on: loop) { refusal.put($1) }
            guard case .failure(let error)? = refusal.take() else {
                Issue.record("an impossible name was resolved")
                return
            }
            #expect(error.host == "no..such")
            #expect(error.code != 0 && !error.text.isEmpty)
            #expect(throws: ResolveError.self) { try Resolver.system("").get() }
            #expect(throws: ResolveError.self) { try Resolver.system("localhost\0.example.test").get() }
        }
    }

    @Test func `equal questions share one look-up and each gets its own port`() throws {
        try withLoop { loop in
            let gate = Mailbox<Void>()
            let lookUps = Counter()
            let resolver = Resolver(lookUp: { _ in
                lookUps.add()
                gate.take()
                return .success([.loopback()])
            })
            let ports = Monitor<[UInt16]>([])
            let answered = Counter()
            for port: UInt16 in 1...10 {
                resolver.resolve("shared.test", port: port, on: loop) { _, answer in
                    let port = (try? answer.get())?.first?.port ?? 0
                    ports.withLock { $0.append(port) }
                    answered.add()
                }
            }
            #expect(lookUps.reaches(1))
            gate.put(())
            #expect(answered.reaches(10))
            #expect(lookUps.count == 1)
            #expect(ports.withLock { $0.sorted() } == Array(1...10))
        }
    }

    @Test func `a look-up that hangs does not stop the next one, and helpers are bounded`() throws {
        try withLoop { loop in
            let gate = Mailbox<Void>()
            let running = Counter()
            let resolver = Resolver(
                threads: 2,
                lookUp: { host in
                    running.add()
                    if host.hasPrefix("hung") { gate.take(milliseconds: 10_000) }
                    return .success([.loopback()])
                })
            let answered = Counter()
            let hung = Counter()
            resolver.resolve("hung1.test", port: 1, on: loop) { _, _ in hung.add() }
            #expect(running.reaches(1))
            resolver.resolve("quick.test", port: 1, on: loop) { _, _ in answered.add() }
            #expect(answered.reaches(1))
            #expect(hung.count == 0)
            resolver.resolve("hung2.test", port: 1, on: loop) { _, _ in hung.add() }
            #expect(running.reaches(3))
            resolver.resolve("third.test", port: 1, on: loop) { _, _ in answered.add() }
            #expect(!answered.reaches(2, milliseconds: 100), "both helpers are taken")
            gate.put(())
            #expect(answered.reaches(2))
            #expect(hung.reaches(2))
        }
    }

    @Test func `too many waiting questions are refused at once`() throws {
        try withLoop { loop in
            let gate = Mailbox<Void>()
            let resolver = Resolver(
                threads: 1, limit: 2,
                lookUp: { _ in
                    gate.take(milliseconds: 10_000)
                    return .success([.loopback()])
                })
            let answered = Counter()
            let refused = Mailbox<Resolver.Answer>()
            for host in ["a.test", "b.test"] { resolver.resolve(host, port: 1, on: loop) { _, _ in answered.add() } }
            resolver.resolve("c.test", port: 1, on: loop) { refused.put($1) }
            guard case .failure(let error)? = refused.take() else {
                Issue.record("not refused")
                return
            }
            #expect(error.kind == .overloaded)
            gate.put(())
            #expect(answered.reaches(2))
        }
    }

    @Test func `a failure reaches everybody who waits`() throws {
        try withLoop { loop in
            let resolver = Resolver(lookUp: { host in
                .failure(ResolveError(host: host, kind: .temporary, code: -3, text: "no answer"))
            })
            let failed = Counter()
            for port: UInt16 in 1...3 {
                resolver.resolve("down.test", port: port, on: loop) { _, answer in
                    if case .failure(let error) = answer, error.kind == .temporary { failed.add() }
                }
            }
            #expect(failed.reaches(3))
        }
    }

    @Test func `many questions from many threads are all answered once`() throws {
        try withLoop { loop in
            let resolver = Resolver(threads: 3, lookUp: { _ in .success([.loopback()]) })
            let answered = Counter()
            for thread in 0..<4 {
                _ = try Thread.start("asker") {
                    for number in 0..<250 {
                        resolver.resolve("h\(number % 7).\(thread % 2).test", port: 1, on: loop) { _, _ in
                            answered.add()
                        }
                    }
                }
            }
            #expect(answered.reaches(1000))
            _ = answered.reaches(1001, milliseconds: 50)
            #expect(answered.count == 1000)
        }
    }
}
