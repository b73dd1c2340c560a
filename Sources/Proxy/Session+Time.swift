// The session's one time limit, the client's pace within it, and the handshake it bounds first.
import Exchange
import Reactor
import Secure
import Settings

extension Session {
    /// How long to wait at least before a client's pace is looked at again, in milliseconds.
    private static let shortestWait = 100

    func arm(_ phase: Phase) {
        enter(phase)
        setDeadline()
    }

    /// Begins a phase; `setDeadline` limits it.
    func enter(_ phase: Phase) {
        if phase == .tunnel, armed != .tunnel {
            // A side that has vanished without a word would hold its tunnel for an hour.
            Socket.setKeepAlive(client.descriptor)
            if let origin { Socket.setKeepAlive(origin.descriptor) }
        }
        armed = phase
        switch phase {
        case .head: pace.taking.begin(limit: service.timeouts[.body], rate: service.limits.rate)
        case .connect: pace.beginSending(limit: service.timeouts[.body], rate: service.limits.rate)
        default: break
        }
    }

    /// Gives the phase at hand its time from now on.
    func setDeadline() {
        let loop = worker.loop
        if deadline.set(loop.now + Int64(limit(armed, loop.now))) { loop.file(self) }
    }

    private func limit(_ phase: Phase, _ now: Int64) -> Int {
        guard phase == .body || phase == .keepAlive else {
            // Who has not asked for anything when all is to end gets no longer than one between two exchanges.
            let isLate = isDraining && conversation.isIdle
            return isLate ? min(service.timeouts[phase], Session.lastChance) : service.timeouts[phase]
        }
        let sends = phase == .body && toOrigin.isEmpty && conversation.isUploading
        if let left = pace.wait(sending: sends, taking: !toClient.isEmpty, rate: service.limits.rate, at: now) {
            return left
        }
        // An origin that has begun to answer may be as silent between two pieces (server-sent events) as before the first.
        if phase == .body, conversation.waitsForContent {
            return max(service.timeouts[.body], service.timeouts[.response])
        }
        if phase == .keepAlive, isDraining { return min(service.timeouts[phase], Session.lastChance) }
        return service.timeouts[phase]
    }

    /// The origin answers while the client is still sending: as long as it does, the exchange is alive.
    func noteAnswer() {
        guard conversation.isUploading, pace.sending.isWaiting else { return }
        pace.sending.refill(limit: service.timeouts[.body], rate: service.limits.rate, at: worker.loop.now)
    }

    /// Looks at what the client has moved since its time was counted last.
    ///
    /// Says whether that buys it more time; of an answer counts what its kernel has taken, because ours may hold seconds
    /// of it that no event tells of.
    private func clientGoesOn() -> Bool {
        guard armed == .body || armed == .keepAlive, pace.isWaiting else { return false }
        let (now, rate, limit) = (worker.loop.now, service.limits.rate, service.timeouts[.body])
        let unacknowledged = pace.taking.isWaiting ? Socket.unacknowledged(client.descriptor) : 0
        pace.credit(unacknowledged: unacknowledged, limit: limit, rate: rate, at: now)
        guard let left = pace.left(rate: rate, at: now), left > 0 else { return false }
        worker.loop.arm(self, after: max(left, Session.shortestWait))
        return true
    }

    func deadlinePassed() {
        if isClosed { return }
        if isHandshaking || isLingering {
            close()
            return
        }
        if clientGoesOn() { return }
        if closing != nil {
            close()
            return
        }
        dial?.cancel()
        dial = nil
        let blocked: Side? = !toOrigin.isEmpty && origin != nil ? .origin : !toClient.isEmpty ? .client : nil
        handle(.timeout(blocked: blocked))
        if closing != nil, blocked == .client { toClient.removeAll(worker.blocks) }
        pump()
    }

    /// The TLS handshake with the client.
    ///
    /// Says whether it is done.
    func finishHandshake() -> Bool {
        guard let tls = client.tls else { return true }
        switch tls.handshake() {
        case .done:
            isHandshaking = false
            ledger.clientTLS = tls.version
            client.canRead = true
            client.canWrite = true
            arm(.head)
            return true
        case .wantRead:
            client.canRead = false
            return false
        case .wantWrite:
            client.canWrite = false
            return false
        case .failed(let failure):
            worker.noteHandshakeFailure(failure.text, peer: client.peer)
            close()
            return false
        }
    }
}
