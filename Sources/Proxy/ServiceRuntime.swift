// One service as the loops use it: settings turned into bytes and TLS contexts, made once per configuration and shared.
import Exchange
import Secure
import Settings

/// A service, ready to serve.
///
/// Everything in it is immutable.
final class ServiceRuntime: Sendable {
    let settings: Service
    /// For each listener of the service: its forwarding settings differ in port and TLS.
    let exchange: ExchangeSettings
    let listenerTLS: TLSServerContext?
    let originTLS: TLSClientContext?
    /// For traces: `https://example.test:443`.
    let originURL: [UInt8]
    let name: [UInt8]

    init(
        settings: Service, exchange: ExchangeSettings, listenerTLS: TLSServerContext?,
        originTLS: TLSClientContext?, originURL: [UInt8]
    ) {
        self.settings = settings
        self.exchange = exchange
        self.listenerTLS = listenerTLS
        self.originTLS = originTLS
        self.originURL = originURL
        name = Array(settings.name.utf8)
    }

    /// The host and port to dial: `--connect`, else the origin itself.
    var target: (host: String, port: UInt16) {
        if let connect = settings.connect { return (connect.host, connect.port) }
        return (settings.origin.host, settings.origin.port)
    }
}

/// How long each phase may take, in milliseconds.
struct PhaseTimeouts: Sendable {
    private let values: [Int]
    /// For all addresses of an origin together.
    let connect: Int
    /// For one TLS handshake, on either side.
    let tls: Int

    init(_ timeouts: Timeouts) {
        connect = timeouts.connect
        tls = timeouts.tls
        values = Phase.allCases.map { phase in
            switch phase {
            case .head: timeouts.head
            case .keepAlive: timeouts.keepalive
            case .connect: timeouts.connect + timeouts.tls
            case .body: timeouts.body
            case .response: timeouts.response
            case .tunnel: timeouts.tunnel
            case .linger: min(timeouts.body, 2000)
            }
        }
    }

    subscript(phase: Phase) -> Int { values[Int(phase.rawValue)] }
}
