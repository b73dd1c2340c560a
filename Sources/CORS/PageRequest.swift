// A request as a page hands it to `fetch()`, and what `fetch()` makes of it before anything is sent (Fetch section
// 5.4): methods normalised, forbidden headers dropped, the body's Content-Type added, or the whole refused.

/// A body, as far as it decides a Content-Type.
public enum RequestBody: Equatable, Sendable {
    /// A string.
    case text
    /// URLSearchParams.
    case urlSearchParams
    /// FormData.
    case formData
    /// A Blob of a type.
    case blob(type: String)
    /// Bytes without a type.
    case bytes

    /// The Content-Type the body brings along.
    ///
    /// Fetch section 5.2, "extract a body".
    var contentType: String? {
        switch self {
        case .text: "text/plain;charset=UTF-8"
        case .urlSearchParams: "application/x-www-form-urlencoded;charset=UTF-8"
        case .formData: "multipart/form-data; boundary=----WebKitFormBoundary0000000000000000"
        // File API section 3.1: a type with anything outside printable ASCII is no type.
        case .blob(let type):
            type.isEmpty || !type.utf8.allSatisfy { $0 >= 0x20 && $0 <= 0x7E } ? nil : type.lowercasedASCII
        case .bytes: nil
        }
    }
}

/// What a page asks for.
public struct PageRequest: Equatable, Sendable {
    /// The page's origin.
    public var page: Origin
    /// The method as given.
    public var method: String
    /// The URL as given, one code point a byte or UTF-8 text.
    public var url: String
    /// The headers as given.
    public var headers: HeaderList
    /// The body, if any.
    public var body: RequestBody?
    /// With or without credentials.
    public var credentials: CredentialsMode
    /// What to do with redirects.
    public var redirect: RedirectMode

    /// A request from its parts.
    public init(
        page: Origin, method: String = "GET", url: String, headers: HeaderList = HeaderList(),
        body: RequestBody? = nil, credentials: CredentialsMode = .sameOrigin, redirect: RedirectMode = .follow
    ) {
        self.page = page
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.credentials = credentials
        self.redirect = redirect
    }
}

/// A request `fetch()` agreed to make.
public struct BuiltRequest: Equatable, Sendable {
    /// The page's origin.
    public var page: Origin
    /// The method, normalised.
    public var method: String
    /// Where to.
    public var url: WebURL
    /// The headers the page may set, and the body's Content-Type.
    public var headers: HeaderList
    /// With or without credentials.
    public var credentials: CredentialsMode
    /// What to do with redirects.
    public var redirect: RedirectMode
    /// Names that were dropped because a page may not set them.
    public var dropped: [String]

    /// Builds a request, or says why `fetch()` throws.
    ///
    /// Fetch section 5.4, the Request constructor, and section 5.1, "validate" and "append" a header.
    public init(_ request: PageRequest, _ dialect: Dialect) throws(Refusal) {
        guard let url = WebURL(request.url, relativeTo: WebURL(request.page.serialized)) else {
            throw Self.refusal("'\(request.url)' is no URL.")
        }
        if url.hasUserinfo { throw Self.refusal("A URL given to fetch() may not hold a user name or password.") }
        guard Octets.isToken(Array(request.method.utf8)) else {
            throw Self.refusal("'\(request.method)' is no HTTP method.")
        }
        if Methods.isForbidden(request.method) { throw Self.refusal("A page may not use \(request.method).") }
        page = request.page
        method = Methods.normalized(request.method)
        self.url = url
        credentials = request.credentials
        redirect = request.redirect
        headers = HeaderList()
        dropped = []
        let rules = RequestHeaders(dialect)
        for field in request.headers.fields {
            let value = Octets.trimmed(field.value)
            guard Octets.isToken(Octets.bytes(latin1: field.name) ?? []) else {
                throw Self.refusal("'\(field.name)' is no header name.")
            }
            guard !value.contains(where: { $0 == 0 || $0 == 0x0A || $0 == 0x0D }) else {
                throw Self.refusal("The value of \(field.name) holds a line end or a zero byte.")
            }
            let normalized = HeaderField(field.name, value)
            if rules.isForbidden(normalized) { dropped.append(field.name) } else { headers.fields.append(normalized) }
        }
        guard let body = request.body else { return }
        if method == "GET" || method == "HEAD" { throw Self.refusal("\(method) cannot have a body.") }
        if let type = body.contentType, !headers.contains("content-type") {
            headers.fields.append(HeaderField("Content-Type", type))
        }
    }

    static func refusal(_ text: String) -> Refusal {
        Refusal(.typeError, .request, text, advice: "Nothing was sent: the page has to make another request.")
    }
}
