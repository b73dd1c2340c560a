// A comparison for machines: one JSON document, described by configs/compare-v1.schema.json. Members stand in a fixed
// order and rows in theirs, so two runs that saw the same differ in times only.

public import Comparison
import Diagnosis
import JSON

/// Comparisons as JSON.
public enum ComparisonJSON {
    /// The whole document, with a line feed.
    public static func document(_ result: ComparisonResult) -> [UInt8] {
        var out: [UInt8] = []
        var json = JSONWriter()
        json.beginObject(&out)
        json.key("v", &out)
        json.integer(1, &out)
        json.key("time", &out)
        json.integer(Int(result.time), &out)
        json.key("conclusion", &out)
        json.beginObject(&out)
        FindingJSON.member("headline", result.conclusion.headline, &json, &out)
        FindingJSON.list("sentences", result.conclusion.sentences, &json, &out)
        FindingJSON.member("side", result.conclusion.side, &json, &out)
        FindingJSON.member("layer", result.conclusion.layer.rawValue, &json, &out)
        FindingJSON.member("first_step", result.conclusion.firstStep, &json, &out)
        json.endObject(&out)
        FindingJSON.member("worst", result.worst?.word, &json, &out)
        json.key("partial", &out)
        json.bool(result.isPartial, &out)
        json.key("rounds", &out)
        json.integer(result.rounds, &out)
        FindingJSON.list("warnings", result.warnings, &json, &out)
        FindingJSON.list("left_out", result.leftOut, &json, &out)
        json.key("origin", &out)
        side(result.origin, &json, &out)
        json.key("public", &out)
        side(result.publicSide, &json, &out)
        json.key("differences", &out)
        json.beginArray(&out)
        for shared in result.shared { row(shared, &json, &out) }
        json.endArray(&out)
        json.key("requests", &out)
        json.beginArray(&out)
        for request in result.requests { self.request(request, &json, &out) }
        json.endArray(&out)
        json.key("bisections", &out)
        json.beginArray(&out)
        for found in result.bisections {
            json.beginObject(&out)
            FindingJSON.member("request", found.request, &json, &out)
            FindingJSON.member("side", found.side, &json, &out)
            FindingJSON.list("fields", found.fields, &json, &out)
            FindingJSON.member("text", found.text, &json, &out)
            json.key("asked", &out)
            json.integer(found.asked, &out)
            json.endObject(&out)
        }
        json.endArray(&out)
        json.endObject(&out)
        out.append(UInt8(ascii: "\n"))
        return out
    }

    private static func side(_ side: ComparedSide, _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.beginObject(&out)
        FindingJSON.member("url", side.url, &json, &out)
        FindingJSON.member("connect", side.connect, &json, &out)
        FindingJSON.list("peers", side.peers, &json, &out)
        FindingJSON.member("tls", side.tls, &json, &out)
        json.key("verified", &out)
        json.bool(side.isVerified, &out)
        FindingJSON.member("ca_file", side.caFile, &json, &out)
        FindingJSON.list("hops", side.hops, &json, &out)
        json.endObject(&out)
    }

    private static func row(_ shared: SharedDifference, _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.beginObject(&out)
        let row = shared.row
        FindingJSON.member("area", row.area.rawValue, &json, &out)
        FindingJSON.member("name", row.name, &json, &out)
        FindingJSON.member("severity", row.severity.word, &json, &out)
        FindingJSON.member("origin", row.left, &json, &out)
        FindingJSON.member("public", row.right, &json, &out)
        FindingJSON.member("meaning", row.meaning, &json, &out)
        FindingJSON.member("layer", row.layer?.rawValue, &json, &out)
        FindingJSON.member("first_step", row.firstStep, &json, &out)
        FindingJSON.list("requests", shared.requests, &json, &out)
        json.endObject(&out)
    }

    private static func request(_ request: ComparedRequest, _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.beginObject(&out)
        FindingJSON.member("name", request.name, &json, &out)
        FindingJSON.member("path", request.path, &json, &out)
        FindingJSON.member("line", request.line, &json, &out)
        FindingJSON.member("worst", request.worst?.word, &json, &out)
        for (key, answer) in [("origin", request.left), ("public", request.right)] {
            json.key(key, &out)
            json.beginObject(&out)
            json.key("statuses", &out)
            json.beginArray(&out)
            for status in answer.statuses { json.integer(status, &out) }
            json.endArray(&out)
            FindingJSON.member("answerer", answer.answerer, &json, &out)
            FindingJSON.member("type", answer.type, &json, &out)
            json.key("bytes", &out)
            if let bytes = answer.bytes { json.integer(Int(bytes), &out) } else { json.null(&out) }
            json.key("from_cache", &out)
            json.bool(answer.isFromCache, &out)
            FindingJSON.member("error", answer.error, &json, &out)
            json.key("first_byte_ms", &out)
            if let time = answer.milliseconds { json.integer(Int(time), &out) } else { json.null(&out) }
            json.key("redirects", &out)
            json.beginArray(&out)
            for step in answer.redirects {
                json.beginObject(&out)
                json.key("status", &out)
                json.integer(step.status, &out)
                FindingJSON.member("from", step.from, &json, &out)
                FindingJSON.member("to", step.to, &json, &out)
                FindingJSON.list("effects", step.effects, &json, &out)
                json.endObject(&out)
            }
            json.endArray(&out)
            json.endObject(&out)
        }
        json.endObject(&out)
    }
}
