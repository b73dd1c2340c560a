// The end of a client connection: sent out, half-closed, lingered over, closed; and its rest between two exchanges.
import Exchange
import Reactor

extension Session {
    /// How long a connection between two exchanges is kept when it is to end, in milliseconds: the client may have sent
    /// its next request before it could know.
    static let lastChance = 250
    /// How long a handshake may still take then, in milliseconds.
    private static let lastHandshake = 1000
    /// How long a client that goes on sending is listened to, in milliseconds.
    private static let longestLinger: Int64 = 5000

    /// A reset by the client while nothing is read from it.
    func noticeBrokenClient() {
        guard client.isBroken, closing == nil else { return }
        if conversation.wants(.client), client.mayRead { return }
        handle(.broken(.client, Failure(.client, .body, .connectionTerminated, "the client reset the connection")))
    }

    /// All that was to be sent is sent, or cannot be: close as told.
    func settleClosing() {
        guard !isClosed, let closing, toClient.isEmpty || closing == .reset else { return }
        switch closing {
        case .reset:
            client.close(reset: true)
            close()
        case .plain where !client.hasInput && !client.mayRead:
            // Under TLS the client must be able to tell this end from a cut connection.
            if client.tls == nil || client.finishSending() { close() }
        case .plain, .linger:
            // Unread bytes would turn the close into a reset, which can destroy the answer on its way.
            if clientSawEnd || client.isBroken {
                if client.isBroken || client.finishSending() { close() }
                return
            }
            guard client.finishSending() else { return }
            isLingering = true
            lingersUntil = worker.loop.now + Session.longestLinger
            arm(.linger)
            linger()
        }
    }

    /// Reads and forgets, so that the answer is not destroyed by a reset (RFC 9112 section 9.6): as long as the client
    /// goes on sending, within limits.
    func linger() {
        client.discardInput()
        var rounds = 0
        while client.mayRead {
            if rounds == Session.roundsPerTurn {
                worker.loop.later(client.registration)
                return
            }
            rounds += 1
            switch client.fill() {
            case .bytes:
                client.discardInput()
                worker.loop.arm(
                    self, at: min(worker.loop.now + Int64(service.timeouts[.linger]), lingersUntil))
            case .wouldBlock: return
            case .end, .failed:
                close()
                return
            }
        }
        if client.isBroken { close() }
    }

    /// Finish what runs.
    ///
    /// A request that is on its way already is served and answered as the last one.
    func drain() {
        isDraining = true
        handle(.drain)
        if isHandshaking { worker.loop.arm(self, after: min(service.timeouts.tls, Session.lastHandshake)) }
        pump()
    }

    /// Cuts what runs at the end of the drain time.
    ///
    /// Says whether there was anything to cut.
    func abandon() -> Bool {
        let isBusy = conversation.isBusy
        if isBusy { recordAbandoned() }
        close()
        return isBusy
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        dial?.cancel()
        dial = nil
        worker.loop.forget(self)
        if let origin { worker.closeOrigin(origin) }
        origin = nil
        toClient.removeAll(worker.blocks)
        toOrigin.removeAll(worker.blocks)
        client.close()
        worker.recycle(&output)
        worker.sessionEnded(self)
    }

    /// Between exchanges a connection holds as little memory as it can.
    func rest() {
        guard toClient.isEmpty, toOrigin.isEmpty else { return }
        worker.recycle(&output)
        toClient.shrink()
        toOrigin.shrink()
    }
}
