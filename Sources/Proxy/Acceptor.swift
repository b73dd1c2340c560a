// A listening socket of one loop (with SO_REUSEPORT each loop has its own): takes connections in batches, refuses those
// over a limit, and waits a moment when the process is out of descriptors instead of spinning on the same event. It
// outlives reloads: what is behind it is changed, and connections that came in by it ask it what that is now.
import Reactor
import Settings

final class Acceptor: EventHandler, Timed {
    private unowned let worker: Worker
    /// What is behind this address; nil when the listener has been closed.
    var service: LoopService?
    private let descriptor: Int32
    private var registration = Registration.none
    var deadline = Deadline()

    /// How many connections one turn takes before others get theirs.
    private static let batch = 64
    /// How long to wait when descriptors have run out, in milliseconds.
    private static let pause = 100
    /// How long to wait after an error nobody foresaw: no event may ever come for those who wait already.
    private static let longPause = 5000
    /// How many connections are taken from the backlog of a listener that is about to be closed.
    private static let lastBatch = 4096

    init(worker: Worker, service: LoopService, descriptor: Int32) throws(SystemError) {
        self.worker = worker
        self.service = service
        self.descriptor = descriptor
        registration = try worker.loop.register(descriptor, self)
    }

    func ready(_ events: Readiness) {
        if takeIn(Acceptor.batch) { worker.loop.later(registration) }
    }

    /// Takes in so many connections at most; says whether there may be more.
    private func takeIn(_ most: Int) -> Bool {
        guard let service else { return false }
        for _ in 0..<most {
            guard worker.mayAccept else {
                // The rest stays in the backlog; a connection that ends lets the next one in.
                worker.noteFull()
                worker.loop.arm(self, after: Acceptor.pause)
                return false
            }
            switch Socket.accept(from: descriptor) {
            case .accepted(let client, let peer): worker.accept(client, peer, self, service)
            case .wouldBlock: return false
            case .transient: continue
            case .exhausted(let code):
                worker.noteExhausted(code)
                worker.loop.arm(self, after: Acceptor.pause)
                return false
            case .failed(let code):
                worker.notice("accepting on \(service.runtime.settings.name) failed: \(SystemError.text(of: code))")
                worker.loop.arm(self, after: Acceptor.longPause)
                return false
            }
        }
        return true
    }

    func deadlinePassed() { ready(.resumed) }

    /// Takes in who waits already, whom closing would reset, and closes.
    func close() {
        _ = takeIn(Acceptor.lastBatch)
        service = nil
        worker.loop.forget(self)
        worker.loop.deregister(registration)
        Socket.close(descriptor)
    }
}
