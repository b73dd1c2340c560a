// Field sections and values as JSON. `value` is the place where a value is either copied, taken out of the cache, or
// described anew; the three must agree, and RecorderCacheTests compares them.

import Fields
import JSON
import Wire

/// Where a value stands in the line: what its companions (`enc`, the shape) are called there.
enum ValueForm: UInt8 {
    /// A field line: all companions.
    case line
    /// A field line that must be written as Latin-1 because its name had to.
    case latinLine
    /// The request target: `target_enc`.
    case target
    /// The reason phrase: `reason_enc`.
    case reason
    /// The method, and other texts that are ASCII where they can be shown.
    case method
    /// A text without companions.
    case text
    /// A field name without companions.
    case name
}

extension Recorder {
    /// Writes `[…],"edits":[…]`, the rest of a section behind `"fields":`.
    mutating func section(
        _ bytes: Span<UInt8>, _ lines: [FieldLine], _ edits: [FieldEdit], _ sent: Span<UInt8>, to out: inout [UInt8]
    ) {
        fields(bytes, lines, to: &out)
        if edits.isEmpty {
            words.put(words.noEdits, to: &out)
            return
        }
        words.put(words.edits, to: &out)
        for i in edits.indices {
            if i > 0 { out.append(Octet.comma) }
            edit(edits[i], bytes, lines, sent, to: &out)
        }
        out.append(UInt8(ascii: "]"))
    }

    /// Writes the lines.
    ///
    /// A whole section that is the same again (the next request of the same page, the next answer of the same second) is
    /// one comparison and one copy; else it goes line by line.
    private mutating func fields(_ bytes: Span<UInt8>, _ lines: [FieldLine], to out: inout [UInt8]) {
        guard let first = lines.first, let last = lines.last, first.name.start <= last.value.end else {
            out.append(UInt8(ascii: "["))
            return
        }
        let whole = Extent(Int(first.name.start), Int(last.value.end))
        let context = Recorder.cuts(lines, from: first.name.start)
        if sections.append(bytes, whole, context: context, to: &out) { return }
        let start = out.count
        out.append(UInt8(ascii: "["))
        for i in lines.indices {
            if i > 0 { out.append(Octet.comma) }
            line(bytes, lines[i], to: &out)
        }
        sections.storeIfSeen(bytes, whole, context: context, output: out.span.extracting(start..<out.count))
    }

    /// Where a section is cut into names and values, as one number: a parser cuts the same bytes in the same places, and
    /// for lines from elsewhere the number tells.
    private static func cuts(_ lines: [FieldLine], from base: Int32) -> UInt64 {
        var mixed: UInt64 = 0x9E37_79B9_7F4A_7C15
        for line in lines {
            let name = UInt64(UInt32(bitPattern: line.name.start &- base)) << 32
            let value = UInt64(UInt32(bitPattern: line.value.start &- base)) << 32
            mixed = (mixed ^ (name | UInt64(UInt32(bitPattern: line.name.end &- base)))) &* 0xBF58_476D_1CE4_E5B9
            mixed =
                (mixed ^ mixed >> 29 ^ (value | UInt64(UInt32(bitPattern: line.value.end &- base))))
                &* 0x94D0_49BB_1331_11EB
        }
        return mixed ^ mixed >> 31
    }

    private mutating func edit(
        _ edit: FieldEdit, _ bytes: Span<UInt8>, _ lines: [FieldLine], _ sent: Span<UInt8>, to out: inout [UInt8]
    ) {
        words.put(words.operations[Int(edit.operation.rawValue)], to: &out)
        if edit.operation != .add {
            out.appendDecimal(edit.index)
            out.append(Octet.comma)
        }
        if edit.operation == .drop {
            words.put(words.name, to: &out)
            let index = Int(edit.index)
            if lines.indices.contains(index) {
                let isLatin1 = name(bytes, lines[index].name, lines[index].id, to: &out)
                if isLatin1 { out.append(text: #","enc":"latin1""#) }
            } else {
                out.append(text: #""""#)
            }
        } else {
            members(sent, edit.name, edit.value, edit.id, to: &out)
        }
        words.put(words.reasons[Int(edit.reason.rawValue)], to: &out)
    }

    /// Writes `{"n":"…","v":"…"}`: most lines of a head are lines this loop has seen before, so the whole of it is
    /// remembered; a line that is not takes the clear way through `members`.
    ///
    /// What is written depends on the bytes of the name and of the value, which the key holds, and on where one ends and
    /// the other begins, which the context says.
    private mutating func line(_ bytes: Span<UInt8>, _ line: FieldLine, to out: inout [UInt8]) {
        let gap = Int(line.value.start) - Int(line.name.end)
        guard gap >= 0, gap < 256, line.name.count < 4096 else {
            out.append(UInt8(ascii: "{"))
            members(bytes, line.name, line.value, line.id, to: &out)
            out.append(UInt8(ascii: "}"))
            return
        }
        let whole = Extent(Int(line.name.start), Int(line.value.end))
        let context = UInt64(gap) << 32 | UInt64(line.name.count) << 8 | 0xFF
        if cache.append(bytes, whole, context: context, to: &out) { return }
        let start = out.count
        out.append(UInt8(ascii: "{"))
        members(bytes, line.name, line.value, line.id, to: &out)
        out.append(UInt8(ascii: "}"))
        cache.store(bytes, whole, context: context, output: out.span.extracting(start..<out.count))
    }

    /// Writes `"n":"…","v":"…"` and what belongs to it.
    private mutating func members(
        _ bytes: Span<UInt8>, _ nameExtent: Extent, _ valueExtent: Extent, _ id: FieldName, to out: inout [UInt8]
    ) {
        words.put(words.name, to: &out)
        let isLatin1 = name(bytes, nameExtent, id, to: &out)
        words.put(words.value, to: &out)
        value(bytes, valueExtent, treatment(id, bytes, nameExtent), form: isLatin1 ? .latinLine : .line, to: &out)
    }

    /// How a value is treated; for a name nobody knows the answer is worked out once and remembered.
    private mutating func treatment(_ id: FieldName, _ bytes: Span<UInt8>, _ name: Extent) -> Treatment {
        guard id == .other else { return Treatment.of(id, bytes, name) }
        if let known = treatments.byte(bytes, name, context: 0), let treatment = Treatment(rawValue: known) {
            return treatment
        }
        let treatment = Treatment.of(id, bytes, name, extra: redactor.secretNames)
        let answer: InlineArray<1, UInt8> = [treatment.rawValue]
        treatments.store(bytes, name, context: 0, output: answer.span)
        return treatment
    }

    /// Writes a field name; true when it could only be written as Latin-1.
    private mutating func name(
        _ bytes: Span<UInt8>, _ extent: Extent, _ id: FieldName, to out: inout [UInt8]
    ) -> Bool {
        var isToken = true
        for i in extent.indices where !Octet.isToken(bytes[i]) { isToken = false }
        // A known name hides nothing, a short one cannot; a long one may be a token that lost its way.
        if isToken, id != .other || extent.count < 12 {
            quoted(extent, of: bytes, to: &out)
            return false
        }
        value(bytes, extent, .unknown, form: .name, to: &out)
        return !isToken
    }

    /// Writes a value in quotes and its companions.
    mutating func value(
        _ bytes: Span<UInt8>, _ extent: Extent, _ treatment: Treatment, form: ValueForm, to out: inout [UInt8]
    ) {
        switch treatment {
        case .known, .unknown, .url, .challenge:
            // Plain values are ASCII, so it does not matter in which encoding they are meant to be.
            // In a URL a short segment may be secret because of the one before it.
            if form != .latinLine, PlainText.isPlain(bytes, extent),
                treatment != .url || !PlainText.hasInnerSlash(bytes, extent)
            {
                quoted(extent, of: bytes, to: &out)
                return
            }
        case .unlisted:
            if form != .latinLine, PlainText.isPlain(bytes, extent),
                Everyday.oddRun(bytes, from: Int(extent.start), to: Int(extent.end)) == nil
            {
                quoted(extent, of: bytes, to: &out)
                return
            }
        case .credentials, .cookie, .setCookie, .nonce, .secret, .protocols, .host: break
        }
        let context = UInt64(treatment.rawValue) << 8 | UInt64(form.rawValue)
        if cache.append(bytes, extent, context: context, to: &out) { return }
        var description: [UInt8] = []
        describe(bytes, extent, treatment, form, to: &description)
        cache.store(bytes, extent, context: context, output: description.span)
        out.append(copying: description.span)
    }

    /// The clear path.
    func describe(
        _ bytes: Span<UInt8>, _ extent: Extent, _ treatment: Treatment, _ form: ValueForm, to out: inout [UInt8]
    ) {
        var copy: [UInt8] = []
        copy.append(extent, of: bytes)
        let described = redactor.value(copy, treatment, latin1: form == .latinLine || form == .name)
        out.appendJSON(utf8: described.shown.span, 0..<described.shown.count)
        switch form {
        case .line, .latinLine:
            if described.latin1 { out.append(text: #","enc":"latin1""#) }
            if let shape = described.shape { ShapeText.append(shape, to: &out) }
        case .target: if described.latin1 { out.append(text: #","target_enc":"latin1""#) }
        case .reason: if described.latin1 { out.append(text: #","reason_enc":"latin1""#) }
        case .method, .text, .name: break
        }
    }

    private func quoted(_ extent: Extent, of bytes: Span<UInt8>, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        out.append(extent, of: bytes)
        out.append(UInt8(ascii: "\""))
    }
}

/// The members that describe a secret.
enum ShapeText {
    /// Appends `,"shape":…` and the rest.
    static func append(_ shape: ValueShape, to out: inout [UInt8]) {
        member("shape", shape.kind.word, to: &out)
        number("len", Int64(shape.length), to: &out)
        out.append(text: #","fp":""#)
        Marker.appendHex(shape.fingerprint, to: &out)
        out.append(UInt8(ascii: "\""))
        member("scheme", shape.scheme, to: &out)
        member("user", shape.user, to: &out)
        if let token = shape.token {
            member("alg", token.algorithm, to: &out)
            member("typ", token.type, to: &out)
            member("iss", token.issuer, to: &out)
            number("iat", token.issuedAt, to: &out)
            number("nbf", token.notBefore, to: &out)
            number("exp", token.expires, to: &out)
        }
        guard !shape.flaws.isEmpty else { return }
        out.append(text: #","flaws":["#)
        for (i, flaw) in shape.flaws.enumerated() {
            out.append(text: i == 0 ? "\"" : ",\"")
            out.append(text: flaw.word)
            out.append(UInt8(ascii: "\""))
        }
        out.append(UInt8(ascii: "]"))
    }

    private static func member(_ name: String, _ value: String?, to out: inout [UInt8]) {
        guard let value else { return }
        out.append(text: ",\"")
        out.append(text: name)
        out.append(text: "\":")
        out.appendJSON(string: value)
    }

    private static func number(_ name: String, _ value: Int64?, to out: inout [UInt8]) {
        guard let value else { return }
        out.append(text: ",\"")
        out.append(text: name)
        out.append(text: "\":")
        out.appendDecimal(value)
    }
}
