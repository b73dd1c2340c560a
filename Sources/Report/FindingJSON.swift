// Findings for machines: the `findings` member that a live line of `--json` has behind the members of the record, and the
// catalogue of `hoplens rules --json`. What is written here is described by configs/findings-v1.schema.json.

public import Diagnosis
public import JSON
import Ledger
public import Trace

extension Reporter {
    /// The line of a record, given without its line feed, with what was found behind it.
    public func json(_ line: ArraySlice<UInt8>, _ record: Record, _ findings: [Finding]) -> [UInt8] {
        var result: [UInt8] = []
        Reporter.append(line.span, record.raw ? findings.map(\.masked) : findings, to: &result)
        return result
    }

    /// Appends the line of a record, given without its line feed, with what was found behind it.
    static func append(_ line: Span<UInt8>, _ findings: [Finding], to out: inout [UInt8]) {
        out.append(addingCapacity: line.count + 16) { out in
            for i in 0..<line.count { out.append(line[i]) }
        }
        FindingJSON.append(findings, to: &out)
        out.append(UInt8(ascii: "\n"))
    }
}

/// Findings and rules as JSON.
public enum FindingJSON {
    /// Adds the member `findings` to a line that holds one object; the line feed is not part of it.
    public static func append(_ findings: [Finding], to line: inout [UInt8]) {
        guard line.last == UInt8(ascii: "}") else { return }
        line.removeLast()
        line += Array(#","findings":"#.utf8)
        var json = JSONWriter()
        json.beginArray(&line)
        for finding in findings { write(finding, &json, &line) }
        json.endArray(&line)
        line.append(UInt8(ascii: "}"))
    }

    /// Writes one finding as an object.
    public static func write(_ finding: Finding, _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.beginObject(&out)
        member("rule", finding.rule, &json, &out)
        member("severity", finding.severity.word, &json, &out)
        member("layer", finding.layer.rawValue, &json, &out)
        list("also_layers", finding.alsoLayers.map(\.rawValue), &json, &out)
        member("confidence", finding.confidence.word, &json, &out)
        member("title", finding.title, &json, &out)
        member("field", finding.field, &json, &out)
        json.key("lost_between", &out)
        if let gap = finding.gap {
            json.beginArray(&out)
            write(gap.from, &json, &out)
            write(gap.to, &json, &out)
            json.endArray(&out)
        } else {
            json.null(&out)
        }
        json.key("evidence", &out)
        json.beginArray(&out)
        for piece in finding.evidence {
            json.beginObject(&out)
            member("exchange", piece.exchange, &json, &out)
            json.key("point", &out)
            if let point = piece.point { write(point, &json, &out) } else { json.null(&out) }
            member("text", piece.text, &json, &out)
            json.endObject(&out)
        }
        json.endArray(&out)
        member("first_step", finding.firstStep, &json, &out)
        member("not_yet", finding.notYet, &json, &out)
        member("not_proven", finding.notProven, &json, &out)
        member("separating_test", finding.separatingTest, &json, &out)
        json.endObject(&out)
    }

    private static func write(_ point: Point, _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.beginObject(&out)
        member("node", point.node, &json, &out)
        member("at", point.place.name, &json, &out)
        json.endObject(&out)
    }

    /// The catalogue as one list.
    public static func catalogue(_ rules: [Rule]) -> [UInt8] {
        var out: [UInt8] = []
        var json = JSONWriter()
        json.beginArray(&out)
        for rule in rules {
            json.beginObject(&out)
            member("id", rule.id, &json, &out)
            member("severity", rule.severity.word, &json, &out)
            member("layer", rule.layer.rawValue, &json, &out)
            member("title", rule.title, &json, &out)
            member("rationale", rule.rationale, &json, &out)
            list("sources", rule.sources, &json, &out)
            member("first_step", rule.firstStep, &json, &out)
            list("fixes", rule.fixes, &json, &out)
            member("not_yet", rule.notYet, &json, &out)
            member("separating_test", rule.separatingTest, &json, &out)
            list("supersedes", rule.supersedes, &json, &out)
            json.endObject(&out)
        }
        json.endArray(&out)
        out.append(UInt8(ascii: "\n"))
        return out
    }

    static func member(_ name: String, _ text: String?, _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.key(name, &out)
        if let text { json.string(text, &out) } else { json.null(&out) }
    }

    static func list(_ name: String, _ texts: [String], _ json: inout JSONWriter, _ out: inout [UInt8]) {
        json.key(name, &out)
        json.beginArray(&out)
        for text in texts { json.string(text, &out) }
        json.endArray(&out)
    }
}

extension Place {
    /// The place in ASCII, as JSON has it.
    fileprivate var name: String {
        switch self {
        case .php: "php"
        case .clientToNode: "client->node"
        case .nodeToOrigin: "node->origin"
        case .originToNode: "origin->node"
        case .nodeToClient: "node->client"
        }
    }
}
