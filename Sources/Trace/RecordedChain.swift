// What the points farther in reported about an exchange, as the record of the node that asked holds it. In the line a
// reported value that is one of this node's own is told by the position of that line (`as`), so a credential is described
// once; the reader puts the two together, and whoever reads a record sees lines like any others.

import Fields
import NodeChain
import Wire

/// An exchange's part in a chain of nodes.
public struct RecordedChain: Equatable, Sendable {
    /// The id of the trace, 32 hexadecimal digits: the same at every node.
    public var trace: String
    /// Whether this node made the trace; else it came with the request.
    public var began: Bool
    /// The reports that came back, in the order they stood in the answer.
    public var reports: [RecordedReport] = []

    /// A chain without reports.
    public init(trace: String, began: Bool) {
        self.trace = trace
        self.began = began
    }
}

/// What one point farther in says it saw.
public struct RecordedReport: Equatable, Sendable {
    /// Whether it is PHP that speaks; else it is a node.
    public var isPHP: Bool
    /// The name of the node.
    public var node: String
    /// When it was written, in seconds since 1970.
    public var seconds: Int64 = 0
    /// The trace it answers, when that is another one than this exchange's: the answer is a stored one.
    public var otherTrace: String?
    /// The followed fields of the request there, and what the point did to them.
    public var request = RecordedSection()
    /// The followed fields of the response there; nil when the point saw none.
    public var response: RecordedSection?
    /// The status of the response; 0 when the point saw none.
    public var status = 0
    /// Whether the point answered itself.
    public var isOwnAnswer = false
    /// The names it follows beside the usual ones, lower case.
    public var extra: [String] = []
    /// What else it said.
    public var facts: [Fact] = []
    /// Fields of this rank and above are not all told; nil when all are.
    var requestCut: Int?
    var responseCut: Int?

    /// A fact that is no field.
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

    /// An empty report.
    public init(isPHP: Bool, node: String) {
        self.isPHP = isPHP
        self.node = node
    }

    /// The value of a fact.
    public func fact(_ name: String) -> String? { facts.first { $0.name == name }?.value }

    /// Whether the report tells all lines of a field, so that none means that there was none.
    public func covers(_ name: String, request isRequest: Bool) -> Bool {
        let bytes = Array(name.utf8)
        let id = FieldName.lookup(bytes.span, Extent(0, bytes.count))
        guard Followed.follows(id, bytes, extra: extra.map { Array($0.utf8) }) else { return false }
        // PHP is told of few of the fields that belong to a connection.
        if isPHP, !isRequest || id == .connection || id == .via { return false }
        guard let cut = isRequest ? requestCut : responseCut else { return true }
        return Int(Followed.rank(id, bytes)) < cut
    }
}

/// A reported line before it is put together with those of this node.
struct ReportedLineDraft {
    var name = ""
    var value = ""
    var positions: [Int] = []
    var separator = ", "

    /// The line, given those that left this node (or came to it).
    func line(_ own: [RecordedLine], spelledAsOurs: Bool) -> RecordedLine {
        let lines = positions.compactMap { own.indices.contains($0) ? own[$0] : nil }
        guard let first = lines.first, lines.count == positions.count else {
            return RecordedLine(name: name, value: value)
        }
        var line = first
        if lines.count > 1 {
            line = RecordedLine(
                name: name, value: lines.map(\.value).joined(separator: separator),
                latin1: lines.contains(where: \.latin1))
        }
        line.name = spelledAsOurs ? first.name : name
        return line
    }
}
