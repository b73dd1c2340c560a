// `hoplens echo`: an origin that answers every request with what arrived of it, so that a CDN or a proxy can be pointed at
// something that does not lie about fields. It runs on the demo's small server: a thread for each connection, bounded.

import Fields
import Proxy
public import Reactor
public import Secure
import Trace
import Wire

/// A running echo.
public final class Echo: Sendable {
    /// More connections than this are closed at once.
    public static let mostConnections = 256
    /// More content of a request is not read.
    static let largestBody = 8 << 20

    /// Where it listens.
    public let address: SocketAddress
    private let server: Server

    private init(_ server: Server, _ address: SocketAddress) {
        self.server = server
        self.address = address
    }

    /// Starts one.
    ///
    /// - Parameters:
    ///   - address: where to listen; with port 0 the system chooses.
    ///   - fingerprinter: makes the fingerprints of what is not shown.
    public static func start(on address: SocketAddress, _ fingerprinter: Fingerprinter) throws(EchoError) -> Echo {
        let number = Monitor<UInt64>(0)
        do throws(DemoFault) {
            let server = try Server.start("echo", on: address, most: mostConnections) { connection in
                let mine = number.withLock { count in
                    count += 1
                    return count
                }
                EchoService(connection, number: mine, fingerprinter).serve()
            }
            return Echo(server, server.address)
        } catch {
            throw EchoError(text: error.text)
        }
    }

    /// Stops listening and answering.
    public func stop() { _ = server.stop() }
}

/// Why an echo could not be started.
public struct EchoError: Error {
    /// What was wrong, in one line.
    public var text: String
}

/// One connection of the echo.
private struct EchoService {
    private static let patience = 30_000
    private let connection: Connection
    private let number: UInt64
    private let fingerprinter: Fingerprinter

    init(_ connection: Connection, number: UInt64, _ fingerprinter: Fingerprinter) {
        self.connection = connection
        self.number = number
        self.fingerprinter = fingerprinter
    }

    /// Answers one request after the other until either side has had enough.
    func serve() {
        var recorder = Recorder(node: "echo", fingerprinting: fingerprinter)
        var exchange: UInt64 = 0
        var isOpen = true
        do throws(DemoFault) {
            while isOpen, try connection.awaitMessage(until: .after(milliseconds: EchoService.patience)) {
                exchange += 1
                isOpen = try answer(&recorder, exchange)
            }
        } catch {
            // The peer went away or is too slow: the connection ends.
        }
    }

    /// Answers one request; false when the connection is to end.
    private func answer(_ recorder: inout Recorder, _ exchange: UInt64) throws(DemoFault) -> Bool {
        let deadline = Moment.after(milliseconds: EchoService.patience)
        let began = Time.wallMicroseconds()
        var buffer = RecordBuffer()
        let id = Array("echo-\(number)-\(exchange)".utf8)
        recorder.begin(
            &buffer, id: id.span, wallMicroseconds: began, service: [], clientAddress: Array(connection.peer.utf8),
            connection: number, exchange: exchange, clientTLS: nil)
        let request: RawRequest
        do throws(DemoFault) {
            request = try connection.readRawRequest(until: deadline) { bytes, head in
                recorder.request(
                    &buffer, bytes, method: head.method, target: head.target, minorVersion: head.minorVersion,
                    lines: head.fields.lines, edits: [], sent: bytes)
            } trailers: { bytes, section in
                recorder.trailers(
                    &buffer, side: .request, bytes, lines: section.lines, edits: [], sent: bytes)
            }
        } catch {
            if case .malformed(let what) = error {
                let text = Array("hoplens echo: \(what)\n".utf8)
                try connection.send(
                    Array(
                        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: \(text.count)\r\nConnection: close\r\n\r\n"
                            .utf8) + text, until: deadline)
                return false
            }
            throw error
        }
        recorder.end(
            &buffer, .complete, durationMicroseconds: Time.wallMicroseconds() - began, timing: RecordedTiming(),
            requestBody: BodyFacts(request.framing, bytes: Int64(request.bodyBytes)), responseBody: nil, error: nil)
        var line: [UInt8] = []
        recorder.append(buffer, to: &line)
        line.removeLast()
        let ask = EchoAsk(target: request.target)
        try connection.send(EchoAnswer.early(ask), until: deadline)
        connection.pause(milliseconds: ask.delay)
        var text: [UInt8] = []
        if ask.isText {
            var reader = TraceReader()
            if let record = try? reader.record(line.span, 0..<line.count) { text = EchoAnswer.text(record) }
        }
        try connection.send(
            EchoAnswer.final(
                ask, record: line, text: text, method: request.method, minorVersion: request.minorVersion,
                closes: request.closes), until: .after(milliseconds: EchoService.patience))
        return !request.closes
    }
}
