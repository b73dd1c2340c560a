// Field sections, edits and shapes out of a trace line.

import Fields
import JSON

extension TraceReader {
    /// A trailer section: fields and edits.
    mutating func section(_ b: Span<UInt8>) throws -> RecordedSection {
        var section = RecordedSection()
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "fields": section.lines = try lines(b)
            case "edits": section.edits = try edits(b)
            default: try json.skip(in: b)
            }
        }
        return section
    }

    mutating func lines(_ b: Span<UInt8>) throws -> [RecordedLine] {
        var lines: [RecordedLine] = []
        guard readsFields else {
            try json.skip(in: b)
            return lines
        }
        lines.reserveCapacity(16)
        try json.enterArray(in: b)
        while try json.nextElement(in: b) {
            if let known = knownLines.find(b, at: json.offset) {
                json.stepOver(known.count)
                lines.append(known.value)
                continue
            }
            let start = json.offset
            var draft = LineDraft()
            try json.enterObject(in: b)
            while let key = try key(b) {
                if try !draft.read(key, &self, b) { try json.skip(in: b) }
            }
            let line = draft.line
            knownLines.store(b, start..<json.offset, line)
            lines.append(line)
        }
        return lines
    }

    mutating func edits(_ b: Span<UInt8>) throws -> [RecordedEdit] {
        var edits: [RecordedEdit] = []
        guard readsFields else {
            try json.skip(in: b)
            return edits
        }
        try json.enterArray(in: b)
        while try json.nextElement(in: b) {
            if let known = knownEdits.find(b, at: json.offset) {
                json.stepOver(known.count)
                edits.append(known.value)
                continue
            }
            let start = json.offset
            var draft = LineDraft()
            var operation: FieldEdit.Operation?
            var index: Int?
            var why = ""
            try json.enterObject(in: b)
            while let key = try key(b) {
                switch key {
                case "op":
                    switch try json.readString(in: b) {
                    case "drop": operation = .drop
                    case "replace": operation = .replace
                    case "add": operation = .add
                    default: throw error(.value, b, "op is none of drop, replace and add")
                    }
                case "i": index = try integer(b)
                case "why": why = try json.readString(in: b)
                default: if try !draft.read(key, &self, b) { try json.skip(in: b) }
                }
            }
            guard let operation else { throw error(.missing, b, "an edit has no \"op\"") }
            let edit = RecordedEdit(operation, index: index, line: draft.line, why: why)
            knownEdits.store(b, start..<json.offset, edit)
            edits.append(edit)
        }
        return edits
    }

    // MARK: Small readings

    /// The next key as text; keys are short, so this makes no heap object.
    mutating func key(_ b: Span<UInt8>) throws -> String? {
        try json.nextKey(in: b)?.string(in: b)
    }

    /// A string that is often the same as in the record before.
    mutating func text(_ b: Span<UInt8>) throws -> String {
        // At the value's first byte, and sure that a string begins there.
        guard try json.peek(in: b) == .string else { return try json.readString(in: b) }
        if let known = knownTexts.find(b, at: json.offset) {
            json.stepOver(known.count)
            return known.value
        }
        let start = json.offset
        let text = try json.readString(in: b)
        knownTexts.store(b, start..<json.offset, text)
        return text
    }

    /// A number that is a count, a status or a position.
    mutating func integer(_ b: Span<UInt8>) throws -> Int {
        Int(truncatingIfNeeded: try json.readInteger(in: b))
    }

    mutating func counter(_ b: Span<UInt8>) throws -> UInt64 {
        let value = try json.readInteger(in: b)
        guard value >= 0 else { throw error(.value, b, "a counter is negative") }
        return UInt64(value)
    }

    mutating func isLatin1(_ b: Span<UInt8>) throws -> Bool { try json.readText(in: b).equals("latin1", in: b) }

    func error(_ kind: TraceError.Kind, _ b: Span<UInt8>, _ message: String) -> TraceError {
        TraceError(kind, at: JSONPosition(offset: json.offset, in: b), message)
    }
}

/// A field line being read.
private struct LineDraft {
    private var name = ""
    private var value = ""
    private var latin1 = false
    private var shape = ValueShape(.secret, length: 0, fingerprint: 0)
    private var hasShape = false
    private var token = JWTFacts()

    /// The line, when all members are read.
    var line: RecordedLine {
        var whole = shape
        if token != JWTFacts() || (whole.kind == .jwt && hasShape) { whole.token = token }
        return RecordedLine(name: name, value: value, latin1: latin1, shape: hasShape ? whole : nil)
    }

    /// Reads one member; false when it is none of a line.
    mutating func read(_ key: String, _ reader: inout TraceReader, _ b: Span<UInt8>) throws -> Bool {
        switch key {
        case "n": name = try reader.json.readString(in: b)
        case "v": value = try reader.json.readString(in: b)
        case "enc": latin1 = try reader.isLatin1(b)
        case "shape":
            let word = try reader.json.readString(in: b)
            shape.kind = ShapeKind.allCases.first { $0.word == word } ?? .secret
            hasShape = true
        case "len": shape.length = try reader.integer(b)
        case "fp":
            guard let number = UInt32(try reader.json.readString(in: b), radix: 16) else {
                throw reader.error(.value, b, "fp is no number of eight hexadecimal digits")
            }
            shape.fingerprint = number
        case "scheme": shape.scheme = try reader.json.readString(in: b)
        case "user": shape.user = try reader.json.readString(in: b)
        case "alg": token.algorithm = try reader.json.readString(in: b)
        case "typ": token.type = try reader.json.readString(in: b)
        case "iss": token.issuer = try reader.json.readString(in: b)
        case "iat": token.issuedAt = try reader.json.readInteger(in: b)
        case "nbf": token.notBefore = try reader.json.readInteger(in: b)
        case "exp": token.expires = try reader.json.readInteger(in: b)
        case "flaws":
            try reader.json.enterArray(in: b)
            while try reader.json.nextElement(in: b) {
                let word = try reader.json.readString(in: b)
                if let flaw = ShapeFlaw.allCases.first(where: { $0.word == word }) { shape.flaws.append(flaw) }
            }
        default: return false
        }
        return true
    }
}
