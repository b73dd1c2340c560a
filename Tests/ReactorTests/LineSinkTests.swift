import Reactor
import Testing

@Suite("LineSink", .timeLimit(.minutes(1)))
struct LineSinkTests {
    @Test func `batches arrive whole and in order, and drain waits for the last`() throws {
        let seen = Monitor<[UInt8]>([])
        let sink = try LineSink.start(name: "order", capacity: 1 << 20) { batch in seen.withLock { $0 += batch } }
        var expected: [UInt8] = []
        for number in 0..<200 {
            var batch = [UInt8](repeating: UInt8(number), count: number % 7 + 1)
            expected += batch
            #expect(sink.offer(&batch))
            #expect(batch.isEmpty)
        }
        #expect(sink.drain(milliseconds: 5000))
        #expect(seen.withLock { $0 } == expected)
        #expect(sink.stop(milliseconds: 5000))
        #expect(seen.withLock { $0 } == expected)
    }

    @Test func `a full queue refuses at once and leaves the batch alone; later it takes it`() throws {
        let gate = Mailbox<Void>()
        let begun = Counter()
        let consumed = Counter()
        let sink = try LineSink.start(name: "full", capacity: 100, gather: 0) { batch in
            begun.add()
            gate.take(milliseconds: 10_000)
            consumed.add(batch.count)
        }
        var first = [UInt8](repeating: 1, count: 60)
        #expect(sink.offer(&first))
        #expect(begun.reaches(1))
        var second = [UInt8](repeating: 2, count: 100)
        #expect(sink.offer(&second), "the first is at the consumer and no longer counts")
        var third = [UInt8](repeating: 3, count: 1)
        #expect(!sink.offer(&third))
        #expect(third == [3])
        #expect(!sink.drain(milliseconds: 30), "draining has a deadline")
        gate.put(())
        #expect(sink.drain(milliseconds: 5000))
        #expect(sink.offer(&third))
        #expect(sink.stop(milliseconds: 5000))
        #expect(consumed.count == 161)
    }

    @Test func `a batch larger than the whole queue passes when it is alone`() throws {
        let consumed = Counter()
        let sink = try LineSink.start(name: "large", capacity: 10) { consumed.add($0.count) }
        var batch = [UInt8](repeating: 1, count: 1000)
        #expect(sink.offer(&batch))
        #expect(sink.stop(milliseconds: 5000))
        #expect(consumed.count == 1000)
    }

    @Test func `stopping consumes what waits, finishes once, and refuses the rest`() throws {
        final class Consumer: LineConsumer {
            let bytes: Counter
            let finished: Counter
            init(_ bytes: Counter, _ finished: Counter) { (self.bytes, self.finished) = (bytes, finished) }
            func consume(_ batch: [UInt8]) { bytes.add(batch.count) }
            func finish() { finished.add() }
        }
        let bytes = Counter()
        let finished = Counter()
        let sink = try LineSink.start(name: "stop", capacity: 1000, gather: 200, consumer: Consumer(bytes, finished))
        var batch: [UInt8] = [1, 2, 3]
        #expect(sink.offer(&batch))
        #expect(sink.stop(milliseconds: 5000))
        #expect(bytes.count == 3)
        #expect(finished.count == 1)
        batch = [4]
        #expect(!sink.offer(&batch))
        #expect(sink.stop(milliseconds: 0), "stopping twice is stopping once")
    }

    @Test func `the consumer is ticked while nothing comes`() throws {
        final class Ticker: LineConsumer {
            let ticks: Counter
            init(_ ticks: Counter) { self.ticks = ticks }
            func consume(_ batch: [UInt8]) {}
            func tick() { ticks.add() }
        }
        let ticks = Counter()
        let sink = try LineSink.start(name: "tick", capacity: 1000, tick: 20, consumer: Ticker(ticks))
        #expect(ticks.reaches(3))
        #expect(sink.stop(milliseconds: 5000))
    }

    @Test func `a sink that nobody holds any more ends by itself`() throws {
        final class Consumer: LineConsumer {
            let finished: Counter
            init(_ finished: Counter) { self.finished = finished }
            func consume(_ batch: [UInt8]) {}
            func finish() { finished.add() }
        }
        let finished = Counter()
        do { _ = try LineSink.start(name: "gone", capacity: 1, consumer: Consumer(finished)) }
        #expect(finished.reaches(1))
    }

    @Test func `arrays come back with their room`() throws {
        let sink = try LineSink.start(name: "recycle", capacity: 1 << 20) { _ in }
        var batch: [UInt8] = []
        batch.reserveCapacity(5000)
        batch.append(1)
        #expect(sink.offer(&batch))
        #expect(sink.drain(milliseconds: 5000))
        #expect(batch.capacity < 5000, "its room is with the sink")
        batch.append(2)
        #expect(sink.offer(&batch))
        #expect(batch.isEmpty && batch.capacity >= 5000)
        #expect(sink.stop(milliseconds: 5000))
    }

    @Test func `several threads lose nothing that was accepted`() throws {
        let consumed = Counter()
        let accepted = Counter()
        let done = Counter()
        let sink = try LineSink.start(name: "many", capacity: 4096) { consumed.add($0.count) }
        for _ in 0..<4 {
            _ = try Thread.start("offerer") {
                var batch: [UInt8] = []
                for number in 0..<2000 {
                    batch.append(UInt8(truncatingIfNeeded: number))
                    let count = batch.count
                    if sink.offer(&batch) { accepted.add(count) }
                }
                done.add()
            }
        }
        #expect(done.reaches(4, milliseconds: 20_000))
        #expect(sink.stop(milliseconds: 10_000))
        #expect(consumed.count == accepted.count)
        #expect(consumed.count > 0)
    }
}
