// The set-up of a proxy: everything that can fail is opened here before anything runs (ports, certificates, capture
// folder, key), and whatever is wrong with it is one error with one line of text that says what, where and what to do.
import Exchange
import Reactor
import Secure
import Settings
import Wire

extension ProxyServer {
    /// Sockets of one listener: one per loop.
    struct OpenListener {
        var service: Int
        var address: SocketAddress
        var descriptors: [Int32]
    }

    static func openListeners(_ settings: ProxySettings) throws(ProxyError) -> [OpenListener] {
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

    static func runtime(
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
