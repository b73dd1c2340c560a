// `hoplens cors`: what its commands are and take.

import Settings

extension Flag {
    static let page: [Flag] = [
        Flag(
            "page-origin", nil, "ORIGIN", .request, "Whose page asks, such as https://app.test",
            details: "'null' stands for a sandboxed page, a file or a data: URL.", update: { $0.page.origin = $1 }),
        Flag(
            "method", "X", "METHOD", .request, "The method of the request", standard: "GET",
            update: { $0.page.method = $1 }),
        Flag(
            "header", "H", "NAME[: VALUE]", .request, "A header the page sets",
            details: """
                The name alone is enough for the preflight. A value decides whether Accept, Content-Type and the like need \
                permission, and it is sent with the actual request; a secret given here can be seen by everyone on this machine.
                """, isRepeatable: true, update: { $0.page.headers.append($1) }),
        Flag(
            "credentials", nil, nil, .request, "The page asks for credentials",
            details: """
                credentials: 'include' of fetch(). Both verdicts are always printed; this says which of them decides the \
                exit code. No cookie is sent: hoplens has none.
                """, update: { arguments, _ in arguments.page.credentials = true }),
    ]
}

extension CommandTable {
    package static let corsCheck = CommandInfo(
        name: "cors check", operands: "URL", summary: "Ask a server as a browser would, and judge its answers",
        details: [
            """
            Sends the preflight a browser would send for a request of a page (the same fields in the same order as Chromium), \
            and the request itself when its method is GET, HEAD or OPTIONS; any other is not sent. Redirects are followed as a \
            browser follows them. Then it says what a page could do with the answers, with and without credentials, by the \
            Fetch standard and as Chromium does it, which line decided, and which lines the server would have to send.
            """,
            "The exit code is 1 when the request would be refused, 3 when the server cannot be reached.",
        ],
        examples: [
            (
                "hoplens cors check https://a.test --page-origin https://b.test -X PUT -H X-A",
                "May a page of b.test send PUT with the header X-A to a.test?"
            ),
            (
                "hoplens cors check https://a.test --page-origin https://b.test --credentials",
                "May it read the answer when its cookies are sent along?"
            ),
        ],
        flags: Flag.page + [.connect, .caFile, .sni, .insecure]
            + [Flag(.json, nil, nil, .output, "Print one JSON object"), .color],
        completion: .words(["http://", "https://"]), mostOperands: 1)

    package static let corsEvaluate = CommandInfo(
        name: "cors evaluate", operands: "FILE|-", summary: "Judge recorded cases, one JSON object a line",
        details: [
            """
            Reads page_origin, request, preflight_response, response and redirect_chain of each line, and writes what a browser \
            would have done: whether it asks first, with what, whether fetch() resolves, what a script can read, and why not. \
            The Fetch standard's verdict stands at the top, Chromium's under 'chromium'. Later requests of the same browser \
            stand in 'then', with the preflight cache carried over.
            """,
            "A line that cannot be read is reported with its number; the others go on, and the exit code is 2 at the end.",
        ],
        examples: [("hoplens cors evaluate cases.jsonl", "One line of JSON a case.")], flags: [],
        completion: .file, mostOperands: 1)

    package static let cors = CommandInfo(
        name: "cors", operands: "check|evaluate …", summary: "What a browser would make of a server's answers",
        details: [], examples: [], flags: [], completion: .words(["check", "evaluate"]), mostOperands: 0,
        subcommands: [corsCheck, corsEvaluate])
}
