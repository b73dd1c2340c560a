// The members of one entry as plain values: what is there in a usable form is taken, what is missing or odd is noted by
// its path. Values are still in the clear here; they leave this file only through HARRecordMaker.

import JSON

/// Why an entry cannot be used, and where in it.
struct HAREntryError: Error {
    var offset: Int
    var message: String
}

/// One entry, read from its tree.
struct HAREntry {
    /// A field line as the exporter gives it.
    struct Line {
        var name: [UInt8]
        var value: [UInt8]
    }

    private let tree: JSONValue
    /// Member paths and what was made of them.
    private(set) var notes: [(member: String, message: String)] = []

    var startedMicroseconds: Int64 = 0
    var durationMicroseconds: Int64 = 0
    var timing: [String: Double] = [:]
    var method: [UInt8] = []
    var url = HARURL()
    var requestVersion = HARVersion.one
    var requestLines: [Line] = []
    var requestBytes: Int64?
    var hasRequestBody = false
    var status = 0
    var reason: [UInt8] = []
    var responseVersion = HARVersion.one
    var responseLines: [Line] = []
    var responseBytes: Int64?
    var content: [UInt8]?
    var address: [UInt8] = []
    var connection: UInt64 = 0
    /// What the exporter says went wrong when there was no answer.
    var fault: String?

    init(_ tree: JSONValue) { self.tree = tree }

    /// Reads the members; false for an entry that is no exchange over HTTP, which is left out with a note.
    mutating func read() throws(HAREntryError) -> Bool {
        guard tree.kind == .object else { throw failure(tree, "an entry is an object") }
        guard let request = tree["request"], request.kind == .object else {
            throw failure(tree, "the entry has no request object")
        }
        guard let url = request["url"]?.string else { throw failure(request, "the request has no url") }
        guard let parts = HARURL(Array(url.utf8)) else {
            note("request.url", "is no http or https URL; the entry is left out")
            return false
        }
        self.url = parts
        if parts.hadUserInformation { note("request.url", "has user information, which is left out") }
        readRequest(request)
        readResponse(tree["response"])
        readRest()
        return true
    }

    private mutating func readRequest(_ request: JSONValue) {
        method = Array(text(request, "request.method", or: "GET").utf8)
        requestVersion = version(request, "request.httpVersion")
        requestLines = lines(request["headers"], "request.headers")
        if let cookies = request["cookies"]?.elements, !cookies.isEmpty, !has(requestLines, "cookie") {
            note("request.cookies", "names \(cookies.count) cookies, but request.headers has no Cookie")
        }
        let posted = request["postData"]
        let bytes = size(request, "request.bodySize")
        hasRequestBody = posted?.kind == .object || (bytes ?? 0) > 0
        requestBytes = bytes ?? (posted?["text"]?.string).map { Int64($0.utf8.count) }
    }

    private mutating func readResponse(_ response: JSONValue?) {
        guard let response, response.kind == .object else {
            note("response", "is missing: the exchange had no answer")
            return
        }
        if case .string(let words)? = response["_error"]?.content, !words.isEmpty { fault = words }
        switch response["status"]?.double {
        case .some(let number) where number >= 100 && number <= 999: status = Int(number)
        case .some(let number) where number == 0:
            note("response.status", "is 0: the exporter saw no answer")
            return
        default:
            note("response.status", "is no status code; read as no answer")
            return
        }
        reason = Array(text(response, "response.statusText", or: "").utf8)
        responseVersion = version(response, "response.httpVersion")
        responseLines = lines(response["headers"], "response.headers")
        responseBytes = size(response, "response.bodySize")
        readContent(response["content"])
    }

    private mutating func readContent(_ content: JSONValue?) {
        guard let content, content.kind == .object else {
            if content != nil { note("response.content", "is no object") }
            return
        }
        if responseBytes == nil { responseBytes = size(content, "response.content.size") }
        guard let text = content["text"]?.string else { return }
        switch content["encoding"]?.string?.lowercased() {
        case nil, "": self.content = Array(text.utf8)
        case "base64":
            self.content = HARBase64.decode(text)
            if self.content == nil { note("response.content.text", "is not Base64, as encoding says; left out") }
        default: note("response.content.encoding", "is not base64; the text is left out")
        }
        if !has(responseLines, "content-type"), let type = content["mimeType"]?.string, !type.isEmpty,
            type != "x-unknown"
        {
            note("response.content.mimeType", "is set, but response.headers has no Content-Type")
        }
    }

    private mutating func readRest() {
        if let started = tree["startedDateTime"]?.string, let moment = HARTime.microseconds(started) {
            startedMicroseconds = moment
        } else {
            note("startedDateTime", "is missing or no ISO 8601 time; read as the beginning of 1970")
        }
        if let time = milliseconds(tree["time"]) {
            durationMicroseconds = Int64(time * 1000)
        } else {
            note("time", "is missing or no number of milliseconds; read as 0")
        }
        if let timings = tree["timings"]?.members {
            for member in timings where timing[member.key] == nil {
                if let value = milliseconds(member.value) { timing[member.key] = value }
            }
        } else {
            note("timings", "is missing; phases are unknown")
        }
        address = Array((tree["serverIPAddress"]?.string ?? "").utf8.prefix(64))
        // The HAR's name for a connection is any text; numbers are kept, others are not comparable anyway.
        if let name = tree["connection"]?.string { connection = UInt64(name) ?? 0 }
    }

    // MARK: Members

    /// The lines of a section; a value with line feeds is several lines that a browser joined.
    private mutating func lines(_ list: JSONValue?, _ path: String) -> [Line] {
        guard let elements = list?.elements else {
            note(path, list == nil ? "is missing; read as empty" : "is no list; read as empty")
            return []
        }
        var lines: [Line] = []
        var authority: [UInt8]?
        for (i, element) in elements.enumerated() {
            guard let name = element["name"]?.string, !name.isEmpty else {
                note("\(path)[\(i)].name", "is missing; the line is left out")
                continue
            }
            guard let value = element["value"]?.string else {
                note("\(path)[\(i)].value", "is missing or no text; read as empty")
                lines.append(Line(name: Array(name.utf8), value: []))
                continue
            }
            // Pseudo-fields of HTTP/2 and HTTP/3 (RFC 9113 section 8.3) are no field lines.
            if name.utf8.first == UInt8(ascii: ":") {
                if name == ":authority" { authority = Array(value.utf8) }
                continue
            }
            let parts = value.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            if parts.count > 1 { note("\(path)[\(i)].value", "has line feeds; read as \(parts.count) lines") }
            for part in parts { lines.append(Line(name: Array(name.utf8), value: HAREntry.trimmed(Array(part)))) }
        }
        if let authority, !has(lines, "host") {
            note(path, "has :authority and no Host; read as Host")
            lines.insert(Line(name: Array("Host".utf8), value: authority), at: 0)
        }
        return lines
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        guard let first = bytes.firstIndex(where: { !isBlank($0) }),
            let last = bytes.lastIndex(where: { !isBlank($0) })
        else { return [] }
        return Array(bytes[first...last])
    }

    /// Whether a line has a lower-case name in any case.
    private func has(_ lines: [Line], _ name: String) -> Bool {
        lines.contains { $0.name.map(HAREntry.lower).elementsEqual(name.utf8) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte }

    private mutating func text(_ object: JSONValue, _ path: String, or otherwise: String) -> String {
        let key = path.split(separator: ".").last.map(String.init) ?? path
        if let text = object[key]?.string { return text }
        note(path, "is missing or no text; read as \"\(otherwise)\"")
        return otherwise
    }

    private mutating func version(_ object: JSONValue, _ path: String) -> HARVersion {
        guard let word = object["httpVersion"]?.string, !word.isEmpty else {
            note(path, "is missing; read as HTTP/1.1")
            return .one
        }
        if let version = HARVersion(word) { return version }
        note(path, "is none of HTTP/1.0, HTTP/1.1, HTTP/2 and HTTP/3; read as HTTP/1.1")
        return .one
    }

    /// A number of bytes; -1 stands for unknown.
    private mutating func size(_ object: JSONValue, _ path: String) -> Int64? {
        let key = path.split(separator: ".").last.map(String.init) ?? path
        guard let member = object[key] else { return nil }
        guard let number = member.double, number.isFinite else {
            note(path, "is no number; read as unknown")
            return nil
        }
        return number >= 0 && number < 1e15 ? Int64(number) : nil
    }

    /// A time in milliseconds; negative values stand for "does not apply".
    private func milliseconds(_ value: JSONValue?) -> Double? {
        guard let number = value?.double, number.isFinite, number >= 0, number < 1e12 else { return nil }
        return number
    }

    mutating func note(_ member: String, _ message: String) { notes.append((member, message)) }

    private func failure(_ value: JSONValue, _ message: String) -> HAREntryError {
        HAREntryError(offset: value.position.offset, message: message)
    }
}
