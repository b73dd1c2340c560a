// What a point farther in says it saw. A line is told by its name, its length and a keyed fingerprint of its value: that is
// enough to say whether it is still the value that left, whatever the value was, and it is all that PHP can and should say
// of a credential. Where there is room a report also says how the value may be shown, for the lines that turn out to be
// others.

public import Fields

/// A field line at a point farther in.
public struct ReportedLine: Equatable, Sendable {
    /// The name as spelled there.
    public var name: [UInt8]
    /// The length of the value in bytes.
    public var length: Int
    /// The fingerprint of the whole value.
    public var fingerprint: UInt32
    /// How the value may be shown, secrets replaced, UTF-8; nil when there was no room, or nobody who could tell.
    public var shown: [UInt8]?

    /// A line from its parts.
    public init(name: [UInt8], length: Int, fingerprint: UInt32, shown: [UInt8]? = nil) {
        self.name = name
        self.length = length
        self.fingerprint = fingerprint
        self.shown = shown
    }
}

/// What the point did to a line.
public struct ReportedEdit: Equatable, Sendable {
    /// What was done.
    public var operation: FieldEdit.Operation
    /// Why; nil for a reason this build does not know.
    public var reason: EditReason?
    /// The position among the reported lines; nil for a line that was added.
    public var index: Int?
    /// The line as sent on; of a dropped one the name only.
    public var line: ReportedLine

    /// An edit from its parts.
    public init(operation: FieldEdit.Operation, reason: EditReason?, index: Int?, line: ReportedLine) {
        self.operation = operation
        self.reason = reason
        self.index = index
        self.line = line
    }
}

/// A head at a point farther in, as far as its fields are followed.
public struct ReportedSection: Equatable, Sendable {
    /// The lines that came.
    public var lines: [ReportedLine] = []
    /// What was done to them before they went on.
    public var edits: [ReportedEdit] = []
    /// Fields of this rank and above (`Followed.rank`) are not all there; nil when all are.
    public var cutAt: UInt8?

    /// An empty head.
    public init() {}
}

/// The report of one point about one exchange.
public struct ChainReport: Equatable, Sendable {
    /// Which kind of point speaks.
    public enum Kind: UInt8, CaseIterable, Sendable {
        /// A node.
        case node
        /// PHP.
        case php

        /// The word used in traces.
        public var word: String { self == .node ? "node" : "php" }
    }

    /// A fact that is no field, in words.
    public struct Fact: Equatable, Sendable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: String

        /// A fact from its parts.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The name of the field.
    public static let name = "Hoplens-Report"
    /// No value of ours is longer.
    public static let longest = 2048

    /// Which kind of point speaks.
    public var kind: Kind
    /// The node's name.
    public var node: [UInt8]
    /// The id of the trace it answers.
    public var trace: [UInt8]
    /// When it was written, in seconds since 1970.
    public var seconds: Int64
    /// The request there.
    public var request = ReportedSection()
    /// The response there; nil when none was seen.
    public var response: ReportedSection?
    /// The status of the response.
    public var status = 0
    /// Whether the point wrote the response itself.
    public var isOwnAnswer = false
    /// The names it follows beside the usual ones, lower case.
    public var extra: [[UInt8]] = []
    /// What else it has to say.
    public var facts: [Fact] = []

    /// A report from the parts that have no default.
    public init(kind: Kind, node: [UInt8], trace: [UInt8], seconds: Int64) {
        self.kind = kind
        self.node = node
        self.trace = trace
        self.seconds = seconds
    }

    /// The value of the field.
    ///
    /// - Parameter limit: how long it may be; lines that matter less are left out then, and that is said.
    public func value(_ authority: any ChainAuthority, limit: Int = ChainReport.longest) -> [UInt8] {
        var room = limit * 3 / 4 - 32
        return Sealed.seal(ReportBytes.write(self, room: &room), authority)
    }

    /// Reads a value; nil unless it was written with our key.
    public init?(_ value: [UInt8], _ authority: any ChainAuthority) {
        guard let content = Sealed.open(value, authority), let report = ReportBytes.read(content) else { return nil }
        self = report
    }
}
