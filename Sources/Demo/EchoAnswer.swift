// The echo's answer as bytes. The body is a record, as a node would write it into a trace: field lines in wire order with
// their spelling and duplicates, secrets replaced by shape, length and fingerprint. So what a CDN's log may keep of it holds
// nothing that opens anything, and every tool that reads traces reads it.

import Trace

enum EchoAnswer {
    /// Everything that is sent before the final head.
    static func early(_ ask: EchoAsk) -> [UInt8] {
        ask.isEarly ? Array("HTTP/1.1 103 Early Hints\r\nLink: </echo.css>; rel=preload; as=style\r\n\r\n".utf8) : []
    }

    /// The final answer.
    ///
    /// - Parameters:
    ///   - record: the line of the request's record, without its line feed.
    ///   - method: of HEAD the content is left out.
    ///   - minorVersion: an HTTP/1.0 client cannot read chunks.
    static func final(
        _ ask: EchoAsk, record: [UInt8], text: [UInt8], method: String, minorVersion: Int, closes: Bool
    ) -> [UInt8] {
        var body = ask.isText ? text : record + [0x0A]
        for reason in ask.refused where ask.isText { body += Array("not done: \(reason)\n".utf8) }
        let hasNone = ask.status == 204 || ask.status == 304
        let isChunked = ask.isChunked && minorVersion == 1 && !hasNone
        var head = "HTTP/1.1 \(ask.status) \(reason(ask.status))\r\n"
        head += "Content-Type: \(ask.isText ? "text/plain; charset=utf-8" : "application/json")\r\n"
        // An echo that a cache keeps says what somebody else sent.
        head += "Cache-Control: no-store\r\nServer: hoplens-echo\r\n"
        if ask.status == 401 { head += "WWW-Authenticate: Basic realm=\"hoplens echo\"\r\n" }
        if (300..<400).contains(ask.status), ask.status != 304 { head += "Location: /\r\n" }
        for reason in ask.refused { head += "Hoplens-Echo: \(reason)\r\n" }
        if isChunked {
            head += "Transfer-Encoding: chunked\r\n"
            if ask.hasTrailers { head += "Trailer: Echo-Bytes\r\n" }
        } else if !hasNone {
            head += "Content-Length: \(body.count)\r\n"
        }
        if closes { head += "Connection: close\r\n" }
        var out = Array((head + "\r\n").utf8)
        guard method != "HEAD", !hasNone else { return out }
        guard isChunked else { return out + body }
        // Two pieces, so that whoever joins them can be seen.
        let half = body.count / 2
        for piece in [body[..<half], body[half...]] where !piece.isEmpty {
            out += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8)
        }
        out += Array("0\r\n".utf8)
        if ask.hasTrailers { out += Array("Echo-Bytes: \(body.count)\r\n".utf8) }
        return out + Array("\r\n".utf8)
    }

    /// The request for people: its first line and its field lines, as a record shows them.
    static func text(_ record: Record) -> [UInt8] {
        var text = ""
        if let request = record.request {
            text += "\(request.method ?? "?") \(request.target ?? "?") HTTP/\(request.version ?? "?")\n"
            for line in request.head.lines { text += "\(line.name): \(line.value)\n" }
        }
        text += "\n"
        if let body = record.requestBody, body.bytes > 0 {
            text += "\(body.bytes) bytes of content, \(body.framing.word)\n"
        }
        for line in record.requestTrailers?.lines ?? [] { text += "trailer \(line.name): \(line.value)\n" }
        text += "from \(record.client.address)\n"
        return Array(text.utf8)
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 204: "No Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 500: "Internal Server Error"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        default: "Echo"
        }
    }
}
