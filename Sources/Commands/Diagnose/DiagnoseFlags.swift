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
    /// The file with the key of a chain of nodes.
    package var chainKeyFile: String?

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
            "chain-key-file", nil, "FILE", .node, "Ask nodes and the PHP probe that have this key what they saw",
            details: """
                Each request but preflights carries a signed trace, and the points on the way that have the key (hoplens proxy \
                --chain-key-file, hoplens probe php) report what reached them. The field and the points it was lost between \
                are then measured.
                """, completion: .file, update: { $0.diagnose.chainKeyFile = $1 }),
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
            Questions of its own are GET, HEAD and OPTIONS and carry a query no cache knows. A made-up user is never sent.
            """,
            """
            Other methods are sent in these cases. A request of --requests that may change something goes, with its method, \
            fields and body, to a route no WordPress has (/wp-json/hoplens/v1/nothing); where it names no REST route it is not \
            sent; --allow-unsafe sends it as it is. A listed POST to /jwt-auth/v1/token or its /validate is sent as it is: it \
            issues or looks at a token. Where the site offers jwt-auth/v1 and a credential is not accepted, a POST with an empty \
            object and an Authorization that is no credential goes to its /token/validate, to hear whether the field arrives. \
            --token-env and --login-env post what they are for.
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
            (
                "hoplens diagnose https://a.test --user-env WP_LOGIN --chain-key-file chain.key",
                "Between which of my nodes, or before PHP, is the credential lost?"
            ),
        ],
        flags: Flag.diagnose + Flag.credentials + [.connect, .caFile, .sni, .insecure, .color, .ascii],
        completion: .words(["http://", "https://"]), mostOperands: 1)
}
