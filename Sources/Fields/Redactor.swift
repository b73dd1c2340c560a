// Values in, what may be shown of them out. This is the slow and clear path: it allocates as it likes, and every other
// way of writing a value (the recorder's quick path and its cache) must give the same bytes.
//
// Marker and encoding: see Marker. A text is written as Latin-1 code points when a part of it that is shown is not valid
// UTF-8, or holds the bracket that begins a marker.

import Wire

/// A value as it may be shown.
public struct Redacted: Equatable, Sendable {
    /// UTF-8 text.
    public var shown: [UInt8]
    /// Whether the bytes of the original stand in `shown` as Latin-1 code points.
    public var latin1: Bool
    /// What is known of the secret, when there was one.
    public var shape: ValueShape?

    /// A value from its parts.
    public init(shown: [UInt8], latin1: Bool, shape: ValueShape?) {
        self.shown = shown
        self.latin1 = latin1
        self.shape = shape
    }
}

/// Replaces the secrets of values by markers.
public struct Redactor {
    private let fingerprinting: any Fingerprinting
    /// Whether redaction is switched off: shapes are still told, values are shown whole.
    public let raw: Bool
    /// More names that announce a secret, lower case without separators.
    public let secretNames: [[UInt8]]

    /// A redactor with a key.
    ///
    /// - Parameter secretNames: more field and parameter names whose values are secret.
    public init(_ fingerprinting: any Fingerprinting, raw: Bool = false, secretNames: [String] = []) {
        self.fingerprinting = fingerprinting
        self.raw = raw
        self.secretNames = secretNames.map { $0.utf8.filter(isAlphanumeric).map(Octet.lowercased) }.filter {
            !$0.isEmpty
        }
    }

    /// A field value, or any text that is treated like one.
    ///
    /// - Parameter latin1: write Latin-1 code points even where UTF-8 would do.
    public func value(_ bytes: [UInt8], _ treatment: Treatment, latin1: Bool = false) -> Redacted {
        let (marks, shape) = look(bytes, treatment)
        return render(bytes, marks, shape, latin1: latin1)
    }

    /// A request target.
    public func target(_ bytes: [UInt8]) -> Redacted { value(bytes, .url) }

    /// A URL from a raw record for places where secrets are not welcome even then: they are left out, and so are the query
    /// and the fragment.
    public static func withoutSecrets(url bytes: [UInt8]) -> [UInt8] {
        withoutSecrets(
            Array(bytes.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }), ScanOptions(randomRuns: true))
    }

    /// A word from a raw record, such as a method, for the same places.
    public static func withoutSecrets(word bytes: [UInt8]) -> [UInt8] {
        withoutSecrets(bytes, ScanOptions(randomRuns: true, everydayOnly: true))
    }

    private static func withoutSecrets(_ bytes: [UInt8], _ options: ScanOptions) -> [UInt8] {
        var shown: [UInt8] = []
        var at = 0
        for mark in SecretScan.marks(bytes, options) {
            shown += bytes[at..<mark.range.lowerBound]
            shown += Array("…".utf8)
            at = mark.range.upperBound
        }
        return shown + bytes[at...]
    }

    /// The beginning of a body: JSON, HTML, a form or plain text.
    ///
    /// Bytes that are not UTF-8 become U+FFFD.
    public func sample(_ bytes: [UInt8]) -> [UInt8] {
        guard !raw else { return Array(String(decoding: bytes, as: UTF8.self).utf8) }
        var out: [UInt8] = []
        forEachPiece(bytes, SecretScan.marks(bytes, options(randomRuns: true, markup: true))) { range, kind in
            if let kind {
                marker(bytes, range, kind, to: &out)
            } else if Marker.occurs(in: bytes[range]) {
                // A sample has no second way of writing: a bracket of its own becomes another one.
                out += Array(
                    String(decoding: bytes[range], as: UTF8.self).map { $0 == "‹" ? "<" : $0 }.map(String.init).joined()
                        .utf8)
            } else {
                out += Array(String(decoding: bytes[range], as: UTF8.self).utf8)
            }
        }
        return out
    }

    private func options(randomRuns: Bool = false, everydayOnly: Bool = false, markup: Bool = false) -> ScanOptions {
        ScanOptions(randomRuns: randomRuns, everydayOnly: everydayOnly, markup: markup, extraNames: secretNames)
    }

    private func look(_ bytes: [UInt8], _ treatment: Treatment) -> ([SecretMark], ValueShape?) {
        switch treatment {
        case .known, .challenge: (SecretScan.marks(bytes, options()), nil)
        case .unknown: (SecretScan.marks(bytes, options(randomRuns: true)), nil)
        case .unlisted: (SecretScan.marks(bytes, options(randomRuns: true, everydayOnly: true)), nil)
        case .host: (SecretScan.marks(bytes, options(everydayOnly: !isHost(bytes))), nil)
        case .credentials: credentials(bytes)
        case .cookie: withShape(.cookie, bytes, CookieReader.cookie(bytes, options()))
        case .setCookie: withShape(.cookie, bytes, CookieReader.setCookie(bytes, options(randomRuns: true)))
        case .nonce: nonce(bytes)
        case .url: url(bytes)
        case .secret: whole(bytes, .secret)
        case .protocols: (ProtocolReader.marks(bytes, options(randomRuns: true)), nil)
        }
    }

    /// Whether a value can be a host and a port; what else stands in a Host field is not a name.
    private func isHost(_ bytes: [UInt8]) -> Bool {
        bytes.allSatisfy { isAlphanumeric($0) || $0 >= 0x80 || ".-_:[]%".utf8.contains($0) }
    }

    private func credentials(_ bytes: [UInt8]) -> ([SecretMark], ValueShape?) {
        let (shape, marks) = CredentialReader.read(bytes, fingerprinting)
        return (marks, shape)
    }

    private func url(_ bytes: [UInt8]) -> ([SecretMark], ValueShape?) {
        let marks = SecretScan.marks(bytes, options(randomRuns: true))
        return marks.isEmpty ? ([], nil) : withShape(.url, bytes, marks)
    }

    private func nonce(_ bytes: [UInt8]) -> ([SecretMark], ValueShape?) {
        switch String(decoding: bytes.prefix(10), as: UTF8.self) {
        case "": ([], shape(.empty, bytes))
        case "undefined" where bytes.count == 9: ([], shape(.undefined, bytes))
        case "null" where bytes.count == 4: ([], shape(.null, bytes))
        default: nonceShaped(bytes)
        }
    }

    /// A value without the form of a nonce is still what the client holds for one.
    private func nonceShaped(_ bytes: [UInt8]) -> ([SecretMark], ValueShape?) {
        let (marks, shape) = whole(bytes, .nonce)
        // The tail of a hash (wp_create_nonce): ten hexadecimal digits, small letters.
        let isNonce = bytes.count == 10 && bytes.allSatisfy { Octet.hexValue($0) != nil && $0 == Octet.lowercased($0) }
        guard var odd = shape, !isNonce else { return (marks, shape) }
        odd.flaws = [.oddNonce]
        return (marks, odd)
    }

    private func whole(_ bytes: [UInt8], _ kind: ShapeKind) -> ([SecretMark], ValueShape?) {
        guard !bytes.isEmpty else { return ([], shape(.empty, bytes)) }
        return ([SecretMark(range: 0..<bytes.count, kind: kind)], shape(kind, bytes))
    }

    private func withShape(
        _ kind: ShapeKind, _ bytes: [UInt8], _ marks: [SecretMark]
    ) -> ([SecretMark], ValueShape?) {
        (marks, shape(bytes.isEmpty ? .empty : kind, bytes))
    }

    private func shape(_ kind: ShapeKind, _ bytes: [UInt8]) -> ValueShape {
        ValueShape(
            kind, length: bytes.count, fingerprint: fingerprinting.fingerprint(bytes.span, Extent(0, bytes.count)))
    }

    // MARK: Rendering

    private func render(_ bytes: [UInt8], _ marks: [SecretMark], _ shape: ValueShape?, latin1: Bool) -> Redacted {
        let shownMarks = raw ? [] : marks
        var isLatin1 = latin1
        forEachPiece(bytes, shownMarks) { range, kind in
            guard kind == nil, !isLatin1 else { return }
            isLatin1 = Marker.occurs(in: bytes[range]) || String(validating: bytes[range], as: UTF8.self) == nil
        }
        var shown: [UInt8] = []
        shown.reserveCapacity(bytes.count + 16)
        forEachPiece(bytes, shownMarks) { range, kind in
            if let kind {
                marker(bytes, range, kind, to: &shown)
            } else if isLatin1 {
                for byte in bytes[range] {
                    if byte < 0x80 {
                        shown.append(byte)
                    } else {
                        shown.append(0xC0 | byte >> 6)
                        shown.append(0x80 | byte & 0x3F)
                    }
                }
            } else {
                shown += bytes[range]
            }
        }
        return Redacted(shown: shown, latin1: isLatin1, shape: shape)
    }

    private func marker(_ bytes: [UInt8], _ range: Range<Int>, _ kind: ShapeKind, to out: inout [UInt8]) {
        let print = fingerprinting.fingerprint(bytes.span, Extent(range.lowerBound, range.upperBound))
        Marker.append(kind, length: range.count, fingerprint: print, to: &out)
    }

    /// Calls `body` for every piece of the text in order, with the kind of the mark on it or nil.
    private func forEachPiece(_ bytes: [UInt8], _ marks: [SecretMark], _ body: (Range<Int>, ShapeKind?) -> Void) {
        var at = 0
        for mark in marks {
            if at < mark.range.lowerBound { body(at..<mark.range.lowerBound, nil) }
            body(mark.range, mark.kind)
            at = mark.range.upperBound
        }
        if at < bytes.count { body(at..<bytes.count, nil) }
    }
}
