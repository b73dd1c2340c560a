// Between the loops, which lose lines when the disk is slow, and the capture thread, which writes down how many; and
// where a reload leaves the capture's new bounds for it.
import Reactor
import Synchronization

/// Lets the capture thread ask for the losses of the loops, which are made after it.
final class SinkBridge: Sendable {
    /// What the capture came to, when it is closed.
    struct Counts: Sendable {
        var written = 0
        var lost = 0
    }

    let counts = Monitor(Counts())
    /// New bounds, until the capture thread takes them.
    let bounds = Monitor<CaptureBounds?>(nil)
    private let shared = Monitor<WeakShared>(WeakShared())

    private struct WeakShared: Sendable {
        weak var state: SharedState?
    }

    func connect(_ state: SharedState) { shared.withLock { $0.state = state } }

    /// The lines lost since the last time this was asked.
    func takeLost() -> Int {
        let state = shared.withLock { $0.state }
        return state?.captureLost.exchange(0, ordering: .relaxed) ?? 0
    }
}

/// The capture's end of its queue.
final class CaptureConsumer: LineConsumer {
    private let writer: CaptureWriter
    private let bridge: SinkBridge

    init(writer: CaptureWriter, bridge: SinkBridge) {
        self.writer = writer
        self.bridge = bridge
    }

    func consume(_ batch: [UInt8]) {
        takeBounds()
        noteLost()
        writer.write(batch)
    }

    func tick() {
        takeBounds()
        noteLost()
        writer.tick()
    }

    func finish() {
        noteLost()
        writer.close()
        let counts = SinkBridge.Counts(written: writer.written, lost: writer.lost)
        bridge.counts.withLock { $0 = counts }
    }

    private func takeBounds() {
        let fresh = bridge.bounds.withLock { bounds -> CaptureBounds? in
            defer { bounds = nil }
            return bounds
        }
        if let fresh { writer.adopt(fresh) }
    }

    private func noteLost() {
        let lost = bridge.takeLost()
        if lost > 0 { writer.noteLost(lost, why: "the disk was slower than the traffic") }
    }
}
