// One line of input for `cors evaluate`: a page, a request, and what a server answers. The format is that of
// ../shared/cors-oracle (its README describes every field); what was observed is never read, even when it is there.

import JSON

/// What is wrong with a line.
public struct CaseError: Error, Equatable, Sendable {
    /// What, and where in the line.
    public var text: String
}

/// A case: one request, or several of the same browser.
struct EvaluationCase {
    /// One request with the answers it meets.
    struct Step {
        var afterMilliseconds: Int64 = 0
        /// The request; a refusal when `fetch()` does not even know the words.
        var request: Result<PageRequest, Refusal>
        var preflight: Answer?
        var response: Answer?
        /// The further URLs of a redirect chain in order; nil when the case names none.
        var chain: [Target]?
        var environment = BrowserEnvironment()
    }

    /// A further URL and its answers.
    struct Target {
        var url: String
        var preflight: Answer?
        var response: Answer?
    }

    var id: String
    var steps: [Step]

    /// Reads a case from a JSON text.
    init(_ bytes: Span<UInt8>) throws(CaseError) {
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw CaseError(text: "no JSON: column \(error.position.column): \(error.message)")
        }
        guard value.members != nil else { throw CaseError(text: "expected an object, found \(value.kind.phrase)") }
        id = try Self.text(value, "id")
        var environment = BrowserEnvironment()
        if let given = value["environment"], given.kind == .object {
            environment.pageIsPublic = given["page_address_space"]?.string == "public"
            environment.loopbackAllowed = given["loopback_permission"]?.string != "denied"
        }
        steps = [try Self.step(value, environment)]
        guard let later = value["then"], later.kind != .null else { return }
        guard let elements = later.elements else { throw Self.wrong("then", "a list", later) }
        for element in elements { steps.append(try Self.step(element, environment)) }
    }

    // MARK: Parts

    private static func step(_ value: JSONValue, _ environment: BrowserEnvironment) throws(CaseError) -> Step {
        guard let request = value["request"] else { throw CaseError(text: "'request' is missing") }
        let pageText = try text(value, "page_origin")
        guard let page = Origin(pageText) else { throw CaseError(text: "'page_origin' is no origin: '\(pageText)'") }
        var step = Step(request: try Self.request(request, page))
        step.afterMilliseconds = max(0, value["after_ms"]?.integer ?? 0)
        step.preflight = try answer(value, "preflight_response")
        step.response = try answer(value, "response")
        step.environment = environment
        if let chain = value["redirect_chain"], chain.kind != .null {
            guard let elements = chain.elements else { throw wrong("redirect_chain", "a list", chain) }
            var targets: [Target] = []
            for element in elements {
                let url = try text(element, "url")
                targets.append(
                    Target(
                        url: WebURL(url)?.serialized() ?? url, preflight: try answer(element, "preflight_response"),
                        response: try answer(element, "response")))
            }
            step.chain = targets
        }
        return step
    }

    private static func request(
        _ value: JSONValue, _ page: Origin
    ) throws(CaseError) -> Result<PageRequest, Refusal> {
        var request = PageRequest(page: page, url: try text(value, "url"))
        if value["method"] != nil { request.method = try text(value, "method") }
        request.headers = try headers(value, "headers", isWire: false)
        if let word = value["credentials"]?.string {
            guard let mode = CredentialsMode(rawValue: word) else {
                return .failure(BuiltRequest.refusal("'\(word)' is no credentials mode."))
            }
            request.credentials = mode
        }
        if let word = value["redirect"]?.string {
            guard let mode = RedirectMode(rawValue: word) else {
                return .failure(BuiltRequest.refusal("'\(word)' is no redirect mode."))
            }
            request.redirect = mode
        }
        if let word = value["mode"]?.string, word != "cors" {
            guard ["no-cors", "same-origin", "navigate"].contains(word) else {
                return .failure(BuiltRequest.refusal("'\(word)' is no request mode."))
            }
            throw CaseError(text: "'mode' is '\(word)'; only cors can be evaluated")
        }
        if let body = value["body"], body.kind != .null {
            let kind = try text(body, "kind")
            switch kind {
            case "text": request.body = .text
            case "urlsearchparams": request.body = .urlSearchParams
            case "formdata": request.body = .formData
            case "blob": request.body = .blob(type: body["value"]?.string ?? "")
            case "arraybuffer": request.body = .bytes
            default: throw CaseError(text: "'body.kind' is '\(kind)', which is not known")
            }
        }
        return .success(request)
    }

    private static func answer(_ value: JSONValue, _ key: String) throws(CaseError) -> Answer? {
        guard let answer = value[key], answer.kind != .null else { return nil }
        guard let status = answer["status"]?.integer, (100...999).contains(status) else {
            throw CaseError(text: "'\(key).status' is no status code")
        }
        return Answer(status: Int(status), headers: try headers(answer, "headers", isWire: true))
    }

    /// Header lines as pairs.
    ///
    /// Of an answer they are read as a browser reads the wire: folded lines are joined, blanks
    /// before the colon are taken away, and a line whose name is no token is passed over.
    private static func headers(_ value: JSONValue, _ key: String, isWire: Bool) throws(CaseError) -> HeaderList {
        guard let list = value[key], list.kind != .null else { return HeaderList() }
        guard let pairs = list.elements else { throw wrong(key, "a list of pairs", list) }
        var result = HeaderList()
        for pair in pairs {
            guard let parts = pair.elements, parts.count == 2, let name = parts[0].string, let text = parts[1].string
            else { throw wrong(key, "a list of pairs [name, value]", pair) }
            var value = Octets.bytes(latin1: text) ?? Array(text.utf8)
            guard isWire else {
                result.fields.append(HeaderField(name, value))
                continue
            }
            value = unfolded(value)
            let bytes = Octets.trimmed(Octets.bytes(latin1: name) ?? [])
            if Octets.isToken(bytes) { result.fields.append(HeaderField(Octets.latin1(bytes), value)) }
        }
        return result
    }

    /// RFC 9112 section 5.2: a line end and the blanks behind it become one space.
    private static func unfolded(_ value: [UInt8]) -> [UInt8] {
        guard value.contains(0x0A) else { return value }
        var result: [UInt8] = []
        var isFold = false
        for byte in value {
            if byte == 0x0D || byte == 0x0A {
                isFold = true
            } else if !isFold || !(byte == 0x20 || byte == 0x09) {
                if isFold { result.append(0x20) }
                isFold = false
                result.append(byte)
            }
        }
        return result
    }

    private static func text(_ value: JSONValue, _ key: String) throws(CaseError) -> String {
        guard let found = value[key] else { throw CaseError(text: "'\(key)' is missing") }
        guard let text = found.string else { throw wrong(key, "text", found) }
        return text
    }

    private static func wrong(_ key: String, _ expected: String, _ value: JSONValue) -> CaseError {
        CaseError(
            text: "'\(key)' at column \(value.position.column): expected \(expected), found \(value.kind.phrase)")
    }
}
