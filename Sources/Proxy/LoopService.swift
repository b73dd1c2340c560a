// A service as one loop runs it: the immutable part that all loops share, and what this loop alone has of it, the idle
// connections to its origin and the addresses it found. A reload retires it and makes another; exchanges that are
// running hold on to the one they began with, and its last connections are closed instead of being kept.
import Settings

final class LoopService {
    let runtime: ServiceRuntime
    let timeouts: PhaseTimeouts
    let limits: Limits
    let pool: OriginPool
    let addresses: OriginAddresses
    /// Whether a reload has put another one in its place.
    private(set) var isRetired = false

    init(_ runtime: ServiceRuntime, _ configuration: Configuration, _ worker: Worker) {
        self.runtime = runtime
        timeouts = configuration.timeouts
        limits = configuration.limits
        pool = OriginPool(worker)
        let target = runtime.target
        addresses = OriginAddresses(
            host: target.host, port: target.port, resolver: worker.shared.resolver, loop: worker.loop)
        addresses.whenChanged = { [unowned pool] in pool.keep(only: $0) }
    }

    func retire() {
        isRetired = true
        pool.retire()
    }
}
