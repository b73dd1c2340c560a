// A request of our own as bytes. What a caller gives is checked first: a value with a line end in it would be another
// field, or another request, to whoever reads it.
import Wire

/// A request as it is sent, and the reading of its head.
struct ClientHead {
    /// The head and the body.
    var bytes: [UInt8]
    /// The head's parts, as extents into `bytes`.
    var head = RequestHead()
    /// The length of the head.
    var headCount = 0

    /// Room for what servers send at most; much more than the proxy forwards by default.
    static let limits = HeadLimits(line: 65_536, head: 131_072, fields: 1_000)

    /// The bytes of a request; throws one clause that says what in it cannot be sent.
    init(_ request: ClientRequest) throws(AskError) {
        guard !request.method.isEmpty, request.method.utf8.allSatisfy(Octet.isToken) else {
            throw .setup("the method is no token")
        }
        guard let first = request.path.first, first == UInt8(ascii: "/") || request.path == [UInt8(ascii: "*")],
            request.path.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
        else { throw .setup("the path must begin with / and hold neither blanks nor control characters") }
        var out: [UInt8] = []
        out.append(text: request.method)
        out.append(Octet.space)
        out += request.path
        out.append(text: " HTTP/1.1\r\n")
        let names = Set(request.fields.map { $0.name.lowercased() })
        if !names.contains("host") { out.append(text: "Host: \(request.target.authority)\r\n") }
        for (name, value) in request.fields {
            guard !name.isEmpty, name.utf8.allSatisfy(Octet.isToken) else {
                throw .setup("a field name is no token (a blank, a colon, or nothing at all)")
            }
            guard value.allSatisfy({ $0 != 0x0A && $0 != 0x0D && $0 != 0 }) else {
                throw .setup("the value of \(name) holds a line end or a zero byte")
            }
            out.append(text: name)
            out.append(text: ": ")
            out += value
            out.append(text: "\r\n")
        }
        let wantsLength = !request.body.isEmpty || ["POST", "PUT", "PATCH"].contains(request.method)
        if wantsLength, !names.contains("content-length"), !names.contains("transfer-encoding") {
            out.append(text: "Content-Length: \(request.body.count)\r\n")
        }
        out.append(text: "\r\n")
        do throws(WireError) {
            guard let end = try HeadParser.request(out.span, from: 0, into: &head, limits: Self.limits) else {
                throw WireError.headTooLarge
            }
            headCount = end
        } catch {
            throw .setup("the request cannot be sent: \(error.text)")
        }
        bytes = out + request.body
    }
}
