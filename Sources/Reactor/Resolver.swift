// Names to addresses without blocking a loop: getaddrinfo runs on helper threads and the answer comes back as a job.
//
// getaddrinfo cannot be interrupted and may hang for as long as resolv.conf says. So there are a few helpers, started
// when needed; equal questions share one look-up; a question that finds too many waiting is refused at once. Whoever asks
// keeps a deadline of their own: an answer may come after it, and its registration then names nothing.
//
// Invariants: (1) every accepted question is answered exactly once, unless its loop has ended; (2) at most `threads`
// helpers exist; (3) a look-up in flight serves everybody who asks for the same host until it ends.

import CLinux
import Glibc

/// Why a name could not be resolved.
public struct ResolveError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kinds that call for different advice.
    public enum Kind: Sendable {
        /// The name does not exist or has no address.
        case notFound
        /// The name server did not answer; trying again may help.
        case temporary
        /// Too many questions wait here already.
        case overloaded
        /// Anything else.
        case failed
    }

    /// The name that was asked for.
    public let host: String
    /// The kind.
    public let kind: Kind
    /// The EAI_ code, 0 when it was not getaddrinfo that failed.
    public let code: Int32
    /// The C library's text, or ours.
    public let text: String

    /// An error.
    public init(host: String, kind: Kind, code: Int32, text: String) {
        self.host = host
        self.kind = kind
        self.code = code
        self.text = text
    }

    /// The name and the text.
    public var description: String { "\(host): \(text)" }
}

/// A resolver for all loops of a process.
public final class Resolver: Sendable {
    /// What a question is answered with: addresses in the system's order, with the port that was asked for.
    public typealias Answer = Result<[SocketAddress], ResolveError>
    /// The look-up itself: blocks, and gives addresses of a host with port 0.
    public typealias LookUp = @Sendable (_ host: String) -> Answer
    /// Receives the answer on the loop.
    public typealias Completion = @Sendable (Loop, Answer) -> Void

    private struct Question: Sendable {
        let port: UInt16
        let loop: LoopHandle
        let completion: Completion
    }

    private struct State {
        /// Who waits for which host, in flight or queued.
        var waiting: [String: [Question]] = [:]
        var questions = 0
        /// Hosts that no helper has taken yet.
        var queue: [String] = []
        var helpers = 0
        var idle = 0
        var stopping = false
    }

    private enum Decision {
        case wait
        case wake
        case start
        case refuse
    }

    private let state = Monitor(State())
    private let threads: Int
    private let limit: Int
    private let lookUp: LookUp

    /// A resolver.
    ///
    /// - Parameters:
    ///   - threads: how many look-ups may run at once.
    ///   - limit: how many questions may wait.
    ///   - lookUp: replaced in tests.
    public init(threads: Int = 4, limit: Int = 4096, lookUp: @escaping LookUp = Resolver.system) {
        self.threads = max(1, threads)
        self.limit = limit
        self.lookUp = lookUp
    }

    deinit { stop() }

    /// Lets the helpers end when they are idle; questions still queued are answered first.
    public func stop() {
        state.withLock { $0.stopping = true }
        state.broadcast()
    }

    /// Asks for the addresses of a host.
    ///
    /// The answer always comes as a job on the loop, never during this call.
    public func resolve(_ host: String, port: UInt16, on loop: LoopHandle, _ completion: @escaping Completion) {
        if let address = SocketAddress(numericHost: host, port: port) {
            loop.submit { completion($0, .success([address])) }
            return
        }
        let question = Question(port: port, loop: loop, completion: completion)
        switch state.withLock({ decide(host, question, &$0) }) {
        case .wait: break
        case .wake: state.signal()
        case .start: startHelper()
        case .refuse:
            let error = ResolveError(host: host, kind: .overloaded, code: 0, text: "too many name look-ups are waiting")
            loop.submit { completion($0, .failure(error)) }
        }
    }

    private func decide(_ host: String, _ question: Question, _ state: inout State) -> Decision {
        guard !state.stopping, state.questions < limit else { return .refuse }
        state.questions += 1
        if state.waiting[host] != nil {
            state.waiting[host]?.append(question)
            return .wait
        }
        state.waiting[host] = [question]
        state.queue.append(host)
        if state.idle >= state.queue.count { return .wake }
        guard state.helpers < threads else { return .wait }
        state.helpers += 1
        return .start
    }

    private func startHelper() {
        do {
            _ = try Thread.start("resolver") { [state, lookUp] in Resolver.work(state, lookUp) }
        } catch {
            // No thread to be had. With other helpers at work the question waits for them; else it fails here and now.
            let failed = state.withLock { state -> [(String, [Question])] in
                state.helpers -= 1
                guard state.helpers == 0 else { return [] }
                defer { state.queue = [] }
                return state.queue.map { host in
                    let questions = state.waiting.removeValue(forKey: host) ?? []
                    state.questions -= questions.count
                    return (host, questions)
                }
            }
            let text = "\(error)"
            for (host, questions) in failed {
                let error = ResolveError(host: host, kind: .failed, code: 0, text: text)
                for question in questions { question.loop.submit { question.completion($0, .failure(error)) } }
            }
        }
    }

    private static func work(_ state: Monitor<State>, _ lookUp: LookUp) {
        while let host = nextHost(state) {
            let answer = lookUp(host)
            let questions = state.withLock { state -> [Question] in
                let questions = state.waiting.removeValue(forKey: host) ?? []
                state.questions -= questions.count
                return questions
            }
            for question in questions {
                let stamped = answer.map { $0.map { $0.with(port: question.port) } }
                question.loop.submit { question.completion($0, stamped) }
            }
        }
    }

    /// The next host to look up; nil when this helper should end: after 30 s without work, or when stopping.
    private static func nextHost(_ state: Monitor<State>) -> String? {
        let deadline = Time.monotonicMicroseconds() + 30_000_000
        state.withLock { $0.idle += 1 }
        let found = state.wait(until: deadline) { state -> String?? in
            if !state.queue.isEmpty {
                state.idle -= 1
                return .some(state.queue.removeFirst())
            }
            guard state.stopping || Time.monotonicMicroseconds() >= deadline else { return .none }
            state.idle -= 1
            state.helpers -= 1
            return .some(nil)
        }
        return found ?? nil
    }

    /// Asks the system: /etc/hosts, DNS, and whatever else nsswitch.conf names.
    public static let system: LookUp = { host in
        let capacity = 64
        var result = hl_lookup(code: 0, system: 0, count: 0)
        // A name with a NUL would be cut there by C and another host looked up.
        guard !host.isEmpty, !host.utf8.contains(0) else {
            return .failure(ResolveError(host: host, kind: .notFound, code: EAI_NONAME, text: "not a host name"))
        }
        // Invariant: the call writes at most `capacity` entries and answers how many.
        let raw = unsafe [hl_address](unsafeUninitializedCapacity: capacity) { space, count in
            let base = space.baseAddress
            result = unsafe host.withCString { unsafe hl_lookup_host($0, base, Int32(capacity)) }
            count = max(0, Int(result.count))
        }
        if result.code != 0 { return .failure(failure(host, result)) }
        let addresses = raw.compactMap { SocketAddress($0) }
        if addresses.isEmpty {
            return .failure(ResolveError(host: host, kind: .notFound, code: EAI_NONAME, text: "no address"))
        }
        return .success(addresses)
    }

    private static func failure(_ host: String, _ result: hl_lookup) -> ResolveError {
        if result.code == EAI_SYSTEM {
            return ResolveError(
                host: host, kind: .failed, code: result.code, text: SystemError.text(of: result.system))
        }
        // EAI_NODATA (-5): the name exists without an address; netdb.h hides the constant behind _GNU_SOURCE.
        let missing = result.code == EAI_NONAME || result.code == -5
        let kind: ResolveError.Kind = missing ? .notFound : result.code == EAI_AGAIN ? .temporary : .failed
        return ResolveError(
            host: host, kind: kind, code: result.code, text: unsafe String(cString: gai_strerror(result.code)))
    }
}
