// What one side answered to one request, once: the record of the exchange, and the content as far as it was fetched, with
// secrets replaced. Records of captures have a beginning of error bodies only; those of our own requests come with all.

import Diagnosis
import JSON
import Meaning
public import Trace

/// Content of an answer, decoded, secrets replaced.
public struct ObservedBody: Equatable, Sendable {
    /// The text or bytes; nil when its coding cannot be undone here.
    public var shown: [UInt8]?
    /// Whether it is all of the content.
    public var isWhole: Bool

    /// Content from its parts.
    public init(shown: [UInt8]?, isWhole: Bool) {
        self.shown = shown
        self.isWhole = isWhole
    }
}

/// An answer, or the lack of one.
public struct Observation: Sendable {
    /// The exchange.
    public let record: Record
    /// Its content; nil when nothing is known of it.
    public let body: ObservedBody?
    /// The redirects that were followed from here, in order.
    public var followed: [Record]

    /// An answer with its content.
    public init(_ record: Record, body: ObservedBody?, followed: [Record] = []) {
        self.record = record
        self.body = body
        self.followed = followed
    }

    /// An answer as a capture holds it: of errors the beginning of the content, of others none.
    public init(_ record: Record) {
        let sample = record.responseBody?.sample
        self.init(
            record,
            body: sample.map { ObservedBody(shown: $0.text.map { Array($0.utf8) }, isWhole: !$0.truncated) })
    }

    /// The status; nil without an answer.
    public var status: Int? { record.response?.status }

    /// The values of a field of the answer, in order.
    func values(_ name: String) -> [String] {
        (record.response?.head.sent() ?? []).filter { $0.name.lowercased() == name }.map(\.value)
    }

    /// The names of the answer's fields, lower case, in the order in which they first occur.
    var names: [String] {
        var seen: Set<String> = []
        return (record.response?.head.sent() ?? []).map { $0.name.lowercased() }.filter { seen.insert($0).inserted }
    }

    /// The content coding, lower case; empty for none.
    var coding: String {
        let coding = FieldList(values("content-encoding")).lowercased.filter { $0 != "identity" }
        return coding.joined(separator: ", ")
    }

    /// What the content is.
    var content: Content {
        let type = ContentType(values("content-type").first ?? "")
        guard let body else { return .unknown }
        guard let shown = body.shown else { return .opaque }
        if shown.isEmpty { return .empty }
        if let json = Content.json(shown) { return json }
        let start = String(decoding: shown.prefix(512), as: UTF8.self).lowercased()
        let begins = start.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        if type.isHTML || begins.hasPrefix("<!doctype html") || begins.hasPrefix("<html") {
            return .html(String(decoding: shown, as: UTF8.self))
        }
        if type.isJSON || type.essence.hasPrefix("text/")
            || shown.prefix(1024).allSatisfy({ $0 >= 0x20 || $0 == 9 || $0 == 10 || $0 == 13 })
        {
            return .text(String(decoding: shown, as: UTF8.self))
        }
        return .binary(shown)
    }
}

/// Content by its kind.
enum Content {
    case unknown
    case opaque
    case empty
    case json(JSONValue)
    case html(String)
    case text(String)
    case binary([UInt8])

    /// The word for it.
    var word: String {
        switch self {
        case .unknown: "not recorded"
        case .opaque: "in a coding that is not read here"
        case .empty: "empty"
        case .json: "JSON"
        case .html: "an HTML page"
        case .text: "text"
        case .binary: "binary"
        }
    }

    static func json(_ bytes: [UInt8]) -> Content? {
        guard let first = bytes.first(where: { $0 > 0x20 && $0 < 0xEF }), first == 0x7B || first == 0x5B else {
            return nil
        }
        // PHP notices before a document make it no JSON, which is what a client sees too.
        do throws(JSONError) {
            return .json(try JSONValue(parsing: bytes.span))
        } catch {
            return nil
        }
    }
}
