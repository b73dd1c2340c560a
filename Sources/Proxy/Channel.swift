// One socket, plain or TLS, with what is known of its readiness and the bytes received and not yet used. It reads and
// writes; what the bytes mean, and when to read, is the business of its owner.
//
// Readiness is edge-triggered: `canRead` and `canWrite` stay true until the kernel says "would block", so a step whose
// outcome is known costs one system call and none to ask.
//
// Invariants: 1. `start ... end` are the unused bytes of `input`, which is nil when there are none and nobody reads;
// 2. nothing is received while `input` is shared with a queue that still has to send from it.
import Reactor
import Secure

/// What a read came to.
enum Filled {
    /// There are more unused bytes than before.
    case bytes
    /// Nothing for now.
    case wouldBlock
    /// The peer has half-closed. `clean` is false when TLS ended without its closing message.
    case end(clean: Bool)
    /// The connection is broken.
    case failed(String)
}

/// What a write came to.
enum Written {
    /// So many bytes were accepted.
    case bytes(Int)
    /// Nothing for now.
    case wouldBlock
    /// The connection is broken.
    case failed(String)
}

/// Who is told that a channel is ready.
protocol ChannelOwner: AnyObject {
    /// Something changed on the channel's socket.
    func channelIsReady(_ channel: Channel, _ readiness: Readiness)
}

final class Channel: EventHandler {
    let descriptor: Int32
    let peer: SocketAddress
    private let loop: Loop
    private var pool: BlockPool
    private(set) var registration = Registration.none
    private(set) var tls: TLSConnection?
    /// Who is told of events, held until `close` lets go: a weak reference would make every count on the owner slow.
    var owner: (any ChannelOwner)?

    var canRead = false
    var canWrite = false
    /// The kernel reported a half-close or worse; reads must go on until they say so themselves.
    var peerClosed = false
    var isBroken = false
    private(set) var isOpen = true

    private(set) var input: Block?
    private(set) var start = 0
    private(set) var end = 0
    /// Where `end` was when the core last said it needs more.
    var offeredEnd = -1
    private var wantsLarge = false
    /// TLS wants to read before it can write, or the other way round: any event is a reason to try both again.
    private var crossed = false

    /// For connections to an origin: their number.
    var number: UInt64 = 0
    /// The peer's address and port as text.
    private(set) lazy var peerText: [UInt8] = {
        var text: [UInt8] = []
        peer.append(to: &text)
        return text
    }()

    init(descriptor: Int32, peer: SocketAddress, loop: Loop, pool: BlockPool) throws(SystemError) {
        self.descriptor = descriptor
        self.peer = peer
        self.loop = loop
        self.pool = pool
        registration = try loop.register(descriptor, self)
    }

    /// Takes its blocks from another pool from now on: the limits that size them have changed.
    func adopt(_ pool: BlockPool) { self.pool = pool }

    func startTLS(_ connection: TLSConnection) { tls = connection }

    var hasInput: Bool { end > start }

    func ready(_ readiness: Readiness) {
        if readiness.contains(.readable) || crossed { canRead = true }
        if readiness.contains(.writable) || crossed { canWrite = true }
        crossed = false
        if readiness.contains(.peerClosed) { peerClosed = true }
        if readiness.contains(.hangup) {
            peerClosed = true
            isBroken = true
        }
        owner?.channelIsReady(self, readiness)
    }

    /// Receives what there is, up to the room in the block.
    ///
    /// - Parameter most: how many bytes at most; TLS gives a record at a time, whatever its size.
    func fill(atMost most: Int = .max) -> Filled {
        guard isOpen else { return .end(clean: true) }
        let block = makeRoom()
        let room = min(block.bytes.count - end, max(most, 1))
        if let tls {
            switch tls.read(into: &block.bytes, from: end) {
            case .bytes(let count):
                end += count
                if !peerClosed, tls.isEmpty { canRead = false }
                return .bytes
            case .wantRead:
                canRead = false
                letGoIfEmpty()
                return .wouldBlock
            case .wantWrite:
                letGoIfEmpty()
                canRead = false
                crossed = true
                return .wouldBlock
            case .closed:
                letGoIfEmpty()
                return .end(clean: true)
            case .truncated:
                letGoIfEmpty()
                return .end(clean: false)
            case .failed(let failure):
                letGoIfEmpty()
                return .failed(failure.text)
            }
        }
        switch Socket.receive(descriptor, into: &block.bytes, end..<(end + room)) {
        case .bytes(let count):
            end += count
            // A read that did not fill its room has emptied the socket, unless the end is behind it: no need to ask again.
            if count < room, !peerClosed { canRead = false }
            if end == block.bytes.count { wantsLarge = true }
            return .bytes
        case .wouldBlock:
            canRead = false
            letGoIfEmpty()
            return .wouldBlock
        case .closed:
            letGoIfEmpty()
            return .end(clean: true)
        case .failed(let code):
            letGoIfEmpty()
            return .failed(SystemError.text(of: code))
        }
    }

    /// Whether a read can bring anything without a new event.
    var mayRead: Bool { canRead || (tls?.hasPending ?? false) }

    /// Whether the connection is open and nothing has come that nobody asked for; TLS tickets are taken on the way.
    ///
    /// Bytes that are here already bring no further event, so they must be found now.
    func isQuiet() -> Bool {
        guard isOpen, !hasInput, !peerClosed, !isBroken else { return false }
        guard mayRead else { return true }
        if case .wouldBlock = fill() { return true }
        return false
    }

    func consume(_ count: Int) {
        guard count > 0 else { return }
        start += count
        offeredEnd = -1
        if start == end { letGoIfEmpty() }
    }

    /// Forgets bytes nobody will use.
    func discardInput() {
        start = end
        letGoIfEmpty()
    }

    /// Sends up to two pieces with one system call.
    func send(_ first: [UInt8], _ firstRange: Range<Int>, _ second: [UInt8]?, _ secondRange: Range<Int>) -> Written {
        guard isOpen else { return .failed("the connection is closed") }
        if let tls {
            switch tls.write(first, firstRange) {
            case .bytes(let count): return .bytes(count)
            case .wantRead:
                canWrite = false
                crossed = true
                return .wouldBlock
            case .wantWrite:
                canWrite = false
                return .wouldBlock
            case .failed(let failure): return .failed(failure.text)
            }
        }
        let result =
            if let second {
                Socket.send(descriptor, first, firstRange, second, secondRange)
            } else {
                Socket.send(descriptor, first, firstRange)
            }
        switch result {
        case .bytes(let count):
            if count < firstRange.count + secondRange.count { canWrite = false }
            return .bytes(count)
        case .wouldBlock:
            canWrite = false
            return .wouldBlock
        case .closed: return .failed("the connection is closed")
        case .failed(let code): return .failed(SystemError.text(of: code))
        }
    }

    /// Half-closes: the peer sees the end of what was sent.
    ///
    /// Says false when TLS has no room for its closing message yet; to be asked again when there is.
    func finishSending() -> Bool {
        guard isOpen else { return true }
        if let tls, case .wantWrite = tls.shutdown() {
            canWrite = false
            return false
        }
        Socket.shutdownWrite(descriptor)
        return true
    }

    func close(reset: Bool = false) {
        guard isOpen else { return }
        isOpen = false
        if let tls, !reset { _ = tls.shutdown() }
        tls = nil
        loop.deregister(registration)
        registration = .none
        if reset { Socket.reset(descriptor) } else { Socket.close(descriptor) }
        start = end
        if let block = input {
            input = nil
            pool.recycle(block)
        }
        owner = nil
    }

    private func makeRoom() -> Block {
        guard let block = input else {
            let fresh = pool.take(large: wantsLarge)
            wantsLarge = false
            input = fresh
            start = 0
            end = 0
            offeredEnd = -1
            return fresh
        }
        if start == end {
            start = 0
            end = 0
            offeredEnd = -1
            if wantsLarge, block.bytes.count < pool.large { return replace(block) }
            return block
        }
        if end < block.bytes.count { return block }
        // Full to the brim with something unfinished in it: move it to the front of a larger block.
        return replace(block)
    }

    private func replace(_ block: Block) -> Block {
        let count = end - start
        var fresh = pool.take(large: true)
        // A block of the time before the limits were lowered may hold more than a large one does now.
        if fresh.bytes.count <= count { fresh = Block(size: count + BlockPool.small) }
        for i in 0..<count { fresh.bytes[i] = block.bytes[start + i] }
        input = fresh
        pool.recycle(block)
        if offeredEnd >= 0 { offeredEnd -= start }
        start = 0
        end = count
        wantsLarge = false
        return fresh
    }

    private func letGoIfEmpty() {
        guard start == end, let block = input else { return }
        input = nil
        start = 0
        end = 0
        offeredEnd = -1
        pool.recycle(block)
    }
}
