// Exchanges for the golden texts, and the texts as strings.

import Fields
import Ledger
import Report
import Trace

/// 2026-11-21T00:33:01Z, the moment of every example.
let moment: Int64 = 1_795_221_181

let jwt = ValueShape(
    .jwt, length: 187, fingerprint: 0x5F2C_9A01, scheme: "Bearer",
    token: JWTFacts(algorithm: "HS256", expires: moment + 3 * 3600))

let bearer = RecordedLine(name: "Authorization", value: "Bearer ‹jwt,187,#5f2c9a01›", shape: jwt)

func lines(_ pairs: KeyValuePairs<String, String>) -> [RecordedLine] {
    pairs.map { RecordedLine(name: $0.key, value: $0.value) }
}

func edit(
    _ operation: FieldEdit.Operation, _ index: Int?, _ name: String, _ value: String, _ why: EditReason
) -> RecordedEdit {
    RecordedEdit(operation, index: index, line: RecordedLine(name: name, value: value), why: why.word)
}

func exchange(
    node: String = "hoplens-1a2b", _ method: String = "GET", _ target: String = "/wp-json/wp/v2/posts",
    request: [RecordedLine] = [], edits: [RecordedEdit] = [], status: Int = 200, response: [RecordedLine] = [],
    responseEdits: [RecordedEdit] = []
) -> Record {
    var record = Record(
        id: "0k3v9a7b2c1d0", node: node, time: moment * 1_000_000 + 123_456,
        client: RecordedClient(address: "127.0.0.1:53012", connection: 17, exchange: 3), end: .complete)
    record.durationMicroseconds = 12_345
    var origin = RecordedOrigin(url: "https://example.test:443")
    origin.address = "192.0.2.1:443"
    origin.connection = 4
    origin.tls = "TLSv1.3"
    record.origin = origin
    record.request = RecordedRequest(
        method: method, target: target, version: "1.1", head: RecordedSection(lines: request, edits: edits))
    record.response = RecordedResponse(
        status: status, reason: "", head: RecordedSection(lines: response, edits: responseEdits))
    record.requestBody = RecordedBody(framing: .none, bytes: 0)
    record.responseBody = RecordedBody(framing: .length, bytes: 200)
    return record
}

/// A request whose client asks, without knowing it, that its credential be removed.
func stolenCredential() -> Record {
    var record = exchange(
        "GET", "/wp-json/wp/v2/posts?context=edit",
        request: lines(["Host": "127.0.0.1:8080"]) + [bearer]
            + lines(["Connection": "authorization", "Accept": "*/*"]),
        edits: [
            edit(.replace, 0, "Host", "example.test", .hostPolicy),
            edit(.drop, 1, "Authorization", "", .connectionNominated), edit(.drop, 2, "Connection", "", .hopByHop),
            edit(.add, nil, "Via", "1.1 hoplens-1a2b", .via),
        ],
        status: 401, response: lines(["Content-Type": "application/json; charset=UTF-8", "Vary": "Origin"]))
    record.timing = RecordedTiming(connect: 640, tls: 3_210, firstByte: 11_900, request: 4_100)
    record.responseBody?.sample = RecordedSample(
        type: "application/json", bytes: 60, text: "{\"code\":\"rest_forbidden_context\",\"data\":{\"status\":401}}",
        truncated: false)
    return record
}

/// The two records of a chain whose middle strips Authorization and doubles Access-Control-Allow-Origin.
func chain() -> [Record] {
    let origin = lines(["Access-Control-Allow-Origin": "https://app.test", "Content-Type": "application/json"])
    let outer = exchange(
        node: "outer", request: [bearer] + lines(["Origin": "https://app.test"]),
        edits: [edit(.add, nil, "Via", "1.1 outer", .via)], status: 401,
        response: origin + lines(["Access-Control-Allow-Origin": "https://app.test"]))
    let inner = exchange(
        node: "inner", request: lines(["Origin": "https://app.test", "Via": "1.1 outer"]),
        edits: [edit(.add, nil, "Via", "1.1 inner", .via)], status: 401, response: origin)
    return [outer, inner]
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func style(_ width: Int = 80, color: Bool = false, ascii: Bool = false) -> Style {
    Style(width: width, color: color, ascii: ascii, now: moment)
}

func line(_ record: Record, _ style: Style = style()) -> String {
    text(Reporter(style).line(record, news: Ledger.news(of: record)))
}

func matrix(_ record: Record, _ style: Style = style()) -> String {
    text(Reporter(style).matrix(record, Ledger(record)))
}
