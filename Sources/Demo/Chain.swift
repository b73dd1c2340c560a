// The chain on loopback: client → node "outer" → middle hop → node "inner" → WordPress. It is built from the inside
// out, taken down in the other order, and turns one request into one exchange: the record of the outer node, which holds
// what the inner one reported. A preflight carries no trace, and where a hop answers by itself nobody reports; then the
// inner node is asked for its own record of the request, by X-Request-Id.

import Reactor
import Trace

/// A forwarding node of the chain.
protocol ChainNode: Sendable {
    /// The port it listens on.
    var port: UInt16 { get }
    /// Stops it; afterwards it delivers no more records.
    func stop()
}

/// Makes a node: its name, the port it forwards to, and who gets its records.
typealias NodeMaker =
    @Sendable (String, UInt16, @escaping @Sendable (Record) -> Void) throws(DemoFault) -> any ChainNode

/// The records the nodes have delivered, by request id and node.
final class RecordBook: Sendable {
    private let records = Monitor<[String: [String: Record]]>([:])

    func add(_ record: Record) {
        let line = record.request?.head.lines.first { $0.name.lowercased() == "x-request-id" }
        guard let id = line?.value else { return }
        records.withLock { $0[id, default: [:]][record.node] = record }
        records.broadcast()
    }

    /// A node's record of a request, waited for.
    func record(of id: String, at node: String, milliseconds: Int) -> Record? {
        records.wait(until: .after(milliseconds: milliseconds)) { $0[id]?[node] }
    }
}

/// The running chain.
final class Chain {
    static let outerName = "outer"
    static let innerName = "inner"

    private let origin: Server
    private let hop: FaultyHop
    private let inner: any ChainNode
    private let outer: any ChainNode
    private let book = RecordBook()
    private var count = 0

    /// Starts all parties.
    init(_ secrets: DemoSecrets, makeNode: NodeMaker) throws(DemoFault) {
        let wordPress = WordPress(secrets)
        let book = self.book
        origin = try Server.start("WordPress") { wordPress.answer($0) }
        do throws(DemoFault) {
            inner = try makeNode(Chain.innerName, origin.port) { book.add($0) }
        } catch {
            origin.stop()
            throw error
        }
        do throws(DemoFault) {
            hop = try FaultyHop.start(upstream: inner.port)
        } catch {
            inner.stop()
            origin.stop()
            throw error
        }
        do throws(DemoFault) {
            outer = try makeNode(Chain.outerName, hop.port) { book.add($0) }
        } catch {
            hop.stop()
            inner.stop()
            origin.stop()
            throw error
        }
    }

    /// Misconfigures the middle hop, or repairs it.
    func set(_ faults: HopFaults) { hop.set(faults) }

    /// Sends a request through the chain and collects what both nodes saw.
    func ask(_ request: Request) throws(DemoFault) -> Exchange {
        count += 1
        let id = "demo-\(count)"
        var request = request
        request.fields.append(Field("X-Request-Id", id))
        let response = try DemoClient.send(request, to: outer.port)
        guard let outermost = book.record(of: id, at: Chain.outerName, milliseconds: 2000) else {
            throw .timedOut("the record of \(id) at node \(Chain.outerName)")
        }
        // No scene is about an answer that a node or the hop had to make up because the next party was not there.
        if outermost.response?.byHoplens ?? true || response.status == 502 {
            let why = outermost.error.map { ": \($0.text)" } ?? ""
            throw .node("\(id) did not get through the chain (\(response.status)\(why))")
        }
        let reports = outermost.chain?.reports ?? []
        if reports.contains(where: { $0.otherTrace == nil }) {
            return Exchange(response: response, records: [outermost], unseen: [])
        }
        // A record takes a moment to arrive. Where the hop passed the request on, one must come; where it did not, a
        // short wait is enough to be sure that the node really has none.
        let mustCome = hop.passedOn(id)
        let innermost = book.record(of: id, at: Chain.innerName, milliseconds: mustCome ? 2000 : 150)
        if mustCome, innermost == nil { throw .timedOut("the record of \(id) at node \(Chain.innerName)") }
        return Exchange(
            response: response, records: [outermost] + (innermost.map { [$0] } ?? []),
            unseen: innermost == nil ? [Chain.innerName] : [])
    }

    /// The ports, from the client's side to the origin's.
    var ports: [(String, UInt16)] {
        [
            (Chain.outerName, outer.port), ("middle hop", hop.port), (Chain.innerName, inner.port),
            ("WordPress", origin.port),
        ]
    }

    /// Stops all parties.
    func stop() {
        outer.stop()
        hop.stop()
        inner.stop()
        origin.stop()
    }
}
