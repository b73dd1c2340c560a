// The words a finding judges with: which layer, how grave, how sure. They are the machine-readable values of the JSON
// output and never change their spelling.

/// The part of the way from client to application that a finding holds responsible.
public enum Layer: String, CaseIterable, Sendable {
    /// The program that asked, or the page it runs in.
    case client
    /// This tool: its own setting, its own refusal, or an effect of inserting it.
    case hoplens
    /// A reverse proxy or load balancer in front of the web server.
    case publicProxy = "public-proxy"
    /// A cache, alone or in a CDN.
    case cdnCache = "cdn-cache"
    /// A web application firewall, at the edge, in the server or as a plugin.
    case waf
    /// The web server itself; an origin that is down counts here.
    case webServer = "web-server"
    /// What hands a request from the web server to PHP (mod_php, FastCGI, CGI); a dead PHP counts here.
    case phpGateway = "php-gateway"
    /// WordPress (or a plugin) finding out who asks.
    case wordpressAuth = "wordpress-auth"
    /// WordPress (or a plugin) deciding what the one who asks may do.
    case wordpressPermission = "wordpress-permission"
    /// What a server says to browsers about other origins.
    case corsConfig = "cors-config"
    /// An answer that sends the client elsewhere.
    case redirect
    /// A TLS handshake or certificate.
    case tls
    /// No layer is at fault.
    case none
}

/// How grave a finding is.
public enum Severity: UInt8, CaseIterable, Comparable, Sendable {
    /// Worth knowing while looking at something else.
    case info
    /// Odd, and harmless as far as can be seen.
    case notice
    /// It will fail for some client, or later.
    case warning
    /// It failed, and this is why or how.
    case error

    /// The word used in output.
    public var word: String {
        switch self {
        case .info: "info"
        case .notice: "notice"
        case .warning: "warning"
        case .error: "error"
        }
    }

    /// Whether one is less grave than another.
    public static func < (one: Severity, two: Severity) -> Bool { one.rawValue < two.rawValue }
}

/// How far the evidence carries.
public enum Confidence: UInt8, CaseIterable, Comparable, Sendable {
    /// The evidence fits, and fits other explanations as well.
    case possible
    /// Other explanations are much rarer.
    case likely
    /// The evidence admits no other explanation.
    case certain

    /// The word used in output.
    public var word: String {
        switch self {
        case .possible: "possible"
        case .likely: "likely"
        case .certain: "certain"
        }
    }

    /// Whether one is less sure than another.
    public static func < (one: Confidence, two: Confidence) -> Bool { one.rawValue < two.rawValue }
}
