// Sending what is queued for either side, and what follows when a side takes nothing more.
import Exchange
import Reactor

extension Session {
    /// Sends what can be sent.
    ///
    /// Says whether anything left.
    func flushAll() -> Bool {
        var sent = false
        if !toOrigin.isEmpty || toOrigin.finishes, let origin, dial == nil { sent = flush(.origin, origin) }
        if !toClient.isEmpty || toClient.finishes { sent = flush(.client, client) || sent }
        return sent
    }

    private func flush(_ side: Side, _ channel: Channel) -> Bool {
        if side == .origin, originIsDeaf != nil {
            toOrigin.removeAll(worker.blocks)
            forgetSent(.origin)
            return true
        }
        var sent = false
        while side == .client ? !toClient.isEmpty : !toOrigin.isEmpty {
            guard channel.canWrite else { return sent }
            let written = write(side, channel)
            switch written {
            case .bytes(let count):
                sent = true
                if side == .client {
                    toClient.remove(count, worker.blocks)
                    pace.sent &+= count
                } else {
                    toOrigin.remove(count, worker.blocks)
                }
                forgetSent(side)
                noteProgress(side)
            case .wouldBlock: return sent
            case .failed(let text):
                if side == .client { toClient.removeAll(worker.blocks) } else { toOrigin.removeAll(worker.blocks) }
                sendingFailed(side, channel, text)
                return true
            }
        }
        if side == .client ? toClient.finishes : toOrigin.finishes, channel.finishSending() {
            if side == .client { toClient.finishes = false } else { toOrigin.finishes = false }
        }
        return sent
    }

    /// Hands the kernel the first two pieces.
    private func write(_ side: Side, _ channel: Channel) -> Written {
        // The pieces and not the queue: a copy of that would count the references in all of it.
        let isToClient = side == .client
        let first = isToClient ? toClient.piece(0) : toOrigin.piece(0)
        let hasSecond = (isToClient ? toClient.count : toOrigin.count) > 1
        let own = isToClient ? output.toClient : output.toOrigin
        guard hasSecond else {
            return channel.send(first.block?.bytes ?? own, first.start..<first.end, nil, 0..<0)
        }
        let second = isToClient ? toClient.piece(1) : toOrigin.piece(1)
        return channel.send(
            first.block?.bytes ?? own, first.start..<first.end, second.block?.bytes ?? own, second.start..<second.end)
    }

    /// The core appends behind what was sent; once all is sent the room can be used again, except that of a request that
    /// may have to be sent a second time.
    private func forgetSent(_ side: Side) {
        if side == .client {
            if toClient.isEmpty { output.toClient.removeAll(keepingCapacity: true) }
        } else if toOrigin.isEmpty, !conversation.keepsRequest {
            output.toOrigin.removeAll(keepingCapacity: true)
        }
    }

    /// A side that takes bytes is alive.
    private func noteProgress(_ side: Side) {
        switch armed {
        case .body, .tunnel: arm(armed)
        // The exchange is over for the core, but its answer may still be on the way.
        case .keepAlive where side == .client: arm(armed)
        default: break
        }
    }

    /// A side does not take bytes any more.
    ///
    /// From the origin there may still be an answer to read (an early 4xx and a close). What it read of the request is its
    /// business; what is left of it is read and forgotten while the answer passes.
    private func sendingFailed(_ side: Side, _ channel: Channel, _ text: String) {
        if closing != nil {
            close()
        } else if side == .origin, conversation.wants(.origin), !originSawEnd {
            originIsDeaf = text
            channel.canRead = true
        } else {
            handle(.broken(side, Failure(side, .body, .connectionTerminated, Session.broken(side, text))))
        }
    }
}
