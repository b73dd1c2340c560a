// Records for the tests, written the short way.

import Fields
import Trace

func lines(_ pairs: KeyValuePairs<String, String>) -> [RecordedLine] {
    pairs.map { RecordedLine(name: $0.key, value: $0.value) }
}

func drop(_ index: Int, _ name: String, _ why: EditReason) -> RecordedEdit {
    RecordedEdit(.drop, index: index, line: RecordedLine(name: name, value: ""), why: why.word)
}

func replace(_ index: Int, _ name: String, _ value: String, _ why: EditReason) -> RecordedEdit {
    RecordedEdit(.replace, index: index, line: RecordedLine(name: name, value: value), why: why.word)
}

func add(_ name: String, _ value: String, _ why: EditReason) -> RecordedEdit {
    RecordedEdit(.add, index: nil, line: RecordedLine(name: name, value: value), why: why.word)
}

/// A complete exchange through a node, with the given heads.
func record(
    node: String = "hoplens-1a2b", request: [RecordedLine] = [], requestEdits: [RecordedEdit] = [],
    status: Int = 200, response: [RecordedLine] = [], responseEdits: [RecordedEdit] = []
) -> Record {
    var record = Record(
        id: "0k3v9a7b2c1d0", node: node, time: 1_795_221_181_123_456,
        client: RecordedClient(address: "127.0.0.1:53012", connection: 17, exchange: 3), end: .complete)
    record.durationMicroseconds = 12_345
    var origin = RecordedOrigin(url: "https://example.test:443")
    origin.connection = 4
    record.origin = origin
    record.request = RecordedRequest(
        method: "GET", target: "/wp-json/", version: "1.1",
        head: RecordedSection(lines: request, edits: requestEdits))
    record.response = RecordedResponse(
        status: status, reason: "", head: RecordedSection(lines: response, edits: responseEdits))
    return record
}

/// A random generator that gives the same numbers every time.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
