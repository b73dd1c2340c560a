// Whether a line is what configs/trace-v1.schema.json describes, more strictly than the reader, which takes what it can
// get. The description here is a table of the schema's members; a test holds the two against each other, so that neither
// can change alone. Members it does not know are named: a later version may have written them.

import JSON
import Trace

/// A fault in a line that can be read.
public struct RecordFault: Equatable, Sendable, CustomStringConvertible {
    /// Where: `response.fields[3].fp`.
    public let path: String
    /// What.
    public let text: String
    /// Whether it is only something unknown.
    public let isUnknownMember: Bool

    /// Place and fault.
    public var description: String { "\(path): \(text)" }
}

/// Checks lines against the format.
public struct RecordCheck {
    /// What a member must be.
    public indirect enum Kind: Sendable {
        case text
        case moment
        /// A whole number that is not negative.
        case number
        /// A whole number.
        case integer
        case flag
        case object([Member])
        case list(Kind)
    }

    /// A member of an object.
    public struct Member: Sendable {
        /// Its name.
        public let name: String
        /// What it must be.
        public let kind: Kind
        /// Whether it must be there.
        public let isRequired: Bool

        init(_ name: String, _ kind: Kind, isRequired: Bool = false) {
            self.name = name
            self.kind = kind
            self.isRequired = isRequired
        }
    }

    private static let shape: [Member] = [
        Member("enc", .text), Member("shape", .text), Member("len", .number), Member("fp", .text),
        Member("scheme", .text), Member("user", .text), Member("alg", .text), Member("typ", .text),
        Member("iss", .text), Member("iat", .integer), Member("nbf", .integer), Member("exp", .integer),
        Member("flaws", .list(.text)),
    ]
    private static let line = [Member("n", .text, isRequired: true), Member("v", .text, isRequired: true)] + shape
    private static let edit =
        [
            Member("op", .text, isRequired: true), Member("i", .number), Member("n", .text, isRequired: true),
            Member("v", .text),
        ] + shape + [Member("why", .text, isRequired: true)]
    private static let section = [
        Member("fields", .list(.object(line)), isRequired: true),
        Member("edits", .list(.object(edit)), isRequired: true),
    ]
    private static let response =
        [
            Member("status", .number, isRequired: true), Member("reason", .text, isRequired: true),
            Member("reason_enc", .text), Member("version", .text, isRequired: true),
        ] + section + [Member("by", .text)]
    private static let body = [
        Member("framing", .text, isRequired: true), Member("bytes", .number, isRequired: true),
    ]

    private static let reportedLine = [
        Member("n", .text, isRequired: true), Member("as", .list(.number)), Member("sep", .text), Member("v", .text),
        Member("len", .number), Member("fp", .text),
    ]
    private static let reportedSection = [
        Member("fields", .list(.object(reportedLine)), isRequired: true),
        Member(
            "edits",
            .list(
                .object([
                    Member("op", .text, isRequired: true), Member("i", .number), Member("n", .text, isRequired: true),
                    Member("v", .text), Member("len", .number), Member("fp", .text),
                    Member("why", .text, isRequired: true),
                ])), isRequired: true),
        Member("cut", .number),
    ]
    private static let report = [
        Member("kind", .text, isRequired: true), Member("node", .text, isRequired: true),
        Member("seconds", .integer, isRequired: true), Member("other_trace", .text),
        Member("request", .object(reportedSection), isRequired: true),
        Member(
            "response",
            .object([Member("status", .number, isRequired: true), Member("by", .text)] + reportedSection)),
        Member("follows", .list(.text)),
        Member(
            "facts",
            .list(.object([Member("n", .text, isRequired: true), Member("v", .text, isRequired: true)]))),
    ]

    /// The members of a record, as the schema has them.
    public static let record: [Member] = [
        Member("v", .number, isRequired: true), Member("id", .text, isRequired: true),
        Member("node", .text, isRequired: true), Member("time", .moment, isRequired: true), Member("raw", .flag),
        Member("service", .text),
        Member(
            "client",
            .object([
                Member("address", .text, isRequired: true), Member("connection", .number, isRequired: true),
                Member("exchange", .number, isRequired: true), Member("tls", .text),
            ]), isRequired: true),
        Member(
            "origin",
            .object([
                Member("url", .text, isRequired: true), Member("address", .text), Member("connection", .number),
                Member("reused", .flag, isRequired: true), Member("retried", .flag), Member("tls", .text),
                Member("verified", .flag),
            ])),
        Member(
            "request",
            .object(
                [
                    Member("method", .text), Member("target", .text), Member("target_enc", .text),
                    Member("version", .text), Member("malformed_bytes", .number),
                ] + section)),
        Member("request_body", .object(body)), Member("request_trailers", .object(section)),
        Member("interim", .list(.object(response))), Member("response", .object(response)),
        Member(
            "response_body",
            .object(
                body + [
                    Member(
                        "sample",
                        .object([
                            Member("type", .text, isRequired: true), Member("bytes", .number, isRequired: true),
                            Member("coding", .text), Member("text", .text),
                            Member("truncated", .flag, isRequired: true),
                        ]))
                ])),
        Member("response_trailers", .object(section)),
        Member(
            "chain",
            .object([
                Member("trace", .text, isRequired: true), Member("began", .flag, isRequired: true),
                Member("reports", .list(.object(report))),
            ])),
        Member("duration_us", .number, isRequired: true),
        Member(
            "timing",
            .object([
                Member("connect_us", .number), Member("tls_us", .number), Member("first_byte_us", .number),
                Member("request_us", .number),
            ])),
        Member("end", .text, isRequired: true),
        Member(
            "error",
            .object([
                Member("side", .text, isRequired: true), Member("phase", .text, isRequired: true),
                Member("cause", .text, isRequired: true), Member("text", .text, isRequired: true),
            ])),
    ]

    /// The faults of a line, at most a few.
    public static func faults(_ bytes: Span<UInt8>, _ line: Range<Int>) -> [RecordFault] {
        let tree: JSONValue
        do throws(JSONError) {
            tree = try JSONValue(parsing: bytes.extracting(line))
        } catch {
            return [RecordFault(path: "", text: "\(error)", isUnknownMember: false)]
        }
        var check = RecordCheck()
        check.look(tree, .object(record), "")
        check.lookClosely(tree)
        return check.faults
    }

    private static let most = 8
    private var faults: [RecordFault] = []

    private mutating func add(_ path: String, _ text: String, isUnknown: Bool = false) {
        guard faults.count < RecordCheck.most else { return }
        faults.append(RecordFault(path: path, text: text, isUnknownMember: isUnknown))
    }

    private mutating func look(_ value: JSONValue, _ kind: Kind, _ path: String) {
        switch kind {
        case .text: if value.string == nil { add(path, "is no text") }
        case .moment:
            if value.string.flatMap({ Timestamp.parse(Array($0.utf8)) }) == nil { add(path, "is no moment") }
        case .number: if value.integer.map({ $0 < 0 }) ?? true { add(path, "is no whole number from 0 on") }
        case .integer: if value.integer == nil { add(path, "is no whole number") }
        case .flag: if value.kind != .bool { add(path, "is neither true nor false") }
        case .list(let kind):
            guard let elements = value.elements else { return add(path, "is no list") }
            for (n, element) in elements.enumerated() { look(element, kind, "\(path)[\(n)]") }
        case .object(let members):
            guard let found = value.members else { return add(path, "is no object") }
            let prefix = path.isEmpty ? "" : path + "."
            var seen: Set<String> = []
            for one in found {
                if !seen.insert(one.key).inserted { add(prefix + one.key, "stands there twice") }
                guard let member = members.first(where: { $0.name == one.key }) else {
                    add(prefix + one.key, "is a member this version does not know", isUnknown: true)
                    continue
                }
                look(one.value, member.kind, prefix + one.key)
            }
            for member in members where member.isRequired && !seen.contains(member.name) {
                add(prefix + member.name, "is missing")
            }
        }
    }

    /// What a table of kinds does not say.
    private mutating func lookClosely(_ tree: JSONValue) {
        if tree["id"]?.string?.isEmpty ?? false { add("id", "is empty") }
        var statuses = (tree["interim"]?.elements ?? []).map { ($0, "interim") }
        if let response = tree["response"] { statuses.append((response, "response")) }
        for (response, path) in statuses {
            if let status = response["status"]?.integer, !(100...999).contains(status) {
                add("\(path).status", "is no status")
            }
        }
        let sections = [("request", tree["request"]), ("response", tree["response"])]
        for (path, section) in sections {
            let lines = section?["fields"]?.elements ?? []
            for (n, edit) in (section?["edits"]?.elements ?? []).enumerated() {
                let index = edit["i"]?.integer
                switch edit["op"]?.string {
                case "add": if index != nil { add("\(path).edits[\(n)].i", "has no meaning for a line that was added") }
                case "drop", "replace":
                    if index.map({ $0 >= lines.count }) ?? true {
                        add("\(path).edits[\(n)].i", "names no line of \(path).fields")
                    }
                default: add("\(path).edits[\(n)].op", "is none of drop, replace and add")
                }
            }
            for (n, line) in lines.enumerated() where line["shape"] != nil && (line["fp"] == nil || line["len"] == nil)
            {
                add("\(path).fields[\(n)]", "has a shape without len or fp")
            }
        }
    }
}
