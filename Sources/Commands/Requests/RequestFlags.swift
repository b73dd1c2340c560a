// The flags that say what is to be asked and who asks, for every command that asks servers something. No secret is taken
// from the command line, where everyone on the machine can read it; `-H 'Authorization: …'` works as in curl and warns.

import Settings

/// Requests and credentials as they were typed.
package struct RequestArguments: Sendable, Equatable {
    /// The method of one's own request.
    package var method: String?
    /// Its field lines, `NAME: VALUE`.
    package var headers: [String] = []
    /// Its body.
    package var data: String?
    /// The file its body is read from.
    package var dataFile: String?
    /// A file of requests.
    package var file: String?
    /// A HAR.
    package var har: String?
    /// The id of a recorded exchange, and the capture it is in.
    package var trace: String?
    package var capture: String?
    /// Whether methods that may change something are sent.
    package var allowsUnsafe = false
    /// The page that asks, and another one.
    package var pageOrigins: [String] = []
    /// Environment variables: `USER:PASSWORD`, a token, cookies, a nonce.
    package var userVariable: String?
    package var bearerVariable: String?
    package var cookieVariable: String?
    package var nonceVariable: String?
    /// Files with `USER:PASSWORD` or a token.
    package var userFile: String?
    package var bearerFile: String?
    /// A netrc file; empty for the user's own.
    package var netrc: String?
    /// A user whose password is asked for at the terminal (or looked up in the netrc).
    package var user: String?

    /// Nothing typed.
    package init() {}

    /// Whether a request of one's own was described by flags.
    var hasOwnRequest: Bool { method != nil || !headers.isEmpty || data != nil || dataFile != nil }
}

extension Flag {
    /// What is asked.
    static let requests: [Flag] = [
        Flag(
            "method", "X", "METHOD", .requests, "The method of a request of your own", standard: "GET",
            update: { $0.requests.method = $1 }),
        Flag(
            "header", "H", "NAME: VALUE", .requests, "A field of a request of your own",
            details: "A secret given here can be seen by everyone on this machine while hoplens runs.",
            isRepeatable: true, update: { $0.requests.headers.append($1) }),
        Flag(
            "data", "d", "TEXT", .requests, "The body of a request of your own",
            details: "Makes the method POST unless -X says otherwise; needs --allow-unsafe.",
            update: { $0.requests.data = $1 }),
        Flag(
            "data-file", nil, "FILE", .requests, "Read that body from a file", completion: .file,
            update: { $0.requests.dataFile = $1 }),
        Flag(
            "requests", "r", "FILE", .requests, "Ask the requests of a JSON5 file",
            details: """
                {requests: [{name, method, path, headers: {}, body, browser: {origin, credentials}}]}; only path is needed. The \
                values {credential}, {cookie} and {nonce} stand for those given by the flags below.
                """, completion: .file, update: { $0.requests.file = $1 }),
        Flag(
            "har", nil, "FILE", .requests, "Ask the requests of a HAR, as browsers export it",
            details: "Only those to the hosts of the targets.", completion: .file,
            update: { $0.requests.har = $1 }),
        Flag(
            "trace", nil, "ID", .requests, "Ask the request of a recorded exchange again; needs --from",
            details: "Secrets are not in a capture: give the credential to send instead.",
            update: { $0.requests.trace = $1 }),
        Flag(
            "from", nil, "CAPTURE", .requests, "The capture --trace is in: a folder or a file",
            completion: .file, update: { $0.requests.capture = $1 }),
        Flag(
            "allow-unsafe", nil, nil, .requests, "Send methods that may change something",
            details: "Without it only GET, HEAD and OPTIONS are sent, and the others are named and left out.",
            update: { arguments, _ in arguments.requests.allowsUnsafe = true }),
        Flag(
            "page-origin", nil, "ORIGIN", .requests, "The page whose CORS is tried",
            details: "A second one tells an answer that was kept for the first.", standard: "https://app.example",
            isRepeatable: true, update: { $0.requests.pageOrigins.append($1) }),
    ]

    /// Who asks.
    static let credentials: [Flag] = [
        Flag(
            "user-env", nil, "NAME", .credentials, "An environment variable with USER:PASSWORD",
            details: "An Application Password of WordPress is given in the same way.",
            update: { $0.requests.userVariable = $1 }),
        Flag(
            "user-file", nil, "FILE", .credentials, "A file whose first line is USER:PASSWORD", completion: .file,
            update: { $0.requests.userFile = $1 }),
        Flag(
            "user", "u", "USER", .credentials, "A user; the password is asked for at the terminal",
            details: "With --netrc or --netrc-file it is looked up there.", update: { $0.requests.user = $1 }),
        Flag(
            "netrc", nil, nil, .credentials, "Take the credential for the public host from ~/.netrc",
            update: { arguments, _ in arguments.requests.netrc = arguments.requests.netrc ?? "" }),
        Flag(
            "netrc-file", nil, "FILE", .credentials, "The same from another file", completion: .file,
            update: { $0.requests.netrc = $1 }),
        Flag(
            "bearer-env", nil, "NAME", .credentials, "An environment variable with a token",
            update: { $0.requests.bearerVariable = $1 }),
        Flag(
            "bearer-file", nil, "FILE", .credentials, "A file whose first line is a token", completion: .file,
            update: { $0.requests.bearerFile = $1 }),
        Flag(
            "cookie-env", nil, "NAME", .credentials, "An environment variable with the value of Cookie",
            update: { $0.requests.cookieVariable = $1 }),
        Flag(
            "nonce-env", nil, "NAME", .credentials, "An environment variable with the value of X-WP-Nonce",
            update: { $0.requests.nonceVariable = $1 }),
    ]
}
