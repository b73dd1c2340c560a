// The CORS check (Fetch section 4.10): may this answer be shared with that origin? It runs on the answer to a preflight
// (with the credentials mode of the request to come), on every redirect, and on the final response, whatever its
// status.

/// The CORS check.
public enum CORSCheck {
    /// Runs the check; nil when the answer may be shared.
    ///
    /// - Parameters:
    ///   - origin: The request's origin serialised: `null` once redirects have tainted it.
    ///   - decider: Which answer this is; the codes of a preflight's differ.
    public static func run(
        _ headers: HeaderList, origin: String, credentials: CredentialsMode, decider: Decider = .response
    ) -> Refusal? {
        let name = "access-control-allow-origin"
        let remedy = lines(origin: origin, credentials: credentials)
        func refuse(_ code: ReasonCode, _ lines: [HeaderField], _ parameter: [UInt8]?, _ text: String) -> Refusal {
            Refusal(
                decider == .preflight ? code.onPreflight : code, decider, lines: lines,
                parameter: parameter.flatMap { $0.isEmpty ? nil : Octets.validUTF8($0) }, text, remedy: remedy)
        }
        let allowLines = headers.lines(name)
        // Steps 1 and 2: null is no line at all, not the value `null`.
        guard let value = headers.combined(name) else {
            return refuse(.missingAllowOrigin, [], nil, "There is no Access-Control-Allow-Origin line.")
        }
        // Step 3: `*` is enough without credentials.
        if value == [0x2A] {
            if credentials != .include { return nil }
            return refuse(
                .wildcardOrigin, allowLines, nil,
                "Access-Control-Allow-Origin is *, which does not count where the page asks for credentials.")
        }
        // Step 4: byte for byte.
        if value != Array(origin.utf8) { return mismatch(value, allowLines, origin, refuse) }
        // Step 5.
        guard credentials == .include else { return nil }
        // Steps 6 and 7: exactly `true`, in lower case, once.
        let allow = headers.combined("access-control-allow-credentials")
        if allow == [UInt8](ascii: "true") { return nil }
        let found = allow.map { "is '\(Octets.shown($0))'" } ?? "is missing"
        return refuse(
            .invalidAllowCredentials, headers.lines("access-control-allow-credentials"), allow,
            "The page asks for credentials, and Access-Control-Allow-Credentials \(found); only 'true' counts.")
    }

    /// Which of the ways of not being the origin it is: the standard only says that they differ, Chromium says how.
    private static func mismatch(
        _ value: [UInt8], _ lines: [HeaderField], _ origin: String,
        _ refuse: (ReasonCode, [HeaderField], [UInt8]?, String) -> Refusal
    ) -> Refusal {
        let shown = Octets.shown(value)
        if value.contains(0x20) || value.contains(0x2C) {
            let what =
                lines.count > 1 ? "\(lines.count) Access-Control-Allow-Origin lines" : "Access-Control-Allow-Origin"
            return refuse(
                .multipleAllowOrigin, lines, value,
                "\(what) gave '\(shown)': exactly one origin may stand there, without a list.")
        }
        if shown != "null", WebURL(value) == nil {
            return refuse(
                .invalidAllowOrigin, lines, value, "Access-Control-Allow-Origin is '\(shown)', which is no origin.")
        }
        return refuse(
            .originMismatch, lines, value,
            "Access-Control-Allow-Origin is '\(shown)', and the request's origin is '\(origin)'"
                + difference(shown, origin) + ".")
    }

    /// What to look at when two origins look alike.
    private static func difference(_ value: String, _ origin: String) -> String {
        if value.lowercasedASCII == origin { return " (letters differ in case)" }
        if value == origin + "/" { return " (there is a slash too many)" }
        guard let one = Origin(value), let other = Origin(origin) else { return "" }
        if one == other { return " (the same origin, but not spelled the same)" }
        if case .tuple(let scheme, let host, let port) = one, case .tuple(let scheme2, let host2, let port2) = other,
            host == host2
        {
            if scheme != scheme2 { return " (\(scheme) is not \(scheme2))" }
            if port != port2 { return " (the port differs)" }
        }
        return ""
    }

    /// The lines that pass this check.
    static func lines(origin: String, credentials: CredentialsMode) -> [String] {
        var lines = ["Access-Control-Allow-Origin: \(origin)"]
        if credentials == .include { lines.append("Access-Control-Allow-Credentials: true") }
        return lines
    }
}
