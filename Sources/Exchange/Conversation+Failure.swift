// When things go wrong: refusals of a request, answers of our own, aborted exchanges, time limits, draining.
import NodeChain
import Wire

extension Conversation {
    /// A head that cannot be read: says why and closes (RFC 9112 section 2.2 and 9.6).
    mutating func refuse(_ error: WireError, bytes: Int, _ output: inout Output) {
        output.commands.append(.observe(.refused(error, bytes: bytes)))
        persists = false
        method = .other
        answer(error.requestStatus, Failure(.client, .head, .httpRequestError, error.text), &output)
    }

    /// Turns a client away before it has asked anything: says why and closes.
    ///
    /// There is no exchange to record.
    public mutating func turnAway(_ failure: Failure, output: inout Output) {
        let start = output.toClient.count
        OwnAnswer.write(
            status: failure.cause.status, error: failure.cause, text: failure.text, node: settings.pseudonym,
            isHead: false, closes: true, into: &output.toClient)
        request = .closed
        output.commands.append(.send(.client, Extent(start, output.toClient.count)))
        output.commands.append(.closeClient(.linger))
    }

    /// Answers instead of the origin, which is let go.
    mutating func answer(_ status: Int, _ failure: Failure, _ output: inout Output) {
        if request != .complete { persists = false }
        if isDraining || clientEnded { persists = false }
        let start = output.toClient.count
        OwnAnswer.write(
            status: status, error: status == 200 ? nil : failure.cause, text: failure.text, node: settings.pseudonym,
            isHead: method == .head, closes: !persists, keepAlive10: persists && clientMinorVersion == 0,
            extra: chain?.lineForOwnAnswer(status: status, cause: status == 200 ? nil : failure.cause.word),
            into: &output.toClient)
        let extent = Extent(start, output.toClient.count)
        output.commands.append(.observe(.ownAnswer(status: status, extent)))
        output.commands.append(.send(.client, extent))
        wroteResponse = true
        // Whichever side was too slow, a time limit ended it.
        let ending = status == 408 || status == 504 ? Ending.timedOut : .answered
        finish(ending, failure, closing: persists ? nil : clientEnded ? .plain : .linger, &output)
    }

    /// The origin cannot answer: 502, 503 or 504 while that can still be said, else an aborted exchange.
    mutating func fail(_ failure: Failure, _ output: inout Output) {
        guard response != .none else { return }
        if wroteResponse {
            abandon(.originAborted, failure, &output)
        } else {
            answer(failure.cause.status, failure, &output)
        }
    }

    /// The response head is out and the rest will not come: the client must be able to tell.
    mutating func abandon(_ ending: Ending, _ failure: Failure, _ output: inout Output) {
        finish(ending, failure, closing: closing(inAnswer: .plain), &output)
    }

    /// How to close within an answer: a missing last chunk or missing bytes tell by themselves that it was cut; a
    /// close-delimited body needs a reset.
    func closing(inAnswer usual: Closing) -> Closing {
        removesChunked || responseBody.framing == .untilClose ? .reset : usual
    }

    mutating func clientEnd(_ output: inout Output) {
        clientEnded = true
        switch request {
        case .idle:
            request = .closed
            output.commands.append(.closeClient(.plain))
        case .reading:
            request = .closed
            output.commands.append(.closeClient(.plain))
        case .body:
            finish(
                .clientAborted,
                Failure(
                    .client, .body, .httpRequestError, "the client closed the connection in the middle of its request"),
                closing: closing(inAnswer: .plain), &output)
        case .complete:
            // A half-close: the client waits for its answer (RFC 9112 section 9.6).
            persists = false
        case .tunnel:
            if originEnded {
                finish(.complete, nil, closing: .plain, &output)
            } else {
                output.commands.append(.finishSending(.origin))
            }
        case .closed: break
        }
    }

    mutating func clientBroken(_ failure: Failure, _ output: inout Output) {
        switch request {
        case .closed: break
        case .idle, .reading:
            request = .closed
            output.commands.append(.closeClient(.plain))
        case .body, .complete, .tunnel: finish(.clientAborted, failure, closing: .plain, &output)
        }
    }

    mutating func timeout(_ blocked: Side?, _ output: inout Output) {
        switch (request, response) {
        case (.idle, _), (.closed, _):
            request = .closed
            output.commands.append(.closeClient(.plain))
        case (.reading, _):
            refuse(.headTooSlow, bytes: 0, &output)
        case (.tunnel, _):
            finish(
                .timedOut, Failure(nil, .tunnel, .connectionReadTimeout, "the tunnel was silent for too long"),
                closing: .plain, &output)
        case (_, .connecting):
            fail(
                Failure(.origin, .connect, .connectionTimeout, "the origin did not accept a connection in time"),
                &output)
        case (_, .waiting):
            if request == .body, blocked != .origin {
                answer(
                    408,
                    Failure(
                        .client, .body, .httpRequestError,
                        Self.slowBody
                    ), &output)
            } else if blocked == .origin {
                fail(
                    Failure(.origin, .body, .connectionWriteTimeout, "the origin does not take the request body"),
                    &output)
            } else {
                fail(
                    Failure(
                        .origin, .response, .httpResponseTimeout,
                        "the origin did not answer within the time limit response; raise it with --timeout response=DURATION"
                    ), &output)
            }
        case (_, .body):
            let failure =
                blocked == .client
                ? Failure(
                    .client, .body, .connectionWriteTimeout,
                    "the client does not take the answer (limits body and rate)")
                : request == .body && blocked == nil && requestBody.framing != .none && !responseStarted
                    ? Failure(
                        .client, .body, .connectionReadTimeout,
                        Self.slowBody
                    )
                    : Failure(.origin, .body, .connectionReadTimeout, "the answer stopped in the middle")
            abandon(.timedOut, failure, &output)
        case (_, .none), (_, .tunnel): break
        }
    }

    private static let slowBody =
        "the request body paused for longer than the time limit body, or came slower than the limit rate; change them with --timeout body=DURATION or --limit rate=N"

    private var responseStarted: Bool { responseBody.count > 0 }

    mutating func drain(_ output: inout Output) {
        isDraining = true
        // The client may be sending its next request in this very moment; it gets a last chance, which is short.
        if request == .idle { output.commands.append(.arm(.keepAlive)) }
    }
}
