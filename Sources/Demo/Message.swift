// Whole HTTP messages as values, for the demo's own parties (client, middle hop, origin). They are not on anybody's
// forwarding path: here plain text and whole bodies are fine. Field order and doubled lines are kept, because losing
// and doubling fields is what the demo is about.

/// A field line.
struct Field: Equatable, Sendable {
    var name: String
    var value: String

    init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    func isNamed(_ other: String) -> Bool { name.lowercased() == other.lowercased() }
}

extension [Field] {
    /// The value of the first line of a name.
    subscript(name: String) -> String? { first { $0.isNamed(name) }?.value }

    /// All values of a name.
    func all(_ name: String) -> [String] { filter { $0.isNamed(name) }.map(\.value) }

    /// Takes all lines of a name away.
    mutating func remove(_ name: String) { removeAll { $0.isNamed(name) } }

    /// Puts one line in the place of all lines of a name.
    mutating func set(_ name: String, _ value: String) {
        guard let place = firstIndex(where: { $0.isNamed(name) }) else {
            append(Field(name, value))
            return
        }
        self[place].value = value
        let tail = self[(place + 1)...].filter { !$0.isNamed(name) }
        replaceSubrange((place + 1)..., with: tail)
    }
}

/// A request with its whole body.
struct Request: Equatable, Sendable {
    var method: String
    var target: String
    var fields: [Field] = []
    var body: [UInt8] = []

    /// The target without its query.
    var path: String { String(target.prefix { $0 != "?" }) }

    /// The message as sent, with the Content-Length its body needs.
    var bytes: [UInt8] {
        var fields = self.fields
        fields.remove("Transfer-Encoding")
        if body.isEmpty { fields.remove("Content-Length") } else { fields.set("Content-Length", "\(body.count)") }
        return serialized("\(method) \(target) HTTP/1.1", fields) + body
    }
}

/// A response with its whole body.
struct Response: Equatable, Sendable {
    var status: Int
    var reason: String
    var fields: [Field] = []
    var body: [UInt8] = []

    /// The message as sent to a request of a method: HEAD gets the head alone (RFC 9110 section 9.3.2).
    func bytes(to method: String) -> [UInt8] {
        var fields = self.fields
        fields.remove("Transfer-Encoding")
        fields.set("Content-Length", "\(body.count)")
        return serialized("HTTP/1.1 \(status) \(reason)", fields) + (method == "HEAD" ? [] : body)
    }
}

private func serialized(_ startLine: String, _ fields: [Field]) -> [UInt8] {
    var out = Array(startLine.utf8)
    out.append(contentsOf: "\r\n".utf8)
    for field in fields { out.append(contentsOf: "\(field.name): \(field.value)\r\n".utf8) }
    out.append(contentsOf: "\r\n".utf8)
    return out
}
