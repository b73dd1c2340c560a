// The parts of the forwarding path, each as a loop whose result depends on every turn. What is set up once (settings,
// buffers, the recorder with its memory of values) stands outside the loop, as it does in the proxy.
import Exchange
import Fields
import Trace
import Wire

enum Exercise {
    /// Parses the request's head and the answer's.
    static func parse(_ count: Int) -> Int {
        var (request, response) = (RequestHead(), ResponseHead())
        let (asked, answered) = (Inputs.request, Inputs.response)
        var sum = 0
        for _ in 0..<count {
            guard let first = try? HeadParser.request(asked.span, from: 0, into: &request, limits: HeadLimits()),
                let second = try? HeadParser.response(answered.span, from: 0, into: &response, limits: HeadLimits())
            else { return -1 }
            sum &+= first &+ second &+ request.fields.lines.count &+ response.fields.lines.count
        }
        return sum
    }

    /// Takes whole exchanges through the forwarding core: heads parsed, judged, rewritten, and the body passed on.
    static func rewrite(_ count: Int) -> Int {
        var conversation = Conversation(Inputs.settings, clientAddress: Array("192.0.2.7".utf8))
        var (scratch, output) = (Scratch(), Output())
        let (asked, answered) = (Inputs.request, Inputs.response + Inputs.body)
        var sum = 0
        for _ in 0..<count {
            sum &+= take(.client, asked, &conversation, &scratch, &output)
            conversation.handle(.originReady(reused: true), output: &output)
            sum &+= output.commands.count &+ output.toOrigin.count
            output.commands.removeAll(keepingCapacity: true)
            sum &+= take(.origin, answered, &conversation, &scratch, &output)
            sum &+= output.toClient.count
            output.toClient.removeAll(keepingCapacity: true)
            output.toOrigin.removeAll(keepingCapacity: true)
        }
        return conversation.isIdle ? sum : -1
    }

    /// Gives bytes to the core until it wants no more of them.
    private static func take(
        _ side: Side, _ bytes: [UInt8], _ conversation: inout Conversation, _ scratch: inout Scratch,
        _ output: inout Output
    ) -> Int {
        var taken = 0
        var commands = 0
        var again = true
        while again, taken < bytes.count, conversation.wants(side) {
            again = conversation.receive(
                side, bytes.span.extracting(taken..<bytes.count), scratch: &scratch, output: &output)
            let before = taken
            for case .consume(let count) in output.commands { taken += count }
            commands += output.commands.count
            output.commands.removeAll(keepingCapacity: true)
            again = again || taken > before
        }
        return taken &+ commands
    }

    /// Writes trace lines for an exchange whose values have been seen before.
    static func record(_ count: Int) -> Int {
        var batch: [UInt8] = []
        var sum = 0
        write(count) { line, recorder in
            recorder.append(line, to: &batch)
            sum &+= batch.count
            batch.removeAll(keepingCapacity: true)
        }
        return sum
    }

    /// Trace lines, each of another exchange.
    static func lines(_ count: Int) -> [UInt8] {
        var all: [UInt8] = []
        write(count) { line, recorder in recorder.append(line, to: &all) }
        return all
    }

    private static func write(_ count: Int, _ body: (borrowing RecordBuffer, borrowing Recorder) -> Void) {
        write(count, answered: Inputs.response, asking: { _ in Inputs.request }, body)
    }

    /// Writes lines of one answer to many requests.
    static func write(
        _ count: Int, answered: [UInt8], content: [UInt8] = [], asking: (Int) -> [UInt8],
        _ body: (borrowing RecordBuffer, borrowing Recorder) -> Void
    ) {
        var recorder = Recorder(node: "hoplens-1a2b3c", fingerprinting: PlainFingerprints())
        var line = RecordBuffer()
        var (request, response) = (RequestHead(), ResponseHead())
        let limits = HeadLimits()
        guard (try? HeadParser.response(answered.span, from: 0, into: &response, limits: limits)) != nil else { return }
        let (id, service, client) = (Array("0k3v9abcdefghjkm".utf8), Array("".utf8), Array("127.0.0.1:53012".utf8))
        let (url, address) = (Array("http://127.0.0.1:8081".utf8), Array("127.0.0.1:8081".utf8))
        for turn in 0..<count {
            let asked = asking(turn)
            guard (try? HeadParser.request(asked.span, from: 0, into: &request, limits: limits)) != nil else { return }
            recorder.begin(
                &line, id: id.span, wallMicroseconds: 1_795_221_181_123_456 + Int64(turn), service: service,
                clientAddress: client, connection: 17, exchange: UInt64(turn), clientTLS: nil)
            recorder.request(
                &line, asked.span, method: request.method, target: request.target, minorVersion: request.minorVersion,
                lines: request.fields.lines, edits: [], sent: asked.span)
            recorder.response(
                &line, answered.span, status: response.status, reason: response.reason,
                minorVersion: response.minorVersion, lines: response.fields.lines, edits: [], sent: answered.span,
                byHoplens: false)
            if !content.isEmpty { recorder.sample(&line, content.span, Extent(0, content.count)) }
            recorder.origin(
                &line, url: url, address: address, connection: 4, reused: true, retried: false, tls: nil, verified: true
            )
            recorder.end(
                &line, .complete, durationMicroseconds: 1234, timing: RecordedTiming(firstByte: 400),
                requestBody: nil, responseBody: BodyFacts(.length, bytes: 200), error: nil)
            body(line, recorder)
        }
    }

    /// Reads a chunked body of many small chunks.
    static func chunks(_ count: Int) -> Int {
        let bytes = Inputs.chunked
        var sum = 0
        for _ in 0..<count {
            var reader = ChunkReader()
            var at = 0
            reading: while true {
                guard let piece = try? reader.next(bytes.span, at: at) else { return -1 }
                switch piece {
                case .data(let extent):
                    sum &+= extent.count
                    at = Int(extent.end)
                case .framing(let extent), .junk(let extent): at = Int(extent.end)
                case .needMore, .trailers: break reading
                }
            }
        }
        return sum
    }

    /// Reads every line back; how many were records.
    static func scan(_ lines: [UInt8]) -> Int {
        var reader = TraceReader()
        var found = 0
        reader.records(lines.span, damaged: { _ in found -= 1_000_000 }) { _, _ in found += 1 }
        return found
    }
}

/// A hash without a key: what is measured is the writing, not the HMAC, and a value is fingerprinted once anyway.
private final class PlainFingerprints: Fingerprinting {
    func fingerprint(_ bytes: Span<UInt8>, _ extent: Extent) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for i in extent.indices { hash = (hash ^ UInt32(bytes[i])) &* 0x0100_0193 }
        return hash
    }
}
