// The addresses of an origin's name: when they are asked for, and what holds while nobody answers.
import Exchange
import Foundation
import Proxy
import Reactor
import Testing

/// A name server by script: each look-up gets the next answer, and waits while it is held.
private final class Names: Sendable {
    struct State: Sendable {
        var answers: [[String]?] = []
        var asked = 0
        var isHeld = false
    }

    let state = Monitor(State())

    init(_ answers: [String]?...) { state.withLock { $0.answers = answers } }

    var asked: Int { state.withLock { $0.asked } }

    func hold(_ isHeld: Bool) {
        state.withLock { $0.isHeld = isHeld }
        state.broadcast()
    }

    func lookUp(_ host: String) -> Resolver.Answer {
        let answer = state.withLock { state -> [String]? in
            state.asked += 1
            return state.answers.count > 1 ? state.answers.removeFirst() : state.answers.first ?? nil
        }
        _ = state.wait(until: Time.monotonicMicroseconds() + 10_000_000) { $0.isHeld ? nil : true }
        guard let answer else {
            return .failure(ResolveError(host: host, kind: .temporary, code: -3, text: "no name server answers"))
        }
        return .success(answer.compactMap { SocketAddress(numericHost: $0, port: 0) })
    }
}

@Suite struct OriginAddressesTests {
    private let loop: Loop

    init() throws { loop = try Loop() }

    private func addresses(_ names: Names, host: String = "origin.test", freshness: Int64, usability: Int64 = 60_000)
        -> OriginAddresses
    {
        OriginAddresses(
            host: host, port: 80, resolver: Resolver { names.lookUp($0) }, loop: loop, freshness: freshness,
            usability: usability)
    }

    /// What it answers, waiting if need be; whether it had to wait.
    private func ask(_ addresses: OriginAddresses) -> (text: String, waited: Bool) {
        var answer: Result<[SocketAddress], Failure>?
        addresses.resolve { answer = $0 }
        let waited = answer == nil
        turn { answer != nil }
        switch answer {
        case .success(let found): return (found.map(\.host).joined(separator: " "), waited)
        case .failure(let failure): return (failure.cause.word, waited)
        case nil: return ("nothing", waited)
        }
    }

    /// Runs the loop until something is so, at most ten seconds.
    private func turn(until isSo: () -> Bool) {
        let end = Time.monotonicMilliseconds() + 10_000
        while !isSo(), Time.monotonicMilliseconds() < end { loop.turn(limit: 10) }
    }

    @Test func aFreshAnswerIsUsedAgainWithoutAsking() {
        let names = Names(["127.0.0.1"])
        let addresses = addresses(names, freshness: 60_000)
        #expect(ask(addresses) == ("127.0.0.1", true))
        for _ in 0..<5 { #expect(ask(addresses) == ("127.0.0.1", false)) }
        #expect(names.asked == 1)
    }

    @Test func anOldAnswerIsUsedWhileTheNextIsOnItsWay() {
        let names = Names(["127.0.0.1"], ["127.0.0.2"])
        let addresses = addresses(names, freshness: 0)
        var news: [String] = []
        addresses.whenChanged = { news = $0.map(\.host) }
        #expect(ask(addresses).waited)
        names.hold(true)
        // The name server hangs, and nobody waits for it, however many ask.
        for _ in 0..<5 { #expect(ask(addresses) == ("127.0.0.1", false)) }
        #expect(news == [])
        names.hold(false)
        turn { !news.isEmpty }
        #expect(news == ["127.0.0.2"])
        #expect(ask(addresses) == ("127.0.0.2", false))
    }

    @Test func aVeryOldAnswerIsNotTrusted() {
        let names = Names(["127.0.0.1"], ["127.0.0.2"])
        let addresses = addresses(names, freshness: 0, usability: 0)
        #expect(ask(addresses).text == "127.0.0.1")
        #expect(ask(addresses) == ("127.0.0.2", true))
    }

    @Test func whatWorkedBeforeHoldsWhileNoNameServerAnswers() {
        let names = Names(["127.0.0.1"], nil)
        let addresses = addresses(names, freshness: 0, usability: 0)
        for _ in 0..<3 { #expect(ask(addresses).text == "127.0.0.1") }
        #expect(names.asked == 3)
    }

    @Test func aNameThatWasNeverFoundIsAskedForEachTime() {
        let names = Names(nil, nil, ["127.0.0.1"])
        let addresses = addresses(names, freshness: 60_000)
        #expect(
            [ask(addresses).text, ask(addresses).text, ask(addresses).text] == [
                "dns_timeout", "dns_timeout", "127.0.0.1",
            ])
    }

    @Test func whenNoAddressCouldBeReachedTheNextAnswerIsWaitedFor() {
        let names = Names(["127.0.0.1"], ["127.0.0.2"])
        let addresses = addresses(names, freshness: 60_000)
        #expect(ask(addresses).text == "127.0.0.1")
        addresses.refresh()
        #expect(ask(addresses) == ("127.0.0.2", true))
    }

    @Test func anAddressIsItsOwnAnswerForEver() {
        let names = Names(["127.0.0.9"])
        let addresses = addresses(names, host: "127.0.0.1", freshness: 0, usability: 0)
        addresses.refresh()
        #expect(ask(addresses) == ("127.0.0.1", false))
        #expect(!addresses.mayChange)
        #expect(names.asked == 0)
    }
}
