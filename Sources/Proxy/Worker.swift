// Everything one event loop owns: its connections, pools, scratch space, counters and the batch of records on its way to
// the sinks. Loops share nothing but the sinks' queues, so nothing here is locked.
import Exchange
import Reactor
import Secure
import Settings
import Trace

/// What a loop counted; added up over loops for the summary.
public struct Tally: Equatable, Sendable {
    /// Exchanges that ended.
    public var exchanges = 0
    /// Final statuses by class; index 0 counts exchanges without one.
    public var statusClasses = [0, 0, 0, 0, 0, 0]
    /// Answers hoplens wrote itself.
    public var ownAnswers = 0
    /// Exchanges a side left before the end.
    public var aborted = 0
    /// Client connections taken.
    public var connections = 0
    /// Client connections refused because of a limit.
    public var refusedConnections = 0
    /// Client connections that failed in the TLS handshake.
    public var failedHandshakes = 0
    /// Requests sent a second time.
    public var retries = 0
    /// Records that no sink had room for.
    public var lostRecords = 0

    /// Nothing counted.
    public init() {}

    /// Adds another loop's counts.
    public mutating func add(_ other: Tally) {
        exchanges += other.exchanges
        for index in statusClasses.indices { statusClasses[index] += other.statusClasses[index] }
        ownAnswers += other.ownAnswers
        aborted += other.aborted
        connections += other.connections
        refusedConnections += other.refusedConnections
        failedHandshakes += other.failedHandshakes
        retries += other.retries
        lostRecords += other.lostRecords
    }
}

final class Worker: Timed {
    let loop: Loop
    let shared: SharedState
    /// What it was told last.
    private(set) var configuration: Configuration
    private(set) var blocks: BlockPool
    var scratch = Scratch()
    /// Formats records; nil when nobody wants any.
    var recorder: Recorder?
    let isRecording: Bool
    private(set) var tally = Tally()
    private(set) var isDraining = false
    var deadline = Deadline()

    private var services: [LoopService] = []
    /// By the number of the entrance.
    private var acceptors: [Int: Acceptor] = [:]
    private var sessions: [ObjectIdentifier: Session] = [:]
    private var clientsByHost: [SocketAddress: Int] = [:]
    private var originCount = 0
    private var waiting: [Dial] = []
    private var spareOutputs: [Exchange.Output] = []
    private var spareRecords: [RecordBox] = []
    private var spareCommands: [[Command]] = []
    private var batch: [UInt8] = []
    private var batchLines = 0
    private var lastFlush: Int64 = 0
    private var connectionNumber: UInt64
    private var originNumber: UInt64 = 0
    private let connectionStep: UInt64
    private var sampleSecond: Int64 = 0
    private var samples = 0
    private var saidFull = false
    private var saidExhausted = false
    private var whenDrained: (() -> Void)?
    /// When the recorder must stop writing secrets; nil when it writes none.
    private var raw: RawPeriod?
    let ids: ExchangeIDSource

    /// A batch goes to the sinks when it is this large, or this old (milliseconds).
    private static let batchBytes = 32_768
    private static let batchAge: Int64 = 40
    private static let samplesPerSecond = 50

    init(loop: Loop, shared: SharedState, configuration: Configuration, number: Int) {
        self.loop = loop
        self.shared = shared
        self.configuration = configuration
        blocks = BlockPool(largestHead: configuration.limits.head, buffer: configuration.limits.buffer)
        // Connection numbers are unique over loops without asking each other.
        connectionNumber = UInt64(number)
        connectionStep = UInt64(max(1, configuration.settings.threads))
        ids = ExchangeIDSource(loop: number, salt: shared.idSalt)
        isRecording = shared.wantsRecords
        raw = shared.raw
        recorder = shared.makeRecorder(raw: shared.raw != nil, configuration.settings)
        loop.atBatchEnd = { [unowned self] in
            self.serveWaiting()
            self.flushIfDue()
        }
    }

    // MARK: configuration

    /// Does what the configuration says from now on: its listeners (of which the fresh sockets are handed over, by the
    /// number of the entrance), its services, its limits.
    ///
    /// What runs goes on with the services it began with.
    func apply(_ fresh: Configuration, _ sockets: [Int: Int32]) {
        let before = configuration
        configuration = fresh
        let (old, new) = (before.limits, fresh.limits)
        if old.head != new.head || old.buffer != new.buffer {
            blocks = BlockPool(largestHead: new.head, buffer: new.buffer)
        }
        if before.settings.capture?.sampleBytes != fresh.settings.capture?.sampleBytes
            || before.settings.secretNames != fresh.settings.secretNames
        {
            recorder = shared.makeRecorder(raw: raw != nil, fresh.settings)
        }
        for service in services { service.retire() }
        services = fresh.services.map { LoopService($0, fresh, self) }
        var kept: [Int: Acceptor] = [:]
        for entrance in fresh.entrances {
            let service = services[entrance.service]
            if let acceptor = acceptors.removeValue(forKey: entrance.number) {
                acceptor.service = service
                kept[entrance.number] = acceptor
            } else if let descriptor = sockets[entrance.number] {
                do throws(SystemError) {
                    kept[entrance.number] = try Acceptor(worker: self, service: service, descriptor: descriptor)
                } catch {
                    Socket.close(descriptor)
                    notice("a listener could not be registered: \(error)")
                }
            }
        }
        for acceptor in acceptors.values { acceptor.close() }
        acceptors = kept
        if isDraining { closeListeners() }
        for session in Array(sessions.values) { session.settingsChanged() }
    }

    private func closeListeners() {
        for acceptor in acceptors.values { acceptor.close() }
        acceptors = [:]
    }

    // MARK: clients

    var mayAccept: Bool { sessions.count < configuration.limits.connections }

    func accept(_ descriptor: Int32, _ peer: SocketAddress, _ entrance: Acceptor, _ service: LoopService) {
        tally.connections += 1
        saidExhausted = false
        var host = peer
        host.port = 0
        let count = clientsByHost[host, default: 0]
        let limits = configuration.limits
        let isTooMany = count >= limits.clientConnections
        if isTooMany {
            tally.refusedConnections += 1
            if count == limits.clientConnections {
                notice(
                    "refusing connections from \(peer.host): the limit client-connections (\(limits.clientConnections)) is reached"
                )
            }
            // A reason can be given in clear text only, and not to everybody at once.
            guard service.runtime.listenerTLS == nil, count < limits.clientConnections * 2 else {
                Socket.reset(descriptor)
                return
            }
        }
        do throws(SystemError) {
            let channel = try Channel(descriptor: descriptor, peer: peer, loop: loop, pool: blocks)
            if let context = service.runtime.listenerTLS {
                do throws(TLSFailure) {
                    channel.startTLS(try TLSConnection(server: context, descriptor: descriptor))
                } catch {
                    noteHandshakeFailure(error.text, peer: peer)
                    channel.close()
                    return
                }
            }
            connectionNumber += connectionStep
            clientsByHost[host] = count + 1
            let session = Session(
                worker: self, entrance: entrance, service: service, client: channel, number: connectionNumber)
            sessions[ObjectIdentifier(session)] = session
            // Mostly the request is here already: one read now saves a turn of the loop.
            channel.canRead = true
            channel.canWrite = true
            if isTooMany {
                session.beginAndEnd(
                    Failure(
                        nil, .head, .connectionLimitReached,
                        "this client has too many connections (limit client-connections)"))
            } else {
                session.begin()
            }
        } catch {
            Socket.close(descriptor)
            notice("a connection could not be registered: \(error)")
        }
    }

    func sessionEnded(_ session: Session) {
        sessions.removeValue(forKey: ObjectIdentifier(session))
        var host = session.client.peer
        host.port = 0
        if let count = clientsByHost[host] {
            clientsByHost[host] = count > 1 ? count - 1 : nil
        }
        if isDraining, sessions.isEmpty { drained() }
    }

    func noteFull() {
        guard !saidFull else { return }
        saidFull = true
        notice("the limit connections (\(configuration.limits.connections)) is reached; new connections wait")
    }

    func noteExhausted(_ code: Int32) {
        // Idle origin connections are the only descriptors that can be given up without anybody noticing.
        for service in services { service.pool.closeAll() }
        guard !saidExhausted else { return }
        saidExhausted = true
        notice(
            "out of file descriptors (\(SystemError.text(of: code))); raise `ulimit -n` or lower --limit connections")
    }

    func noteHandshakeFailure(_ text: String, peer: SocketAddress) {
        tally.failedHandshakes += 1
        notice("TLS handshake with the client \(peer) failed: \(text)")
    }

    func notice(_ text: String) { shared.notice(text) }

    // MARK: origins

    var mayOpenOrigin: Bool {
        let limit = configuration.limits.originConnections
        if originCount < limit { return true }
        for service in services where service.pool.count > 0 {
            service.pool.closeOldest()
            return originCount < limit
        }
        return false
    }

    func openedOrigin(_ channel: Channel) {
        originCount += 1
        originNumber += 1
        channel.number = originNumber * connectionStep + (connectionNumber % connectionStep)
    }

    func closeOrigin(_ channel: Channel) {
        guard channel.isOpen else { return }
        originCount -= 1
        channel.close()
    }

    /// Notes who waits for a connection under the limit `origin-connections`.
    func wait(_ dial: Dial) { waiting.append(dial) }

    func stopWaiting(_ dial: Dial) { waiting.removeAll { $0 === dial } }

    /// Lets those who wait go on, first come, first served.
    ///
    /// Between two rounds of the loop, so that no session is in the middle of anything.
    private func serveWaiting() {
        var rest = waiting.count
        while rest > 0, let dial = waiting.first, dial.service.pool.count > 0 || mayOpenOrigin {
            waiting.removeFirst().goOn()
            rest -= 1
        }
    }

    func isOwnListener(_ address: SocketAddress) -> Bool { configuration.isOwnListener(address) }

    // MARK: spare parts

    func recycle(_ output: inout Exchange.Output) {
        guard output.toClient.capacity > 0 || output.toOrigin.capacity > 0 else { return }
        guard spareOutputs.count < 256, output.toClient.capacity + output.toOrigin.capacity < 65_536 else {
            output = Exchange.Output()
            return
        }
        output.toClient.removeAll(keepingCapacity: true)
        output.toOrigin.removeAll(keepingCapacity: true)
        // Moved, not copied: a copy of three arrays counts six references.
        var spare = Exchange.Output()
        swap(&spare, &output)
        spareOutputs.append(consume spare)
    }

    func takeOutput() -> Exchange.Output { spareOutputs.popLast() ?? Exchange.Output() }

    /// An empty list to walk commands in; more than one is in use only while a session's end touches another session.
    func takeCommands() -> [Command] { spareCommands.popLast() ?? [] }

    func recycle(_ commands: inout [Command]) {
        guard spareCommands.count < 4, commands.capacity <= 1024 else { return }
        var spare: [Command] = []
        swap(&spare, &commands)
        spareCommands.append(consume spare)
    }

    func takeRecord() -> RecordBox { spareRecords.popLast() ?? RecordBox() }

    // MARK: records

    /// Whether another error body may be sampled now.
    ///
    /// Searching one for secrets costs more than forwarding it, so a flood of errors gets samples of the first of
    /// each second only.
    func maySample() -> Bool {
        let second = loop.now / 1000
        if second != sampleSecond {
            sampleSecond = second
            samples = 0
        }
        samples += 1
        return samples <= Worker.samplesPerSecond
    }

    func count(status: Int, own: Bool, aborted: Bool, retried: Bool) {
        tally.exchanges += 1
        tally.statusClasses[status >= 100 && status < 600 ? status / 100 : 0] += 1
        if own { tally.ownAnswers += 1 }
        if aborted { tally.aborted += 1 }
        if retried { tally.retries += 1 }
    }

    /// Takes a recorder that replaces secrets when the raw period is over; asked before each record.
    ///
    /// A record that is under way keeps its mark as a raw one, and what is still added to it is redacted.
    func endRawIfOver(wall: Int64) {
        guard let period = raw, period.isOver(wall: wall, monotonic: loop.nowMicroseconds) else { return }
        raw = nil
        recorder = shared.makeRecorder(raw: false, configuration.settings)
    }

    /// Puts a finished record into the batch; its room is used again.
    func emit(_ record: RecordBox) {
        Worker.append(&record.buffer, &recorder, to: &batch)
        if spareRecords.count < 256 { spareRecords.append(record) }
        batchLines += 1
        if batch.count >= Worker.batchBytes {
            flush()
        } else if !deadline.isArmed {
            loop.arm(self, after: Int(Worker.batchAge))
        }
    }

    private func flushIfDue() {
        if batchLines > 0, loop.now - lastFlush >= Worker.batchAge { flush() }
    }

    func deadlinePassed() { if batchLines > 0 { flush() } }

    private func flush() {
        lastFlush = loop.now
        if batchLines > 0 {
            tally.lostRecords += shared.offer(&batch, lines: batchLines)
            batchLines = 0
        }
    }

    // MARK: going down

    /// Stops accepting, lets what runs finish, then calls back.
    func drain(then body: @escaping () -> Void) {
        whenDrained = body
        // Those who wait in the backlog are taken in before the listener closes, or they would be reset.
        closeListeners()
        isDraining = true
        for service in services { service.pool.closeAll() }
        for session in sessions.values { session.drain() }
        if sessions.isEmpty { drained() }
    }

    /// The drain time is over: what still runs is cut.
    ///
    /// - Returns: how many exchanges were cut.
    func abandonAll() -> Int {
        var cut = 0
        for session in Array(sessions.values) where session.abandon() { cut += 1 }
        flush()
        return cut
    }

    private func drained() {
        flush()
        let body = whenDrained
        whenDrained = nil
        body?()
    }
}
