// Records into HAR 1.2, one entry at a time, so that a capture of any size can be exported. An entry is what the client saw:
// the request as it came, the answer as it was sent on. Values are those of the record, so secrets stay replaced; the sizes
// of heads are exact all the same, because every mark tells the length of what it replaced.
//
// Where a trace does not know a number, HAR's -1 says so: the decoded size of a compressed body, times of phases that did
// not happen. The sum of the timings is `time`, and `ssl` is a part of `connect`, as the format wants it.

import Fields
public import Trace
import JSON

/// Writes a HAR log.
public struct HARWriter {
    private var json = JSONWriter()
    private var hasEntries = false

    /// A writer of one log.
    public init() {}

    /// The beginning of the log.
    public mutating func begin(creator: String, version: String, _ out: inout [UInt8]) {
        json.beginObject(&out)
        json.key("log", &out)
        json.beginObject(&out)
        text("version", "1.2", &out)
        json.key("creator", &out)
        json.beginObject(&out)
        text("name", creator, &out)
        text("version", version, &out)
        json.endObject(&out)
        json.key("pages", &out)
        json.beginArray(&out)
        json.endArray(&out)
        json.key("entries", &out)
        json.beginArray(&out)
    }

    /// One exchange.
    public mutating func entry(_ record: Record, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "\n"))
        json.beginObject(&out)
        text("startedDateTime", HARWriter.moment(record.time), &out)
        let timings = HARTimings(record)
        number("time", timings.sum, &out)
        request(record, &out)
        response(record, &out)
        json.key("cache", &out)
        json.beginObject(&out)
        json.endObject(&out)
        json.key("timings", &out)
        json.beginObject(&out)
        for (name, microseconds) in timings.phases {
            json.key(name, &out)
            if let microseconds { milliseconds(microseconds, &out) } else { json.integer(-1, &out) }
        }
        json.endObject(&out)
        if let address = record.origin?.address { text("serverIPAddress", HARWriter.host(address), &out) }
        text("connection", "\(record.client.connection)", &out)
        text("_exchange", record.id, &out)
        text("_node", record.node, &out)
        if let error = record.error { text("_error", error.text, &out) }
        json.endObject(&out)
    }

    /// The end of the log.
    public mutating func end(_ out: inout [UInt8]) {
        json.endArray(&out)
        json.endObject(&out)
        json.endObject(&out)
        out.append(UInt8(ascii: "\n"))
    }

    // MARK: Messages

    private mutating func request(_ record: Record, _ out: inout [UInt8]) {
        let request = record.request
        let lines = request?.head.lines ?? []
        let url = HARWriter.url(record)
        json.key("request", &out)
        json.beginObject(&out)
        text("method", request?.method ?? "GET", &out)
        text("url", url, &out)
        text("httpVersion", "HTTP/\(request?.version ?? "1.1")", &out)
        cookies(lines.filter { $0.name.lowercased() == "cookie" }, isSet: false, &out)
        headers(lines, &out)
        query(url, &out)
        let first = "\(request?.method ?? "") \(request?.target ?? "") HTTP/1.1"
        let size = request?.target == nil ? nil : HARWriter.headSize(first, request?.targetLatin1 ?? false, lines)
        integer("headersSize", size ?? -1, &out)
        integer("bodySize", record.requestBody.map { Int($0.bytes) } ?? -1, &out)
        json.endObject(&out)
    }

    private mutating func response(_ record: Record, _ out: inout [UInt8]) {
        json.key("response", &out)
        json.beginObject(&out)
        let response = record.response
        let lines = response?.head.sent() ?? []
        integer("status", response?.status ?? 0, &out)
        text("statusText", response?.reason ?? "", &out)
        text("httpVersion", response.map { "HTTP/\($0.version)" } ?? "", &out)
        cookies(lines.filter { $0.name.lowercased() == "set-cookie" }, isSet: true, &out)
        headers(lines, &out)
        content(record, lines, &out)
        text("redirectURL", lines.first { $0.name.lowercased() == "location" }?.value ?? "", &out)
        let size = response.map {
            HARWriter.headSize("HTTP/\($0.version) \($0.status) \($0.reason)", $0.reasonLatin1, lines)
        }
        integer("headersSize", size ?? -1, &out)
        integer("bodySize", response == nil ? -1 : record.responseBody.map { Int($0.bytes) } ?? -1, &out)
        json.endObject(&out)
    }

    /// The body: what is kept of it, and how long it was without its coding.
    private mutating func content(_ record: Record, _ lines: [RecordedLine], _ out: inout [UInt8]) {
        let body = record.responseBody
        let sample = body?.sample
        let isCoded = lines.contains {
            $0.name.lowercased() == "content-encoding" && $0.value.lowercased() != "identity"
        }
        json.key("content", &out)
        json.beginObject(&out)
        var size = body.map { Int($0.bytes) } ?? 0
        if isCoded, size > 0 {
            // A sample that is whole tells the decoded size; without one nobody knows it.
            let whole = sample.flatMap { $0.truncated ? nil : $0.text }.map { Marker.wireLength($0) }
            if let whole { integer("compression", whole - size, &out) }
            size = whole ?? -1
        }
        integer("size", size, &out)
        text("mimeType", lines.first { $0.name.lowercased() == "content-type" }?.value ?? "x-unknown", &out)
        if let sample, let kept = sample.text {
            text("text", kept, &out)
            if sample.truncated { text("comment", "the first \(sample.bytes) bytes", &out) }
        }
        json.endObject(&out)
    }

    private mutating func headers(_ lines: [RecordedLine], _ out: inout [UInt8]) {
        json.key("headers", &out)
        json.beginArray(&out)
        for line in lines { pair(line.name, line.value, &out) }
        json.endArray(&out)
    }

    private mutating func cookies(_ lines: [RecordedLine], isSet: Bool, _ out: inout [UInt8]) {
        json.key("cookies", &out)
        json.beginArray(&out)
        for line in lines {
            let parts = line.value.split(separator: ";").map(HARWriter.trimmed)
            for part in isSet ? parts.prefix(1) : parts[...] where !part.isEmpty {
                json.beginObject(&out)
                let (name, value) = HARWriter.split(part)
                text("name", name, &out)
                text("value", value ?? "", &out)
                for attribute in isSet ? parts.dropFirst() : [] {
                    let (key, value) = HARWriter.split(attribute)
                    switch key.lowercased() {
                    case "path", "domain": if let value { text(key.lowercased(), value, &out) }
                    case "httponly": flag("httpOnly", &out)
                    case "secure": flag("secure", &out)
                    default: break
                    }
                }
                json.endObject(&out)
            }
        }
        json.endArray(&out)
    }

    private mutating func query(_ url: String, _ out: inout [UInt8]) {
        json.key("queryString", &out)
        json.beginArray(&out)
        if let mark = url.firstIndex(of: "?") {
            for part in url[url.index(after: mark)...].prefix(while: { $0 != "#" }).split(separator: "&") {
                let (name, value) = HARWriter.split(part)
                pair(HARWriter.decoded(name), HARWriter.decoded(value ?? ""), &out)
            }
        }
        json.endArray(&out)
    }

    // MARK: Members

    private mutating func pair(_ name: String, _ value: String, _ out: inout [UInt8]) {
        json.beginObject(&out)
        text("name", name, &out)
        text("value", value, &out)
        json.endObject(&out)
    }

    private mutating func text(_ name: String, _ value: String, _ out: inout [UInt8]) {
        json.key(name, &out)
        json.string(value, &out)
    }

    private mutating func integer(_ name: String, _ value: Int, _ out: inout [UInt8]) {
        json.key(name, &out)
        json.integer(value, &out)
    }

    private mutating func flag(_ name: String, _ out: inout [UInt8]) {
        json.key(name, &out)
        json.bool(true, &out)
    }

    private mutating func number(_ name: String, _ microseconds: Int64, _ out: inout [UInt8]) {
        json.key(name, &out)
        milliseconds(microseconds, &out)
    }

    /// Milliseconds with three decimals, written as they are and not through a binary fraction.
    private mutating func milliseconds(_ microseconds: Int64, _ out: inout [UInt8]) {
        json.prepareRaw(&out)
        let value = max(0, microseconds)
        out += "\(value / 1000)".utf8
        let rest = value % 1000
        if rest > 0 { out += ".\(rest < 10 ? "00" : rest < 100 ? "0" : "")\(rest)".utf8 }
    }
}
