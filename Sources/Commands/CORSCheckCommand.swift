// `hoplens cors check`: plays the browser against a real server. The fetch algorithm asks its questions through `Server`,
// which sends each of them once and remembers the answer, so that both credentials modes and both dialects judge the same
// answers.
import CORS
import Glibc
import Proxy
import Reactor
import Settings

enum CORSCheckCommand {
    static func run(_ url: String, _ arguments: Arguments) -> Int32 {
        let check: CORSCheckRequest
        do throws(UsageError) {
            check = try CORSCheckRequest(url, arguments)
        } catch {
            Terminal.say(error.hint.map { "\(error.message); \($0)" } ?? error.message)
            return ExitCode.usage
        }
        for warning in check.warnings { Terminal.say("warning: \(warning)") }
        let result: CORSCheckResult
        do throws(AskError) {
            let server = CORSServer(try Client(concurrency: 1), check)
            result = server.check()
            if let error = server.failure { throw error }
        } catch {
            Terminal.say("\(check.url.origin.serialized): \(error.text)")
            if case .setup = error { return ExitCode.usage }
            return ExitCode.unreachable
        }
        let values = arguments.settings.common.values
        let output: [UInt8]
        if values[.json] != nil {
            output = result.json()
        } else {
            let choice = values[.color]?.last.flatMap { Output.Color(rawValue: $0.text) } ?? .auto
            let report = CORSCheckReport(
                result, columns: min(80, Terminal.width(STDOUT_FILENO)),
                color: Terminal.wantsColor(choice, descriptor: STDOUT_FILENO))
            output = Array(report.text().utf8)
        }
        do throws(SystemError) {
            try Files.write(STDOUT_FILENO, output)
        } catch {
            if error.code != EPIPE {
                Terminal.say("standard output cannot be written: \(error.text)")
                return ExitCode.unreachable
            }
        }
        return result.isRefused ? ExitCode.findings : ExitCode.fine
    }
}

/// What is to be checked, checked itself.
struct CORSCheckRequest: Sendable {
    var page: Origin
    var url: WebURL
    var method: String
    var headers = HeaderList()
    /// Names that were given without a value: asked for, but not sent.
    var namesOnly: [String] = []
    var credentials: CredentialsMode
    var target: AskTarget
    var warnings: [String] = []

    init(_ text: String, _ arguments: Arguments) throws(UsageError) {
        guard let url = WebURL(text), url.isHTTP else {
            throw UsageError("expected a URL with http:// or https://", hint: "such as https://api.example.test/posts")
        }
        // Not repeated: the password is in it.
        if url.hasUserinfo {
            throw UsageError("a user name or password stands in the URL; a page may not use such a URL")
        }
        self.url = url.asked
        let given = arguments.page.origin ?? ""
        guard let page = Origin(given), Self.isPage(page) else {
            throw UsageError(
                "--page-origin \(Wording.shown(given)) is no origin", hint: "write it like https://app.example.test")
        }
        self.page = page
        if page.serialized != given {
            warnings.append("the page's origin is sent as a browser writes it: \(page.serialized)")
        }
        method = Methods.normalized(arguments.page.method ?? "GET")
        guard !method.isEmpty, method.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }) else {
            throw UsageError("--method \(Wording.shown(method)) is no HTTP method")
        }
        if method != arguments.page.method ?? "GET" {
            warnings.append("fetch() sends this method as \(method)")
        } else if method != method.uppercased() {
            warnings.append("methods are compared with case: \(method) is not \(method.uppercased())")
        }
        credentials = arguments.page.credentials ? .include : .omit
        let values = arguments.settings.common.values
        target = AskTarget(
            tls: url.scheme == "https", host: url.host, port: url.port ?? (url.scheme == "https" ? 443 : 80))
        if let text = values[.connect]?.last?.text {
            do throws(Mismatch) {
                target.connect = try Endpoint(connecting: text)
            } catch {
                throw UsageError("--connect: \(error.message)", hint: error.hint)
            }
        }
        target.sni = values[.sni]?.last?.text
        target.caFile = values[.caFile]?.last?.text
        target.insecure = values[.insecure] != nil
        if target.insecure { warnings.append("certificates are not verified: anyone in between can answer") }
        for header in arguments.page.headers { try add(header) }
    }

    private static func isPage(_ origin: Origin) -> Bool {
        switch origin {
        case .opaque: true
        case .tuple(let scheme, _, _): scheme == "http" || scheme == "https"
        }
    }

    private mutating func add(_ text: String) throws(UsageError) {
        let name = String(text.prefix { $0 != ":" })
        let hasValue = name.utf8.count < text.utf8.count
        let value = String(text.dropFirst(name.count + 1).drop { $0 == " " })
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw UsageError("--header needs a name, or NAME: VALUE", hint: "such as --header Authorization")
        }
        guard !value.unicodeScalars.contains(where: { $0 == "\r" || $0 == "\n" || $0 == "\0" }) else {
            throw UsageError("the value of --header \(Wording.shown(name)) holds a line end or a zero byte")
        }
        let field = HeaderField(name, value)
        if RequestHeaders(.standard).isForbidden(field) {
            warnings.append("a page may not set \(name); a browser drops it, and so does this check")
            return
        }
        if hasValue, ["authorization", "x-wp-nonce"].contains(name.lowercased()) {
            warnings.append("the value of \(name) can be seen by everyone on this machine while hoplens runs")
        }
        if !hasValue { namesOnly.append(name) }
        headers.fields.append(field)
    }
}

/// Asks the server what the fetch algorithm wants to know.
final class CORSServer {
    private let client: Client
    private let request: CORSCheckRequest
    private var answers: [String: Answer] = [:]
    /// What was asked and answered, in order.
    private(set) var messages: [CORSMessage] = []
    /// Why a server could not be asked; the first such trouble.
    private(set) var failure: AskError?

    init(_ client: Client, _ request: CORSCheckRequest) {
        self.client = client
        self.request = request
    }

    /// Judges the request in both modes by both dialects.
    func check() -> CORSCheckResult {
        var verdicts: [CORSCheckResult.Verdict] = []
        let asked = PageRequest(
            page: request.page, method: request.method, url: request.url.serialized(), headers: request.headers)
        for mode in [CredentialsMode.omit, .include] {
            var outcomes: [FetchOutcome] = []
            for dialect in [Dialect.standard, .chromium] {
                var fetching = Fetching(dialect)
                var asked = asked
                asked.credentials = mode
                outcomes.append(fetching.fetch(asked) { self.answer($0, $1) })
            }
            verdicts.append(CORSCheckResult.Verdict(credentials: mode, standard: outcomes[0], chromium: outcomes[1]))
        }
        return CORSCheckResult(request: request, messages: messages, verdicts: verdicts)
    }

    private func answer(_ url: WebURL, _ question: Fetching.Question) -> Answer? {
        guard failure == nil else { return nil }
        let method: String
        let fields: [HeaderField]
        switch question {
        case .preflight(let preflight):
            method = "OPTIONS"
            fields = BrowserRequest.preflight(preflight, to: url, page: request.page)
        case .actual(let actual, let headers):
            // Only what changes nothing is sent.
            guard ["GET", "HEAD", "OPTIONS"].contains(actual.method) else { return nil }
            method = actual.method
            let withValues = HeaderList(headers.fields.filter { !request.namesOnly.contains($0.name) })
            fields = BrowserRequest.actual(actual, headers: withValues, to: url, page: request.page)
        }
        let head = BrowserRequest.head(method, url, fields)
        let key = String(decoding: head, as: UTF8.self) + url.serialized()
        if let known = answers[key] { return known }
        do throws(AskError) {
            var asked = ClientRequest(
                target: target(url), method: method, path: Array(url.target.utf8),
                fields: fields.map { ($0.name, $0.value) })
            asked.headOnly = true
            let found = try client.send(asked, milliseconds: 10_000)
            let answer = Answer(
                status: found.status,
                headers: HeaderList(
                    found.lines.map { HeaderField(String(decoding: $0.name, as: UTF8.self), $0.value) }))
            answers[key] = answer
            messages.append(CORSMessage(method: method, url: url, fields: fields, answer: answer))
            return answer
        } catch {
            failure = error
            return nil
        }
    }

    /// `--connect` and the TLS flags are about the host of the URL; a redirect may lead to another.
    private func target(_ url: WebURL) -> AskTarget {
        if url.origin == request.url.origin { return request.target }
        var target = AskTarget(
            tls: url.scheme == "https", host: url.host, port: url.port ?? (url.scheme == "https" ? 443 : 80))
        target.caFile = request.target.caFile
        target.insecure = request.target.insecure
        return target
    }
}

/// A request that was sent, and its answer.
struct CORSMessage {
    var method: String
    var url: WebURL
    var fields: [HeaderField]
    var answer: Answer

    /// Whether it was a preflight.
    var isPreflight: Bool { fields.contains { $0.name == "Access-Control-Request-Method" } }
}
