// The way of a live exchange into a trace: heads through the rewriting core into the recorder. The line is one line,
// JSON, readable, and says what the clear and slow way of redaction says of the same value; the edits it tells of lead
// from the fields received to the fields sent.
import Exchange
import Fields
import Trace
import Wire

/// A fingerprint that anyone can compute; what counts is that equal bytes have equal ones.
final class PlainFingerprints: Fingerprinting {
    func fingerprint(_ bytes: Span<UInt8>, _ extent: Extent) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for i in extent.indices { hash = (hash ^ UInt32(bytes[i])) &* 0x0100_0193 }
        return hash
    }
}

enum RecordBody {
    /// The input is a request head; behind the first 0xFE comes the origin's answer.
    @Sendable
    static func run(_ input: [UInt8]) -> [String] {
        var promises = Promises()
        let parts = input.split(separator: 0xFE, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        let fingerprints = PlainFingerprints()
        var recorder = Recorder(node: "n", fingerprinting: fingerprints, sampleLimit: 64)
        var buffer = RecordBuffer()
        let id = Array("id".utf8)
        recorder.begin(
            &buffer, id: id.span, wallMicroseconds: 1, service: [], clientAddress: Array("[::1]:9".utf8),
            connection: 1, exchange: 1, clientTLS: nil)
        var conversation = Conversation(
            ExchangeSettings(
                pseudonym: Array("n".utf8), originAuthority: Array("o.test".utf8), originIsTLS: false, listenerPort: 80,
                listenerIsTLS: false), clientAddress: Array("::1".utf8))
        var scratch = Scratch()
        var output = Output()
        var fields: [[StrictLine]] = []
        let question = parts[0]
        _ = conversation.receive(.client, question.span, scratch: &scratch, output: &output)
        observe(question, &output, scratch, &recorder, &buffer, &fields)
        if parts.count > 1 {
            conversation.handle(.originReady(reused: false), output: &output)
            var again = true
            var rest = parts[1]
            while again, !rest.isEmpty, conversation.wants(.origin) {
                again = conversation.receive(.origin, rest.span, scratch: &scratch, output: &output)
                let used = observe(rest, &output, scratch, &recorder, &buffer, &fields)
                rest.removeFirst(used)
            }
        }
        recorder.end(
            &buffer, .complete, durationMicroseconds: 1, timing: RecordedTiming(), requestBody: nil,
            responseBody: BodyFacts(.length, bytes: 1),
            error: RecordedError(side: "client", phase: "x", cause: "y", text: "z"))
        var line: [UInt8] = []
        recorder.append(buffer, to: &line)
        check(line, fields, Redactor(fingerprints), &promises)
        return promises.broken
    }

    /// Records what is observed, as the session does, and gives the number of bytes consumed.
    @discardableResult
    private static func observe(
        _ input: [UInt8], _ output: inout Output, _ scratch: borrowing Scratch, _ recorder: inout Recorder,
        _ buffer: inout RecordBuffer, _ fields: inout [[StrictLine]]
    ) -> Int {
        var consumed = 0
        let commands = output.commands
        let bytes = input.span
        for command in commands {
            switch command {
            case .consume(let count): consumed += count
            case .observe(.request):
                let head = scratch.request
                recorder.request(
                    &buffer, bytes, method: head.method, target: head.target, minorVersion: head.minorVersion,
                    lines: head.fields.lines, edits: scratch.requestEdits, sent: output.toOrigin.span)
                fields.append(HeadBodies.lines(input, head.fields))
            case .observe(.refused(let error, let count)):
                recorder.refused(&buffer, bytes, count: min(count, input.count))
                _ = error
            case .observe(.response):
                let head = scratch.response
                recorder.response(
                    &buffer, bytes, status: head.status, reason: head.reason, minorVersion: head.minorVersion,
                    lines: head.fields.lines, edits: scratch.responseEdits, sent: output.toClient.span, byHoplens: false
                )
                fields.append(HeadBodies.lines(input, head.fields))
            case .observe(.interim):
                let head = scratch.response
                recorder.interim(
                    &buffer, bytes, status: head.status, reason: head.reason, minorVersion: head.minorVersion,
                    lines: head.fields.lines, edits: scratch.responseEdits, sent: output.toClient.span)
            case .observe(.content(let extent)): recorder.sample(&buffer, bytes, extent)
            case .observe(.trailers(let side)):
                let sent = side == .client ? output.toOrigin : output.toClient
                recorder.trailers(
                    &buffer, side: side == .client ? .request : .response, bytes, lines: scratch.trailers.lines,
                    edits: scratch.trailerEdits, sent: sent.span)
            default: break
            }
        }
        output.commands.removeAll(keepingCapacity: true)
        return min(consumed, input.count)
    }

    private static func check(
        _ line: [UInt8], _ fields: [[StrictLine]], _ redactor: Redactor, _ promises: inout Promises
    ) {
        promises.expect(line.last == 0x0A && !line.dropLast().contains { $0 < 0x20 }, "a record is not one line")
        var reader = TraceReader()
        let record: Record
        do {
            record = try reader.record(line.span, 0..<(line.count - 1))
        } catch {
            promises.expect(false, "a record cannot be read (\(error)): \(shown(line))")
            return
        }
        let sections = [record.request?.head, record.response?.head].compactMap { $0 }.map(\.lines)
        guard record.request?.malformedBytes == nil else { return }
        for (recorded, received) in zip(sections, fields) {
            promises.expect(recorded.count == received.count, "lines are lost on the way into the record")
            for (shownLine, line) in zip(recorded, received) {
                let treatment = Treatment.of(
                    FieldName.lookup(line.name.span, Extent(0, line.name.count)), line.name.span,
                    Extent(0, line.name.count))
                let clear = redactor.value(line.value, treatment)
                // A name may be a secret too; then the whole line is written as Latin-1.
                let expected = shownLine.latin1 ? redactor.value(line.value, treatment, latin1: true) : clear
                promises.expect(
                    shownLine.value.utf8.elementsEqual(expected.shown),
                    "the quick way shows \(shown(shownLine.value.utf8)), the clear way \(shown(expected.shown))")
                promises.expect(shownLine.shape == expected.shape, "the quick way sees another shape")
            }
        }
    }
}
