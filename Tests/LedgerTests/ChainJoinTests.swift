// Which records of several captures are put together, and which are not.
import Fields
import Ledger
import Testing
import Trace

@Suite struct ChainJoinTests {
    private func record(
        _ node: String, _ target: String = "/a", at time: Int64 = 0, trace: String? = nil, began: Bool = true,
        credential: UInt32? = nil
    ) -> Record {
        var record = Record(
            id: "\(node)\(time)", node: node, time: 1_000_000_000 + time,
            client: RecordedClient(address: "127.0.0.1:1", connection: 1, exchange: 1), end: .complete)
        record.durationMicroseconds = 1000
        var head = RecordedSection()
        if let credential {
            head.lines.append(
                RecordedLine(
                    name: "Authorization", value: "Bearer ‹opaque,3,#\(credential)›",
                    shape: ValueShape(.opaque, length: 3, fingerprint: credential)))
        }
        record.request = RecordedRequest(method: "GET", target: target, version: "1.1", head: head)
        record.chain = trace.map { RecordedChain(trace: $0, began: began) }
        return record
    }

    @Test func theTraceJoinsWhateverElseDiffers() {
        var join = ChainJoin(inners: [[record("inner", "/b", at: 9_000_000, trace: "t", began: false)]])
        let joined = join.take(record("outer", "/a", trace: "t"))
        #expect(joined.records.map(\.node) == ["outer", "inner"])
        #expect(joined.guess == nil)
        #expect(join.rest.isEmpty)
    }

    @Test func withoutATraceItIsAGuessAndSaysSo() {
        var join = ChainJoin(inners: [[record("inner", at: 500, credential: 7)]])
        let joined = join.take(record("outer", trace: "t", credential: 7))
        #expect(joined.records.count == 2)
        #expect(joined.guess == "method, target, time, fingerprints")
        #expect(joined.rivals == 0)
    }

    @Test func anotherCredentialTargetTimeOrTraceIsNotGuessed() {
        for other in [
            record("inner", credential: 8), record("inner", "/b", credential: 7),
            record("inner", at: 60_000_000, credential: 7),
            record("inner", trace: "u", began: false, credential: 7),
        ] {
            var join = ChainJoin(inners: [[other]])
            #expect(join.take(record("outer", trace: "t", credential: 7)).records.count == 1)
            #expect(join.rest.count == 1)
        }
    }

    @Test func aLostCredentialIsNoReasonNotToGuess() {
        var join = ChainJoin(inners: [[record("inner")]])
        #expect(join.take(record("outer", credential: 7)).guess == "method, target, time")
    }

    @Test func theNearestOfEqualsIsTakenAndTheOthersAreCounted() {
        var join = ChainJoin(inners: [[record("inner", at: 900), record("inner", at: 100), record("inner", at: 2000)]])
        let joined = join.take(record("outer"))
        #expect(joined.records.last?.id == "inner100")
        #expect(joined.rivals > 0)
        #expect(join.take(record("outer", at: 1900)).records.last?.id == "inner2000")
    }

    @Test func threeCapturesMakeOneExchange() {
        var join = ChainJoin(
            inners: [
                [record("middle", trace: "t", began: false)], [record("inner", trace: "t", began: false)],
            ])
        #expect(join.take(record("outer", trace: "t")).records.map(\.node) == ["outer", "middle", "inner"])
    }
}
