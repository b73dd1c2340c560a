// A running proxy: opens what can fail before anything runs (capture folder, key, certificates, ports), starts one loop
// per thread, and brings it all down in order. Whatever is wrong with the set-up is one error with one line of text.
import Exchange
import Fields
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

    /// The node's name.
    public let node: String
    /// The listeners, in the order of the settings.
    public let listeners: [Listener]
    /// The services, for the instrument check.
    let services: [ServiceRuntime]
    let resolver: Resolver

    private let shared: SharedState
    private let loops: [LoopThread]
    private let capture: LineSink?
    private let live: LineSink?
    private let settings: ProxySettings
    private let bridge: SinkBridge

    private init(
        node: String, listeners: [Listener], shared: SharedState, loops: [LoopThread], capture: LineSink?,
        live: LineSink?, settings: ProxySettings, bridge: SinkBridge
    ) {
        self.node = node
        self.listeners = listeners
        self.shared = shared
        self.loops = loops
        self.capture = capture
        self.live = live
        self.settings = settings
        self.bridge = bridge
        services = shared.services
        resolver = shared.resolver
    }

    /// Starts a proxy.
    ///
    /// - Parameters:
    ///   - key: 32 bytes for fingerprints; nil takes the key file of the settings or a random key.
    ///   - records: gets batches of whole record lines, on a thread of its own; it may block, then lines are skipped.
    ///   - notices: gets what the operator should know, from any thread.
    public static func start(
        _ settings: ProxySettings, key: [UInt8]? = nil, records: (@Sendable ([UInt8]) -> Void)? = nil,
        notices: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(ProxyError) -> ProxyServer {
        let sockets = try openListeners(settings)
        do throws(ProxyError) {
            return try start(settings, sockets, key: key, records: records, notices: notices)
        } catch {
            for socket in sockets { for descriptor in socket.descriptors { Socket.close(descriptor) } }
            throw error
        }
    }

    private static func start(
        _ settings: ProxySettings, _ sockets: [OpenListener], key: [UInt8]?,
        records: (@Sendable ([UInt8]) -> Void)?, notices: @escaping @Sendable (String) -> Void
    ) throws(ProxyError) -> ProxyServer {
        let node = settings.node ?? NodeName.standard(port: sockets.first?.address.port ?? 0)
        var services: [ServiceRuntime] = []
        for (index, service) in settings.services.enumerated() {
            let port = sockets.first { $0.service == index }?.address.port ?? 0
            services.append(try runtime(service, index, node, settings, listenerPort: port, notices))
        }
        let resolver = Resolver()
        let bridge = SinkBridge()
        let capture = try settings.capture.map { capture throws(ProxyError) in
            try openCapture(capture, node: node, bridge: bridge, notices)
        }
        let fingerprintKey = try chooseKey(key, settings.capture)
        var live: LineSink?
        if let records {
            do throws(SystemError) {
                live = try LineSink.start(name: "live", capacity: 4 << 20, gather: 0, records)
            } catch {
                throw ProxyError("the output thread could not be started: \(error)", exitCode: 70)
            }
        }
        let shared = SharedState(
            settings: settings, node: node, services: services, resolver: resolver,
            listeners: sockets.map(\.address), ownHosts: (try? Socket.interfaceAddresses()) ?? [],
            fingerprinter: Fingerprinter(key: fingerprintKey), capture: capture, live: live, notices: notices)
        bridge.connect(shared)

        var loops: [LoopThread] = []
        for number in 0..<max(1, settings.threads) {
            let handed = sockets.map { ($0.service, $0.descriptors[number]) }
            do throws(SystemError) {
                loops.append(
                    try LoopThread.start(name: "loop-\(number)") { loop in
                        let worker = Worker(loop: loop, shared: shared, number: number)
                        loop.context = worker
                        for (service, descriptor) in handed {
                            do throws(SystemError) {
                                try worker.listen(shared.services[service], descriptor)
                            } catch {
                                shared.notice("a listener could not be registered: \(error)")
                            }
                        }
                    })
            } catch {
                throw ProxyError("an event loop could not be started: \(error)", exitCode: 70)
            }
        }
        let listeners = sockets.map { socket in
            let service = settings.services[socket.service]
            return Listener(
                service: service.name, address: socket.address,
                url: (service.tls == nil ? "http://" : "https://") + socket.address.description,
                origin: (service.origin.tls ? "https://" : "http://") + service.origin.authority)
        }
        return ProxyServer(
            node: node, listeners: listeners, shared: shared, loops: loops, capture: capture, live: live,
            settings: settings, bridge: bridge)
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

    // MARK: set-up

    /// Sockets of one listener: one per loop.
    private struct OpenListener {
        var service: Int
        var address: SocketAddress
        var descriptors: [Int32]
    }

    private static func openListeners(_ settings: ProxySettings) throws(ProxyError) -> [OpenListener] {
        var result: [OpenListener] = []
        let threads = max(1, settings.threads)
        do throws(ProxyError) {
            for (index, service) in settings.services.enumerated() {
                for endpoint in service.listen {
                    guard var address = SocketAddress(numericHost: numeric(endpoint.host), port: endpoint.port) else {
                        throw ProxyError(
                            "--listen \(endpoint): \(endpoint.host) is not an address of this machine; use one such as 127.0.0.1 or [::1]"
                        )
                    }
                    var open = OpenListener(service: index, address: address, descriptors: [])
                    for _ in 0..<threads {
                        do throws(SystemError) {
                            let descriptor = try Socket.listen(on: address, shared: threads > 1)
                            open.descriptors.append(descriptor)
                            // Port 0 is chosen by the first socket; the others join it.
                            address = Socket.localAddress(of: descriptor) ?? address
                        } catch {
                            result.append(open)
                            throw listenError(error, address)
                        }
                    }
                    open.address = address
                    result.append(open)
                }
            }
        } catch {
            for open in result { for descriptor in open.descriptors { Socket.close(descriptor) } }
            throw error
        }
        return result
    }

    private static func numeric(_ host: String) -> String { host == "localhost" ? "127.0.0.1" : host }

    private static func listenError(_ error: SystemError, _ address: SocketAddress) -> ProxyError {
        if error.isAddressInUse {
            return ProxyError(
                "cannot listen on \(address): the port is in use by another program; choose another with --listen \(address.host):PORT (port 0 picks a free one), or find it with: ss -ltnp 'sport = :\(address.port)'"
            )
        }
        if error.isPermissionDenied {
            return ProxyError(
                "cannot listen on \(address): ports below 1024 need root (or the capability CAP_NET_BIND_SERVICE); choose a higher port with --listen"
            )
        }
        return ProxyError("cannot listen on \(address): \(error.text); choose another address with --listen")
    }

    private static func runtime(
        _ service: Service, _ index: Int, _ node: String, _ settings: ProxySettings, listenerPort: UInt16,
        _ notices: (String) -> Void
    ) throws(ProxyError) -> ServiceRuntime {
        var exchange = ExchangeSettings(
            pseudonym: Array(node.utf8), originAuthority: Array(service.origin.authority.utf8),
            originIsTLS: service.origin.tls, listenerPort: listenerPort, listenerIsTLS: service.tls != nil)
        exchange.addsVia = settings.via
        exchange.host =
            switch service.host {
            case .auto: .auto
            case .origin: .origin
            case .client: .client
            case .name(let name): .fixed(Array(name.utf8))
            }
        exchange.forwarded =
            switch service.forwarded {
            case .none: .pass
            case .x: .xForwarded
            case .rfc7239: .rfc7239
            }
        exchange.ownNames = [Array(Platform.hostName().lowercased().utf8)]
        exchange.limits.line = settings.limits.line
        exchange.limits.head = settings.limits.head
        exchange.limits.fields = settings.limits.fields
        var server: TLSServerContext?
        var client: TLSClientContext?
        do throws(TLSSetupError) {
            if let tls = service.tls {
                let context = try TLSServerContext(certificate: tls.certificate, key: tls.key)
                for warning in context.warnings { notices(warning.text) }
                server = context
            }
            if service.origin.tls {
                // The certificate must be for the name the origin is known by; SNI may be set apart from it.
                let name = verifiedName(service)
                client = try TLSClientContext(
                    verify: name, serverName: service.sni, caFile: service.caFile, insecure: service.insecure)
            }
        } catch {
            throw ProxyError(error.text)
        }
        let scheme = service.origin.tls ? "https://" : "http://"
        return ServiceRuntime(
            index: index, settings: service, exchange: exchange, listenerTLS: server, originTLS: client,
            originURL: Array("\(scheme)\(bracketed(service.origin.host)):\(service.origin.port)".utf8))
    }

    private static func verifiedName(_ service: Service) -> String {
        if let sni = service.sni, !sni.isEmpty { return sni }
        return service.origin.host
    }

    private static func bracketed(_ host: String) -> String {
        host.utf8.contains(0x3A) && !host.hasPrefix("[") ? "[\(host)]" : host
    }

    private static func openCapture(
        _ capture: Capture, node: String, bridge: SinkBridge, _ notices: @escaping @Sendable (String) -> Void
    ) throws(ProxyError) -> LineSink {
        let writer: CaptureWriter
        do throws(CaptureError) {
            writer = try CaptureWriter(
                CaptureSettings(
                    directory: capture.directory, node: node, segmentBytes: capture.segmentBytes,
                    segmentAge: capture.segmentAge, maxDisk: capture.maxDisk,
                    rawKeep: capture.rawMilliseconds.map { max(1, $0 / 1000) }),
                report: { event in notices(event.text) })
        } catch {
            throw ProxyError(error.text)
        }
        do throws(SystemError) {
            return try LineSink.start(
                name: "capture", capacity: 32 << 20, consumer: CaptureConsumer(writer: writer, bridge: bridge))
        } catch {
            throw ProxyError("the capture thread could not be started: \(error)", exitCode: 70)
        }
    }

    private static func chooseKey(_ key: [UInt8]?, _ capture: Capture?) throws(ProxyError) -> [UInt8] {
        if let key { return key }
        do throws(KeyFileError) {
            return try KeyFile.load(file: capture?.keyFile, captureDirectory: capture?.directory).bytes
        } catch {
            throw ProxyError(error.text)
        }
    }
}

/// The name a node has unless it is given one: stable for a machine and port, and telling strangers nothing.
enum NodeName {
    static func standard(port: UInt16) -> String {
        var hash: UInt32 = 2_166_136_261
        for byte in Platform.hostName().utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        hash = (hash ^ UInt32(port)) &* 16_777_619
        hash ^= hash >> 15
        let digits = String(hash & 0xFFFF, radix: 16)
        return "hoplens-" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}

/// Lets the capture thread ask for the losses of the loops, which are made after it.
final class SinkBridge: Sendable {
    /// What the capture came to, when it is closed.
    struct Counts: Sendable {
        var written = 0
        var lost = 0
    }

    let counts = Monitor(Counts())
    private let shared = Monitor<WeakShared>(WeakShared())

    private struct WeakShared: Sendable {
        weak var state: SharedState?
    }

    func connect(_ state: SharedState) { shared.withLock { $0.state = state } }

    /// The lines lost since the last time this was asked.
    func takeLost() -> Int {
        let state = shared.withLock { $0.state }
        return state?.captureLost.exchange(0, ordering: .relaxed) ?? 0
    }
}

/// The capture's end of its queue.
private final class CaptureConsumer: LineConsumer {
    private let writer: CaptureWriter
    private let bridge: SinkBridge

    init(writer: CaptureWriter, bridge: SinkBridge) {
        self.writer = writer
        self.bridge = bridge
    }

    func consume(_ batch: [UInt8]) {
        noteLost()
        writer.write(batch)
    }

    func tick() {
        noteLost()
        writer.tick()
    }

    func finish() {
        noteLost()
        writer.close()
        let counts = SinkBridge.Counts(written: writer.written, lost: writer.lost)
        bridge.counts.withLock { $0 = counts }
    }

    private func noteLost() {
        let lost = bridge.takeLost()
        if lost > 0 { writer.noteLost(lost, why: "the disk was slower than the traffic") }
    }
}
