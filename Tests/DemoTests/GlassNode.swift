// A node made of glass: it passes whole messages on as they are and tells what it saw, in records of the usual form.
// With it the scenes can be tested on what they find, apart from the proxy, and a fault of the proxy shows in the
// proxy's tests.

import Fields
import Reactor
import Trace

@testable import Demo

final class GlassNode: ChainNode {
    private let server: Server

    var port: UInt16 { server.port }

    private init(_ server: Server) { self.server = server }

    func stop() { server.stop() }

    static let maker: NodeMaker = { (name, upstream, deliver) throws(DemoFault) in
        let connections = Monitor<UInt64>(0)
        return GlassNode(
            try Server.start("node \(name)") { request in
                let number = connections.withLock { count in
                    count += 1
                    return count
                }
                var record = Record(
                    id: "glass-\(number)", node: name, time: 1_790_000_000_000_000,
                    client: RecordedClient(address: "127.0.0.1:1", connection: number, exchange: 1), end: .complete)
                record.origin = RecordedOrigin(url: "http://127.0.0.1:\(upstream)")
                record.origin?.connection = number
                record.request = RecordedRequest(
                    method: request.method, target: request.target, version: "1.1", head: section(request.fields))
                let bodySize = Int64(request.body.count)
                record.requestBody = RecordedBody(framing: bodySize == 0 ? .none : .length, bytes: bodySize)
                let response = (try? DemoClient.send(request, to: upstream)) ?? Response(status: 502, reason: "")
                record.response = RecordedResponse(
                    status: response.status, reason: response.reason, head: section(response.fields))
                record.responseBody = RecordedBody(framing: .length, bytes: Int64(response.body.count))
                deliver(record)
                return response
            })
    }

    private static func section(_ fields: [Field]) -> RecordedSection {
        RecordedSection(lines: fields.map(line))
    }

    private static func line(_ field: Field) -> RecordedLine {
        switch field.name.lowercased() {
        case "authorization", "cookie", "x-wp-nonce":
            let mark = field.value.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
            let count = field.value.utf8.count
            return RecordedLine(
                name: field.name, value: "‹secret,\(count),#\(String(mark, radix: 16))›",
                shape: ValueShape(.secret, length: count, fingerprint: mark))
        default: return RecordedLine(name: field.name, value: field.value)
        }
    }
}
