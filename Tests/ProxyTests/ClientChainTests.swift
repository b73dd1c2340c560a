// Requests of our own in a chain of nodes: what goes out, what is taken out of the answer, what the record has.
import NodeChain
import Proxy
import Settings
import Testing
import Trace
import Wire

@Suite("Client in a chain")
struct ClientChainTests {
    private static let key = [UInt8](repeating: 7, count: 32)

    private func traces(_ head: String) -> [String] {
        head.split(separator: "\r\n").filter { $0.hasPrefix("Hoplens-Trace: ") }.map { String($0.dropFirst(15)) }
    }

    private func ask(
        _ client: Client, _ server: ScriptServer, _ method: String = "GET", _ fields: [(String, String)] = [],
        isTraced: Bool = true
    ) throws -> ClientAnswer {
        var request = ClientRequest(
            target: AskTarget(tls: false, host: "127.0.0.1", port: server.port), method: method, path: Array("/a".utf8),
            fields: fields.map { ($0.0, Array($0.1.utf8)) }, body: method == "POST" ? Array("body".utf8) : [])
        request.isTraced = isTraced
        return try client.send(request, milliseconds: 5000)
    }

    @Test("each request carries a trace of its own under the key; a preflight and a client without a key carry none")
    func traces() throws {
        let server = try ScriptServer { _, _, _ in .ok("fine") }
        let client = try Client(concurrency: 1, chainKey: Self.key)
        let first = try ask(client, server, "POST")
        _ = try ask(client, server, "OPTIONS")
        let preflight = try ask(
            client, server, "OPTIONS", [("Origin", "https://a.test"), ("Access-Control-Request-Method", "PUT")])
        _ = try ask(try Client(concurrency: 1), server)
        _ = try ask(client, server, isTraced: false)
        let heads = server.heads
        let keeper = ChainKeeper(key: Self.key) { _ in }
        let ids = heads.map { traces($0).compactMap { ChainTrace(Array($0.utf8), keeper)?.id } }
        #expect(ids.map(\.count) == [1, 1, 0, 0, 0])
        #expect(ids[0] != ids[1])
        #expect(!heads[2].lowercased().contains("traceparent"))
        #expect(first.record.chain?.trace == ids[0].first.map { String(decoding: Hex.text($0), as: UTF8.self) })
        #expect(first.record.chain?.began == true && first.record.chain?.reports.isEmpty == true)
        #expect(first.record.request?.head.edits.map(\.why) == ["chain", "chain"])
        #expect(preflight.record.chain == nil)
    }

    @Test("a report under the key goes into the record and out of the answer; any other stays")
    func reports() throws {
        let secret = "Basic ZWRpdG9yOnNlY3JldA=="
        let server = try ScriptServer { _, _, head in
            let keeper = ChainKeeper(key: Self.key) { _ in }
            let trace = traces(head).first.flatMap { ChainTrace(Array($0.utf8), keeper) }
            var report = ChainReport(kind: .node, node: Array("inner".utf8), trace: trace?.id ?? [], seconds: 1)
            let value = Array(secret.utf8)
            report.request.lines = [
                ReportedLine(
                    name: Array("Authorization".utf8), length: value.count,
                    fingerprint: keeper.fingerprint(value.span, Extent(0, value.count)))
            ]
            let ours = String(decoding: report.value(keeper), as: UTF8.self)
            return Reply(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nHoplens-Report: \(ours)\r\nHoplens-Report: another\r\n\r\nok")
        }
        let client = try Client(concurrency: 1, chainKey: Self.key)
        let answer = try ask(client, server, "GET", [("Authorization", secret)])
        #expect(answer.all("hoplens-report").map { String(decoding: $0, as: UTF8.self) } == ["another"])
        #expect(answer.record.response?.head.sent().filter { $0.name == "Hoplens-Report" }.count == 1)
        let report = try #require(answer.record.chain?.reports.first)
        #expect(report.node == "inner" && report.otherTrace == nil)
        // Told by fingerprint to be the line that was sent.
        #expect(report.request.lines == answer.record.request?.head.lines.filter { $0.name == "Authorization" })
        #expect(try ask(try Client(concurrency: 1), server).all("hoplens-report").count == 2)
    }
}
