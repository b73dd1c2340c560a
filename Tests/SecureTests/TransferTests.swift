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
        #expect(talk.client.hasPending)
        #expect(talk.client.read(into: &buffer, from: 2) == .bytes(2))
        #expect(talk.client.hasPending)
        #expect(talk.client.read(into: &buffer, from: 3) == .bytes(1))
        #expect(talk.client.hasPending)
        #expect(talk.client.read(into: &buffer, from: 3) == .bytes(1))
        #expect(talk.client.read(into: &buffer, from: 0) == .wantRead)
        #expect(!talk.client.hasPending)
    }

    @Test func writingNothingIsNoError() throws {
        let talk = try established()
        #expect(talk.client.write([], 0..<0) == .bytes(0))
    }
}
