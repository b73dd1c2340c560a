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
        text("headline", result.conclusion.headline, &json, &out)
        list("sentences", result.conclusion.sentences, &json, &out)
        text("side", result.conclusion.side, &json, &out)
        text("layer", result.conclusion.layer.rawValue, &json, &out)
        text("first_step", result.conclusion.firstStep, &json, &out)
        json.endObject(&out)
        text("worst", result.worst?.word, &json, &out)
        json.key("partial", &out)
        json.bool(result.isPartial, &out)
        json.key("rounds", &out)
        json.integer(result.rounds, &out)
        list("warnings", result.warnings, &json, &out)
        list("left_out", result.leftOut, &json, &out)
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
            text("request", found.request, &json, &out)
            text("side", found.side, &json, &out)
            list("fields", found.fields, &json, &out)
            text("text", found.text, &json, &out)
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
        text("url", side.url, &json, &out)
        text("connect", side.connect, &json, &out)
        list("peers", side.peers, &json, &out)
        text("tls", side.tls, &json, &out)
        json.key("verified", &out)
        json.bool(side.isVerified, &out)
        text("ca_file", side.caFile, &json, &out)
        list("hops", side.hops, &json, &out)
        json.endObject(&out)
    }

    private static func row(_ shared: SharedDifference, _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.beginObject(&out)
        let row = shared.row
        text("area", row.area.rawValue, &json, &out)
        text("name", row.name, &json, &out)
        text("severity", row.severity.word, &json, &out)
        text("origin", row.left, &json, &out)
        text("public", row.right, &json, &out)
        text("meaning", row.meaning, &json, &out)
        text("layer", row.layer?.rawValue, &json, &out)
        text("first_step", row.firstStep, &json, &out)
        list("requests", shared.requests, &json, &out)
        json.endObject(&out)
    }

    private static func request(_ request: ComparedRequest, _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.beginObject(&out)
        text("name", request.name, &json, &out)
        text("path", request.path, &json, &out)
        text("line", request.line, &json, &out)
        text("worst", request.worst?.word, &json, &out)
        for (key, answer) in [("origin", request.left), ("public", request.right)] {
            json.key(key, &out)
            json.beginObject(&out)
            json.key("statuses", &out)
            json.beginArray(&out)
            for status in answer.statuses { json.integer(status, &out) }
            json.endArray(&out)
            text("answerer", answer.answerer, &json, &out)
            text("type", answer.type, &json, &out)
            json.key("bytes", &out)
            if let bytes = answer.bytes { json.integer(Int(bytes), &out) } else { json.null(&out) }
            json.key("from_cache", &out)
            json.bool(answer.isFromCache, &out)
            text("error", answer.error, &json, &out)
            json.key("first_byte_ms", &out)
            if let time = answer.milliseconds { json.integer(Int(time), &out) } else { json.null(&out) }
            json.key("redirects", &out)
            json.beginArray(&out)
            for step in answer.redirects {
                json.beginObject(&out)
                json.key("status", &out)
                json.integer(step.status, &out)
                text("from", step.from, &json, &out)
                text("to", step.to, &json, &out)
                list("effects", step.effects, &json, &out)
                json.endObject(&out)
            }
            json.endArray(&out)
            json.endObject(&out)
        }
        json.endObject(&out)
    }

    private static func text(_ name: String, _ text: String?, _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.key(name, &out)
        if let text { json.string(text, &out) } else { json.null(&out) }
    }

    private static func list(_ name: String, _ texts: [String], _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.key(name, &out)
        json.beginArray(&out)
        for text in texts { json.string(text, &out) }
        json.endArray(&out)
    }
}
