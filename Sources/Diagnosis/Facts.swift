// One exchange as rules ask about it: its four field sections by name, what its target says, what its credentials are,
// what its error body says. Everything here is computed from the record when it is first asked for and then kept, so a
// rule that looks at the status alone costs nothing. A Facts belongs to one thread.
//
// It knows facts, not judgements: whose answer it is stands in Answerer, what a browser would do in the CORS module.

import CORS
public import Fields
public import JSON
public import Ledger
public import Trace

/// The facts of one exchange.
public final class Facts {
    /// The record.
    public let record: Record

    /// The facts of a record.
    public init(_ record: Record) {
        self.record = record
    }

    // MARK: The four points

    /// The request as it arrived.
    public private(set) lazy var received = view(.clientToNode, record.request?.head.lines ?? [])
    /// The request as it was sent on; without lines when it was not.
    public private(set) lazy var sent = view(.nodeToOrigin, wasSent ? record.request?.head.sent() ?? [] : [])
    /// The response as it arrived; without lines when hoplens wrote it itself, or there was none.
    public private(set) lazy var answered = view(
        .originToNode, record.response?.byHoplens == true ? [] : record.response?.head.lines ?? [])
    /// The response as it was sent on.
    public private(set) lazy var delivered = view(.nodeToClient, record.response?.head.sent() ?? [])
    /// The ledger of the exchange.
    public private(set) lazy var ledger = Ledger(record)

    /// A point of this exchange's node.
    public func point(_ place: Place) -> Point { Point(record.node, place) }

    private func view(_ place: Place, _ lines: [RecordedLine]) -> FieldView {
        FieldView(point: point(place), lines: lines)
    }

    /// Whether the request reached an origin as far as this node can tell.
    public var wasSent: Bool { record.origin?.connection != nil }

    /// What kind of exchange it is.
    public private(set) lazy var scope = Scope(self)

    /// What its judgement depends on.
    public private(set) lazy var signature = Signature(record)

    // MARK: The messages

    /// The request's method; empty when it could not be read.
    public var method: String { record.request?.method ?? "" }
    /// The final status code; nil when there was no final response.
    public var status: Int? { record.response?.status }
    /// The final status code when the origin's side gave it, not hoplens.
    public var originStatus: Int? { record.response?.byHoplens == true ? nil : record.response?.status }

    /// What the request's target says.
    public private(set) lazy var target = TargetFacts(record.request?.target ?? "")
    /// What the beginning of the response's body says.
    public private(set) lazy var body = BodyText(record.responseBody?.sample)

    /// What the response tells about WordPress.
    public private(set) lazy var wordpress = WordPressSigns(self)

    /// Whether it is a preflight or needs one: what it amounts to depends on the other of the two.
    var isPaired = false

    /// What a browser would make of it, with the preflight it was judged with.
    var corsJudgement: (preflight: String?, judgement: ExchangeJudgement?)?

    /// What the response says about caches on its way.
    public private(set) lazy var cache = CacheSigns(self)

    /// Whether WordPress refused with one of these codes.
    public func isRefused(_ codes: String...) -> Bool {
        guard originStatus != nil, let code = body.code else { return false }
        return codes.contains(code)
    }

    /// The refusal as evidence: the status line and the error object's code.
    public var refusal: [Evidence] {
        [statusEvidence, evidence("body: code \(body.code ?? "")", at: .originToNode)]
    }

    // MARK: Who asks

    /// The shape of the request's Authorization, when there is one.
    public var authorization: ValueShape? { received.shape("authorization") }
    /// The names of the request's cookies, in order.
    public private(set) lazy var cookieNames = Facts.cookieNames(received.all("cookie").map(\.value))
    /// Whether the request carries WordPress's login cookie.
    public private(set) lazy var hasLoginCookie = cookieNames.contains { CookieRole(name: $0) == .loggedIn }
    /// Whether the request carries a nonce for the REST API, as a field or in the query.
    public var hasNonce: Bool { received.has("x-wp-nonce") || target.queryNames.contains("_wpnonce") }
    /// Whether the request carries anything that says who asks.
    public var hasCredentials: Bool { received.has("authorization") || hasLoginCookie || hasNonce }

    static func cookieNames(_ values: [String]) -> [String] {
        values.flatMap { value in
            value.split(separator: ";").compactMap { pair in
                guard let equals = pair.firstIndex(of: "=") else { return nil }
                let name = trimmed(pair[..<equals])
                return name.isEmpty ? nil : name
            }
        }
    }

    // MARK: Evidence

    /// Evidence that is a field line at a point.
    public func evidence(_ line: RecordedLine, at view: FieldView) -> Evidence {
        Evidence(exchange: record.id, point: view.point, text: "\(line.name): \(line.value)")
    }

    /// Evidence for every line of a name at a point; empty when there is none.
    public func evidence(_ name: String, at view: FieldView) -> [Evidence] {
        view.all(name).map { evidence($0, at: view) }
    }

    /// Evidence that is a fact of the exchange in words.
    public func evidence(_ text: String, at place: Place? = nil) -> Evidence {
        Evidence(exchange: record.id, point: place.map(point), text: text)
    }

    /// Evidence that a field is not there.
    public func absence(_ name: String, at view: FieldView) -> Evidence {
        Evidence(exchange: record.id, point: view.point, text: "no \(name)")
    }

    /// The response's status line as evidence.
    public var statusEvidence: Evidence {
        evidence(
            "HTTP \(record.response?.status ?? 0)"
                + (record.response.map { $0.reason.isEmpty ? "" : " \($0.reason)" } ?? ""), at: .originToNode)
    }
}

/// What a request target says, secrets replaced.
public struct TargetFacts: Sendable {
    /// The path, without query.
    public let path: String
    /// The query without its question mark; nil when there is none.
    public let query: String?
    /// The names of the query's parameters in order, not decoded.
    public let queryNames: [String]
    /// The REST route (`/wp/v2/posts`) when the target names one, by `/wp-json/…` or by `rest_route`.
    public let restRoute: String?

    /// Reads a target: origin-form, absolute-form or `*`.
    public init(_ target: String) {
        var rest = Substring(target)
        if let scheme = rest.range(of: "://") {
            let authority = rest[scheme.upperBound...]
            rest = authority.firstIndex { $0 == "/" || $0 == "?" }.map { authority[$0...] } ?? "/"
        }
        let mark = rest.firstIndex(of: "?")
        path = String(rest[..<(mark ?? rest.endIndex)])
        let query = mark.map { String(rest[rest.index(after: $0)...]) }
        self.query = query
        let pairs = (query ?? "").split(separator: "&").map { pair -> (String, String) in
            let equals = pair.firstIndex(of: "=") ?? pair.endIndex
            return (String(pair[..<equals]), String(pair[equals...].dropFirst()))
        }
        queryNames = pairs.map(\.0)
        if let route = pairs.first(where: { $0.0 == "rest_route" })?.1 {
            restRoute = route.replacing("%2F", with: "/").replacing("%2f", with: "/")
        } else if let json = path.range(of: "/wp-json") {
            let tail = path[json.upperBound...]
            restRoute = tail.isEmpty ? "/" : tail.first == "/" ? String(tail) : nil
        } else {
            restRoute = nil
        }
    }

    /// Whether the target belongs to the WordPress REST API.
    public var isREST: Bool { restRoute != nil }
}

extension Substring {
    /// The first place of a text.
    fileprivate func range(of text: String) -> Range<Index>? { self.firstRange(of: text) }
}

extension String {
    fileprivate func range(of text: String) -> Range<Index>? { self.firstRange(of: text) }
}

/// The beginning of an error body, read as far as it goes.
public struct BodyText: Sendable {
    /// The media type without parameters, lower case; empty when there was none.
    public let type: String
    /// The text; empty when the body was not text, or encoded, or there was none.
    public let text: String
    /// The text in lower case, for block-page markers.
    public let lower: String
    /// Whether there was a body of which nothing could be read.
    public let isUnread: Bool
    /// The JSON document, when it is one and whole.
    public let json: JSONValue?

    init(_ sample: RecordedSample?) {
        type = trimmed((sample?.type ?? "").prefix { $0 != ";" }).lowercased()
        text = sample?.text ?? ""
        lower = text.lowercased()
        isUnread = sample.map { $0.text == nil && $0.bytes > 0 } ?? false
        let bytes = Array(text.utf8)
        let first = text.utf8.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            do throws(JSONError) {
                json = try JSONValue(parsing: bytes.span)
            } catch {
                json = nil
            }
        } else {
            json = nil
        }
    }

    /// Whether it is an HTML page, by type or by its first tag.
    public var isHTML: Bool {
        type == "text/html" || lower.hasPrefix("<!doctype html") || lower.hasPrefix("<html")
    }

    /// The `code` of a WordPress error object.
    public var code: String? { json?["code"]?.string }
    /// The `message` of a WordPress error object.
    public var message: String? { json?["message"]?.string }
    /// The `data.status` of a WordPress error object.
    public var dataStatus: Int? { json?["data"]?["status"]?.integer.map { Int($0) } }

    /// The first of several markers that occurs in the text, compared without case.
    public func marker(among markers: [String]) -> String? {
        markers.first { lower.contains($0.lowercased()) }
    }
}
