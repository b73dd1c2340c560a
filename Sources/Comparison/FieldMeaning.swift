// What a field of an answer says, in a form in which two spellings of the same thing are the same text. What names one
// answer only (an id, a moment, a cache's count of hits) says nothing about a side and is known by name; what else is
// volatile on a target is learnt by asking it twice.

import Meaning

/// How a field is looked at.
enum FieldClass: Equatable {
    /// Its value names this one answer.
    case volatile
    /// It belongs to the connection or to the way, and every intermediary has its own.
    case transport
    /// Compared by meaning.
    case meant
}

enum FieldMeaning {
    private static let volatileNames: Set<String> = [
        "date", "age", "x-request-id", "x-correlation-id", "request-id", "x-trace-id", "cf-ray", "cf-cache-status",
        "x-amz-cf-id", "x-amz-cf-pop", "x-amz-request-id", "x-amz-id-2", "x-amzn-requestid", "x-amzn-trace-id",
        "x-varnish",
        "x-timer", "x-served-by", "x-cache", "x-cache-hits", "x-cache-status", "x-cache-lookup", "x-proxy-cache",
        "cache-status",
        "x-litespeed-cache", "x-qc-cache", "x-fastly-request-id", "x-iinfo", "x-sucuri-cache", "server-timing",
        "report-to", "nel",
        "alt-svc", "traceparent", "tracestate", "x-runtime", "x-response-time", "x-generation-time", "x-wp-nonce",
        "x-cloud-trace-context", "x-b3-traceid", "x-b3-spanid", "x-unique-id", "x-akamai-request-id", "x-vercel-id",
        "x-kinsta-cache", "x-drupal-cache", "x-github-request-id", "x-envoy-upstream-service-time",
    ]
    private static let transportNames: Set<String> = [
        "connection", "keep-alive", "transfer-encoding", "content-length", "via", "proxy-status", "trailer", "upgrade",
        "accept-ranges", "server", "proxy-connection", "cdn-cache", "x-cdn", "x-backend", "x-backend-server",
    ]
    /// Lists whose order and spelling of members do not matter.
    private static let tokenLists: Set<String> = [
        "vary", "access-control-allow-headers", "access-control-expose-headers", "content-encoding", "content-language",
        "accept-patch", "accept-post",
    ]
    /// Lists whose order does not matter.
    private static let sets: Set<String> = [
        "allow", "access-control-allow-methods", "link", "access-control-allow-origin",
    ]

    static func kind(of name: String) -> FieldClass {
        if volatileNames.contains(name) || name.hasPrefix("x-b3-") { return .volatile }
        if transportNames.contains(name) { return .transport }
        return .meant
    }

    /// The form in which equal meanings are equal texts.
    ///
    /// - Parameter time: when it was said, in microseconds since 1970.
    static func normal(_ name: String, _ values: [String], time: Int64) -> String {
        let joined = values.joined(separator: ", ")
        switch name {
        case _ where tokenLists.contains(name):
            return Set(FieldList(values).lowercased).sorted().joined(separator: ", ")
        // Two lines of Allow-Origin are refused by every browser, so how often it stands there is part of what it says.
        case "access-control-allow-origin": return values.map { trimmed($0) }.sorted().joined(separator: ", ")
        case _ where sets.contains(name):
            return Set(FieldList(values).members).sorted().joined(separator: ", ")
        case "cache-control":
            let directives = CacheControl(values).directives.map { directive in
                directive.argument.map { "\(directive.name)=\($0)" } ?? directive.name
            }
            return Set(directives).sorted().joined(separator: ", ")
        case "etag":
            // A weak tag and what compressing servers hang on it name the same representation.
            var tag = Substring(joined)
            if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
            return String(tag.replacing("-gzip", with: "").replacing("-br", with: "").replacing(";gz", with: ""))
        case "expires":
            guard let date = HTTPDate(joined, now: time / 1_000_000) else { return "in the past" }
            return date.seconds <= time / 1_000_000 ? "in the past" : "in the future"
        case "last-modified": return HTTPDate(joined, now: time / 1_000_000).map { "\($0.seconds)" } ?? joined
        case "content-type":
            let type = ContentType(joined)
            return type.essence + (type.charset.map { "; charset=\($0)" } ?? "")
        case "www-authenticate":
            return Challenges(values).all.map { "\($0.lowercasedScheme) \($0.realm ?? "")" }.sorted().joined(
                separator: ", ")
        case "content-security-policy", "content-security-policy-report-only":
            return withoutNonces(joined)
        case "strict-transport-security", "permissions-policy":
            return joined.lowercased().split(whereSeparator: { $0 == ";" || $0 == "," }).map { trimmed($0) }.sorted()
                .joined(separator: "; ")
        default: return joined
        }
    }

    /// A policy without the nonces that are made anew for each answer.
    private static func withoutNonces(_ policy: String) -> String {
        policy.split(separator: " ").filter { !$0.hasPrefix("'nonce-") }.joined(separator: " ")
    }
}

/// A text without the blanks around it.
func trimmed(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return String(rest)
}
