// What a reload means for a client connection: the exchange that is running ends as it began, and the next one has the
// settings that hold by then. A connection whose listener has gone, or speaks another protocol now, has no next one.
import Exchange

extension Session {
    /// The settings have changed; nothing is done yet to what is running.
    func settingsChanged() {
        guard !isDraining, !canGoOn else { return }
        drain()
    }

    /// Takes the settings that hold now, between two exchanges.
    func renew() {
        guard service.isRetired, conversation.isIdle, canGoOn, let current = entrance.service else { return }
        service = current
        conversation.adopt(current.runtime.exchange)
        client.adopt(worker.blocks)
    }

    /// Whether its listener still leads somewhere for a connection like this one.
    private var canGoOn: Bool {
        guard let current = entrance.service else { return false }
        guard current.runtime.listenerTLS != nil, service.runtime.listenerTLS != nil else {
            return current.runtime.listenerTLS == nil && service.runtime.listenerTLS == nil
        }
        // The client verified whom it talks to when it connected. Another service has another certificate, and is not to
        // get what the client would say to this one.
        return current.runtime.name == service.runtime.name
    }
}
