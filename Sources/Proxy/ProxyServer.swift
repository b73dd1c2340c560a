// A running proxy: starts one loop per thread when everything that can fail is open (ProxyServer+SetUp.swift), and brings
// it all down in order: accepting, exchanges, loops, sinks.
import Exchange
import Fields
import NodeChain
public import Reactor
import Secure
public import Settings
import Synchronization
import Trace
import Wire

/// Why a proxy could not be started.
public struct ProxyError: Error, Equatable, Sendable {
    /// What was wrong, where, and what to do, in one line.
    public var text: String
    /// The exit code that fits: 2 for wrong settings, 3 for an origin that cannot be found.
    public var exitCode: Int32

    /// An error from its parts.
    public init(_ text: String, exitCode: Int32 = 2) {
        self.text = text
        self.exitCode = exitCode
    }
}

/// A proxy that runs until it is stopped.
public final class ProxyServer: Sendable {
    /// A listener that is ready.
    public struct Listener: Sendable {
        /// The service's name.
        public let service: String
        /// Where it listens, with the port the system chose if 0 was asked for.
        public let address: SocketAddress
        /// `http://127.0.0.1:8080`.
        public let url: String
        /// `https://example.test`.
        public let origin: String

        init(_ entrance: Configuration.Entrance, _ configuration: Configuration) {
            let settings = configuration.services[entrance.service].settings
            service = settings.name
            address = entrance.address
            url = (settings.tls == nil ? "http://" : "https://") + entrance.address.description
            origin = (settings.origin.tls ? "https://" : "http://") + settings.origin.authority
        }
    }

    /// What the whole run came to.
    public struct Summary: Sendable {
        /// The counts of all loops.
        public var tally = Tally()
        /// Exchanges that were still running when the drain time was over.
        public var cut = 0
        /// Lines the capture holds.
        public var captured = 0
        /// Lines the capture lost.
        public var captureLost = 0
        /// Lines that were not printed because the terminal was too slow.
        public var unprinted = 0
    }

    /// What a reload exchanges: touched by the thread that reloads, read by the instrument check.
    struct Running: Sendable {
        var configuration: Configuration
        var sockets: [OpenListener]
    }

    /// The node's name.
    public let node: String
    let resolver: Resolver

    let shared: SharedState
    let loops: [LoopThread]
    let bridge: SinkBridge
    let running: Monitor<Running>
    private let capture: LineSink?
    private let live: LineSink?

    private init(
        shared: SharedState, loops: [LoopThread], capture: LineSink?, live: LineSink?, bridge: SinkBridge,
        running: Running
    ) {
        node = shared.node
        resolver = shared.resolver
        self.shared = shared
        self.loops = loops
        self.capture = capture
        self.live = live
        self.bridge = bridge
        self.running = Monitor(running)
    }

    /// The listeners, in the order of the settings.
    public var listeners: [Listener] {
        let configuration = running.withLock { $0.configuration }
        return configuration.entrances.map { Listener($0, configuration) }
    }

    /// The settings that hold now.
    public var settings: ProxySettings { running.withLock { $0.configuration.settings } }

    /// Starts a proxy.
    ///
    /// - Parameters:
    ///   - key: 32 bytes for fingerprints; nil takes the key file of the settings or a random key.
    ///   - chainKey: 32 bytes that the nodes of a chain share; nil takes the file of the settings, if they name one.
    ///   - records: gets batches of whole record lines, on a thread of its own; it may block, then lines are skipped.
    ///   - notices: gets what the operator should know, from any thread.
    public static func start(
        _ settings: ProxySettings, key: [UInt8]? = nil, chainKey: [UInt8]? = nil,
        records: (@Sendable ([UInt8]) -> Void)? = nil,
        notices: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(ProxyError) -> ProxyServer {
        let sockets = try openListeners(settings, keeping: [])
        do throws(ProxyError) {
            return try start(settings, sockets, key: key, chainKey: chainKey, records: records, notices: notices)
        } catch {
            close(sockets)
            throw error
        }
    }

    private static func start(
        _ settings: ProxySettings, _ sockets: [OpenListener], key: [UInt8]?, chainKey given: [UInt8]?,
        records: (@Sendable ([UInt8]) -> Void)?, notices: @escaping @Sendable (String) -> Void
    ) throws(ProxyError) -> ProxyServer {
        let node = settings.node ?? NodeName.standard(port: sockets.first?.address.port ?? 0)
        let chainKey = given == nil ? try chainKey(settings, notices) : given
        let chain = chainKey.map { ChainKeeper(key: $0, notices: notices) }
        let configuration = try configuration(settings, sockets, node, chain, notices)
        let bridge = SinkBridge()
        let fingerprintKey: [UInt8]
        if let chainKey {
            fingerprintKey = ChainKeeper.derived(chainKey, .fingerprint)
        } else {
            fingerprintKey = try chooseKey(key, settings.capture)
        }
        let raw = settings.capture?.rawMilliseconds.map {
            RawPeriod(milliseconds: $0, wall: Time.wallMicroseconds(), monotonic: Time.monotonicMicroseconds())
        }
        let capture = try settings.capture.map { capture throws(ProxyError) in
            try openCapture(capture, node: node, raw: raw, bridge: bridge, notices)
        }
        var live: LineSink?
        if let records {
            do throws(SystemError) {
                live = try LineSink.start(name: "live", capacity: 4 << 20, gather: 0, records)
            } catch {
                throw ProxyError("the output thread could not be started: \(error)", exitCode: 70)
            }
        }
        let shared = SharedState(
            node: node, resolver: Resolver(), chain: chain, fingerprinter: Fingerprinter(key: fingerprintKey),
            capture: capture,
            raw: raw, live: live, notices: notices)
        bridge.connect(shared)

        var loops: [LoopThread] = []
        for number in 0..<max(1, settings.threads) {
            let handed = handedTo(number, sockets)
            do throws(SystemError) {
                loops.append(
                    try LoopThread.start(name: "loop-\(number)") { loop in
                        let worker = Worker(loop: loop, shared: shared, configuration: configuration, number: number)
                        loop.context = worker
                        worker.apply(configuration, handed)
                    })
            } catch {
                for loop in loops {
                    loop.stop()
                    loop.join(milliseconds: 2000)
                }
                throw ProxyError("an event loop could not be started: \(error)", exitCode: 70)
            }
        }
        return ProxyServer(
            shared: shared, loops: loops, capture: capture, live: live, bridge: bridge,
            running: Running(configuration: configuration, sockets: sockets))
    }

    /// Stops accepting, lets running exchanges finish within the drain time, then ends everything.
    ///
    /// - Parameter isHurried: asked now and then; true ends the drain at once (a second signal).
    public func stop(isHurried: @Sendable () -> Bool = { false }) -> Summary {
        let pending = Monitor(loops.count)
        for loop in loops {
            let accepted = loop.handle.submit { loop in
                guard let worker = loop.context as? Worker else { return }
                worker.drain {
                    pending.withLock { $0 -= 1 }
                    pending.broadcast()
                }
            }
            if !accepted { pending.withLock { $0 -= 1 } }
        }
        let deadline = Time.monotonicMilliseconds() + Int64(settings.timeouts.drain)
        while Time.monotonicMilliseconds() < deadline, !isHurried() {
            let step = (Time.monotonicMilliseconds() + 50) * 1000
            if pending.wait(until: step, { $0 <= 0 ? true : nil }) ?? false { break }
        }
        let summary = Monitor(Summary())
        for loop in loops {
            loop.handle.submit { loop in
                guard let worker = loop.context as? Worker else { return }
                let cut = worker.abandonAll()
                summary.withLock {
                    $0.cut += cut
                    $0.tally.add(worker.tally)
                }
                loop.stop()
            }
        }
        for loop in loops { _ = loop.join(milliseconds: 2000) }
        live?.stop(milliseconds: 2000)
        capture?.stop(milliseconds: 5000)
        let unprinted = shared.liveSkipped.load(ordering: .relaxed)
        let counts = bridge.counts.withLock { $0 }
        return summary.withLock {
            $0.unprinted = unprinted
            $0.captured = counts.written
            $0.captureLost = counts.lost
            return $0
        }
    }
}
