// HAR 1.2 (HTTP Archive, the format browsers and debugging proxies export) into records, entry by entry. The reader
// walks the log with the pull reader and builds the tree of one entry at a time, so its memory is that of the largest
// entry. An entry then goes through the Recorder, the same code that writes a live exchange, so whatever is secret in
// a HAR (and a HAR holds cookies, tokens and passwords in the clear) is replaced before a record exists.
//
// A HAR was seen from one place only: its request is client->node and node->origin at once, and it knows nothing of
// what happened behind the first hop. What it says of a message is what the exporter made of it: browsers join lines,
// change the case of names, leave credentials out, and decode bodies. Where that matters there is a note.

public import Fields
import JSON
public import Trace

/// Reads HAR logs.
public struct HARReader: ~Copyable {
    /// Where the reader stands.
    private enum Stage {
        case beforeLog
        case inLog
        case inEntries
        case done
    }

    private let limits: HARLimits
    private var json: JSONReader
    private var stage = Stage.beforeLog
    private var hasEntries = false
    private var maker: HARRecordMaker
    /// What was odd so far, in order.
    public private(set) var notes: [HARNote] = []
    /// How many notes were not kept.
    public private(set) var notesLeftOut = 0
    /// The number of entries met so far, unusable ones included.
    public private(set) var entries = 0
    /// The program that wrote the log; nil until its member was met.
    public private(set) var creator: String?
    /// The last record as a line of a trace, with its line feed.
    public var line: [UInt8] { maker.line }

    /// A reader of one log.
    ///
    /// - Parameters:
    ///   - node: what records call the place where the log was made.
    ///   - secretNames: more field and parameter names whose values are secret.
    public init(
        fingerprinting: any Fingerprinting, node: String = "har", secretNames: [String] = [],
        limits: HARLimits = HARLimits()
    ) {
        self.limits = limits
        json = JSONReader(.strict, maximumDepth: limits.depth)
        maker = HARRecordMaker(
            node: node, fingerprinting: fingerprinting, secretNames: secretNames, maximumLines: limits.lines)
    }

    /// The next entry as a record, or nil at the end of the log.
    ///
    /// After an error of kind `entry` the next entry can be asked for; every other error is final.
    public mutating func next(in bytes: Span<UInt8>) throws(HARError) -> Record? {
        do {
            while true {
                switch stage {
                case .done: return nil
                case .beforeLog: try begin(bytes)
                case .inLog: try logMember(bytes)
                case .inEntries:
                    if try json.nextElement(in: bytes) {
                        if let record = try entry(bytes) { return record }
                    } else {
                        stage = .inLog
                    }
                }
            }
        } catch let error as HARError {
            if error.kind != .entry { stage = .done }
            throw error
        } catch {
            let current = stage == .inEntries ? entries : nil
            stage = .done
            guard let error = error as? JSONError else {
                throw HARError(.json, entry: current, at: .start, "cannot be read")
            }
            throw HARError(.json, entry: current, at: error.position, error.message)
        }
    }

    // MARK: The log

    private mutating func begin(_ b: Span<UInt8>) throws {
        guard b.count <= limits.bytes else {
            throw HARError(.limit, entry: nil, at: .start, "the text has \(b.count) bytes, more than \(limits.bytes)")
        }
        // Some exporters begin with a byte order mark, which RFC 8259 section 8.1 lets a reader skip.
        if b.count >= 3, b[0] == 0xEF, b[1] == 0xBB, b[2] == 0xBF {
            json = JSONReader(.strict, maximumDepth: limits.depth, startingAt: 3)
        }
        guard try json.peek(in: b) == .object else { throw notHAR(b) }
        try json.enterObject(in: b)
        while let key = try json.nextKey(in: b) {
            if key.equals("log", in: b) {
                guard try json.peek(in: b) == .object else { throw notHAR(b) }
                try json.enterObject(in: b)
                stage = .inLog
                return
            }
            try json.skip(in: b)
        }
        throw notHAR(b)
    }

    private mutating func logMember(_ b: Span<UInt8>) throws {
        guard let key = try json.nextKey(in: b) else {
            try end(b)
            return
        }
        let kind = try json.peek(in: b)
        switch (key.string(in: b), kind) {
        case ("entries", .array):
            if hasEntries { note(nil, "log.entries", "stands there twice; both are read") }
            hasEntries = true
            try json.enterArray(in: b)
            stage = .inEntries
        case ("entries", _): throw HARError(.notHAR, entry: nil, at: place(b), "log.entries is no list")
        case ("version", .string):
            let version = try json.readString(in: b)
            // 1.1 differs in what may be missing, which is tolerated anyway.
            if version != "1.2", version != "1.1" { note(nil, "log.version", "is neither 1.2 nor 1.1; read as 1.2") }
        case ("creator", .object): creator = try name(b) ?? creator
        default: try json.skip(in: b)
        }
    }

    /// The name in a creator; its version and comment are of no use here.
    private mutating func name(_ b: Span<UInt8>) throws -> String? {
        var name: String?
        try json.enterObject(in: b)
        while let key = try json.nextKey(in: b) {
            if key.equals("name", in: b), try json.peek(in: b) == .string {
                name = maker.shown(try json.readString(in: b))
            } else {
                try json.skip(in: b)
            }
        }
        return name
    }

    private mutating func end(_ b: Span<UInt8>) throws {
        while try json.nextKey(in: b) != nil { try json.skip(in: b) }
        try json.finish(in: b)
        stage = .done
        if !hasEntries { throw HARError(.notHAR, entry: nil, at: place(b), "log has no entries") }
        if entries > 0, !maker.sawCredentials {
            note(
                nil, "log.entries",
                "no request has Authorization or Cookie and no response has Set-Cookie: an exporter may have left them "
                    + "out (Chrome does unless told otherwise), so their absence proves nothing")
        }
    }

    // MARK: One entry

    private mutating func entry(_ b: Span<UInt8>) throws -> Record? {
        let number = entries
        guard number < limits.entries else {
            throw HARError(.limit, entry: number, at: place(b), "the log has more than \(limits.entries) entries")
        }
        _ = try json.peek(in: b)
        let start = json.offset
        try json.skip(in: b)
        let end = json.offset
        entries += 1
        guard end - start <= limits.entryBytes else {
            throw HARError(
                .entry, entry: number, at: JSONPosition(offset: start, in: b),
                "the entry has \(end - start) bytes, more than \(limits.entryBytes)")
        }
        let tree = try JSONValue(parsing: b.extracting(start..<end), maximumDepth: limits.depth)
        var draft = HAREntry(tree)
        defer { for (member, message) in draft.notes { note(number, member, message) } }
        do {
            guard try draft.read() else { return nil }
        } catch {
            throw HARError(
                .entry, entry: number, at: JSONPosition(offset: start + error.offset, in: b), error.message)
        }
        do {
            return try maker.record(&draft, number: number)
        } catch {
            throw HARError(.entry, entry: number, at: JSONPosition(offset: start, in: b), error.message)
        }
    }

    // MARK: Small things

    private mutating func note(_ entry: Int?, _ member: String, _ message: String) {
        guard notes.count < limits.notes else {
            notesLeftOut += 1
            return
        }
        notes.append(HARNote(entry: entry, member: member, message))
    }

    private func place(_ b: Span<UInt8>) -> JSONPosition { JSONPosition(offset: json.offset, in: b) }

    private func notHAR(_ b: Span<UInt8>) -> HARError {
        HARError(.notHAR, entry: nil, at: place(b), "no HAR: expected an object with an object \"log\"")
    }
}
