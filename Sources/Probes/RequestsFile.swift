// A file of requests, JSON5:
//
//   {"requests": [{"name": …, "method": …, "path": …, "headers": {…}, "body": …, "browser": {"origin": …, "credentials": …}}]}
//
// Of a request only `path` must be there. A value in `headers` may be a list of texts: so many lines of that name. Other
// keys of the document are left alone, so that files other programs wrote for purposes of their own can be used; a key of
// a request that is not known is a mistake, because what was meant would silently not be sent.

public import JSON

/// What is wrong with a file of requests.
public struct RequestsFileError: Error, Equatable, Sendable {
    /// Where.
    public var position: JSONPosition
    /// What.
    public var message: String
    /// What to do about it.
    public var hint: String?
}

/// Reads files of requests.
public enum RequestsFile {
    private static let known = [
        "name", "method", "path", "headers", "body", "browser", "http", "host", "preflight_of", "comment",
    ]

    /// The requests of a file, in order.
    public static func probes(in bytes: Span<UInt8>) throws(RequestsFileError) -> [Probe] {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: bytes, as: .json5, maximumDepth: 64)
        } catch {
            throw RequestsFileError(position: error.position, message: error.message)
        }
        // A bare list is what people write first.
        let found = document.elements ?? document["requests"]?.elements
        guard let list = found else {
            throw RequestsFileError(
                position: document["requests"]?.position ?? document.position,
                message: "expected an object with a list \"requests\"",
                hint: #"such as {requests: [{path: "/wp-json/"}]}"#)
        }
        guard !list.isEmpty else {
            throw RequestsFileError(position: document.position, message: "the list of requests is empty")
        }
        var probes: [Probe] = []
        var names: Set<String> = []
        for (number, value) in list.enumerated() {
            var one = try probe(value, number)
            // Output names requests, so two must not have the same name.
            if !names.insert(one.name).inserted {
                one.name += " #\(number + 1)"
                names.insert(one.name)
            }
            probes.append(one)
        }
        return probes
    }

    private static func probe(_ value: JSONValue, _ number: Int) throws(RequestsFileError) -> Probe {
        guard let members = value.members else {
            throw RequestsFileError(position: value.position, message: "expected a request, { path: … }")
        }
        for member in members where !known.contains(member.key) {
            throw RequestsFileError(
                position: member.position, message: "unknown key \"\(member.key.prefix(40))\" of a request",
                hint: "it knows \(known.joined(separator: ", "))")
        }
        if let pair = value.duplicates.first {
            throw RequestsFileError(position: pair.again.position, message: "\"\(pair.again.key)\" stands there twice")
        }
        guard let path = try text("path", value) else {
            throw RequestsFileError(position: value.position, message: "the request has no \"path\"")
        }
        guard path.hasPrefix("/") || path == "*" else {
            throw RequestsFileError(
                position: value["path"]?.position ?? value.position, message: "a path begins with /",
                hint: "the targets are given on the command line")
        }
        let method = try text("method", value) ?? "GET"
        var probe = Probe(name: try text("name", value) ?? "\(method) \(path)", method: method, path: path)
        probe.fields = try fields(value["headers"])
        probe.host = try text("host", value)
        probe.http = try text("http", value)
        probe.preflightOf = try text("preflight_of", value)
        if probe.preflightOf != nil { probe.role = .preflight }
        if let browser = value["browser"], browser.kind != .null {
            guard let origin = try text("origin", browser) else {
                throw RequestsFileError(position: browser.position, message: "\"browser\" needs an \"origin\"")
            }
            let credentials = browser["credentials"]
            probe.page = ProbePage(
                origin: origin, credentials: credentials?.bool ?? (credentials?.string == "include"))
            if probe.first("origin") == nil { probe.fields.append(ProbeField("Origin", origin)) }
        }
        try setBody(value["body"], &probe)
        return probe
    }

    /// A text is sent as it is; anything else is sent as the JSON it is, with the Content-Type that says so.
    private static func setBody(_ value: JSONValue?, _ probe: inout Probe) throws(RequestsFileError) {
        guard let value, value.kind != .null else { return }
        if let text = value.string {
            probe.body = Array(text.utf8)
            return
        }
        probe.body = JSONBytes.of(value)
        if probe.first("content-type") == nil { probe.fields.append(ProbeField("Content-Type", "application/json")) }
    }

    private static func fields(_ value: JSONValue?) throws(RequestsFileError) -> [ProbeField] {
        guard let value, value.kind != .null else { return [] }
        guard let members = value.members else {
            throw RequestsFileError(position: value.position, message: "\"headers\" is an object: { Accept: \"*/*\" }")
        }
        var fields: [ProbeField] = []
        for member in members {
            for one in member.value.elements ?? [member.value] {
                guard let text = one.string ?? one.integer.map({ String($0) }) else {
                    throw RequestsFileError(
                        position: one.position, message: "the value of \"\(member.key.prefix(40))\" must be text")
                }
                guard !text.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) else {
                    throw RequestsFileError(
                        position: one.position,
                        message: "the value of \"\(member.key.prefix(40))\" holds a line end or a zero byte")
                }
                fields.append(ProbeField(member.key, text))
            }
        }
        return fields
    }

    private static func text(_ key: String, _ value: JSONValue) throws(RequestsFileError) -> String? {
        guard let found = value[key], found.kind != .null else { return nil }
        guard let text = found.string else {
            throw RequestsFileError(position: found.position, message: "\"\(key)\" must be text")
        }
        return text
    }
}

/// A tree as JSON text again, in the order it was read, numbers as they were written.
public enum JSONBytes {
    /// The text of a value.
    public static func of(_ value: JSONValue) -> [UInt8] {
        var out: [UInt8] = []
        append(value, to: &out)
        return out
    }

    private static func append(_ value: JSONValue, to out: inout [UInt8]) {
        switch value.content {
        case .null: out += Array("null".utf8)
        case .bool(let flag): out += Array((flag ? "true" : "false").utf8)
        // JSON5 has numbers that JSON has not (0x1F, .5, +1): those are written as what they are worth.
        case .number(let text, let integer, let double):
            let isPlain = text.utf8.allSatisfy {
                ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D || $0 == 0x2E || $0 | 32 == 0x65
            }
            let plain = isPlain && text.utf8.first != 0x2E && text.utf8.last != 0x2E
            out += Array((plain ? text : integer.map { String($0) } ?? "\(double)").utf8)
        case .string(let text): out.appendJSON(string: text)
        case .array(let elements):
            out.append(UInt8(ascii: "["))
            for (position, element) in elements.enumerated() {
                if position > 0 { out.append(UInt8(ascii: ",")) }
                append(element, to: &out)
            }
            out.append(UInt8(ascii: "]"))
        case .object(let members):
            out.append(UInt8(ascii: "{"))
            for (position, member) in members.enumerated() {
                if position > 0 { out.append(UInt8(ascii: ",")) }
                out.appendJSON(string: member.key)
                out.append(UInt8(ascii: ":"))
                append(member.value, to: &out)
            }
            out.append(UInt8(ascii: "}"))
        }
    }
}
