// The CORS-preflight fetch (Fetch section 4.8): what the browser asks, and what of the answer it looks at, in the order
// in which Chromium names failures (the standard only says that they fail).

/// What a preflight asks.
public struct Preflight: Equatable, Sendable {
    /// Access-Control-Request-Method.
    public var method: String
    /// Access-Control-Request-Headers: lower case, sorted, joined by commas without blanks; nil when there are none.
    public var headers: String?
    /// Origin.
    public var origin: String

    /// A preflight from its parts.
    public init(method: String, headers: String?, origin: String) {
        self.method = method
        self.headers = headers
        self.origin = origin
    }

    /// A preflight for a method and the names that need permission.
    ///
    /// Fetch section 4.8, steps 3 to 5.
    public init(method: String, unsafeNames: [String], origin: String) {
        self.init(
            method: method, headers: unsafeNames.isEmpty ? nil : unsafeNames.joined(separator: ","), origin: origin)
    }
}

/// What a preflight's answer allowed.
public struct Permission: Equatable, Sendable {
    /// The methods listed, with case.
    public var methods: [String]
    /// The header names listed, in lower case.
    public var headers: [String]
    /// Whether credentials were included, which takes its meaning from `*`.
    public var credentials: Bool

    /// A permission from its parts.
    public init(methods: [String], headers: [String], credentials: Bool) {
        self.methods = methods
        self.headers = headers
        self.credentials = credentials
    }

    func allows(method: String) -> Bool {
        Methods.isSafelisted(method) || methods.contains(method) || (!credentials && methods.contains("*"))
    }

    /// The first name that is not allowed.
    func refused(_ names: [String], _ dialect: Dialect) -> String? {
        let wildcard = !credentials && headers.contains("*")
        for name in names where !headers.contains(name) {
            // Fetch section 2.2.2, "CORS non-wildcard request-header name".
            if wildcard, name != "authorization" || dialect.has(.authorizationWildcard) { continue }
            return name
        }
        return nil
    }
}

/// Checks of a preflight's answer.
public enum PreflightCheck {
    /// Checks the answer to a preflight.
    ///
    /// - Parameters:
    ///   - unsafeNames: The names that need permission, as in Access-Control-Request-Headers.
    ///   - credentials: The mode of the request to come.
    public static func run(
        _ answer: Answer, method: String, unsafeNames: [String], origin: String, credentials: CredentialsMode,
        _ dialect: Dialect
    ) throws(Refusal) -> Permission {
        let headers = answer.headers
        if answer.isRedirectStatus, let location = headers.lines("location").first(where: { !$0.shownValue.isEmpty }) {
            throw Refusal(
                .preflightRedirect, .preflight, lines: [HeaderField(location.name, withoutSecrets(location))],
                "The preflight was answered with a redirect (\(answer.status)); a preflight may not be redirected.",
                remedy: remedy(answer, method, unsafeNames, origin, credentials),
                advice: "Answer OPTIONS at this URL itself, or have the page ask for the target of the redirect.")
        }
        // Step 7: the CORS check and an ok status.
        if var refusal = CORSCheck.run(headers, origin: origin, credentials: credentials, decider: .preflight) {
            refusal.remedy = remedy(answer, method, unsafeNames, origin, credentials)
            if !answer.isOK {
                refusal.explanation += " It was also answered with \(answer.status); a preflight needs 200 to 299."
            }
            throw refusal
        }
        guard answer.isOK else {
            throw Refusal(
                .preflightStatus, .preflight,
                "The preflight was answered with \(answer.status); it needs 200 to 299.",
                remedy: remedy(answer, method, unsafeNames, origin, credentials),
                advice: answer.status == 401 || answer.status == 403
                    ? "A preflight never carries credentials: OPTIONS must be let through before access is checked."
                    : "OPTIONS must be answered for this URL.")
        }
        do throws(Refusal) {
            let permission = try permission(headers, credentials)
            try check(permission, headers, method: method, unsafeNames: unsafeNames, dialect)
            return permission
        } catch {
            var refusal = error
            refusal.remedy = remedy(answer, method, unsafeNames, origin, credentials)
            throw refusal
        }
    }

    /// Steps 7.1 to 7.4: both lists must parse, whether or not they are needed.
    private static func permission(
        _ headers: HeaderList, _ credentials: CredentialsMode
    ) throws(Refusal) -> Permission {
        var permission = Permission(methods: [], headers: [], credentials: credentials == .include)
        switch headers.extractList("access-control-allow-methods") {
        case .failure:
            let lines = headers.lines("access-control-allow-methods")
            throw Refusal(
                .invalidAllowMethods, .preflight, lines: lines,
                "Access-Control-Allow-Methods is no comma list of methods: '\(shown(lines))'.")
        case let list: permission.methods = list.names
        }
        switch headers.extractList("access-control-allow-headers") {
        case .failure:
            let lines = headers.lines("access-control-allow-headers")
            throw Refusal(
                .invalidAllowHeaders, .preflight, lines: lines,
                "Access-Control-Allow-Headers is no comma list of names: '\(shown(lines))'.")
        case let list: permission.headers = list.names.map(\.lowercasedASCII)
        }
        return permission
    }

    /// Steps 7.5 to 7.7.
    private static func check(
        _ permission: Permission, _ headers: HeaderList, method: String, unsafeNames: [String], _ dialect: Dialect
    ) throws(Refusal) {
        guard permission.allows(method: method) else {
            let lines = headers.lines("access-control-allow-methods")
            throw Refusal(
                .methodDisallowed, .preflight, lines: lines, parameter: method,
                "The method \(method) is not allowed: "
                    + (lines.isEmpty ? "there is no Access-Control-Allow-Methods line" : "'\(shown(lines))'")
                    + methodHint(permission, method) + ".")
        }
        if let name = permission.refused(unsafeNames, dialect) {
            let lines = headers.lines("access-control-allow-headers")
            throw Refusal(
                .headerDisallowed, .preflight, lines: lines, parameter: name,
                "The request header \(name) is not allowed: "
                    + (lines.isEmpty ? "there is no Access-Control-Allow-Headers line" : "'\(shown(lines))'")
                    + headerHint(permission, name) + ".")
        }
    }

    private static func methodHint(_ permission: Permission, _ method: String) -> String {
        if permission.methods.contains("*") { return " (with credentials, * is only a name)" }
        if permission.methods.contains(where: { $0.lowercasedASCII == method.lowercasedASCII }) {
            return " (methods are compared with case)"
        }
        return ""
    }

    private static func headerHint(_ permission: Permission, _ name: String) -> String {
        guard permission.headers.contains("*") else { return "" }
        return permission.credentials
            ? " (with credentials, * is only a name)" : " (* never covers Authorization, by the standard)"
    }

    /// The lines that are wrong or missing, as they would have to be; a server that sends these instead passes.
    ///
    /// Lists keep what they already allow, because other requests may need it. Status comes first where it is wrong.
    static func remedy(
        _ answer: Answer, _ method: String, _ unsafeNames: [String], _ origin: String, _ credentials: CredentialsMode
    ) -> [String] {
        var lines = answer.isOK ? [] : ["HTTP/1.1 204 No Content"]
        if CORSCheck.run(answer.headers, origin: origin, credentials: credentials) != nil {
            lines += CORSCheck.lines(origin: origin, credentials: credentials)
        }
        let methods = answer.headers.extractList("access-control-allow-methods")
        let headers = answer.headers.extractList("access-control-allow-headers")
        let permission = Permission(
            methods: methods.names, headers: headers.names.map(\.lowercasedASCII), credentials: credentials == .include)
        if !permission.allows(method: method) || methods == .failure {
            lines.append(list("Access-Control-Allow-Methods", methods.names, [method]))
        }
        if permission.refused(unsafeNames, .standard) != nil || headers == .failure {
            let missing = unsafeNames.filter { !permission.headers.contains($0) }
            lines.append(list("Access-Control-Allow-Headers", headers.names, missing))
        }
        return lines
    }

    private static func list(_ name: String, _ there: [String], _ missing: [String]) -> String {
        "\(name): \((there + missing).joined(separator: ", "))"
    }

    private static func withoutSecrets(_ location: HeaderField) -> String {
        let text = location.shownValue.prefix { $0 != "?" && $0 != "#" }
        return WebURL(location.value)?.withoutSecrets ?? String(text)
    }

    private static func shown(_ lines: [HeaderField]) -> String { lines.map(\.shownValue).joined(separator: ", ") }
}
