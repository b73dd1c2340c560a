// The addresses of one origin, per loop: asked for when they are needed, kept for a short while, asked for again after a
// failure. A question that is on its way is shared by all who wait for it.
import Exchange
import Reactor

final class OriginAddresses {
    typealias Completion = (Result<[SocketAddress], Failure>) -> Void

    private let host: String
    private let port: UInt16
    private let resolver: Resolver
    private let loop: Loop
    private let ticket: AddressTicket
    private var known: [SocketAddress] = []
    private var staleAt: Int64 = 0
    private var waiting: [Completion] = []

    /// How long an answer is used without asking again, in milliseconds: getaddrinfo does not tell the record's own.
    private static let lifetime: Int64 = 15_000

    init(host: String, port: UInt16, resolver: Resolver, loop: Loop) {
        self.host = host
        self.port = port
        self.resolver = resolver
        self.loop = loop
        ticket = AddressTicket()
        ticket.owner = self
        if let address = SocketAddress(numericHost: host, port: port) {
            known = [address]
            staleAt = .max
        }
    }

    deinit { ticket.giveUp(in: loop) }

    func resolve(_ completion: @escaping Completion) {
        if loop.now < staleAt {
            completion(.success(known))
            return
        }
        waiting.append(completion)
        if waiting.count > 1 { return }
        ask()
    }

    /// Something went wrong with these addresses: the next question goes to the resolver.
    func refresh() {
        if staleAt != .max { staleAt = 0 }
    }

    private func ask() {
        let ticket = ticket.registration(in: loop)
        resolver.resolve(host, port: port, on: loop.handle) { loop, answer in
            guard let ticket = loop.handler(of: ticket) as? AddressTicket else { return }
            ticket.owner?.answered(answer)
        }
    }

    private func answered(_ answer: Resolver.Answer) {
        let result: Result<[SocketAddress], Failure>
        switch answer {
        case .success(let addresses):
            known = addresses
            staleAt = loop.now + OriginAddresses.lifetime
            result = .success(addresses)
        case .failure(let error):
            if known.isEmpty {
                result = .failure(
                    Failure(
                        .origin, .connect, error.kind == .temporary ? .dnsTimeout : .dnsError, "\(host): \(error.text)")
                )
            } else {
                // The name server is away; the addresses of a moment ago are better than none.
                staleAt = loop.now + OriginAddresses.lifetime
                result = .success(known)
            }
        }
        let completions = waiting
        waiting = []
        for completion in completions { completion(result) }
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
