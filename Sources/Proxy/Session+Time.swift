// The session's one time limit, the client's pace within it, and the handshake it bounds first.
import Exchange
import Reactor
import Secure
import Settings

extension Session {
    /// How long to wait at least before a client's pace is looked at again, in milliseconds.
    private static let shortestWait = 100

    func arm(_ phase: Phase) {
        if phase == .tunnel, armed != .tunnel {
            // A side that has vanished without a word would hold its tunnel for an hour.
            Socket.setKeepAlive(client.descriptor)
            if let origin { Socket.setKeepAlive(origin.descriptor) }
        }
        armed = phase
        switch phase {
        case .head: taking.begin(limit: service.timeouts[.body], rate: service.limits.rate)
        case .connect:
            sending.begin(limit: service.timeouts[.body], rate: service.limits.rate)
            uploaded = 0
        default: break
        }
        let loop = worker.loop
        if deadline.set(loop.now + Int64(limit(phase))) { loop.file(self) }
    }

    private func limit(_ phase: Phase) -> Int {
        guard phase == .body || phase == .keepAlive else {
            // Who has not asked for anything when all is to end gets no longer than one between two exchanges.
            let isLate = isDraining && conversation.isIdle
            return isLate ? min(service.timeouts[phase], Session.lastChance) : service.timeouts[phase]
        }
        let (now, rate) = (worker.loop.now, service.limits.rate)
        taking.setWaiting(!toClient.isEmpty, rate: rate, at: now)
        sending.setWaiting(phase == .body && toOrigin.isEmpty && conversation.isUploading, rate: rate, at: now)
        if let left = leftToClient() { return left }
        // An origin that has begun to answer may be as silent between two pieces (server-sent events) as before the first.
        if phase == .body, conversation.waitsForContent {
            return max(service.timeouts[.body], service.timeouts[.response])
        }
        if phase == .keepAlive, isDraining { return min(service.timeouts[phase], Session.lastChance) }
        return service.timeouts[phase]
    }

    /// How long the client may still be waited for; nil when it is not.
    private func leftToClient() -> Int? {
        let (now, rate) = (worker.loop.now, service.limits.rate)
        switch (sending.isWaiting, taking.isWaiting) {
        case (false, false): return nil
        case (true, false): return sending.left(rate: rate, at: now)
        case (false, true): return taking.left(rate: rate, at: now)
        case (true, true): return min(sending.left(rate: rate, at: now), taking.left(rate: rate, at: now))
        }
    }

    /// The origin answers while the client is still sending: as long as it does, the exchange is alive.
    func noteAnswer() {
        guard sending.isWaiting, conversation.isUploading else { return }
        sending.refill(limit: service.timeouts[.body], rate: service.limits.rate, at: worker.loop.now)
    }

    /// Looks at what the client has moved since its time was counted last.
    ///
    /// Says whether that buys it more time; of an answer counts what its kernel has taken, because ours may hold seconds
    /// of it that no event tells of.
    private func clientGoesOn() -> Bool {
        guard armed == .body || armed == .keepAlive, sending.isWaiting || taking.isWaiting else { return false }
        let (now, rate, limit) = (worker.loop.now, service.limits.rate, service.timeouts[.body])
        if sending.isWaiting {
            sending.credit(uploaded, limit: limit, rate: rate, at: now)
            uploaded = 0
        }
        if taking.isWaiting {
            let takenNow = max(taken, sent - Socket.unacknowledged(client.descriptor))
            taking.credit(takenNow - taken, limit: limit, rate: rate, at: now)
            taken = takenNow
        }
        guard let left = leftToClient(), left > 0 else { return false }
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
