// How large a request's head was on the wire, told from a record: markers tell the length of what they replace.

import Fields

/// The size of a request's head.
public struct HeadSize: Equatable, Sendable {
    /// A field line and its size.
    public struct Line: Equatable, Sendable {
        /// The name as spelled.
        public var name: String
        /// Name, colon, one space and value; without the line's end.
        public var bytes: Int
    }

    /// The request line without its end.
    public let requestLine: Int
    /// The field lines in order.
    public let lines: [Line]
    /// Everything up to and with the empty line.
    public let total: Int

    /// The size of a head.
    ///
    /// - Parameter fields: names and values as the record shows them, and whether they are written as Latin-1.
    public init(
        method: String, target: String, targetLatin1: Bool = false,
        fields: [(name: String, value: String, latin1: Bool)]
    ) {
        // The version and two spaces are ten bytes in HTTP/1.
        requestLine = method.utf8.count + Marker.wireLength(target, latin1: targetLatin1) + 10
        lines = fields.map { field in
            let name = Marker.wireLength(field.name, latin1: field.latin1)
            return Line(name: field.name, bytes: name + 2 + Marker.wireLength(field.value, latin1: field.latin1))
        }
        total = lines.reduce(requestLine + 4) { $0 + $1.bytes + 2 }
    }

    /// The largest field line.
    public var largest: Line? { lines.max { $0.bytes < $1.bytes } }

    /// The limits of usual servers it is over.
    public var exceeded: [ServerLimit] { ServerLimit.usual.filter { $0.bytes < $0.measure(of: self) } }

    /// The limits of usual servers it is close to or over: within the given part of them.
    public func near(_ part: Double = 0.9) -> [ServerLimit] {
        ServerLimit.usual.filter { Double($0.bytes) * part < Double($0.measure(of: self)) }
    }
}

/// What a server takes of a request's head when nobody configured it otherwise.
public struct ServerLimit: Equatable, Sendable {
    /// What is limited.
    public enum Scope: String, Sendable {
        /// The request line.
        case requestLine = "request line"
        /// One field line.
        case fieldLine = "field line"
        /// The whole head.
        case head
        /// The number of field lines.
        case count = "number of fields"
    }

    /// The server.
    public let server: String
    /// The name of the setting; where there is none, what its documentation calls the limit.
    public let setting: String
    /// What is limited.
    public let scope: Scope
    /// The limit: bytes, or field lines where they are counted.
    public let bytes: Int
    /// The status codes it answers with.
    public let statuses: [Int]
    /// Where that is documented.
    public let source: String

    /// What a head has of what is limited.
    public func measure(of head: HeadSize) -> Int {
        switch scope {
        case .requestLine: head.requestLine
        case .fieldLine: head.largest?.bytes ?? 0
        case .head: head.total
        case .count: head.lines.count
        }
    }

    /// The limit in words: `nginx large_client_header_buffers: 8192 bytes a field line`.
    public var description: String {
        switch scope {
        case .count: "\(server) \(setting): \(bytes) field lines"
        case .head: "\(server) \(setting): \(bytes) bytes in all"
        case .requestLine, .fieldLine: "\(server) \(setting): \(bytes) bytes a \(scope.rawValue)"
        }
    }

    /// The defaults of the servers, proxies and load balancers that are met most.
    public static let usual: [ServerLimit] = [
        // A line must fit into one buffer together with its end.
        ServerLimit(
            server: "nginx", setting: "large_client_header_buffers", scope: .requestLine, bytes: 8190, statuses: [414],
            source: "nginx.org, ngx_http_core_module"),
        ServerLimit(
            server: "nginx", setting: "large_client_header_buffers", scope: .fieldLine, bytes: 8190, statuses: [400],
            source: "nginx.org, ngx_http_core_module; 494 in its log"),
        ServerLimit(
            server: "nginx", setting: "large_client_header_buffers", scope: .head, bytes: 4 * 8192, statuses: [400],
            source: "nginx.org, ngx_http_core_module: 4 buffers of 8 KiB"),
        ServerLimit(
            server: "Apache", setting: "LimitRequestLine", scope: .requestLine, bytes: 8190, statuses: [414],
            source: "httpd.apache.org, core"),
        ServerLimit(
            server: "Apache", setting: "LimitRequestFieldSize", scope: .fieldLine, bytes: 8190, statuses: [400, 431],
            source: "httpd.apache.org, core"),
        ServerLimit(
            server: "Apache", setting: "LimitRequestFields", scope: .count, bytes: 100, statuses: [400],
            source: "httpd.apache.org, core"),
        ServerLimit(
            server: "Varnish", setting: "http_req_hdr_len", scope: .fieldLine, bytes: 8192, statuses: [400],
            source: "varnish-cache.org, varnishd"),
        ServerLimit(
            server: "Varnish", setting: "http_req_size", scope: .head, bytes: 32_768, statuses: [400, 413],
            source: "varnish-cache.org, varnishd"),
        ServerLimit(
            server: "Varnish", setting: "http_max_hdr", scope: .count, bytes: 64, statuses: [400],
            source: "varnish-cache.org, varnishd"),
        // The buffer less what is kept free for rewriting (tune.maxrewrite).
        ServerLimit(
            server: "HAProxy", setting: "tune.bufsize", scope: .head, bytes: 16_384 - 1024, statuses: [400],
            source: "docs.haproxy.org, configuration 3.2"),
        ServerLimit(
            server: "HAProxy", setting: "tune.http.maxhdr", scope: .count, bytes: 101, statuses: [400],
            source: "docs.haproxy.org, configuration 3.2"),
        ServerLimit(
            server: "Node.js", setting: "--max-http-header-size", scope: .head, bytes: 16_384, statuses: [431],
            source: "nodejs.org, command-line API"),
        ServerLimit(
            server: "AWS ALB", setting: "single header", scope: .fieldLine, bytes: 16_384, statuses: [400, 431, 502],
            source: "docs.aws.amazon.com, quotas for Application Load Balancers"),
        ServerLimit(
            server: "AWS ALB", setting: "entire header", scope: .head, bytes: 65_536, statuses: [400, 431, 502],
            source: "docs.aws.amazon.com, quotas for Application Load Balancers"),
    ]
}
