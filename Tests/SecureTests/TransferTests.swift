import Foundation
import Secure
import Testing

@Suite(.timeLimit(.minutes(1))) struct TransferTests {
    private func established() throws -> Conversation {
        let talk = try Conversation(clientContext(), serverContext())
        let result = talk.shake()
        try #require(result.client == .done && result.server == .done)
        return talk
    }

    @Test func aLargeBodyArrivesWholeThroughAFullSocket() throws {
        let talk = try established()
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 9) }
        var sent = 0
        var got: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 40_000)
        var wasFull = false
        for _ in 0..<10_000 where got.count < body.count {
            sending: while sent < body.count {
                // A fresh copy each time: the bytes may have moved between two tries.
                let copy = Array(body[sent...].prefix(100_000))
                switch talk.server.write(copy, 0..<copy.count) {
                case .bytes(let count): sent += count
                case .wantWrite:
                    wasFull = true
                    break sending
                case let other:
                    Issue.record("\(other)")
                    return
                }
            }
            receiving: while true {
                switch talk.client.read(into: &buffer, from: 7) {
                case .bytes(let count): got += buffer[7..<7 + count]
                case .wantRead: break receiving
                case let other:
                    Issue.record("\(other)")
                    return
                }
            }
        }
        #expect(got == body)
        #expect(wasFull)
    }

    @Test func aGoodbyeIsACleanEnd() throws {
        let talk = try established()
        #expect(talk.say("last words") == "last words")
        #expect(talk.server.shutdown() == .done)
        var buffer = [UInt8](repeating: 0, count: 10)
        #expect(talk.client.read(into: &buffer, from: 0) == .closed)
        #expect(talk.client.read(into: &buffer, from: 0) == .closed)
        // The other direction is still open.
        #expect(talk.client.write([1, 2, 3], 0..<3) == .bytes(3))
        #expect(talk.server.read(into: &buffer, from: 0) == .bytes(3))
    }

    @Test func anEndWithoutGoodbyeIsTruncation() throws {
        let talk = try established()
        #expect(talk.say("cut") == "cut")
        talk.wire.closeFar()
        var buffer = [UInt8](repeating: 0, count: 10)
        #expect(talk.client.read(into: &buffer, from: 0) == .truncated)
        #expect(talk.client.read(into: &buffer, from: 0) == .truncated)
    }

    @Test func writingToAClosedPeerFailsWithoutASignal() throws {
        let talk = try established()
        talk.wire.closeFar()
        var result = TLSWrite.wantWrite
        for _ in 0..<3 { result = talk.client.write([1], 0..<1) }
        #expect(result == .failed(.connection(EPIPE)))
    }

    @Test func recordsReadAheadAreAnnounced() throws {
        let talk = try established()
        var buffer = [UInt8](repeating: 0, count: 4)
        for byte in UInt8(1)...3 { #expect(talk.server.write([byte, byte], 0..<2) == .bytes(2)) }
        #expect(talk.client.read(into: &buffer, from: 0) == .bytes(2))
        #expect(talk.client.hasPending && !talk.client.isEmpty)
        #expect(talk.client.read(into: &buffer, from: 2) == .bytes(2))
        #expect(talk.client.hasPending && !talk.client.isEmpty)
        #expect(talk.client.read(into: &buffer, from: 3) == .bytes(1))
        #expect(talk.client.hasPending && !talk.client.isEmpty)
        #expect(talk.client.read(into: &buffer, from: 3) == .bytes(1))
        // All of it came with the first read; whether anything came since, nobody has looked.
        #expect(!talk.client.isEmpty)
        #expect(talk.client.read(into: &buffer, from: 0) == .wantRead)
        #expect(!talk.client.hasPending)
    }

    @Test func whoeverStopsAtAnEmptyConnectionMissesNothing() throws {
        // Between the two ends stands somebody who passes bytes on in pieces that have nothing to do with records: a
        // reader that stops when the connection says it is empty, until more comes, must get all of them.
        let (inner, outer) = (Wire(), Wire())
        let server = try TLSConnection(server: serverContext(), descriptor: inner.near)
        let client = try TLSConnection(client: clientContext(), descriptor: outer.near)
        var isDone = false
        for _ in 0..<20 where !isDone {
            let first = client.handshake()
            pass(outer.far, inner.far, 100_000)
            let second = server.handshake()
            pass(inner.far, outer.far, 100_000)
            isDone = first == .done && second == .done
        }
        try #require(isDone)
        var generator = SystemRandomNumberGenerator()
        var buffer = [UInt8](repeating: 0, count: 20_000)
        var (sent, got): ([UInt8], [UInt8]) = ([], [])
        var stops = 0
        var mayRead = false
        func read() {
            let start = buffer.count - Int.random(in: 1...buffer.count, using: &generator)
            switch client.read(into: &buffer, from: start) {
            case .bytes(let count):
                got += buffer[start..<start + count]
                if client.isEmpty {
                    stops += 1
                    mayRead = false
                }
            case .wantRead: mayRead = false
            case let other:
                Issue.record("\(other)")
                mayRead = false
            }
        }
        for round in 0..<300 {
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let size = [1, 20, 300, 5000, 16_384].randomElement(using: &generator) ?? 1
                let piece = [UInt8](repeating: UInt8(truncatingIfNeeded: round), count: size)
                #expect(server.write(piece, 0..<size) == .bytes(size))
                sent += piece
            }
            while pass(inner.far, outer.far, Int.random(in: 1...9000, using: &generator)) {
                // The event of this piece. It is the only one, also when the reader has other things to do by then.
                mayRead = true
                while mayRead || client.hasPending, Int.random(in: 0...3, using: &generator) > 0 { read() }
            }
        }
        while mayRead || client.hasPending { read() }
        #expect(got == sent)
        #expect(stops > 5)
    }

    /// Passes some bytes on; says whether there were any.
    @discardableResult
    private func pass(_ from: Int32, _ to: Int32, _ most: Int) -> Bool {
        var bytes = [UInt8](repeating: 0, count: most)
        let count = unsafe read(from, &bytes, most)
        guard count > 0 else { return false }
        return unsafe write(to, bytes, count) == count
    }

    @Test func writingNothingIsNoError() throws {
        let talk = try established()
        #expect(talk.client.write([], 0..<0) == .bytes(0))
    }
}
