// Other settings for a running proxy. All that can fail (ports, certificates, keys) is opened first, on the thread that
// asks; when something is wrong with it nothing has happened yet. Then each loop gets the new configuration, an immutable
// value, as a job, and with it the sockets that are new; a listener that stays is never closed, not even for a moment.
import Reactor
public import Settings

extension ProxyServer {
    /// What a reload came to.
    public struct Reload: Sendable {
        /// Listeners that are new, or lead to another origin now.
        public var opened: [Listener] = []
        /// Listeners that take no more connections.
        public var closed: [Listener] = []
        /// What the new settings ask for and only a restart can give, each a sentence.
        public var kept: [String] = []
        /// Warnings that did not hold before.
        public var warnings: [String] = []
    }

    /// Takes other settings; what runs ends by the old ones.
    ///
    /// One call at a time. When it throws nothing has changed.
    public func reload(_ wanted: ProxySettings) throws(ProxyError) -> Reload {
        let before = running.withLock { $0 }
        let old = before.configuration
        let (settings, kept) = old.settings.reloaded(as: wanted)
        let sockets = try ProxyServer.openListeners(settings, keeping: before.sockets)
        let fresh = sockets.filter { socket in !before.sockets.contains { $0.number == socket.number } }
        let new: Configuration
        do throws(ProxyError) {
            new = try ProxyServer.configuration(settings, sockets, node, shared.chain, shared.notice)
        } catch {
            ProxyServer.close(fresh)
            throw error
        }
        hand(new, fresh)
        running.withLock { $0 = Running(configuration: new, sockets: sockets) }
        if let capture = settings.capture, capture != old.settings.capture {
            bridge.bounds.withLock { $0 = CaptureBounds(capture) }
        }

        var result = Reload(kept: kept)
        for entrance in new.entrances {
            let listener = Listener(entrance, new)
            let earlier = old.entrances.first { $0.number == entrance.number }.map { Listener($0, old) }
            if earlier?.url != listener.url || earlier?.origin != listener.origin { result.opened.append(listener) }
        }
        for entrance in old.entrances where !new.entrances.contains(where: { $0.number == entrance.number }) {
            result.closed.append(Listener(entrance, old))
        }
        result.warnings = settings.warnings.filter { !old.settings.warnings.contains($0) }
        return result
    }

    /// Hands a configuration to every loop and waits until all of them have it.
    private func hand(_ configuration: Configuration, _ fresh: [OpenListener]) {
        let pending = Monitor(loops.count)
        for (number, loop) in loops.enumerated() {
            let handed = ProxyServer.handedTo(number, fresh)
            let accepted = loop.handle.submit { loop in
                (loop.context as? Worker)?.apply(configuration, handed)
                pending.withLock { $0 -= 1 }
                pending.broadcast()
            }
            if !accepted { pending.withLock { $0 -= 1 } }
        }
        // A loop is never blocked for long; a bound all the same, so that signals are heard whatever happens.
        _ = pending.wait(until: Time.monotonicMicroseconds() + 5_000_000) { $0 <= 0 ? true : nil }
    }
}
