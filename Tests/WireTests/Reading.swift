// How the tests of this module read: every wire example goes through one helper three times, whole, byte by byte, and
// with bytes behind it that must be left alone, and has to come to the same result. What is compared is copied out of
// the buffer, so a result from one buffer can be held against one from another.
import Testing
import Wire

/// The bytes of a literal: one per scalar, so `\u{80}` is the single byte 0x80.
func bytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
}

/// The text of bytes, one scalar each.
func text(_ bytes: [UInt8]) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}

/// A generator that gives the same numbers on every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A field line outside its buffer.
struct Line: Equatable {
    var name: String
    var value: String
    var id: FieldName

    init(_ name: String, _ value: String, _ id: FieldName = .other) {
        self.name = name
        self.value = value
        self.id = id
    }
}

/// A head or trailer section outside its buffer.
struct Read: Equatable {
    /// Method or status.
    var first = ""
    /// Target or reason.
    var second = ""
    var minor = 1
    var form = TargetForm.origin
    var authority = ""
    var path = ""
    var lines: [Line] = []
    /// How many bytes it took.
    var consumed = 0
}

/// What reading came to.
enum Outcome: Equatable {
    case read(Read)
    case needsMore
    case fails(WireError)

    var error: WireError? { if case .fails(let error) = self { error } else { nil } }
    var head: Read? { if case .read(let head) = self { head } else { nil } }
}

/// The three things that are read with the head parser.
enum Kind: String, CaseIterable, Sendable {
    case request, response, trailers
}

/// Reads pieces the way the core does: parse what is there, then search for the end, then parse again.
func read(_ kind: Kind, pieces: [[UInt8]], limits: HeadLimits = HeadLimits()) -> Outcome {
    var buffer: [UInt8] = []
    var search = HeadSearch()
    do throws(WireError) {
        for piece in pieces {
            buffer += piece
            let span = buffer.span
            if !search.isFresh, try !search.reachesEnd(span, limits: limits) { continue }
            if let head = try parse(kind, span, limits) { return .read(head) }
            _ = try search.reachesEnd(span, limits: limits)
        }
    } catch {
        return .fails(error)
    }
    return .needsMore
}

private func parse(_ kind: Kind, _ span: Span<UInt8>, _ limits: HeadLimits) throws(WireError) -> Read? {
    var result = Read()
    switch kind {
    case .request:
        var head = RequestHead()
        guard let end = try HeadParser.request(span, from: 0, into: &head, limits: limits) else { return nil }
        result.first = copy(span, head.method)
        result.second = copy(span, head.target)
        result.minor = head.minorVersion
        result.form = head.form
        result.authority = copy(span, head.authority)
        result.path = copy(span, head.pathAndQuery)
        result.lines = copy(span, head.fields)
        result.consumed = end
    case .response:
        var head = ResponseHead()
        guard let end = try HeadParser.response(span, from: 0, into: &head, limits: limits) else { return nil }
        result.first = String(head.status)
        result.second = copy(span, head.reason)
        result.minor = head.minorVersion
        result.lines = copy(span, head.fields)
        result.consumed = end
    case .trailers:
        var section = FieldSection()
        guard let end = try HeadParser.trailers(span, from: 0, into: &section, limits: limits) else { return nil }
        result.lines = copy(span, section)
        result.consumed = end
    }
    return result
}

func copy(_ span: Span<UInt8>, _ extent: Extent) -> String {
    text(extent.indices.map { span[$0] })
}

func copy(_ span: Span<UInt8>, _ section: borrowing FieldSection) -> [Line] {
    var lines: [Line] = []
    for line in section.lines { lines.append(Line(copy(span, line.name), copy(span, line.value), line.id)) }
    return lines
}

/// Reads an example whole, byte by byte and with more behind it, and says what came out when all agree.
@discardableResult
func readThreeWays(
    _ kind: Kind, _ example: String, limits: HeadLimits = HeadLimits(),
    sourceLocation: SourceLocation = #_sourceLocation
) -> Outcome {
    let whole = bytes(example)
    let first = read(kind, pieces: [whole], limits: limits)
    let split = read(kind, pieces: whole.map { [$0] }, limits: limits)
    #expect(split == first, "byte by byte differs from whole", sourceLocation: sourceLocation)
    let behind = bytes("GET /behind HTTP/1.1\r\nHost: b\r\n\r\n\u{0}\n\r")
    if first.head != nil || first.error.map({ $0.requestStatus == 400 }) == true {
        let trailed = read(kind, pieces: [whole + behind], limits: limits)
        #expect(trailed == first, "bytes behind the head change it", sourceLocation: sourceLocation)
    }
    return first
}
