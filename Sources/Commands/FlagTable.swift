// The flags themselves. Defaults that the Settings module knows are printed from there.

import Settings

extension Flag {
    static let help = Flag(
        "help", "h", nil, .general, "Print help; -h is the short one, --help has everything",
        update: { $0.help = $1 == "h" ? .short : .long })
    static let version = Flag(
        "version", "V", nil, .general, "Print the version", update: { arguments, _ in arguments.wantsVersion = true })

    static let config = Flag(
        "config", "c", "FILE", .general, "Read settings from a JSON5 file",
        details: """
            A setting has the name of its flag there; 'via: false' and 'check: false' stand for --no-via and --no-check. \
            Limits and time-outs are in the objects 'limits' and 'timeouts', several services in the list 'services'. A flag wins over the file. 'hoplens check-config FILE' \
            says what a file would do. With --config no ORIGIN is needed.
            """, completion: .file, update: { $0.configFile = $1 })

    static let connect = Flag(
        .connect, nil, "HOST:PORT", .service, "Connect there instead of to the origin's name",
        details: """
            Host, SNI and certificate verification still use the origin's name, as with curl's --connect-to. This is \
            how an origin behind a CDN is reached.
            """)
    static let caFile = Flag(
        .caFile, nil, "FILE", .security, "Trust these certificates instead of the system's",
        details: "PEM: the authorities that may sign the origin's certificate.", completion: .file)
    static let sni = Flag(
        .sni, nil, "NAME", .security, "Ask for this name in the TLS handshake",
        details:
            "The certificate of the origin is verified for this name too. The default is the name of the origin.")
    static let insecure = Flag(
        .insecure, nil, nil, .security, "Do not verify the origin's certificate",
        details:
            "Anyone in between can then answer for the origin. It is said at the start and recorded in every trace."
    )

    static let service: [Flag] = [
        Flag(
            .listen, "l", "HOST:PORT", .service, "Where clients connect",
            details: """
                An IPv6 address stands in brackets: [::1]:8080. Port 0 lets the system choose; the real port is printed. \
                Anything but a loopback address lets other machines in, and hoplens warns about it.
                """, standard: Endpoint.defaultListener.description, isRepeatable: true),
        connect,
        Flag(
            .host, nil, "auto|origin|client|NAME", .service, "Which Host the origin is told",
            details: """
                'auto' sends the origin's own name when the client named the listener (127.0.0.1:8080), and rewrites \
                Location, Content-Location, Refresh and cookie domains back; any other name passes unchanged. 'origin' \
                always sends the origin's name, 'client' always the client's, and NAME always that name.
                """, standard: "auto", completion: .names(["auto", "origin", "client"])),
        Flag(
            .forwarded, nil, "none|x|rfc7239", .service, "What to add about the client",
            details: """
                'x' adds X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host, 'rfc7239' adds Forwarded. Fields that are \
                there already pass as they came.
                """, standard: "none", completion: .words(ForwardedPolicy.allCases.map(\.rawValue))),
    ]

    static let security: [Flag] = [
        Flag(
            .tlsCert, nil, "FILE", .security, "Speak TLS to clients with this certificate",
            details: "PEM: the certificate, then its intermediates. Needs --tls-key.", completion: .file),
        Flag(.tlsKey, nil, "FILE", .security, "The private key of --tls-cert, PEM", completion: .file),
        caFile,
        sni,
        insecure,
    ]

    static let node: [Flag] = [
        Flag(
            .node, nil, "NAME", .node, "The node's name in Via, Proxy-Status and traces",
            details: """
                Without it the name is made from the machine, its host name and the port, such as hoplens-1a2b3c, and stays the \
                same from start to start.
                """),
        Flag(
            "no-via", nil, nil, .node, "Do not add Via to requests",
            details:
                "RFC 9110 asks every intermediary for it, and loops are found by it. In a settings file: via: false.",
            update: { arguments, _ in arguments.settings.set(.via, "false", from: "--no-via") }),
        Flag(
            "no-check", nil, nil, .node, "Skip the check of the instrument at the start",
            details: """
                The check sends one harmless GET directly and through the node, and says so when inserting hoplens changes \
                the answer. In a settings file: check: false.
                """, update: { arguments, _ in arguments.settings.set(.check, "false", from: "--no-check") }),
        Flag(
            .chainKeyFile, nil, "FILE", .node, "Work together with other nodes that have this key",
            details: """
                Nodes that share the file see each other's points: the outermost signs a trace into each request, those \
                farther in answer with a signed and sealed report, and the ledger of the outermost spans them all. It is \
                made on first use (32 bytes, mode 0600); copy it to the other nodes. The fingerprints of this node are made \
                with it too. Whoever has it can read reports and ask for them.
                """, completion: .file),
        Flag(.threads, nil, "N", .node, "Event loops, one thread each", standard: "1"),
    ]

    static let color = Flag(
        .color, nil, "auto|always|never", .output, "When to use colours",
        details: "'auto' uses them on a terminal, unless the environment has NO_COLOR.", standard: "auto",
        completion: .words(Output.Color.allCases.map(\.rawValue)))
    static let ascii = Flag(.ascii, nil, nil, .output, "Print plain ASCII only")

    static let output: [Flag] = [
        Flag(
            .verbose, "v", nil, .output, "Print the whole ledger of every exchange",
            details: "Without it, one line an exchange with only the news: what was dropped, changed, added or doubled."
        ),
        Flag(
            .json, nil, nil, .output, "Print every exchange as a trace record, one line of JSON",
            details: "The same records as in a capture, with the same redaction."),
        Flag(.quiet, "q", nil, .output, "Print no exchanges"),
        Flag(
            .track, "t", "NAME", .output, "Follow one more field",
            details: "Beside Authorization, cookies, CORS, Host, Vary and the others that are followed always.",
            isRepeatable: true),
        Flag(
            .secret, nil, "NAME", .output, "Never show the value of this field or parameter",
            details:
                "For secrets of your own whose name does not tell and whose value is a word. Names that sound like a"
                + " secret, and values that look like one, are hidden anyway.",
            isRepeatable: true),
        color, ascii,
    ]

    static let capture: [Flag] = [
        Flag(
            .capture, nil, "DIR", .capture, "Record every exchange in this folder",
            details: """
                One line of JSON an exchange, in files only the user can read. Credentials, cookies, nonces and tokens are \
                replaced by shape, length and a keyed fingerprint.
                """, completion: .directory),
        Flag(
            .captureSegmentSize, nil, "SIZE", .capture, "Begin a new file when one is this large",
            standard: Quantity.text(bytes: Capture(directory: "").segmentBytes)),
        Flag(
            .captureSegmentAge, nil, "DURATION", .capture, "Begin a new file when one is this old",
            standard: Quantity.text(milliseconds: Capture(directory: "").segmentAge * 1_000)),
        Flag(
            .maxDisk, nil, "SIZE", .capture, "Remove the oldest files beyond this much",
            details: "Without it nothing is removed."),
        Flag(
            .captureSample, nil, "SIZE", .capture, "How much of an error's body to keep, redacted",
            standard: Quantity.text(bytes: Capture(directory: "").sampleBytes)),
        Flag(
            .captureKeyFile, nil, "FILE", .capture, "The key of the fingerprints",
            details: """
                Without it, a file in the capture folder, made on first use. Nodes whose captures are to be compared need the \
                same key.
                """, completion: .file),
        Flag(
            .captureRaw, nil, "DURATION", .capture, "Keep secrets as they are, for this long",
            details: """
                DANGEROUS: credentials and cookies of everyone who passes are written to disk in the clear. It ends by itself \
                after DURATION (24h at most), and it is said at the start.
                """),
    ]

    static let bounds: [Flag] = [
        Flag(
            "timeout", nil, "NAME=DURATION", .bounds, "How long a step may take", isRepeatable: true,
            completion: .names(TimeoutName.allCases.map { $0.rawValue + "=" }),
            names: TimeoutName.allCases.map {
                ($0.rawValue, $0.summary, Quantity.text(milliseconds: Timeouts()[$0]))
            }, update: { $0.settings.setTimeout($1, from: "--timeout") }),
        Flag(
            "limit", nil, "NAME=N", .bounds, "How much a peer may send or hold", isRepeatable: true,
            completion: .names(LimitName.allCases.map { $0.rawValue + "=" }),
            names: LimitName.allCases.map {
                ($0.rawValue, $0.summary, $0.isSize ? Quantity.text(bytes: Limits()[$0]) : String(Limits()[$0]))
            }, update: { $0.settings.setLimit($1, from: "--limit") }),
    ]
}
