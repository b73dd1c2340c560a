// Settings that are words: choices, names, paths. Each says what it accepts and why.

/// Readers of single words.
enum Words {
    /// One of the cases of an enum, by its raw value.
    static func choice<T: RawRepresentable<String> & CaseIterable>(_ text: String) throws(Mismatch) -> T {
        if let value = T(rawValue: text) { return value }
        let names = T.allCases.map(\.rawValue)
        throw Mismatch(
            "expected \(listed(names)), found \(quoted(text))",
            hint: nearestName(to: text, among: names).map { "did you mean '\($0)'?" })
    }

    /// The name of the node, which becomes a pseudonym in Via: a token (RFC 9110 section 7.6.3).
    static func node(_ text: String) throws(Mismatch) -> String {
        try token(text, "a name of letters, digits and hyphens", most: 64)
    }

    /// The name of a field (RFC 9110 section 5.1).
    static func fieldName(_ text: String) throws(Mismatch) -> String {
        if text.hasSuffix(":") {
            throw Mismatch("expected the name of a field, found \(quoted(text))", hint: "leave the colon out")
        }
        return try token(text, "the name of a field", most: 256)
    }

    /// The name of a service, which appears in traces.
    static func serviceName(_ text: String) throws(Mismatch) -> String {
        try token(text, "a name of letters, digits and hyphens", most: 64)
    }

    /// A path; whether it leads anywhere is found out by whoever opens it.
    static func path(_ text: String) throws(Mismatch) -> String {
        if text.isEmpty { throw Mismatch("expected a path, found nothing") }
        if text.utf8.contains(0) { throw Mismatch("expected a path, found a null character in it") }
        return text
    }

    /// `auto`, `origin`, `client`, or a name to send as Host, with a port if need be.
    static func hostPolicy(_ text: String) throws(Mismatch) -> HostPolicy {
        switch text {
        case "auto": return .auto
        case "origin": return .origin
        case "client": return .client
        default: break
        }
        let wanted = "expected auto, origin, client, or a host name"
        if text.isEmpty { throw Mismatch("\(wanted), found nothing") }
        if text.contains("/") { throw Mismatch("\(wanted), found \(quoted(text))", hint: "leave scheme and path out") }
        // A bare word that is nearly one of the three is more likely a slip than the name of a machine.
        if !text.contains("."), !text.contains(":"),
            let near = nearestName(to: text, among: ["auto", "origin", "client"])
        {
            throw Mismatch("\(wanted), found \(quoted(text))", hint: "did you mean '\(near)'?")
        }
        let (hostText, portText) = HostText.split(text)
        let host = HostText.bracketed(try HostText.host(hostText))
        guard let portText else { return .name(host) }
        return .name("\(host):\(try HostText.port(portText, allowZero: false))")
    }

    /// A name for the TLS handshake; addresses have no place there (RFC 6066 section 3).
    static func sni(_ text: String) throws(Mismatch) -> String {
        if HostText.isIPv4(text) || text.contains(":") || text.first == "[" {
            throw Mismatch(
                "expected a host name without a port, found \(quoted(text))",
                hint: "SNI carries names only, no addresses")
        }
        return try HostText.host(text)
    }

    /// RFC 9110 section 5.6.2.
    private static func token(_ text: String, _ wanted: String, most: Int) throws(Mismatch) -> String {
        if text.isEmpty { throw Mismatch("expected \(wanted), found nothing") }
        guard text.utf8.count <= most else { throw Mismatch("expected \(wanted), at most \(most) characters long") }
        guard let bad = text.unicodeScalars.first(where: { !isToken($0) }) else { return text }
        throw Mismatch("expected \(wanted), found \(quoted(String(Character(bad)))) in \(quoted(text))")
    }

    private static func isToken(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "!", "#", "$", "%", "&", "'", "*", "+", "-", ".", "^", "_", "`", "|", "~":
            true
        default: false
        }
    }
}
