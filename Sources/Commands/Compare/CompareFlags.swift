// `hoplens compare`: what it takes.

import Diagnosis
import Settings

/// What is to be compared, as it was typed.
package struct CompareArguments: Sendable, Equatable {
    /// One side as it was typed.
    package struct Side: Sendable, Equatable {
        package var url: String?
        package var connect: String?
        package var caFile: String?
        package var isInsecure = false

        package init() {}
    }

    package var origin = Side()
    package var publicSide = Side()
    /// What Host and SNI say at the origin instead of the public name.
    package var originHost: String?
    package var rounds: String?
    package var concurrency: String?
    package var timeout: String?
    package var ignored: [String] = []
    package var showsAll = false
    package var bisects = false
    package var failOn: String?
    package var format = "text"

    /// Nothing typed.
    package init() {}
}

extension Flag {
    static let compareTargets: [Flag] = [
        Flag(
            "origin", nil, "URL", .targets, "The origin, past the CDN",
            update: { $0.compare.origin.url = $1 }),
        Flag(
            "public", nil, "URL", .targets, "The public address",
            update: { $0.compare.publicSide.url = $1 }),
        Flag(
            "origin-connect", nil, "HOST:PORT", .targets, "Dial the origin there instead of by its name",
            details: """
                Host, SNI and certificate verification keep the name, as with curl's --connect-to. Without --origin, the origin \
                is the public URL dialled there.
                """, update: { $0.compare.origin.connect = $1 }),
        Flag(
            "public-connect", nil, "HOST:PORT", .targets, "Dial the public side there instead of by its name",
            update: { $0.compare.publicSide.connect = $1 }),
        Flag(
            "origin-host", nil, "NAME", .targets, "What Host and SNI say at the origin",
            details: """
                The public name by default, because an origin that is asked under another name answers for another site. \
                'origin' stands for the name in --origin.
                """, update: { $0.compare.originHost = $1 }),
        Flag(
            "origin-ca-file", nil, "FILE", .targets, "Trust these certificates at the origin", completion: .file,
            update: { $0.compare.origin.caFile = $1 }),
        Flag(
            "public-ca-file", nil, "FILE", .targets, "Trust these certificates on the public side", completion: .file,
            update: { $0.compare.publicSide.caFile = $1 }),
        Flag(
            "origin-insecure", nil, nil, .targets, "Do not verify the origin's certificate",
            details: "It is said, and recorded in the result.",
            update: { arguments, _ in arguments.compare.origin.isInsecure = true }),
        Flag(
            "public-insecure", nil, nil, .targets, "Do not verify the public certificate",
            update: { arguments, _ in arguments.compare.publicSide.isInsecure = true }),
    ]

    static let compareBounds: [Flag] = [
        Flag(
            "rounds", nil, "N", .bounds, "How often each request is asked of each side, by turns",
            details: "At least twice: what a side does not say twice in the same way is not compared.", standard: "2",
            update: { $0.compare.rounds = $1 }),
        Flag(
            "concurrency", nil, "N", .bounds, "How many requests may be on their way at once", standard: "16",
            update: { $0.compare.concurrency = $1 }),
        Flag(
            "timeout", nil, "DURATION", .bounds, "How long one request may take", standard: "10s",
            update: { $0.compare.timeout = $1 }),
        Flag(
            "bisect", nil, nil, .bounds, "Find the fields of a request that make one side fail",
            details: "By leaving fields out; at most 40 more requests for each that fails, GET, HEAD and OPTIONS only.",
            update: { arguments, _ in arguments.compare.bisects = true }),
    ]

    static let compareOutput: [Flag] = [
        Flag(
            "ignore", nil, "FIELD|JSON-PATH", .output, "Do not compare this",
            details: "A field, 'body', 'set-cookie:NAME', or a place in JSON such as $.items[*].id.",
            isRepeatable: true, update: { $0.compare.ignored.append($1) }),
        Flag(
            "all", "a", nil, .output, "Show every request, and what hops do as a matter of course",
            update: { arguments, _ in arguments.compare.showsAll = true }),
        Flag(
            "fail-on", nil, "info|notice|warning|error", .output, "The least difference that makes the exit code 1",
            standard: "error", completion: .words(Severity.allCases.map(\.word)), update: { $0.compare.failOn = $1 }),
        Flag(
            "format", "f", "text|json|markdown|html", .output, "How the result is printed", standard: "text",
            completion: .words(["text", "json", "markdown", "html"]), update: { $0.compare.format = $1 }),
        .color, .ascii,
    ]
}

extension CommandTable {
    package static let compare = CommandInfo(
        name: "compare", operands: "[PATH]...", summary: "Compare an origin with its public address, side by side",
        details: [
            """
            Asks the origin and the public address the same questions, by turns and at least twice, and says what differs by \
            meaning, how grave it is and what it means for access; the conclusion comes first. Without requests of your own it \
            asks for each PATH (/wp-json/ if none is given): without a credential, with yours, with one no server can know, as \
            the page of two other origins with its preflight, past the cache, with HEAD, and by ?rest_route=.
            """,
            """
            Only GET, HEAD and OPTIONS are sent unless --allow-unsafe. The origin is asked under the public name, so that it \
            answers for the same site. Ctrl-C prints what is known so far.
            """,
            """
            The exit code is 1 when there is a difference of at least --fail-on, 3 when a side cannot be reached. An origin that \
            lets only the CDN in is an answer, not an error.
            """,
        ],
        examples: [
            (
                "hoplens compare --public https://a.test --origin-connect 192.0.2.10:443",
                "Is it the CDN or the site?"
            ),
            (
                "hoplens compare --origin http://localhost:3000 --public https://a.test /feed/",
                "One path, the origin by another address."
            ),
            (
                "hoplens compare --origin http://10.0.0.5 --public https://a.test -u editor",
                "With a credential; the password is asked for."
            ),
            (
                "hoplens compare --origin http://10.0.0.5 --public https://a.test -f html",
                "One page to send on, on standard output."
            ),
        ],
        flags: Flag.compareTargets + Flag.requests + Flag.credentials + Flag.compareBounds + Flag.compareOutput,
        completion: .nothing, mostOperands: 10_000)
}
