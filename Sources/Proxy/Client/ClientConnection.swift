// A connection of our own client: a channel that stands, who uses it, and what was learnt when it was made. Between two
// exchanges nobody uses it; whatever happens on it then ends it.
import Reactor
import Secure

final class ClientConnection: ChannelOwner {
    private unowned let core: ClientCore
    let channel: Channel
    let target: AskTarget
    let tls: TLSFacts?
    /// How long connecting took, in microseconds.
    let connectMicroseconds: Int64
    /// How long the TLS handshake took; nil for plain TCP.
    let tlsMicroseconds: Int64?
    /// How many exchanges were begun on it.
    private(set) var exchanges: UInt64 = 0
    private(set) var user: ClientExchange?

    init(_ core: ClientCore, _ channel: Channel, _ target: AskTarget, connect: Int64, tls: Int64?) {
        self.core = core
        self.channel = channel
        self.target = target
        connectMicroseconds = connect
        tlsMicroseconds = tls
        self.tls = channel.tls?.facts
        channel.owner = self
    }

    func attach(_ exchange: ClientExchange) {
        user = exchange
        exchanges += 1
    }

    func detach() { user = nil }

    func close() {
        user = nil
        channel.close()
    }

    func channelIsReady(_ channel: Channel, _ readiness: Readiness) {
        if let user { return user.goOn() }
        // Room to write is no news, and a TLS session ticket may come between two exchanges.
        if !channel.isQuiet() { core.drop(self) }
    }
}
