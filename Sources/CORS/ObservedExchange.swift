// An exchange from a trace, in the words of CORS. What a browser sees is what the node sent to it (`node->client`), so
// that is judged; where a deciding line came from is found by looking for it in what the origin sent.
//
// The wire does not tell everything. The credentials mode is not on it; the page's scheme and the URL's can differ from
// what the node saw when TLS ends in front of it; and which headers a script set can only be told from those a browser
// or a hop adds by itself by knowing the latter. Where a preflight is known, its own list is used instead.

public import Trace

/// A request with Origin, and its answer.
public struct ObservedExchange: Sendable, Equatable {
    /// What kind of request it is.
    public enum Role: Sendable, Equatable {
        /// OPTIONS with Access-Control-Request-Method: the browser asks for permission.
        case preflight(Preflight)
        /// Anything else that has an Origin.
        case request
    }

    /// Whether the request crosses origins.
    public enum Crossing: String, Sendable {
        /// It does.
        case crossOrigin = "cross-origin"
        /// The page's own origin was asked: CORS has no say.
        case sameOrigin = "same-origin"
        /// A navigation, a form or a WebSocket: no CORS check happens, whatever the origin.
        case notCORS = "not-cors"
    }

    /// The record's id.
    public var id: String
    /// When it began, in microseconds since 1970.
    public var time: Int64
    /// The client's address without the port.
    public var client: String
    /// The page's origin as sent.
    public var origin: String
    /// Where to, as far as the node can tell.
    public var url: String
    /// The method.
    public var method: String
    /// The request's headers as received.
    public var headers: HeaderList
    /// The answer as sent to the client; nil when there was none.
    public var answer: Answer?
    /// The answer's headers as the origin sent them; nil when hoplens answered itself.
    public var originHeaders: HeaderList?
    /// What it is.
    public var role: Role
    /// Whether CORS applies to it.
    public var crossing: Crossing

    /// An exchange from a record; nil when the request has no Origin (nothing to judge then) or could not be read.
    public init?(_ record: Record) {
        guard let request = record.request, let method = request.method, let target = request.target else { return nil }
        headers = HeaderList(request.head.lines.map(HeaderField.init))
        guard let origin = headers.combined("origin").map(Octets.shown), !origin.isEmpty else { return nil }
        id = record.id
        time = record.time
        client = Self.withoutPort(record.client.address)
        self.origin = origin
        self.method = method
        let forwarded = headers.combined("x-forwarded-proto").map { Octets.shown($0).lowercasedASCII }
        let scheme = record.client.tls != nil || forwarded == "https" ? "https" : "http"
        let host = headers.combined("host").map(Octets.shown) ?? ""
        url = target.hasPrefix("/") ? "\(scheme)://\(host)\(target)" : target
        if let response = record.response {
            answer = Answer(status: response.status, headers: HeaderList(response.head.sent().map(HeaderField.init)))
            originHeaders = response.byHoplens ? nil : HeaderList(response.head.lines.map(HeaderField.init))
        }
        if method == "OPTIONS", let asked = headers.combined("access-control-request-method") {
            let names = headers.combined("access-control-request-headers").map(Octets.shown)
            role = .preflight(Preflight(method: Octets.shown(asked), headers: names, origin: origin))
        } else {
            role = .request
        }
        crossing = Self.crossing(headers, origin: origin, host: host)
    }

    /// Sec-Fetch-Site and Sec-Fetch-Mode are the browser's own word; without them hosts are compared, and schemes are
    /// not, because TLS may end in front of the node.
    private static func crossing(_ headers: HeaderList, origin: String, host: String) -> Crossing {
        if let mode = headers.combined("sec-fetch-mode").map(Octets.shown), mode != "cors" {
            return .notCORS
        }
        if headers.contains("sec-websocket-key") { return .notCORS }
        if let site = headers.combined("sec-fetch-site").map(Octets.shown) {
            return site == "same-origin" ? .sameOrigin : .crossOrigin
        }
        guard case .tuple(let scheme, _, _)? = Origin(origin), Origin("\(scheme)://\(host)") == Origin(origin) else {
            return .crossOrigin
        }
        return .sameOrigin
    }

    private static func withoutPort(_ address: String) -> String {
        guard let colon = address.lastIndex(of: ":") else { return address }
        return String(address[..<colon])
    }

    /// The names a preflight asks for; empty for other requests.
    public var askedNames: [String] {
        guard case .preflight(let preflight) = role, let headers = preflight.headers else { return [] }
        return headers.split(separator: ",").map { Octets.latin1(Octets.trimmed(Array($0.utf8))).lowercasedASCII }
    }

    /// The request headers that surely need permission: set by a script, for all one can tell.
    public var certainlyUnsafeNames: [String] {
        RequestHeaders(.chromium).unsafeNames(
            HeaderList(headers.fields.filter { !Self.isAddedOnTheWay($0) }))
    }

    /// Whether a browser or a hop adds the field by itself, so that seeing it proves nothing about the script.
    private static func isAddedOnTheWay(_ field: HeaderField) -> Bool {
        let name = field.lowerName
        if RequestHeaders(.chromium).isForbidden(field) { return true }
        return added.contains(name) || addedPrefixes.contains { name.hasPrefix($0) }
    }

    private static let added: Set<String> = [
        "accept", "cache-control", "pragma", "priority", "user-agent", "if-none-match", "if-modified-since",
        "upgrade-insecure-requests", "purpose", "save-data", "forwarded", "true-client-ip", "client-ip", "cdn-loop",
        "traceparent", "tracestate", "baggage", "max-forwards", "fastly-client-ip", "hoplens-trace",
    ]
    private static let addedPrefixes = [
        "x-forwarded-", "x-real-", "cf-", "x-amz", "x-cloud-trace", "x-request-id", "x-varnish", "akamai-", "fly-",
        "x-client-data", "x-vercel-", "x-original-",
    ]

    /// What the request says about the credentials mode the page used.
    public func credentialsHint(preflight: ObservedExchange?) -> CredentialsHint {
        if case .preflight = role { return .none }
        if headers.contains("cookie") { return .cookie }
        if headers.contains("authorization"), let preflight, !preflight.askedNames.contains("authorization") {
            return .browserAuthorization
        }
        return .none
    }
}

/// What the wire tells about the credentials mode.
public enum CredentialsHint: String, Sendable {
    /// Nothing: a page without cookies looks the same in every mode.
    case none
    /// A cookie came along, so the page asked for credentials (`include`).
    case cookie
    /// An Authorization no script asked permission for: the browser's own, so the mode is `include`.
    case browserAuthorization = "browser-authorization"
}

extension HeaderField {
    /// A line of a trace, as bytes again where it was written byte by byte.
    init(_ line: RecordedLine) {
        if line.latin1, let name = Octets.bytes(latin1: line.name), let value = Octets.bytes(latin1: line.value) {
            self.init(Octets.latin1(name), value)
        } else {
            self.init(line.name, line.value)
        }
    }
}
