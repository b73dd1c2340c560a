// The session's connection to the origin: taken from the pool or dialled, used for one exchange, given back or closed.
import Exchange

extension Session {
    func openOrigin(fresh: Bool) {
        originSawEnd = false
        originIsDeaf = nil
        // What a connection that died did not take of the request; all of it is queued again.
        toOrigin.removeAll(worker.blocks)
        if !fresh, let pooled = service.pool.take(sure: conversation.needsSureConnection) {
            // Or a pool that never runs dry would never hear that the name leads elsewhere now.
            service.addresses.freshen()
            attach(pooled, reused: true)
            return
        }
        if let origin {
            self.origin = nil
            worker.closeOrigin(origin)
        }
        let dial = Dial(worker: worker, service: service, session: self)
        self.dial = dial
        dial.begin()
    }

    /// A connection stands.
    func attach(_ channel: Channel, reused: Bool) {
        dial = nil
        origin = channel
        channel.owner = self
        ledger.noteOrigin(channel, reused: reused)
        handle(.originReady(reused: reused))
        pump()
    }

    /// There is none to be had.
    func dialFailed(_ failure: Failure) {
        dial = nil
        toOrigin.removeAll(worker.blocks)
        handle(.originUnavailable(failure))
        pump()
    }

    func releaseOrigin(_ reusable: Bool) {
        dial?.cancel()
        dial = nil
        if let channel = origin {
            origin = nil
            if reusable, toOrigin.isEmpty, originIsDeaf == nil, !originSawEnd, channel.isQuiet() {
                service.pool.give(channel)
            } else {
                worker.closeOrigin(channel)
            }
        }
        toOrigin.removeAll(worker.blocks)
    }
}
