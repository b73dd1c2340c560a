// Requests of our own for commands that ask servers something: many at once, over connections that are kept, on an event
// loop of their own. `send` blocks its caller and is nothing for a loop. It follows no redirect, keeps no cookie, and adds
// nothing to a request but Host, the length of a body, and with the key of a chain the trace that asks for reports.
import Fields
import NodeChain
import Reactor
public import Secure
import Trace

/// Asks servers.
public final class Client: Sendable {
    private let thread: LoopThread
    private let state = Monitor(State())

    private struct State {
        var contexts: [AskTarget: TLSClientContext] = [:]
        var batches = 0
        var isCancelled = false
    }

    private struct Progress: Sendable {
        var arrived: [(Int, Result<ClientAnswer, AskError>)] = []
        var isCancelled = false
    }

    /// Starts the thread that asks.
    ///
    /// - Parameters:
    ///   - concurrency: how many requests may be on their way at once.
    ///   - node: the name this program has in records.
    ///   - fingerprinter: marks secrets in records; without one they are marked under a key of this client's own.
    ///   - secretNames: more field and parameter names whose values are secret.
    ///   - bodyLimit: how many bytes of an answer's content are kept and fetched.
    ///   - sampleLimit: how many bytes of an error's content its record keeps.
    ///   - chainKey: the 32 bytes of a chain of nodes: requests that are no preflights carry its trace, and records have
    ///     what points farther in reported. Secrets are marked under it when no fingerprinter is given.
    public init(
        concurrency: Int, node: String = "hoplens", fingerprinter: Fingerprinter? = nil, secretNames: [String] = [],
        bodyLimit: Int = 2 << 20, sampleLimit: Int = 16_384, chainKey: [UInt8]? = nil
    ) throws(AskError) {
        let key = chainKey.map { ChainKeeper.derived($0, .fingerprint) } ?? SecureRandom.bytes(KeyFile.length)
        let fingerprinter = fingerprinter ?? Fingerprinter(key: key)
        // Nobody sends traces to a client, so there is nothing it could notice of them.
        let chain = chainKey.map {
            ChainMembership(
                authority: ChainKeeper(key: $0) { _ in }, node: Array(node.utf8), secretNames: secretNames)
        }
        do throws(SystemError) {
            thread = try LoopThread.start(name: "client") { loop in
                let recorder = Recorder(
                    node: node, fingerprinting: fingerprinter, secretNames: secretNames, sampleLimit: sampleLimit)
                loop.context = ClientCore(
                    loop, concurrency: concurrency, bodyLimit: bodyLimit, chain: chain, recorder: recorder)
            }
        } catch {
            throw .setup("no thread can be started: \(error)")
        }
    }

    deinit {
        thread.handle.submit { loop in
            (loop.context as? ClientCore)?.closeAll()
            loop.context = nil
        }
        thread.stop()
    }

    /// Sends requests, as many at once as may be, and waits until each has its answer or none.
    ///
    /// - Parameters:
    ///   - milliseconds: how long one of them may take from its turn on.
    ///   - total: how long all of them may take together; what is left then counts as cancelled.
    ///   - onAnswer: told of each as it comes, on the calling thread, with its position.
    /// - Returns: the results in the order of the requests.
    public func send(
        _ requests: [ClientRequest], milliseconds: Int, total: Int? = nil,
        onAnswer: (Int, Result<ClientAnswer, AskError>) -> Void = { _, _ in }
    ) -> [Result<ClientAnswer, AskError>] {
        var results = [Result<ClientAnswer, AskError>](repeating: .failure(.cancelled), count: requests.count)
        var sendable: [(Int, ClientRequest, ClientHead, TLSClientContext?)] = []
        for (position, request) in requests.enumerated() {
            do throws(AskError) {
                sendable.append((position, request, try ClientHead(request), try context(of: request.target)))
            } catch {
                results[position] = .failure(error)
                onAnswer(position, results[position])
            }
        }
        guard !sendable.isEmpty else { return results }
        let batch = state.withLock { state -> Int? in
            state.batches += 1
            return state.isCancelled ? nil : state.batches
        }
        guard let batch else { return results }
        let progress = Monitor(Progress())
        let work = sendable
        thread.handle.submit { loop in
            guard let core = loop.context as? ClientCore else { return }
            core.add(
                work.map { position, request, head, context in
                    ClientExchange(core, batch: batch, request, head, context, milliseconds: milliseconds) { result in
                        progress.withLock { $0.arrived.append((position, result)) }
                        progress.signal()
                    }
                })
        }
        var missing = work.count
        var end = total.map { Time.monotonicMicroseconds() + Int64($0) * 1000 }
        while missing > 0 {
            let arrived = progress.wait(until: end) { progress in
                guard !progress.arrived.isEmpty else { return nil as [(Int, Result<ClientAnswer, AskError>)]? }
                defer { progress.arrived = [] }
                return progress.arrived
            }
            guard let arrived else {
                // The time for all is over: the loop tells of each that it was given up.
                end = nil
                thread.handle.submit { ($0.context as? ClientCore)?.cancel(batch: batch) }
                continue
            }
            for (position, result) in arrived {
                missing -= 1
                results[position] = result
                onAnswer(position, result)
            }
        }
        return results
    }

    /// Sends one request.
    public func send(_ request: ClientRequest, milliseconds: Int) throws(AskError) -> ClientAnswer {
        try send([request], milliseconds: milliseconds)[0].get()
    }

    /// Gives up everything that is on its way, and whatever is asked for later; any thread may say so.
    public func cancel() {
        state.withLock { $0.isCancelled = true }
        thread.handle.submit { ($0.context as? ClientCore)?.cancel(batch: nil) }
    }

    /// Whether it was cancelled.
    public var isCancelled: Bool { state.withLock { $0.isCancelled } }

    private func context(of target: AskTarget) throws(AskError) -> TLSClientContext? {
        guard target.tls else { return nil }
        if let known = state.withLock({ $0.contexts[target] }) { return known }
        do throws(TLSSetupError) {
            let name = target.sni ?? ""
            let context = try TLSClientContext(
                verify: name.isEmpty ? target.host : name, serverName: target.sni, caFile: target.caFile,
                insecure: target.insecure)
            state.withLock { $0.contexts[target] = context }
            return context
        } catch {
            throw .setup(error.text)
        }
    }
}
