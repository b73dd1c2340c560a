// The second look for secrets before anything leaves by an export. The first is the redaction when a record is written;
// this one shares no code with it, so that a fault of one is not a fault of both. It knows the shapes of secrets that do
// harm (tokens, schemes with a credential, cookies, application passwords, nonces, keys in queries, user information in
// URLs, private keys), takes markers ‹kind,length,#fingerprint› for what they are, and names the place of what it finds,
// never the value.

public import Trace

/// Something that looks like a secret, and where it stands.
public struct SecretPlace: Equatable, Sendable, CustomStringConvertible {
    /// The exchange.
    public let exchange: String
    /// The member of its record: `request.fields[3] (Cookie)`.
    public let member: String
    /// What it looks like.
    public let kind: String

    /// Place and kind in one line.
    public var description: String { "exchange \(exchange), \(member): \(kind)" }
}

/// Looks for secrets.
public enum SecretGuard {
    /// What looks like a secret in a record; a record that was captured without redaction is one as a whole.
    public static func places(in record: Record) -> [SecretPlace] {
        var found: [SecretPlace] = []
        func add(_ member: String, _ kind: String?) {
            if let kind { found.append(SecretPlace(exchange: record.id, member: member, kind: kind)) }
        }
        if record.raw { add("raw", "captured with --capture-raw, without redaction") }
        if let request = record.request {
            add("request.target", suspicion(text: request.target ?? "") ?? query(request.target ?? ""))
            add("request.method", suspicion(text: request.method ?? ""))
        }
        add("origin.url", suspicion(text: record.origin?.url ?? ""))
        let sections: [(String, RecordedSection?)] =
            [
                ("request", record.request?.head), ("request_trailers", record.requestTrailers),
                ("response", record.response?.head), ("response_trailers", record.responseTrailers),
            ] + record.interim.enumerated().map { ("interim[\($0.offset)]", $0.element.head) }
        for (path, section) in sections {
            for (n, line) in (section?.lines ?? []).enumerated() {
                add("\(path).fields[\(n)] (\(name(line)))", suspicion(line))
            }
            for (n, edit) in (section?.edits ?? []).enumerated() {
                add("\(path).edits[\(n)] (\(name(edit.line)))", suspicion(edit.line))
            }
        }
        for (n, report) in (record.chain?.reports ?? []).enumerated() {
            for line in report.request.lines + (report.response?.lines ?? []) {
                add("chain.reports[\(n)] (\(name(line)))", suspicion(line))
            }
            for fact in report.facts { add("chain.reports[\(n)].facts", suspicion(text: fact.value)) }
        }
        add("response.reason", suspicion(text: record.response?.reason ?? ""))
        add("response_body.sample", suspicion(text: record.responseBody?.sample?.text ?? ""))
        add("error.text", suspicion(text: record.error?.text ?? ""))
        return found
    }

    /// A field's name is a stranger's text too.
    private static func name(_ line: RecordedLine) -> String {
        line.name.utf8.count <= 60 && line.name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } ? line.name : "a field"
    }

    /// What looks like a secret in a field line.
    static func suspicion(_ line: RecordedLine) -> String? {
        let name = line.name.lowercased()
        let value = Array(line.value.utf8)
        switch name {
        case "cookie", "set-cookie":
            // Every value of a cookie is a marker, a short word or a number; attributes belong to Set-Cookie alone.
            let pairs = value.split(separator: UInt8(ascii: ";"))
            for pair in name == "cookie" ? pairs[...] : pairs.prefix(1) {
                guard let sign = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
                if isOpaque(unquoted(pair[pair.index(after: sign)...])) { return "a cookie's value" }
            }
        case "authorization", "proxy-authorization":
            let words = value.split(separator: 0x20)
            if words.count > 1, words.dropFirst().contains(where: isOpaque) { return "a credential" }
            if words.count == 1, isOpaque(words[0]), words[0].count > 12 { return "a credential" }
        case "x-wp-nonce", "x-api-key", "x-auth-token", "x-csrf-token":
            if isOpaque(value[...]) { return "a key or a nonce" }
        case "location", "referer", "content-location", "refresh", "link":
            if let kind = query(line.value) { return kind }
        default: break
        }
        return suspicion(text: line.value)
    }

    /// What looks like a secret in any text.
    public static func suspicion(text: String) -> String? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 8 else { return nil }
        return token(bytes) ?? scheme(bytes) ?? password(bytes) ?? userInformation(bytes) ?? wellKnown(bytes)
    }

    // MARK: Shapes

    private static let plainLength = 8

    /// Whether a value could open something: long enough, and no marker.
    private static func isOpaque(_ value: ArraySlice<UInt8>) -> Bool {
        let text = trimmed(value)
        guard text.count >= plainLength, !hasMarker(text) else { return false }
        // Words, numbers and dates open nothing: a secret mixes digits and letters, or is long.
        let digits = text.count { $0 >= 0x30 && $0 <= 0x39 }
        let letters = text.count { isLetter($0) }
        guard letters + digits >= text.count / 2 else { return false }
        return (digits >= 2 && letters >= 2) || text.count >= 24 && !text.contains(0x20) && digits > 0
    }

    private static func hasMarker(_ text: ArraySlice<UInt8>) -> Bool { index(of: "‹", in: text) != nil }

    private static func unquoted(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let text = trimmed(text)
        return text.first == 0x22 && text.last == 0x22 && text.count > 1 ? text.dropFirst().dropLast() : text
    }

    /// A JSON Web Token: two parts that begin like JSON in Base64, and a signature.
    private static func token(_ bytes: [UInt8]) -> String? {
        var from = bytes.startIndex
        while let start = index(of: "eyJ", in: bytes[from...]) {
            let run = bytes[start...].prefix { isLetter($0) || isDigit($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
            let parts = run.split(separator: 0x2E)
            if parts.count >= 2, parts[0].count >= 12, parts[1].count >= 8 { return "a JWT" }
            from = start + 3
        }
        return nil
    }

    /// `Bearer` or `Basic` with something behind it.
    private static func scheme(_ bytes: [UInt8]) -> String? {
        let lower = bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        for (word, kind) in [("bearer ", "a bearer token"), ("basic ", "Basic credentials")] {
            var from = lower.startIndex
            while let start = index(of: word, in: lower[from...]) {
                let value = bytes[(start + word.utf8.count)...].prefix {
                    isLetter($0) || isDigit($0) || "+/=._~-".utf8.contains($0)
                }
                if isOpaque(value), value.count >= 12 { return kind }
                from = start + word.utf8.count
            }
        }
        return nil
    }

    /// An application password: six groups of four letters and digits.
    private static func password(_ bytes: [UInt8]) -> String? {
        var groups = 0
        var run = 0
        var digits = 0
        for (n, byte) in (bytes + [0]).enumerated() {
            if isLetter(byte) || isDigit(byte) {
                run += 1
                if isDigit(byte) || (byte >= 0x41 && byte <= 0x5A) { digits += 1 }
                continue
            }
            let isGroup = run == 4
            groups = isGroup ? groups + 1 : 0
            if groups == 0 { digits = 0 }
            if groups >= 6, digits >= 4 { return "an application password" }
            if byte != 0x20 && byte != 0x2B || n == bytes.count { (groups, digits) = (0, 0) }
            run = 0
        }
        return nil
    }

    /// A user and a password in a URL.
    private static func userInformation(_ bytes: [UInt8]) -> String? {
        var from = bytes.startIndex
        while let start = index(of: "://", in: bytes[from...]) {
            let authority = bytes[(start + 3)...].prefix { $0 > 0x20 && !"/?#\"'<>".utf8.contains($0) }
            if let at = authority.lastIndex(of: UInt8(ascii: "@")),
                let colon = authority[..<at].firstIndex(of: UInt8(ascii: ":")),
                at - colon > 1, !hasMarker(authority[colon..<at])
            {
                return "user and password in a URL"
            }
            from = start + 3
        }
        return nil
    }

    /// Keys whose beginnings are known.
    private static func wellKnown(_ bytes: [UInt8]) -> String? {
        let known: [(start: String, length: Int, kind: String)] = [
            ("-----BEGIN", 30, "a private key"), ("AKIA", 20, "an AWS key"), ("ck_", 35, "a WooCommerce key"),
            ("cs_", 35, "a WooCommerce secret"), ("ghp_", 30, "a GitHub token"), ("sk_live_", 20, "a Stripe key"),
            ("xoxb-", 20, "a Slack token"), ("AIza", 35, "a Google key"),
        ]
        for (word, length, kind) in known {
            guard let start = index(of: word, in: bytes[...]) else { continue }
            if word == "-----BEGIN" {
                if index(of: "PRIVATE KEY", in: bytes[start...].prefix(40)) != nil { return kind }
                continue
            }
            if start > 0, isLetter(bytes[start - 1]) || isDigit(bytes[start - 1]) { continue }
            let run = bytes[start...].prefix { isLetter($0) || isDigit($0) || $0 == 0x5F || $0 == 0x2D }
            if run.count >= length { return kind }
        }
        return nil
    }

    /// A parameter of a query whose name announces a secret.
    static func query(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        guard let mark = bytes.firstIndex(where: { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }) else {
            return nil
        }
        for pair in bytes[(mark + 1)...].split(whereSeparator: { "&;#\"'<> ".utf8.contains($0) }) {
            guard let sign = pair.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = String(decoding: pair[..<sign], as: UTF8.self).lowercased()
            let value = pair[pair.index(after: sign)...]
            guard !value.isEmpty, !hasMarker(value) else { continue }
            if announcers.contains(where: name.contains), value.count >= 6, isOpaque(value) || value.count >= 10 {
                return "a secret in the query"
            }
        }
        return nil
    }

    private static let announcers = [
        "nonce", "token", "secret", "passw", "pwd", "apikey", "api_key", "consumer_key", "jwt", "signature", "session",
        "auth_key",
    ]

    // MARK: Bytes

    private static func index(of word: String, in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withContiguous { span, base in
            guard span.count >= word.utf8.count else { return nil }
            return ByteSearch.first(ByteSearch.Word(word), in: span, 0..<span.count).map { $0 + base }
        }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = bytes.drop { $0 == 0x20 || $0 == 0x09 }
        return start.lastIndex { $0 != 0x20 && $0 != 0x09 }.map { start[...$0] } ?? []
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}

extension ArraySlice<UInt8> {
    /// The slice as a span, and where it begins.
    fileprivate func withContiguous<R>(_ body: (Span<UInt8>, Int) -> R) -> R { body(span, startIndex) }
}
