// The commands that help to see farther than one node does.

import Settings

extension CommandTable {
    package static let echo = CommandInfo(
        name: "echo", operands: "", summary: "Be an origin that answers with what it received",
        details: [
            """
            Answers every request with a record of it, as in a trace: the field lines in wire order with their spelling and \
            duplicates, secrets replaced by shape, length and fingerprint. Point a CDN or a proxy at it to see what it makes of \
            a request. Up to 256 connections and 8 MiB of content a request.
            """,
            """
            The query says how to answer: status=NNN (200 to 599), delay=MILLISECONDS (up to 30000), chunked, trailers, \
            early=103 (an interim response first), text (for people). What is not done is said in Hoplens-Echo.
            """,
        ],
        examples: [
            (
                "hoplens echo --listen 127.0.0.1:9000",
                "Then curl http://127.0.0.1:9000/?text, or ?status=401&delay=500&trailers."
            )
        ],
        flags: [
            Flag(
                .listen, "l", "HOST:PORT", .service, "Where to listen",
                details: "Port 0 lets the system choose. Anything but a loopback address lets other machines in.",
                standard: EchoCommand.standard, isRepeatable: false)
        ], completion: .nothing, mostOperands: 0)

    package static let probePHP = CommandInfo(
        name: "probe php", operands: "", summary: "Print a PHP file that reports what PHP received",
        details: [
            """
            One self-contained file for PHP 7.4 and later. Put it into wp-content/mu-plugins, or name it in \
            auto_prepend_file, behind a node with --chain-key-file. It does nothing unless a request carries a trace \
            signed with that key; then it answers with a sealed report: where PHP has Authorization, lengths and \
            fingerprints of the followed fields, cookie names, HTTPS, port, host, SAPI, and in WordPress the user it \
            settled on and the filter that refused. Removing the file removes everything.
            """,
            """
            The key is read from the constant HOPLENS_CHAIN_KEY (64 hexadecimal digits: xxd -p -c 64 chain.key), or the \
            environment variable or server parameter of that name, or from the file that HOPLENS_CHAIN_KEY_FILE names, or \
            from hoplens-chain-key.php beside the probe (<?php return '64 hexadecimal digits';). Never put the key file itself \
            below the document root.
            """,
        ],
        examples: [
            ("hoplens probe php > wp-content/mu-plugins/hoplens-probe.php", "Install it."),
            (
                "hoplens proxy http://127.0.0.1:80 --chain-key-file chain.key",
                "The node in front of it; the ledger reaches up to PHP."
            ),
        ], flags: [], completion: .nothing, mostOperands: 0)

    package static let probe = CommandInfo(
        name: "probe", operands: "php", summary: "Print a probe that reports from behind the web server", details: [],
        examples: [], flags: [], completion: .words(["php"]), mostOperands: 0, subcommands: [probePHP])

    package static let tracesJoin = CommandInfo(
        name: "traces join", operands: "OUTER INNER...",
        summary: "Put the captures of several nodes together",
        details: [
            """
            For each exchange of OUTER, the records of the nodes farther in (files or folders, the outermost first) and one \
            ledger over all of them. Records are joined by the trace of their chain; where it was lost, by method, target, \
            time and fingerprints, which is a guess and marked as one. Fingerprints compare only when the nodes share a key \
            (--chain-key-file or --capture-key-file).
            """
        ],
        examples: [
            ("hoplens traces join outer-cap inner-cap", "What became of each field between the two nodes."),
            ("hoplens traces join cdn.ndjson web.ndjson --status 401 --json", "For a program."),
        ],
        flags: Flag.traceFilter + Flag.traceLook, completion: .file, mostOperands: .max)
}
