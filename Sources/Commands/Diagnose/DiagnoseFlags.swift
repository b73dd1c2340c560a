// `hoplens diagnose`: what it is and takes.

import Settings

/// What is to be diagnosed, as it was typed.
package struct DiagnoseArguments: Sendable, Equatable {
    /// The origin beside the public URL.
    package var origin: String?
    /// How the result is printed.
    package var format: String?
    /// Environment variables with a user and the password to log in with, for a token and for a cookie.
    package var tokenVariable: String?
    package var loginVariable: String?

    /// Nothing typed.
    package init() {}
}

extension Flag {
    static let diagnose: [Flag] = [
        Flag(
            "origin", nil, "URL", .targets, "The origin beside the public address",
            details: """
                Asked for the public name, so that only what stands in front of it differs. With it the site is told apart from \
                the boxes in front; without it many explanations stay open.
                """, update: { $0.diagnose.origin = $1 }),
        Flag(
            "requests", "r", "FILE", .requests, "The requests that fail, in a JSON5 file",
            details: """
                {requests: [{name, method, path, headers: {}, body, browser: {origin, credentials}}], ca: FILE}; only path is \
                needed. They are sent in this order. The values {credential}, {cookie} and {nonce} stand for those given by \
                the flags below.
                """, completion: .file, update: { $0.requests.file = $1 }),
        Flag(
            "page-origin", nil, "ORIGIN", .requests, "The page of another origin the requests come from",
            update: { $0.requests.pageOrigins.append($1) }),
        Flag(
            "allow-unsafe", nil, nil, .requests, "Send requests as they are that may change something",
            details: """
                Without it such a request is sent to a route that does not exist: everything in front of the route sees the \
                same, and nothing can change.
                """, update: { arguments, _ in arguments.requests.allowsUnsafe = true }),
        Flag(
            "token-env", nil, "NAME", .credentials, "A variable with USER:PASSWORD to get a token for",
            details: """
                Asks the JWT plugin for a token (POST /wp-json/jwt-auth/v1/token), renews it once where it can be renewed, and \
                uses the newest one.
                """, update: { $0.diagnose.tokenVariable = $1 }),
        Flag(
            "login-env", nil, "NAME", .credentials, "A variable with USER:PASSWORD to log in with",
            details: """
                Logs in at wp-login.php, takes the nonce from admin-ajax.php, and uses cookie and nonce.
                """, update: { $0.diagnose.loginVariable = $1 }),
        Flag(
            "format", nil, "FORMAT", .output, "How the result is printed", standard: "text",
            completion: .words(["text", "json", "markdown"]), update: { $0.diagnose.format = $1 }),
    ]
}

extension CommandTable {
    package static let diagnose = CommandInfo(
        name: "diagnose", operands: "URL", summary: "Find the layer that loses or refuses a request",
        details: [
            """
            Climbs from the address to the permission: does it answer, does TLS hold, does it redirect, is the origin up, is \
            the REST API there, does anything in front refuse, does a cache mix up answers, may a page read it, does the \
            credential arrive, does WordPress know who asks, may this user do it. It stops blaming at the first rung that is \
            shown to be broken, names the layer and the field, and says what to change first and what not to touch yet.
            """,
            """
            Each property that could be to blame is tested with a request that differs from the refused one in nothing else. \
            Only GET, HEAD and OPTIONS are sent, and requests of --requests as far as they change nothing (and logins that were \
            asked for); questions of its own carry a query no cache knows. A made-up user is never sent.
            """,
            "The exit code is 0 when nothing is wrong, 1 when something is, 3 when the public address cannot be reached.",
        ],
        examples: [
            ("hoplens diagnose https://a.test", "Is the REST API reachable at all?"),
            (
                "hoplens diagnose https://a.test --user-env WP_LOGIN",
                "Why is this application password not accepted? WP_LOGIN holds USER:PASSWORD."
            ),
            (
                "hoplens diagnose https://a.test --origin http://192.0.2.1 -r bad.json5",
                "Who is to blame for these requests: the site, or what stands in front of it?"
            ),
        ],
        flags: Flag.diagnose + Flag.credentials + [.connect, .caFile, .sni, .insecure, .color, .ascii],
        completion: .words(["http://", "https://"]), mostOperands: 1)
}
