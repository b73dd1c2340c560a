// Where a conversation is played without a socket: it keeps the bytes that wait on either side, carries out commands as
// the driver of the real thing does, and holds every call against what the core promises:
//
//  1. extents lie inside the bytes they speak of, and forwarded pieces are in order, before they are consumed;
//  2. nothing is sent to the origin when there is none, and to nobody once the client connection was given up;
//  3. every observed exchange ends in exactly one `finish`, and no other does;
//  4. the recorded edits are true: applied to the lines received they give exactly the lines of the head that is sent;
//  5. every answer of our own carries Proxy-Status.
//
// What breaks a promise is kept in `problems`; a test looks at it at the end.
import Exchange
import Fields
import Testing
import Wire

/// What is the same however the bytes were cut on their way.
struct Transcript: Equatable {
    var toClient: [UInt8] = []
    /// One for each connection to the origin.
    var toOrigin: [[UInt8]] = []
    var content: [UInt8] = []
    /// Commands and observations that are not bytes, in order.
    var others: [String] = []
}

/// The scratch space of a loop, for conversations that share it.
final class Room {
    var scratch = Scratch()
    /// Whether heads of before are forgotten before each call.
    let forgets: Bool

    init(forgets: Bool = false) { self.forgets = forgets }
}

final class Stage {
    private var conversation: Conversation
    private let room: Room
    private var scratch: Scratch {
        _read { yield room.scratch }
        _modify { yield &room.scratch }
    }
    private var output = Output()
    private var clientInput: [UInt8] = []
    private var originInput: [UInt8] = []
    private(set) var log: [String] = []
    private(set) var transcript = Transcript()
    private(set) var outcomes: [Outcome] = []
    private(set) var answers: [String] = []
    private(set) var edits: [String] = []
    private(set) var problems: [String] = []
    private(set) var isExchanging = false
    private(set) var isClosed = false
    private var hasOrigin = false
    private var answering: Int?
    private let showsArms: Bool
    private let showsObservations: Bool

    init(
        _ settings: ExchangeSettings, address: String = "192.0.2.7", showsArms: Bool = false,
        showsObservations: Bool = false, room: Room = Room()
    ) {
        self.room = room
        conversation = Conversation(settings, clientAddress: bytes(address))
        self.showsArms = showsArms
        self.showsObservations = showsObservations
    }

    var isIdle: Bool { conversation.isIdle }
    var isTunnel: Bool { conversation.isTunnel }
    var hasGivenUpClient: Bool { conversation.isClosed }
    var waitingFromClient: [UInt8] { clientInput }

    func note(_ line: String) { log.append(line) }

    /// Bytes arrive from a side.
    func arrive(_ side: Side, _ piece: [UInt8]) {
        if side == .client { clientInput += piece } else if hasOrigin { originInput += piece }
        pump()
    }

    func happen(_ event: Event) {
        conversation.handle(event, output: &output)
        _ = carryOut(nil, [])
        pump()
    }

    /// Lets the core use what waits until nothing moves; what it left is offered again, which must do no harm.
    private func pump() {
        var rounds = 0
        var moves = true
        while moves {
            moves = false
            for side in [Side.origin, .client] {
                let waiting = side == .client ? clientInput : originInput
                guard conversation.wants(side), !waiting.isEmpty else { continue }
                if room.forgets { room.scratch = Scratch() }
                let again = conversation.receive(side, waiting.span, scratch: &scratch, output: &output)
                if carryOut(side, waiting) || again { moves = true }
            }
            rounds += 1
            if rounds > 1000 {
                problems.append("the core spins")
                return
            }
        }
    }

    // MARK: commands

    private func carryOut(_ side: Side?, _ input: [UInt8]) -> Bool {
        var consumed = 0
        var forwarded = 0
        let commands = output.commands
        for (index, command) in commands.enumerated() {
            switch command {
            case .openOrigin(let fresh):
                if hasOrigin && !fresh { problems.append("a second connection to the origin is opened") }
                hasOrigin = true
                originInput = []
                transcript.toOrigin.append([])
                other("openOrigin fresh: \(fresh)")
            case .send(let to, let extent):
                guard let piece = piece(extent, of: to == .client ? output.toClient : output.toOrigin) else { continue }
                if let status = answering, to == .client {
                    answering = nil
                    sent(to, piece, "answer \(status)")
                    check(answer: text(piece), status)
                } else {
                    sent(to, piece, "send \(to) \(shown(piece))")
                }
            case .forward(let to, let extent):
                if side == nil || to == side { problems.append("\(command) speaks of no input") }
                if Int(extent.start) < forwarded { problems.append("\(command) forwards bytes twice") }
                forwarded = Int(extent.end)
                guard let piece = piece(extent, of: input) else { continue }
                sent(to, piece, "forward \(to) \(shown(piece))")
            case .consume(let count): consumed += count
            case .observe(let observation): observe(observation, side, input, commands[(index + 1)...])
            case .arm(let phase):
                if isClosed { problems.append("\(command) although the client connection was given up") }
                if showsArms { log.append("arm \(phase)") }
            case .finishSending(let to): other("finishSending \(to)")
            case .releaseOrigin(let reusable):
                if !hasOrigin { problems.append("a connection to the origin is released that is not there") }
                hasOrigin = false
                originInput = []
                other("releaseOrigin reusable: \(reusable)")
            case .finish(let outcome):
                if !isExchanging { problems.append("an exchange ends that was never observed, or ends twice") }
                if hasOrigin { problems.append("an exchange ends and keeps its connection to the origin") }
                isExchanging = false
                outcomes.append(outcome)
                other("finish \(outcome.ending)" + (outcome.failure.map { " " + $0.cause.word } ?? ""))
            case .closeClient(let closing):
                if isExchanging { problems.append("the client connection is given up within an exchange") }
                isClosed = true
                other("close \(closing)")
            }
        }
        if consumed > input.count { problems.append("\(consumed) of \(input.count) bytes are consumed") }
        if side == .client, !isClosed { clientInput.removeFirst(min(consumed, clientInput.count)) }
        if side == .origin, hasOrigin { originInput.removeFirst(min(consumed, originInput.count)) }
        output.commands.removeAll(keepingCapacity: true)
        output.toClient.removeAll(keepingCapacity: true)
        // Bytes that were offered before may arm a time limit again; that alone is no progress.
        return consumed > 0
            || commands.contains {
                switch $0 {
                case .arm, .consume: false
                default: true
                }
            }
    }

    private func piece(_ extent: Extent, of bytes: [UInt8]) -> [UInt8]? {
        guard extent.start >= 0, extent.start <= extent.end, extent.end <= bytes.count else {
            problems.append("\(extent) is outside \(bytes.count) bytes")
            return nil
        }
        return Array(bytes[extent.indices])
    }

    private func sent(_ to: Side, _ piece: [UInt8], _ line: String) {
        if isClosed { problems.append("sent after the client connection was given up: \(line)") }
        log.append(line)
        if to == .client {
            transcript.toClient += piece
        } else if hasOrigin {
            transcript.toOrigin[transcript.toOrigin.count - 1] += piece
        } else {
            problems.append("sent to an origin that is not there: \(line)")
        }
    }

    private func other(_ line: String) {
        log.append(line)
        transcript.others.append(line)
    }

    // MARK: observations

    private func observe(
        _ observation: Observation, _ side: Side?, _ input: [UInt8], _ rest: ArraySlice<Command>
    ) {
        var line: String
        switch observation {
        case .request:
            begin()
            line = "observe request"
            checkRequest(input)
        case .interim:
            line = "observe interim \(scratch.response.status)"
            check(
                "interim", scratch.response.fields, scratch.responseEdits, input,
                sent: next(.client, rest).map { self.lines(ofResponse: $0) } ?? [], output.toClient)
        case .response:
            line = "observe response \(scratch.response.status)"
            check(
                "response", scratch.response.fields, scratch.responseEdits, input,
                sent: next(.client, rest).map { self.lines(ofResponse: $0) } ?? [], output.toClient)
        case .ownAnswer(let status, let extent):
            line = "observe answer \(status)"
            answering = status
            if next(.client, rest) != piece(extent, of: output.toClient) { problems.append("another answer is sent") }
        case .trailers(let from):
            line = "observe trailers \(from)"
            if let section = next(from.other, rest) {
                check(
                    "trailers", scratch.trailers, scratch.trailerEdits, input, sent: self.lines(ofTrailers: section),
                    from == .client ? output.toOrigin : output.toClient)
            }
        case .content(let extent):
            transcript.content += piece(extent, of: input) ?? []
            if side != .origin { problems.append("content is observed that no origin sent") }
            if showsObservations { log.append("observe content \(shown(piece(extent, of: input) ?? []))") }
            return
        case .refused(let error, let count):
            begin()
            // How many bytes were there depends on how they came.
            line = "observe refused \(error)"
            if count > input.count { problems.append("more bytes were refused than there are") }
        case .retry:
            line = "observe retry"
        }
        transcript.others.append(line)
        if showsObservations { log.append(line) }
    }

    private func begin() {
        if isExchanging { problems.append("an exchange begins before the last one ended") }
        isExchanging = true
        edits = []
    }

    private func next(_ side: Side, _ rest: ArraySlice<Command>) -> [UInt8]? {
        for case .send(side, let extent) in rest {
            return piece(extent, of: side == .client ? output.toClient : output.toOrigin)
        }
        return nil
    }

    // MARK: promises

    private func checkRequest(_ input: [UInt8]) {
        var head = RequestHead()
        let sent = output.toOrigin
        let end = try? HeadParser.request(sent.span, from: 0, into: &head, limits: loose)
        if end != sent.count { problems.append("the head for the origin is not one head: \(shown(sent))") }
        check(
            "request", scratch.request.fields, scratch.requestEdits, input, sent: copy(sent.span, head.fields), sent)
        let span = sent.span
        if (try? Framing.ofRequest(span, head)) == nil { problems.append("the head for the origin is ambiguous") }
        if head.minorVersion != 1 { problems.append("the origin is spoken to in HTTP/1.0") }
    }

    private func check(
        _ what: String, _ received: borrowing FieldSection, _ edits: [FieldEdit], _ input: [UInt8], sent: [Line],
        _ bytes: [UInt8]
    ) {
        let before = copy(input.span, received)
        var after: [Line?] = before
        var added: [Line] = []
        var touched = Set<Int32>()
        for edit in edits {
            if edit.operation == .add {
                guard let name = piece(edit.name, of: bytes), let value = piece(edit.value, of: bytes) else { continue }
                added.append(Line(name: text(name), value: text(value)))
                self.edits.append("+\(text(name)) \(edit.reason.word)")
                continue
            }
            guard edit.index >= 0, edit.index < before.count, touched.insert(edit.index).inserted else {
                problems.append("\(what): an edit of no line, or of one edited already")
                continue
            }
            let index = Int(edit.index)
            if edit.operation == .drop {
                after[index] = nil
                self.edits.append("-\(before[index].name) \(edit.reason.word)")
            } else {
                guard let name = piece(edit.name, of: bytes), let value = piece(edit.value, of: bytes) else { continue }
                after[index] = Line(name: text(name), value: text(value))
                self.edits.append("=\(before[index].name) \(edit.reason.word)")
                if after[index] == before[index] { problems.append("\(what): \(before[index]) was replaced by itself") }
            }
        }
        let expected = after.compactMap { $0 } + added
        if expected != sent { problems.append("\(what): the edits are not true:\n  \(expected)\n  \(sent)") }
    }

    private func lines(ofResponse head: [UInt8]) -> [Line] {
        var parsed = ResponseHead()
        let end = try? HeadParser.response(head.span, from: 0, into: &parsed, limits: loose)
        if end != head.count { problems.append("the head for the client is not one head: \(shown(head))") }
        return copy(head.span, parsed.fields)
    }

    private func lines(ofTrailers section: [UInt8]) -> [Line] {
        var parsed = FieldSection()
        let end = try? HeadParser.trailers(section.span, from: 0, into: &parsed, limits: loose)
        if end != section.count { problems.append("the trailers are not one section: \(shown(section))") }
        return copy(section.span, parsed)
    }

    private func check(answer: String, _ status: Int) {
        answers.append(answer)
        if !answer.hasPrefix("HTTP/1.1 \(status) ") { problems.append("the answer is not a \(status)") }
        if !answer.contains("\r\nProxy-Status: hoplens-t; ") { problems.append("the answer has no Proxy-Status") }
        if status != 200, !answer.contains("Proxy-Status: hoplens-t; error=") {
            problems.append("the answer has no error type (RFC 9209)")
        }
    }
}

private let loose = HeadLimits(line: 1 << 20, head: 1 << 20, fields: 10_000)

private func copy(_ span: Span<UInt8>, _ section: borrowing FieldSection) -> [Line] {
    var lines: [Line] = []
    for line in section.lines {
        lines.append(
            Line(name: text(line.name.indices.map { span[$0] }), value: text(line.value.indices.map { span[$0] })))
    }
    return lines
}
