// swift-tools-version: 6.3
import PackageDescription

// Every target speaks the same strict dialect: Swift 6 mode, strict memory safety, warnings are errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name + "Tests", dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

// Tests/Fuzz is two things: the fuzzer's program when FUZZ is in the environment (scripts/fuzz), and otherwise the tests
// that replay its corpora. Both compile the same Bodies; neither is in the shipped binary.
let fuzzed: [Target.Dependency] = [
    "Wire", "JSON", "Fields", "StructuredFields", "Meaning", "Inflate", "Trace", "Ledger", "Report", "Settings",
    "Exchange",
    "HAR",
]
let fuzzInputs = ["Corpora", "Seeds", "Regressions", "Dictionaries"]
let fuzzing: Target =
    Context.environment["FUZZ"] == nil
    ? .testTarget(
        name: "FuzzTests", dependencies: fuzzed, path: "Tests/Fuzz", exclude: fuzzInputs + ["Entry"],
        sources: ["Bodies", "Replay"], swiftSettings: strict)
    : .executableTarget(
        name: "Fuzz", dependencies: fuzzed, path: "Tests/Fuzz", exclude: fuzzInputs + ["Replay"],
        sources: ["Bodies", "Entry"],
        swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])])

let package = Package(
    name: "hoplens",
    products: [.executable(name: "hoplens", targets: ["hoplens"])],
    targets: [
        // System libraries: header-only shims, no C file to compile.
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),

        // Pure: the standard library only. No sockets, clocks, files or `unsafe` (scripts/check proves it).
        module("Wire"),
        module("JSON"),
        module("Fields", ["Wire", "JSON"]),
        module("StructuredFields", ["Fields"]),
        module("NodeChain", ["Wire", "Fields"]),
        module("Trace", ["Wire", "Fields", "JSON", "Inflate", "NodeChain"]),
        module("Inflate"),
        module("Meaning", ["Wire", "Fields", "StructuredFields"]),
        module("HAR", ["Wire", "JSON", "Fields", "Trace"]),
        module("Ledger", ["Wire", "Fields", "Trace"]),
        module("CORS", ["Fields", "JSON", "Trace"]),
        module("Comparison", ["Fields", "JSON", "Meaning", "CORS", "Trace", "Diagnosis", "Probes"]),
        module("Probes", ["JSON", "Fields", "Trace"]),
        module("Settings", ["JSON"]),
        module("Exchange", ["Wire", "Fields", "NodeChain"]),
        module("Diagnosis", ["Wire", "JSON", "Fields", "Meaning", "CORS", "Trace", "Ledger"]),
        module("Report", ["Fields", "JSON", "Trace", "Ledger", "Diagnosis", "Comparison"]),
        module("Review", ["Wire", "Fields", "JSON", "Trace", "Ledger", "Diagnosis", "Report"]),
        module("Ladder", ["Fields", "JSON", "Trace", "Ledger", "CORS", "Diagnosis"]),

        // Effects: sockets, threads, files, TLS, the terminal.
        module("Reactor", ["CLinux"]),
        module("Secure", ["COpenSSL", "CLinux"]),
        module("Proxy", ["Wire", "Fields", "NodeChain", "Trace", "Settings", "Exchange", "Reactor", "Secure"]),
        module(
            "Demo",
            ["CLinux", "Wire", "Fields", "Secure", "JSON", "Trace", "Ledger", "Report", "Settings", "Reactor", "Proxy"]),
        module(
            "Commands",
            [
                "CORS", "Diagnosis", "Fields", "JSON", "Trace", "Ledger", "Report", "Settings", "Reactor", "Proxy",
                "Demo", "Inflate", "Ladder", "Review", "HAR", "Secure", "Probes",
                "Comparison",
            ]),
        .executableTarget(name: "hoplens", dependencies: ["Commands"], swiftSettings: strict),

        // For the developers: the pure parts of forwarding and of the live view in a loop (scripts/instructions).
        .executableTarget(
            name: "Bench", dependencies: ["Wire", "Fields", "Trace", "Exchange", "Ledger", "Report"],
            swiftSettings: strict),

        tests("Wire", ["Wire"]),
        tests("JSON", ["JSON"]),
        tests("Fields", ["Wire", "Fields"]),
        tests("StructuredFields", ["JSON", "StructuredFields"]),
        tests("NodeChain", ["Wire", "Fields", "NodeChain", "Ledger"]),
        tests("Trace", ["Wire", "Fields", "Trace", "JSON"]),
        tests("Inflate", ["Inflate"]),
        tests("Meaning", ["Wire", "Fields", "StructuredFields", "Meaning"]),
        tests("HAR", ["Wire", "JSON", "Fields", "Trace", "HAR"]),
        tests("Ledger", ["Wire", "Fields", "Trace", "Ledger"]),
        tests("CORS", ["CORS", "Fields", "JSON", "Trace"]),
        tests(
            "Diagnosis", ["Wire", "Fields", "JSON", "Trace", "Ledger", "Meaning", "Diagnosis", "Report"],
            exclude: ["Fixtures"]),
        tests("Comparison", ["Fields", "JSON", "Trace", "Diagnosis", "Probes", "Comparison"]),
        tests("Probes", ["JSON", "Fields", "Trace", "Probes"]),
        tests("Ladder", ["Wire", "Fields", "Trace", "Diagnosis", "Ladder"]),
        tests(
            "Report",
            ["Wire", "Fields", "JSON", "Trace", "Ledger", "Diagnosis", "Probes", "Comparison", "Report"],
            exclude: ["Fixtures"]),
        tests("Review", ["Wire", "Fields", "JSON", "Trace", "Ledger", "Diagnosis", "Report", "Review"]),
        tests("Settings", ["JSON", "Settings"]),
        tests("Exchange", ["Wire", "Fields", "Exchange"]),
        tests("Reactor", ["Reactor", "CLinux"]),
        tests("Secure", ["Secure", "COpenSSL"]),
        tests("Proxy", ["Wire", "Proxy", "NodeChain", "Exchange", "Reactor", "Settings", "Trace"]),
        tests("Demo", ["Demo", "Wire", "JSON", "Fields", "Trace", "Ledger", "Report", "Settings", "Reactor", "Proxy"]),
        tests("Commands", ["Commands", "Diagnosis", "Ladder", "Settings", "JSON"]),
        fuzzing,
    ]
)
