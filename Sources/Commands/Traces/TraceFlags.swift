// The flags of the traces commands.

import Diagnosis
import Report
import Review
import Settings

extension Flag {
    static let traceFilter: [Flag] = [
        Flag(
            "since", nil, "MOMENT", .filter, "Only what began then or later",
            details: """
                2h, 30m or 1d before now; 03:10 (the last one that was); 2026-11-28 or 2026-11-28T03:10 in local time; \
                2026-11-28T03:10:00Z.
                """, update: { $0.traces.since = $1 }),
        Flag("until", nil, "MOMENT", .filter, "Only what began before that", update: { $0.traces.until = $1 }),
        Flag(
            "status", "s", "STATUS", .filter, "Only these statuses",
            details: "404, 4xx, 400-403, or none for an exchange without an answer; several with commas.",
            isRepeatable: true, update: { $0.traces.statuses.append($1) }),
        Flag(
            "method", "X", "METHOD", .filter, "Only these methods", isRepeatable: true,
            update: { $0.traces.methods.append($1) }),
        Flag(
            "path", "p", "GLOB", .filter, "Only these paths",
            details: """
                * is anything within a segment, ** anything at all, ? one character. The query is looked at only when the \
                pattern has a = in it.
                """, isRepeatable: true, update: { $0.traces.paths.append($1) }),
        Flag(
            "fate", "f", "NAME=FATE", .filter, "Only where this became of a field",
            details: """
                authorization=dropped, vary=changed, cookie=absent; authorization=* is any change. Fates: \
                \(FateFilter.choices.joined(separator: ", ")).
                """, isRepeatable: true, update: { $0.traces.fates.append($1) }),
        Flag(
            "finding", "F", "RULE", .filter, "Only where a rule found something",
            details: "The id of a rule, or error, warning, notice or info for findings at least as grave.",
            isRepeatable: true, completion: .names(Severity.allCases.map(\.word) + Catalogue.rules.map(\.id)),
            update: { $0.traces.findings.append($1) }),
        Flag(
            "layer", "L", "LAYER", .filter, "Only where this layer is held responsible", isRepeatable: true,
            completion: .words(Layer.allCases.map(\.rawValue)), update: { $0.traces.layers.append($1) }),
        Flag(
            "node", "n", "NAME", .filter, "Only what this node saw", isRepeatable: true,
            update: { $0.traces.nodes.append($1) }),
        Flag(
            "client", nil, "ADDRESS", .filter, "Only this client, with or without its port", isRepeatable: true,
            update: { $0.traces.clients.append($1) }),
    ]

    static let traceLook: [Flag] = [
        Flag("json", "j", nil, .output, "Print JSON", update: { arguments, _ in arguments.traces.json = true }),
        Flag(
            "color", nil, "auto|always|never", .output, "When to use colours", standard: "auto",
            completion: .words(Output.Color.allCases.map(\.rawValue)), update: { $0.traces.color = $1 }),
        Flag(
            "ascii", nil, nil, .output, "Print plain ASCII only",
            update: { arguments, _ in arguments.traces.ascii = true }),
    ]

    static let traceList: [Flag] = [
        Flag(
            "columns", "c", "NAMES", .output, "Which columns, parted by commas",
            details: """
                There are \(ListColumn.allCases.map(\.rawValue).joined(separator: ", ")). Without it: \
                \(ListColumn.standard.map(\.rawValue).joined(separator: ", ")).
                """, update: { $0.traces.columns = $1 }),
        Flag(
            "sort", "S", "KEY", .output, "Sort instead of printing as it is read",
            details: "Keeps what is to be printed in memory, so at most 10000 exchanges unless --limit says more.",
            completion: .words(SortKey.allCases.map(\.rawValue)), update: { $0.traces.sort = $1 }),
        Flag(
            "reverse", "r", nil, .output, "Sort the other way round",
            update: { arguments, _ in arguments.traces.isReversed = true }),
        Flag("limit", "l", "N", .output, "At most so many exchanges", update: { $0.traces.limit = $1 }),
        Flag(
            "plain", nil, nil, .output, "Judge nothing",
            details: "Many times as fast on a large capture when a filter leaves most of it out.",
            update: { arguments, _ in arguments.traces.isPlain = true }),
        Flag(
            "follow", nil, nil, .output, "Go on while the capture is being written",
            update: { arguments, _ in arguments.traces.isFollowing = true }),
    ]

    static let traceLimit = Flag(
        "limit", "l", "N", .output, "How many routes to show", standard: "20", update: { $0.traces.limit = $1 })
    static let tracePlain = Flag(
        "plain", nil, nil, .output, "Judge nothing", update: { arguments, _ in arguments.traces.isPlain = true })

    static let tracePrune: [Flag] = [
        Flag(
            "max-disk", nil, "SIZE", .capture, "Remove the oldest beyond this much",
            details: "Sizes count in steps of 1024: 64k, 10M, 1G.",
            update: { $0.traces.maxDisk = $1 }),
        Flag(
            "older-than", nil, "MOMENT", .capture, "Remove what was begun before that",
            details: "7d or 12h before now, or a date.", update: { $0.traces.olderThan = $1 }),
        Flag(
            "dry-run", nil, nil, .capture, "Only say what would be removed",
            update: { arguments, _ in arguments.traces.isDryRun = true }),
    ]

    static let traceOutput = Flag(
        "output", "o", "FILE", .output, "Write to this file, which must not exist",
        details: "Without it, to standard output.",
        completion: .file, update: { $0.traces.output = $1 })
    static let traceSuspicious = Flag(
        "skip-suspicious", nil, nil, .output, "Leave out exchanges in which something looks like a secret",
        details: "Without it, one such exchange stops the export, and its place is said.",
        update: { arguments, _ in arguments.traces.skipsSuspicious = true })
    static let traceReport: [Flag] = [
        traceOutput,
        Flag("title", nil, "TEXT", .output, "The title of the page", update: { $0.traces.title = $1 }),
        Flag(
            "limit", "l", "N", .output, "At most so many exchanges on the page", standard: "1000",
            update: { $0.traces.limit = $1 }),
        traceSuspicious,
    ]

    static let traceHAR = Flag(
        "har", nil, nil, .output, "HAR 1.2", update: { arguments, _ in arguments.traces.har = true })
    static let traceExport: [Flag] = [
        traceHAR,
        Flag(
            "curl", nil, "ID", .output, "The request of this exchange as a command line of curl",
            details: """
                The address is pinned with --connect-to. What was secret comes from HOPLENS_TOKEN, HOPLENS_USER_PASSWORD, \
                HOPLENS_COOKIE and HOPLENS_NONCE, and reaches curl through its standard input.
                """, update: { $0.traces.curl = $1 }),
        Flag(
            "markdown", nil, "ID", .output, "This exchange as Markdown, for a ticket",
            update: { $0.traces.markdown = $1 }),
        traceOutput,
        Flag("limit", "l", "N", .output, "At most so many exchanges in a HAR", update: { $0.traces.limit = $1 }),
        traceSuspicious,
    ]
    static let traceKey = Flag(
        "key-file", nil, "FILE", .capture, "The key of the fingerprints",
        details:
            "That of a capture (DIR/.hoplens-key) makes fingerprints comparable; without it a new one is used and forgotten.",
        completion: .file, update: { $0.traces.keyFile = $1 })
    static let traceReplay: [Flag] =
        [
            Flag(
                "to", nil, "URL", .service, "Where to send them, such as https://staging.example.test",
                update: { $0.traces.to = $1 }),
            connect, caFile, sni, insecure, traceKey,
        ] + credentials + requests.filter { $0.long == "allow-unsafe" }
    static let traceImport: [Flag] = [
        traceHAR, traceOutput, traceKey,
        Flag(
            "node", "n", "NAME", .node, "What records call the place where it was made", standard: "har",
            update: { $0.traces.nodes = [$1] }),
    ]
}
