// The addresses of one origin, per loop: asked for when they are needed, and asked for again while they are used, because
// they may change. getaddrinfo does not tell how long an answer holds, so it counts as fresh for five seconds. Behind that
// it is still used, while the next question is on its way in the background, so that a slow name server holds up nothing; after
// a minute, or when no address of it could be reached, whoever needs one waits for the new answer. A name server that does
// not know any more changes nothing: the addresses of before are better than none. A question that is on its way is shared
// by all who wait for it.
package import Exchange
package import Reactor

package final class OriginAddresses {
    package typealias Completion = (Result<[SocketAddress], Failure>) -> Void

    private let host: String
    private let port: UInt16
    private let resolver: Resolver
    private let loop: Loop
    private let ticket: AddressTicket
    private var known: [SocketAddress] = []
    /// Until when the answer counts as fresh, and until when it is used without waiting for another.
    private var freshUntil: Int64 = 0
    private var usableUntil: Int64 = 0
    private var isAsking = false
    private var waiting: [Completion] = []
    /// Told when an answer has other addresses than the one before.
    package var whenChanged: (([SocketAddress]) -> Void)?

    private let freshness: Int64
    private let usability: Int64

    /// - Parameters:
    ///   - freshness: for how long an answer is not asked for again, in milliseconds.
    ///   - usability: for how long it is used without waiting for another.
    package init(
        host: String, port: UInt16, resolver: Resolver, loop: Loop, freshness: Int64 = 5_000, usability: Int64 = 60_000
    ) {
        self.freshness = freshness
        self.usability = usability
        self.host = host
        self.port = port
        self.resolver = resolver
        self.loop = loop
        ticket = AddressTicket()
        ticket.owner = self
        if let address = SocketAddress(numericHost: host, port: port) {
            known = [address]
            freshUntil = .max
            usableUntil = .max
        }
    }

    deinit { ticket.giveUp(in: loop) }

    /// Whether asking again could bring anything: an origin that is named by its address has just that.
    package var mayChange: Bool { freshUntil != .max }

    package func resolve(_ completion: @escaping Completion) {
        if loop.now < usableUntil {
            freshen()
            completion(.success(known))
            return
        }
        waiting.append(completion)
        ask()
    }

    /// Asks again in the background when the answer is not fresh any more.
    package func freshen() {
        if loop.now >= freshUntil { ask() }
    }

    /// No address could be reached: the next one who needs some waits for a new answer.
    package func refresh() {
        guard mayChange else { return }
        freshUntil = 0
        usableUntil = 0
    }

    private func ask() {
        guard !isAsking else { return }
        isAsking = true
        let ticket = ticket.registration(in: loop)
        resolver.resolve(host, port: port, on: loop.handle) { loop, answer in
            guard let ticket = loop.handler(of: ticket) as? AddressTicket else { return }
            ticket.owner?.answered(answer)
        }
    }

    private func answered(_ answer: Resolver.Answer) {
        isAsking = false
        let result: Result<[SocketAddress], Failure>
        switch answer {
        case .success(let addresses):
            let isNews = !known.isEmpty && known != addresses
            known = addresses
            isUsable()
            if isNews { whenChanged?(addresses) }
            result = .success(addresses)
        case .failure(let error):
            if known.isEmpty {
                result = .failure(
                    Failure(
                        .origin, .connect, error.kind == .temporary ? .dnsTimeout : .dnsError, "\(host): \(error.text)")
                )
            } else {
                isUsable()
                result = .success(known)
            }
        }
        let completions = waiting
        waiting = []
        for completion in completions { completion(result) }
    }

    private func isUsable() {
        freshUntil = loop.now + freshness
        usableUntil = loop.now + usability
    }
}

/// What an answer from the resolver's thread finds its way back by: a place in the loop, which is a plain number.
private final class AddressTicket: EventHandler {
    weak var owner: OriginAddresses?
    private var place: Registration?

    func registration(in loop: Loop) -> Registration {
        if let place { return place }
        let fresh = loop.reserve(self)
        place = fresh
        return fresh
    }

    /// Its owner has gone with a reload; an answer that is still on its way finds nobody.
    func giveUp(in loop: Loop) {
        if let place { loop.deregister(place) }
        place = nil
    }

    func ready(_ events: Readiness) {}
}
