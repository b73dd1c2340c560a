// The record of a request of our own: written by the recorder of live traffic, so that what it says, what it leaves out
// and how it is judged are the same. The client's side of it is this program, which reaches itself in the clear only as
// far as it reaches the server.
import Exchange
import Reactor
import Secure
import Trace
import Wire

extension ClientExchange {
    /// Begins the record; once more when the request is sent again.
    func beginRecord(_ core: ClientCore) {
        let id = core.nextID(wall: wallAtStart)
        let own = connection.flatMap { Socket.localAddress(of: $0.channel.descriptor) }?.description ?? "-"
        // A local, because a span must not outlive the access to a class's property; it shares the storage.
        let bytes = asked.bytes
        let sent = traced.bytes
        core.record { recorder in
            recorder.begin(
                &buffer, id: id.span, wallMicroseconds: wallAtStart, service: [], clientAddress: Array(own.utf8),
                connection: connection?.channel.number ?? 0, exchange: connection?.exchanges ?? 1,
                clientTLS: connection?.tls?.version)
            recorder.request(
                &buffer, bytes.span, method: asked.head.method, target: asked.head.target, minorVersion: 1,
                lines: asked.head.fields.lines, edits: traced.edits, sent: sent.span)
        }
    }

    /// Completes the record and reads it.
    func endRecord(_ core: ClientCore, _ connection: ClientConnection?, _ failure: Failure?) -> Record? {
        var timing = RecordedTiming()
        if let connection, !isReused {
            timing.connect = connection.connectMicroseconds
            timing.tls = connection.tlsMicroseconds
        }
        if firstByteAt > 0 { timing.firstByte = firstByteAt - startedAt }
        if requestAt > 0 { timing.request = requestAt - startedAt }
        let ending: Trace.Ending =
            switch failure?.cause {
            case nil: .complete
            case .httpResponseTimeout, .connectionTimeout, .connectionReadTimeout, .dnsTimeout: .timeout
            default: .originAborted
            }
        let requestBody = BodyFacts(
            request.body.isEmpty ? .none : .length(UInt64(request.body.count)), UInt64(request.body.count))
        core.record { recorder in
            recorder.origin(
                &buffer, url: Array(request.target.url.utf8), address: connection?.channel.peerText ?? [],
                connection: connection?.channel.number ?? 0, reused: isReused, retried: isRetried,
                tls: connection?.tls?.version, verified: connection?.tls?.verified ?? !request.target.insecure)
            if let pass = traced.pass { recorder.chain(&buffer, pass) }
            recorder.end(
                &buffer, ending, durationMicroseconds: core.loop.microseconds() - startedAt, timing: timing,
                requestBody: requestBody, responseBody: framing.map { BodyFacts($0, contentBytes) },
                error: failure.map { RecordedError($0) })
        }
        return core.finished(buffer)
    }
}
