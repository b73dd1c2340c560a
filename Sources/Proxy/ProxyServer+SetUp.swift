// The set-up of a proxy: everything that can fail is opened here before anything runs (ports, certificates, capture
// folder, key), and whatever is wrong with it is one error with one line of text that says what, where and what to do.
import Exchange
import NodeChain
import Reactor
import Secure
import Settings
import Wire

extension ProxyServer {
    /// Sockets of one listener: one per loop.
    struct OpenListener: Sendable {
        /// The number of its entrance.
        var number: Int
        var service: Int
        /// As it was asked for: with port 0, if the system was to choose.
        var endpoint: Endpoint
        var address: SocketAddress
        var descriptors: [Int32]
    }

    /// The sockets the settings ask for: those of `old` that fit, and new ones for the rest.
    ///
    /// An address that stays keeps its socket, so nobody who connects in the middle of a reload notices anything.
    static func openListeners(
        _ settings: ProxySettings, keeping old: [OpenListener]
    ) throws(ProxyError) -> [OpenListener] {
        var left = old
        var result: [OpenListener] = []
        var next = (old.map(\.number).max() ?? -1) + 1
        do throws(ProxyError) {
            for (index, service) in settings.services.enumerated() {
                for endpoint in service.listen {
                    guard let address = SocketAddress(numericHost: numeric(endpoint.host), port: endpoint.port) else {
                        throw ProxyError(
                            "--listen \(endpoint): \(endpoint.host) is not an address of this machine; use one such as 127.0.0.1 or [::1]"
                        )
                    }
                    if let kept = left.firstIndex(where: {
                        endpoint.port == 0 ? $0.endpoint == endpoint : $0.address == address
                    }) {
                        var listener = left.remove(at: kept)
                        listener.service = index
                        result.append(listener)
                        continue
                    }
                    result.append(
                        OpenListener(
                            number: next, service: index, endpoint: endpoint, address: address, descriptors: []))
                    try open(&result[result.count - 1], threads: max(1, settings.threads), beside: old)
                    next += 1
                }
            }
        } catch {
            close(result.filter { fresh in !old.contains { $0.number == fresh.number } })
            throw error
        }
        return result
    }

    private static func open(
        _ listener: inout OpenListener, threads: Int, beside old: [OpenListener]
    ) throws(ProxyError) {
        // A listener of our own on the same port (127.0.0.1:8080 is to become 0.0.0.0:8080) must let the new one in.
        let overlapping = old.filter { $0.address.port == listener.address.port }
        for descriptor in overlapping.flatMap(\.descriptors) { Socket.share(descriptor) }
        for _ in 0..<threads {
            do throws(SystemError) {
                let descriptor = try Socket.listen(
                    on: listener.address, shared: threads > 1 || !overlapping.isEmpty)
                listener.descriptors.append(descriptor)
                // Port 0 is chosen by the first socket; the others join it.
                listener.address = Socket.localAddress(of: descriptor) ?? listener.address
            } catch {
                throw listenError(error, listener.address)
            }
        }
    }

    static func close(_ listeners: [OpenListener]) {
        for listener in listeners { for descriptor in listener.descriptors { Socket.close(descriptor) } }
    }

    /// The sockets of one loop, by the number of the entrance.
    static func handedTo(_ loop: Int, _ listeners: [OpenListener]) -> [Int: Int32] {
        var result: [Int: Int32] = [:]
        for listener in listeners { result[listener.number] = listener.descriptors[loop] }
        return result
    }

    /// Everything the loops need to serve by these settings: certificates and keys are read here.
    static func configuration(
        _ settings: ProxySettings, _ sockets: [OpenListener], _ node: String, _ chain: ChainKeeper?,
        _ notices: (String) -> Void
    ) throws(ProxyError) -> Configuration {
        var services: [ServiceRuntime] = []
        for (index, service) in settings.services.enumerated() {
            let ports = sockets.filter { $0.service == index }.map(\.address.port)
            let membership = chain.map {
                ChainMembership(
                    authority: $0, node: Array(node.utf8), extra: settings.track.map { Array($0.lowercased().utf8) },
                    secretNames: settings.secretNames, place: UInt64(index))
            }
            services.append(try runtime(service, node, settings, ports: ports, membership, notices))
        }
        return Configuration(
            settings: settings, services: services,
            entrances: sockets.map { .init(number: $0.number, service: $0.service, address: $0.address) })
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

    static func runtime(
        _ service: Service, _ node: String, _ settings: ProxySettings, ports: [UInt16], _ chain: ChainMembership?,
        _ notices: (String) -> Void
    ) throws(ProxyError) -> ServiceRuntime {
        var exchange = ExchangeSettings(
            pseudonym: Array(node.utf8), originAuthority: Array(service.origin.authority.utf8),
            originIsTLS: service.origin.tls, listenerPort: ports.first ?? 0, listenerIsTLS: service.tls != nil)
        exchange.listenerPorts = ports
        exchange.chain = chain
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
        exchange.chunkLimit = settings.limits.chunks
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
            settings: service, exchange: exchange, listenerTLS: server, originTLS: client,
            originURL: Array("\(scheme)\(bracketed(service.origin.host)):\(service.origin.port)".utf8))
    }

    private static func verifiedName(_ service: Service) -> String {
        if let sni = service.sni, !sni.isEmpty { return sni }
        return service.origin.host
    }

    private static func bracketed(_ host: String) -> String {
        host.utf8.contains(0x3A) && !host.hasPrefix("[") ? "[\(host)]" : host
    }

    static func openCapture(
        _ capture: Capture, node: String, raw: RawPeriod?, bridge: SinkBridge,
        _ notices: @escaping @Sendable (String) -> Void
    ) throws(ProxyError) -> LineSink {
        let writer: CaptureWriter
        do throws(CaptureError) {
            writer = try CaptureWriter(
                CaptureSettings(
                    directory: capture.directory, node: node, segmentBytes: capture.segmentBytes,
                    segmentAge: capture.segmentAge, maxDisk: capture.maxDisk,
                    raw: raw),
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

    /// The key of the chain, when the settings name a file for it.
    static func chainKey(
        _ settings: ProxySettings, _ notices: (String) -> Void
    ) throws(ProxyError) -> [UInt8]? {
        guard let file = settings.chainKeyFile else { return nil }
        do throws(KeyFileError) {
            let key = try KeyFile.load(file: file, captureDirectory: nil)
            if case .created(let path) = key.origin {
                notices(
                    "a new key for a chain was made in \(path); copy it to the other nodes, closed to everybody else")
            }
            return key.bytes
        } catch {
            throw ProxyError(error.text(of: "chain key"))
        }
    }

    /// The key of the fingerprints.
    ///
    /// It is chosen before the capture opens its first segment, so that a key that is refused leaves none behind; the
    /// folder it may stand in is therefore made and checked here.
    static func chooseKey(_ key: [UInt8]?, _ capture: Capture?) throws(ProxyError) -> [UInt8] {
        if let key { return key }
        let folder = capture?.keyFile == nil ? capture?.directory : nil
        if let folder {
            do throws(CaptureError) {
                _ = try SegmentFolder(path: folder, files: SystemFiles()).prepare()
            } catch {
                throw ProxyError(error.text)
            }
        }
        do throws(KeyFileError) {
            return try KeyFile.load(file: capture?.keyFile, captureDirectory: folder).bytes
        } catch {
            // A folder nothing can be made in is the folder's fault, not the key's.
            if let folder, case .cannotCreate(_, let code) = error {
                throw ProxyError(CaptureError.cannotWrite(folder, code).text)
            }
            throw ProxyError(error.text)
        }
    }
}
