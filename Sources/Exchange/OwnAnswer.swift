// Answers hoplens writes itself. They must never be taken for the origin's: Proxy-Status (RFC 9209) names the node and
// a registered error type, and the body says in the first line who is speaking. They hold no byte of a message.
import Wire

enum OwnAnswer {
    /// Writes a whole response.
    static func write(
        status: Int, error: Failure.Cause?, text: String, node: [UInt8], isHead: Bool, closes: Bool,
        keepAlive10: Bool = false, extra: [UInt8]? = nil, into out: inout [UInt8]
    ) {
        out.append(text: "HTTP/1.1 ")
        out.append(decimal: UInt64(status))
        out.append(Octet.space)
        out.append(text: reason(status))
        out.append(text: "\r\nContent-Type: text/plain; charset=utf-8\r\nCache-Control: no-store\r\n")
        out.append(text: "Proxy-Status: ")
        out.append(copying: node.span)
        if let error {
            out.append(text: "; error=")
            out.append(text: error.word)
        }
        out.append(text: "; details=\"")
        quoted(text, into: &out)
        out.append(text: "\"\r\n")
        if closes {
            out.append(text: "Connection: close\r\n")
        } else if keepAlive10 {
            out.append(text: "Connection: keep-alive\r\n")
        }
        if let extra { out.append(copying: extra.span) }
        var body: [UInt8] = []
        body.append(text: "hoplens (node ")
        body.append(copying: node.span)
        body.append(text: ") answered this itself; the origin did not.\n")
        body.append(decimal: UInt64(status))
        body.append(Octet.space)
        body.append(text: reason(status))
        body.append(text: ": ")
        body.append(text: text)
        body.append(text: ".\n")
        out.append(text: "Content-Length: ")
        out.append(decimal: UInt64(body.count))
        out.append(text: "\r\n\r\n")
        if !isHead { out.append(copying: body.span) }
    }

    /// The content of a Structured Fields string (RFC 9651 section 3.3.3): visible ASCII, two characters escaped.
    private static func quoted(_ text: String, into out: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case 0x22, 0x5C: out.append(contentsOf: [0x5C, byte])
            case 0x20...0x7E: out.append(byte)
            default: out.append(0x3F)
            }
        }
    }

    /// The usual reason phrase of a status hoplens answers with.
    static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 400: "Bad Request"
        case 408: "Request Timeout"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 508: "Loop Detected"
        default: "Error"
        }
    }
}
