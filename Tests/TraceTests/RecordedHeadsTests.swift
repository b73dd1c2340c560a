// The recorder's memory of whole heads against a recorder that has none: the same heads, few enough to repeat, with edits
// whose places and bytes differ, must come to the same text.

import Fields
import Testing
import Wire

@testable import Trace

@Suite struct RecordedHeadsTests {
    private let requests = [
        "GET /a?token=abc HTTP/1.1\r\nHost: a.test\r\nAuthorization: Basic YTpi\r\nX: 1\r\n\r\n",
        "GET /a?token=abd HTTP/1.1\r\nHost: a.test\r\nAuthorization: Basic YTpi\r\nX: 1\r\n\r\n",
        "GET /a?token=abc HTTP/1.0\r\nHost: a.test\r\nAuthorization: Basic YTpi\r\nX: 1\r\n\r\n",
        "GET /a?token=abc HTTP/1.1\r\nHost: a.test\r\nAuthorization: Basic YTpj\r\nX: 1\r\n\r\n",
    ]
    private let responses = [
        "HTTP/1.1 200 OK\r\nDate: Sat, 28 Nov 2026 22:00:00 GMT\r\nSet-Cookie: a=b\r\n\r\n",
        "HTTP/1.1 404 OK\r\nDate: Sat, 28 Nov 2026 22:00:00 GMT\r\nSet-Cookie: a=b\r\n\r\n",
        "HTTP/1.1 200 OK\r\nDate: Sat, 28 Nov 2026 22:00:01 GMT\r\nSet-Cookie: a=b\r\n\r\n",
    ]
    /// What was sent, and the edits that say so.
    private let rewritten: [(String, [FieldEdit])] = [
        ("", []), ("", [FieldEdit(.drop, .hopByHop, id: .other, index: 1)]),
        ("Via: 1.1 a", [FieldEdit(.add, .via, id: .via, index: -1, name: Extent(0, 3), value: Extent(5, 10))]),
        ("Via: 1.1 b", [FieldEdit(.add, .via, id: .via, index: -1, name: Extent(0, 3), value: Extent(5, 10))]),
        ("Via: 1.1 b", [FieldEdit(.add, .forwarded, id: .via, index: -1, name: Extent(0, 3), value: Extent(5, 10))]),
        (
            "Host: b.tst",
            [FieldEdit(.replace, .hostPolicy, id: .host, index: 0, name: Extent(0, 4), value: Extent(6, 11))]
        ),
    ]

    private func line(_ recorder: inout Recorder, _ ask: String, _ answer: String, _ edit: Int, own: Bool) -> String {
        var r = RecordBuffer()
        var (request, response) = (RequestHead(), ResponseHead())
        let (asked, answered, sent) = (Array(ask.utf8), Array(answer.utf8), Array(rewritten[edit].0.utf8))
        let edits = rewritten[edit].1
        _ = try? HeadParser.request(asked.span, from: 0, into: &request, limits: HeadLimits())
        _ = try? HeadParser.response(answered.span, from: 0, into: &response, limits: HeadLimits())
        recorder.begin(
            &r, id: sent.span, wallMicroseconds: 5, service: [], clientAddress: [], connection: 1, exchange: 1,
            clientTLS: nil)
        recorder.request(
            &r, asked.span, method: request.method, target: request.target, minorVersion: request.minorVersion,
            lines: request.fields.lines, edits: edits, sent: sent.span)
        recorder.response(
            &r, answered.span, status: response.status, reason: response.reason, minorVersion: response.minorVersion,
            lines: response.fields.lines, edits: edits, sent: sent.span, byHoplens: own)
        var out: [UInt8] = []
        recorder.append(r, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    @Test func aRememberedHeadIsWrittenLikeANewOne() {
        var generator = SystemRandomNumberGenerator()
        var remembering = Recorder(node: "a", fingerprinting: TestFingerprints())
        for _ in 0..<3000 {
            let ask = requests.randomElement(using: &generator) ?? ""
            let answer = responses.randomElement(using: &generator) ?? ""
            let edit = Int.random(in: 0..<rewritten.count, using: &generator)
            let own = Int.random(in: 0..<4, using: &generator) == 0
            var fresh = Recorder(node: "a", fingerprinting: TestFingerprints())
            let one = line(&remembering, ask, answer, edit, own: own)
            let other = line(&fresh, ask, answer, edit, own: own)
            if one != other {
                Issue.record("\(one)\n\(other)")
                return
            }
        }
        let hits = remembering.heads.hits
        #expect(hits > 100, "hardly a head was remembered")
    }
}
