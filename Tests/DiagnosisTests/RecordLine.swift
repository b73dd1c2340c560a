// A record as the line a Recorder would have written: the members in its order, nothing left out that it writes. What the
// reader makes of the line is the record again, which the tests that use it check.

import Fields
import JSON
import Wire

@testable import Trace

enum RecordLine {
    /// The line of a record, without its line feed.
    static func text(_ record: Record) -> [UInt8] {
        var out: [UInt8] = []
        out.append(text: #"{"v":1,"id":"#)
        out.appendJSON(string: record.id)
        member("node", record.node, &out)
        out.append(text: #","time":""#)
        Timestamp.append(record.time, to: &out)
        out.append(text: "\"")
        if record.raw { out.append(text: #","raw":true"#) }
        member("service", record.service, &out)
        out.append(text: #","client":{"address":"#)
        out.appendJSON(string: record.client.address)
        out.append(text: #","connection":\#(record.client.connection),"exchange":\#(record.client.exchange)"#)
        member("tls", record.client.tls, &out)
        out.append(text: "}")
        if let origin = record.origin { append(origin, &out) }
        if let request = record.request { append(request, &out) }
        trailers("request_trailers", record.requestTrailers, &out)
        trailers("response_trailers", record.responseTrailers, &out)
        if !record.interim.isEmpty {
            out.append(text: #","interim":["#)
            for (n, response) in record.interim.enumerated() {
                if n > 0 { out.append(text: ",") }
                append(response, &out)
            }
            out.append(text: "]")
        }
        if let response = record.response {
            out.append(text: #","response":"#)
            append(response, &out)
        }
        if let body = record.requestBody { append("request_body", body, &out) }
        if let body = record.responseBody { append("response_body", body, &out) }
        out.append(text: #","duration_us":\#(record.durationMicroseconds)"#)
        let timing = record.timing
        let phases = [
            ("connect_us", timing.connect), ("tls_us", timing.tls), ("first_byte_us", timing.firstByte),
            ("request_us", timing.request),
        ].compactMap { name, value in value.map { #""\#(name)":\#($0)"# } }
        if !phases.isEmpty { out.append(text: #","timing":{"# + phases.joined(separator: ",") + "}") }
        member("end", record.end.word, &out)
        if let error = record.error {
            out.append(text: #","error":{"side":"#)
            out.appendJSON(string: error.side)
            member("phase", error.phase, &out)
            member("cause", error.cause, &out)
            member("text", error.text, &out)
            out.append(text: "}")
        }
        out.append(text: "}")
        return out
    }

    private static func member(_ name: String, _ value: String?, _ out: inout [UInt8]) {
        guard let value else { return }
        out.append(text: #","\#(name)":"#)
        out.appendJSON(string: value)
    }

    private static func append(_ origin: RecordedOrigin, _ out: inout [UInt8]) {
        out.append(text: #","origin":{"url":"#)
        out.appendJSON(string: origin.url)
        member("address", origin.address, &out)
        if let connection = origin.connection { out.append(text: #","connection":\#(connection)"#) }
        out.append(text: #","reused":\#(origin.reused)"#)
        if origin.retried { out.append(text: #","retried":true"#) }
        member("tls", origin.tls, &out)
        if !origin.verified { out.append(text: #","verified":false"#) }
        out.append(text: "}")
    }

    private static func append(_ request: RecordedRequest, _ out: inout [UInt8]) {
        out.append(text: #","request":{"method":"#)
        out.appendJSON(string: request.method ?? "")
        member("target", request.target, &out)
        if request.targetLatin1 { out.append(text: #","target_enc":"latin1""#) }
        member("version", request.version, &out)
        section(request.head, &out)
        out.append(text: "}")
    }

    private static func append(_ response: RecordedResponse, _ out: inout [UInt8]) {
        out.append(text: #"{"status":\#(response.status)"#)
        member("reason", response.reason, &out)
        if response.reasonLatin1 { out.append(text: #","reason_enc":"latin1""#) }
        member("version", response.version, &out)
        section(response.head, &out)
        if response.byHoplens { out.append(text: #","by":"hoplens""#) }
        out.append(text: "}")
    }

    private static func trailers(_ name: String, _ section: RecordedSection?, _ out: inout [UInt8]) {
        guard let section else { return }
        var members: [UInt8] = []
        self.section(section, &members)
        out.append(text: #","\#(name)":{"#)
        out += members.dropFirst()
        out.append(text: "}")
    }

    private static func section(_ section: RecordedSection, _ out: inout [UInt8]) {
        out.append(text: #","fields":["#)
        for (n, line) in section.lines.enumerated() {
            out.append(text: n > 0 ? ",{" : "{")
            append(line, &out)
            out.append(text: "}")
        }
        out.append(text: #"],"edits":["#)
        for (n, edit) in section.edits.enumerated() {
            let operation = edit.operation == .drop ? "drop" : edit.operation == .add ? "add" : "replace"
            out.append(text: (n > 0 ? "," : "") + #"{"op":"\#(operation)","#)
            if let index = edit.index { out.append(text: #""i":\#(index),"#) }
            if edit.operation == .drop {
                out.append(text: #""n":"#)
                out.appendJSON(string: edit.line.name)
            } else {
                append(edit.line, &out)
            }
            member("why", edit.why, &out)
            out.append(text: "}")
        }
        out.append(text: "]")
    }

    private static func append(_ line: RecordedLine, _ out: inout [UInt8]) {
        out.append(text: #""n":"#)
        out.appendJSON(string: line.name)
        member("v", line.value, &out)
        if line.latin1 { out.append(text: #","enc":"latin1""#) }
        if let shape = line.shape { ShapeText.append(shape, to: &out) }
    }

    private static func append(_ name: String, _ body: RecordedBody, _ out: inout [UInt8]) {
        out.append(text: #","\#(name)":{"framing":"\#(body.framing.word)","bytes":\#(body.bytes)"#)
        if let sample = body.sample {
            out.append(text: #","sample":{"type":"#)
            out.appendJSON(string: sample.type)
            out.append(text: #","bytes":\#(sample.bytes)"#)
            member("coding", sample.coding, &out)
            member("text", sample.text, &out)
            out.append(text: #","truncated":\#(sample.truncated)}"#)
        }
        out.append(text: "}")
    }
}
