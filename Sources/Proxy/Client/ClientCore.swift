// The loop's side of the client: what runs, what waits its turn, connections that are kept, and the recorder. It never
// leaves its thread. Connections are taken last in, first out, and belong to one target with all its TLS settings.
import NodeChain
import Reactor
import Secure
import Settings
import Trace

final class ClientCore {
    let loop: Loop
    let blocks = BlockPool(largestHead: 131_072, buffer: 262_144)
    let bodyLimit: Int
    /// This program's part in a chain of nodes; nil without a key of one.
    let chain: ChainMembership?
    private(set) var recorder: Recorder
    private let ids: ExchangeIDSource
    private let resolver = Resolver()
    private let concurrency: Int
    private var names: [String: OriginAddresses] = [:]
    private var idle: [AskTarget: [ClientConnection]] = [:]
    private var running: [ObjectIdentifier: ClientExchange] = [:]
    private var waiting: [ClientExchange] = []
    private var isPumping = false
    private var connections: UInt64 = 0
    private var reader = TraceReader()

    init(_ loop: Loop, concurrency: Int, bodyLimit: Int, chain: ChainMembership?, recorder: consuming Recorder) {
        self.loop = loop
        self.concurrency = max(1, concurrency)
        self.bodyLimit = bodyLimit
        self.chain = chain
        self.recorder = recorder
        let salt = SecureRandom.bytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        ids = ExchangeIDSource(loop: 0, salt: salt)
    }

    // MARK: Turns

    func add(_ exchanges: [ClientExchange]) {
        waiting += exchanges.reversed()
        pump()
    }

    /// Begins what may begin.
    ///
    /// An exchange can be over before its begin returns, so this is a loop and no recursion.
    private func pump() {
        guard !isPumping else { return }
        isPumping = true
        while running.count < concurrency, let next = waiting.popLast() {
            running[ObjectIdentifier(next)] = next
            next.begin()
        }
        isPumping = false
    }

    func isOver(_ exchange: ClientExchange) {
        running[ObjectIdentifier(exchange)] = nil
        pump()
    }

    /// Gives up all exchanges of a batch; nil means all there are.
    func cancel(batch: Int?) {
        let those = (Array(running.values) + waiting).filter { batch == nil || $0.batch == batch }
        waiting.removeAll { batch == nil || $0.batch == batch }
        for exchange in those { exchange.cancel() }
    }

    // MARK: Connections

    func nextConnectionNumber() -> UInt64 {
        connections += 1
        return connections
    }

    func addresses(of target: AskTarget) -> OriginAddresses {
        let host = target.connect?.host ?? target.host
        let port = target.connect?.port ?? target.port
        let key = "\(host) \(port)"
        if let known = names[key] { return known }
        let fresh = OriginAddresses(host: host, port: port, resolver: resolver, loop: loop)
        names[key] = fresh
        return fresh
    }

    func take(_ target: AskTarget) -> ClientConnection? {
        while let connection = idle[target]?.popLast() {
            if connection.channel.isQuiet() { return connection }
            connection.close()
        }
        return nil
    }

    func keep(_ connection: ClientConnection) {
        connection.detach()
        guard connection.channel.isQuiet() else { return connection.close() }
        idle[connection.target, default: []].append(connection)
    }

    func drop(_ connection: ClientConnection) {
        idle[connection.target]?.removeAll { $0 === connection }
        connection.close()
    }

    func closeAll() {
        cancel(batch: nil)
        for connection in idle.values.joined() { connection.close() }
        idle = [:]
    }

    // MARK: Records

    func nextID(wall: Int64) -> [UInt8] {
        ids.advance(wall: wall, monotonic: loop.microseconds())
        return ids.text
    }

    /// Lends the recorder: a non-copyable value inside a class can only be changed in place.
    func record(_ body: (inout Recorder) -> Void) { body(&recorder) }

    /// What was written, read back: redaction and reading are those of captures.
    func finished(_ buffer: borrowing RecordBuffer) -> Record? {
        var line: [UInt8] = []
        recorder.append(buffer, to: &line)
        return try? reader.record(line.span, 0..<(line.count - 1))
    }
}
