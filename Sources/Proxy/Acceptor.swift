// A listening socket of one loop (with SO_REUSEPORT each loop has its own): takes connections in batches, refuses those
// over a limit, and waits a moment when the process is out of descriptors instead of spinning on the same event.
import Reactor
import Secure
import Settings

final class Acceptor: EventHandler, Timed {
    private unowned let worker: Worker
    let service: ServiceRuntime
    private let descriptor: Int32
    private var registration = Registration.none
    var deadline = Deadline()

    /// How many connections one turn takes before others get theirs.
    private static let batch = 64
    /// How long to wait when descriptors have run out, in milliseconds.
    private static let pause = 100
    /// How long to wait after an error nobody foresaw: no event may ever come for those who wait already.
    private static let longPause = 5000

    init(worker: Worker, service: ServiceRuntime, descriptor: Int32) throws(SystemError) {
        self.worker = worker
        self.service = service
        self.descriptor = descriptor
        registration = try worker.loop.register(descriptor, self)
    }

    func ready(_ events: Readiness) {
        for _ in 0..<Acceptor.batch {
            guard worker.mayAccept else {
                // The rest stays in the backlog; a connection that ends lets the next one in.
                worker.noteFull()
                worker.loop.arm(self, after: Acceptor.pause)
                return
            }
            switch Socket.accept(from: descriptor) {
            case .accepted(let client, let peer): worker.accept(client, peer, service)
            case .wouldBlock: return
            case .transient: continue
            case .exhausted(let code):
                worker.noteExhausted(code)
                worker.loop.arm(self, after: Acceptor.pause)
                return
            case .failed(let code):
                worker.notice("accepting on \(service.settings.name) failed: \(SystemError.text(of: code))")
                worker.loop.arm(self, after: Acceptor.longPause)
                return
            }
        }
        worker.loop.later(registration)
    }

    func deadlinePassed() { ready(.resumed) }

    func close() {
        worker.loop.forget(self)
        worker.loop.deregister(registration)
        Socket.close(descriptor)
    }
}
