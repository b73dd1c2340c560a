// What the loops are told to do, as one immutable value. A reload makes another one and hands it to every loop as a job
// (`LoopHandle.submit`); nobody ever changes one, so nothing of it is locked and no loop sees half of a reload.
//
// An entrance is a listening address as the clients know it. It keeps its number for as long as it is open, over all
// reloads, which is how a loop finds the socket it has already and how a connection finds the service that its address
// belongs to now.
import Reactor
import Settings

final class Configuration: Sendable {
    /// A listening address and the service behind it.
    struct Entrance: Sendable {
        /// Its number, unique for the run of the process.
        let number: Int
        /// The index of its service.
        let service: Int
        /// Where it listens, with the port the system chose if 0 was asked for.
        let address: SocketAddress
    }

    let settings: ProxySettings
    let services: [ServiceRuntime]
    let entrances: [Entrance]
    let timeouts: PhaseTimeouts
    private let ownHosts: [SocketAddress]

    init(settings: ProxySettings, services: [ServiceRuntime], entrances: [Entrance]) {
        self.settings = settings
        self.services = services
        self.entrances = entrances
        timeouts = PhaseTimeouts(settings.timeouts)
        ownHosts = (try? Socket.interfaceAddresses()) ?? []
    }

    var limits: Limits { settings.limits }

    /// Whether an address is one of this process's own listeners: forwarding there would never end.
    func isOwnListener(_ address: SocketAddress) -> Bool {
        for listener in entrances.map(\.address) where listener.port == address.port {
            if listener.hasSameHost(as: address) { return true }
            if listener.isWildcard {
                if address.isLoopback || address.isWildcard { return true }
                for host in ownHosts where host.hasSameHost(as: address) { return true }
            }
        }
        return false
    }
}
