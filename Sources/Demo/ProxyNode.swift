// A real hoplens node as the demo uses it: one service on a free loopback port, no capture folder, its records parsed
// from the very lines a capture would hold.

import Proxy
import Reactor
import Settings
import Trace

/// A node of the chain that is a whole proxy.
final class ProxyNode: ChainNode {
    let port: UInt16
    private let server: ProxyServer

    private init(_ server: ProxyServer, port: UInt16) {
        self.server = server
        self.port = port
    }

    func stop() { _ = server.stop() }

    /// Makes the nodes of a chain: they report to each other, and their fingerprints agree, so that a secret can be
    /// followed from one to the other.
    ///
    /// - Parameter key: 32 bytes that all nodes of a chain share.
    static func maker(key: [UInt8]) -> NodeMaker {
        { (name, upstream, deliver) throws(DemoFault) in
            do throws(ProxyError) {
                let server = try ProxyServer.start(settings(name, upstream), chainKey: key) { lines in
                    for record in records(in: lines) { deliver(record) }
                }
                guard let listener = server.listeners.first else {
                    _ = server.stop()
                    throw ProxyError("it has no listener", exitCode: 70)
                }
                return ProxyNode(server, port: listener.address.port)
            } catch {
                throw .node("node \(name) could not be started: \(error.text)")
            }
        }
    }

    private static func settings(_ name: String, _ upstream: UInt16) -> ProxySettings {
        let origin = OriginURL(tls: false, host: "127.0.0.1", port: upstream)
        let service = Service(listen: [Endpoint(host: "127.0.0.1", port: 0)], origin: origin)
        var settings = ProxySettings(services: [service])
        settings.node = name
        settings.instrumentCheck = false
        settings.output.mode = .quiet
        // Nothing that matters is under way when the demo stops its nodes.
        settings.timeouts.drain = 200
        return settings
    }

    /// The records of a batch of lines.
    ///
    /// A line that is none is left out; whoever waits for its record will say so.
    private static func records(in lines: [UInt8]) -> [Record] {
        var reader = TraceReader()
        var records: [Record] = []
        var start = 0
        while let end = lines[start...].firstIndex(of: 0x0A) {
            if let record = try? reader.record(lines.span, start..<end) { records.append(record) }
            start = end + 1
        }
        return records
    }
}
