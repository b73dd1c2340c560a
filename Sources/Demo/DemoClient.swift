// The demo's client: one request, one connection, one answer, in bounded time.

/// Sends single requests to a port of this machine.
enum DemoClient {
    /// Sends a request and reads the final answer.
    static func send(
        _ request: Request, to port: UInt16, milliseconds: Int = 3000
    ) throws(DemoFault) -> Response {
        let deadline = Moment.after(milliseconds: milliseconds)
        let connection = try Connection.open(port: port, until: deadline)
        try connection.send(request.bytes, until: deadline)
        return try connection.readResponse(to: request.method, until: deadline)
    }
}
