// The lines of a capture that are no records: the header of a raw segment, and a line that says that others are
// missing. Both are whole and meant; a reader that took them for damage would report a loss that did not happen, or
// miss one that did. Neither has an id, which every record has.

import JSON

/// What a line of a capture is.
public enum TraceEntry: Equatable, Sendable {
    /// One exchange.
    case record(Record)
    /// Something the capture says about itself.
    case notice(TraceNotice)
}

/// What a capture says about itself.
public enum TraceNotice: Equatable, Sendable {
    /// The segment holds secrets and is to be removed at a moment (`2026-11-21T00:33:01Z`).
    case raw(until: String)
    /// Lines are missing: between two moments (microseconds since 1970), how many, and why.
    case gap(from: Int64, to: Int64, lost: Int64, why: String)
}

extension TraceReader {
    /// The notice in a line, or nil when it is none.
    mutating func notice(_ b: Span<UInt8>) -> TraceNotice? {
        json = JSONReader(.strict, maximumDepth: 16)
        do {
            var notice: TraceNotice?
            try json.enterObject(in: b)
            while let key = try key(b) {
                switch key {
                case "v": guard try integer(b) == Record.currentVersion else { return nil }
                case "raw":
                    guard try json.peek(in: b) == .object else { return nil }
                    notice = try rawHeader(b)
                case "gap": notice = try gap(b)
                // Records begin with their id, so this look at them is short.
                case "id": return nil
                default: try json.skip(in: b)
                }
            }
            try json.finish(in: b)
            return notice
        } catch {
            return nil
        }
    }

    private mutating func rawHeader(_ b: Span<UInt8>) throws -> TraceNotice? {
        var until: String?
        try json.enterObject(in: b)
        while let key = try key(b) {
            if key == "until" { until = try json.readString(in: b) } else { try json.skip(in: b) }
        }
        return until.map { .raw(until: $0) }
    }

    private mutating func gap(_ b: Span<UInt8>) throws -> TraceNotice? {
        var from: Int64?
        var to: Int64?
        var lost: Int64?
        var why = ""
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "from": from = Timestamp.parse(try json.readString(in: b).utf8)
            case "to": to = Timestamp.parse(try json.readString(in: b).utf8)
            case "lost": lost = try json.readInteger(in: b)
            case "why": why = try json.readString(in: b)
            default: try json.skip(in: b)
            }
        }
        guard let from, let to, let lost, lost > 0 else { return nil }
        return .gap(from: from, to: to, lost: lost, why: why)
    }
}
