// One HTTP/1.1 request of our own, on an event loop, with the same reading of heads and bodies as the proxy. It is what
// the instrument check asks with; it follows nothing, keeps nothing between requests, and gives up after a time.
import Reactor
import Secure
import Wire

/// What one request of our own brought.
struct FetchResult: Sendable {
    /// The status of the final response.
    var status: Int
    /// Its fields in wire order.
    var fields: [(name: String, value: String)]
    /// How many bytes of content followed.
    var contentBytes: Int
    /// The same fields as the bytes they came in.
    var lines: [(name: [UInt8], value: [UInt8])] = []

    /// The value of the first field with a name, compared without case.
    func first(_ name: String) -> String? {
        fields.first { $0.name.lowercased() == name }?.value
    }
}

/// Why a request of our own failed: one clause.
struct FetchError: Error, Sendable {
    var text: String
}

final class Fetch: ChannelOwner, Timed {
    typealias Completion = (Result<FetchResult, FetchError>) -> Void

    private let loop: Loop
    private let pool: BlockPool
    private let tlsContext: TLSClientContext?
    private let request: [UInt8]
    private let headOnly: Bool
    private let completion: Completion
    private var addresses: [SocketAddress]
    private var channel: Channel?
    private var isConnected = false
    private var isHandshaking = false
    private var isOver = false
    private var sent = 0
    private var head = ResponseHead()
    private var framing: Framing?
    private var result = FetchResult(status: 0, fields: [], contentBytes: 0)
    private var chunks = ChunkReader()
    private var lastError = "the name has no address"
    private var keepsItself: Fetch?
    var deadline = Deadline()

    /// How much of a body is read before it is taken as complete.
    private static let contentLimit = 4 << 20

    init(
        loop: Loop, addresses: [SocketAddress], tls: TLSClientContext?, request: [UInt8], headOnly: Bool = false,
        completion: @escaping Completion
    ) {
        self.loop = loop
        self.addresses = addresses
        tlsContext = tls
        self.request = request
        self.headOnly = headOnly
        self.completion = completion
        pool = BlockPool(largestHead: 65_536, buffer: 131_072)
    }

    func begin(milliseconds: Int) {
        keepsItself = self
        loop.arm(self, after: milliseconds)
        tryNext()
    }

    private func tryNext() {
        guard !addresses.isEmpty else {
            end(.failure(FetchError(text: lastError)))
            return
        }
        let address = addresses.removeFirst()
        switch Socket.connect(to: address) {
        case .failed(let error):
            lastError = "\(address): \(error.text)"
            tryNext()
        case .connected(let descriptor), .underWay(let descriptor):
            do throws(SystemError) {
                let channel = try Channel(descriptor: descriptor, peer: address, loop: loop, pool: pool)
                channel.owner = self
                self.channel = channel
            } catch {
                Socket.close(descriptor)
                lastError = "\(address): \(error.text)"
                tryNext()
            }
        }
    }

    func channelIsReady(_ channel: Channel, _ readiness: Readiness) {
        guard !isOver, self.channel === channel else { return }
        if !isConnected {
            guard readiness.contains(.writable) || readiness.contains(.hangup) else { return }
            if let error = Socket.takeError(channel.descriptor) {
                lastError = "\(channel.peer): \(error.text)"
                channel.close()
                tryNext()
                return
            }
            isConnected = true
            if let tlsContext {
                do throws(TLSFailure) {
                    channel.startTLS(try TLSConnection(client: tlsContext, descriptor: channel.descriptor))
                    isHandshaking = true
                } catch {
                    end(.failure(FetchError(text: error.text)))
                    return
                }
            }
        }
        if isHandshaking, let tls = channel.tls {
            switch tls.handshake() {
            case .done:
                isHandshaking = false
                channel.canRead = true
                channel.canWrite = true
            case .wantRead, .wantWrite: return
            case .failed(let failure):
                end(.failure(FetchError(text: failure.text)))
                return
            }
        }
        send(channel)
        if !isOver { receive(channel) }
    }

    private func send(_ channel: Channel) {
        while sent < request.count, channel.canWrite {
            switch channel.send(request, sent..<request.count, nil, 0..<0) {
            case .bytes(let count): sent += count
            case .wouldBlock: return
            case .failed(let text):
                end(.failure(FetchError(text: text)))
                return
            }
        }
    }

    private func receive(_ channel: Channel) {
        while !isOver, channel.mayRead {
            switch channel.fill() {
            case .bytes:
                guard let block = channel.input else { return }
                let bytes = block.bytes
                let used = use(bytes.span.extracting(channel.start..<channel.end))
                if !isOver { channel.consume(used) }
            case .wouldBlock: return
            case .end:
                if framing == .untilClose {
                    end(.success(result))
                } else {
                    end(.failure(FetchError(text: "the connection was closed before the answer was complete")))
                }
            case .failed(let text): end(.failure(FetchError(text: text)))
            }
        }
    }

    /// Uses received bytes; gives how many are done with.
    private func use(_ bytes: Span<UInt8>) -> Int {
        do throws(WireError) {
            var at = 0
            while framing == nil {
                guard let headEnd = try HeadParser.response(bytes, from: at, into: &head, limits: HeadLimits()) else {
                    return at
                }
                at = headEnd
                if head.status >= 200 { try note(bytes) }
            }
            return try useContent(bytes, at)
        } catch {
            end(.failure(FetchError(text: "the answer is not valid: " + error.text)))
            return 0
        }
    }

    private func note(_ bytes: Span<UInt8>) throws(WireError) {
        // Who wants only the head needs no framing: the connection is closed behind it.
        let found = headOnly ? .none : try Framing.ofResponse(bytes, head, to: .get)
        framing = found
        result.status = head.status
        for line in head.fields.lines {
            var name: [UInt8] = []
            name.append(line.name, of: bytes)
            var value: [UInt8] = []
            value.append(line.value, of: bytes)
            result.lines.append((name, value))
            result.fields.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        if found == .none { end(.success(result)) }
    }

    private func useContent(_ bytes: Span<UInt8>, _ start: Int) throws(WireError) -> Int {
        guard !isOver, let framing else { return start }
        switch framing {
        case .none, .tunnel: break
        case .length(let length):
            result.contentBytes += bytes.count - start
            if UInt64(result.contentBytes) >= length { end(.success(result)) }
        case .untilClose:
            result.contentBytes += bytes.count - start
        case .chunked:
            var at = start
            while true {
                switch try chunks.next(bytes, at: at) {
                case .needMore: return at
                case .framing(let extent), .junk(let extent): at = Int(extent.end)
                case .data(let extent):
                    result.contentBytes += extent.count
                    at = Int(extent.end)
                case .trailers:
                    end(.success(result))
                    return bytes.count
                }
                if result.contentBytes > Fetch.contentLimit { break }
            }
        }
        if !isOver, result.contentBytes > Fetch.contentLimit { end(.success(result)) }
        return bytes.count
    }

    func deadlinePassed() { end(.failure(FetchError(text: "no answer in time"))) }

    private func end(_ outcome: Result<FetchResult, FetchError>) {
        guard !isOver else { return }
        isOver = true
        loop.forget(self)
        channel?.close()
        channel = nil
        completion(outcome)
        keepsItself = nil
    }
}
