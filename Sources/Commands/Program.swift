// The program's name, version and exit codes: the one place where each of them stands.

/// The program.
package enum Program {
    /// What users type.
    package static let name = "hoplens"
    /// The version as bytes of the program itself, which even a signal handler may use.
    package static let versionBytes: StaticString = "0.1.0"
    /// The version, as `--version` prints it.
    package static var version: String { versionBytes.description }
}

/// How the program ends.
package enum ExitCode {
    /// Everything went as it was asked for.
    package static let fine: Int32 = 0
    /// What was checked is not as it should be.
    package static let findings: Int32 = 1
    /// Wrong usage or configuration: nothing was started.
    package static let usage: Int32 = 2
    /// A target could not be reached.
    package static let unreachable: Int32 = 3
    /// A fault of ours.
    package static let fault: Int32 = 70
}
