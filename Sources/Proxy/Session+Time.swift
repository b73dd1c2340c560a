// The session's one time limit, and the handshake it bounds first.
import Exchange
import Reactor
import Secure

extension Session {
    func arm(_ phase: Phase) {
        if phase == .tunnel, armed != .tunnel {
            // A side that has vanished without a word would hold its tunnel for an hour.
            Socket.setKeepAlive(client.descriptor)
            if let origin { Socket.setKeepAlive(origin.descriptor) }
        }
        armed = phase
        var limit = service.timeouts[phase]
        // An origin that has begun to answer may be as silent between two pieces (server-sent events) as before the first;
        // a client that does not take what is there may not.
        if phase == .body, toClient.isEmpty, conversation.waitsForContent {
            limit = max(limit, service.timeouts[.response])
        }
        if phase == .keepAlive {
            // The exchange is over for the core, but its answer may still be on the way.
            if !toClient.isEmpty {
                limit = service.timeouts[.body]
            } else if isDraining {
                limit = min(limit, Session.lastChance)
            }
        }
        worker.loop.arm(self, after: limit)
    }

    func deadlinePassed() {
        if isClosed { return }
        if isHandshaking || isLingering || closing != nil {
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
