// How much of a client is worth receiving: what a limit on requests sent ahead comes to in each state.
import Exchange
import Testing
import Wire

@Suite struct ReadAheadTests {
    private func conversation(after text: String) -> Int {
        var conversation = Conversation(
            ExchangeSettings(
                pseudonym: Array("n".utf8), originAuthority: Array("origin.test".utf8), originIsTLS: false,
                listenerPort: 8080, listenerIsTLS: false), clientAddress: [])
        var scratch = Scratch()
        var output = Output()
        var bytes = Array(text.utf8)
        while !bytes.isEmpty {
            let again = conversation.receive(.client, bytes.span, scratch: &scratch, output: &output)
            var used = 0
            for case .consume(let count) in output.commands { used += count }
            output.commands.removeAll()
            bytes.removeFirst(used)
            if !again { break }
        }
        return conversation.mostToRead(ahead: 1000)
    }

    @Test func betweenAndInsideHeadsItIsTheLimit() {
        #expect(conversation(after: "") == 1000)
        #expect(conversation(after: "GET / HT") == 1000)
    }

    @Test func insideABodyOfKnownLengthItIsTheRestAndTheLimit() {
        let head = "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 50\r\n\r\n"
        #expect(conversation(after: head) == 1050)
        #expect(conversation(after: head + "0123456789") == 1040)
    }

    @Test func aChunkedBodyHasNoForeseeableEnd() {
        let head = "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(conversation(after: head + "5\r\nHEL") == Int.max)
    }
}
