// From the words of the command line to a question and to where it is asked. Files are read here, and nothing is sent.
import CORS
import JSON
import Ladder
import Probes
import Proxy
import Reactor
import Settings

/// What is to be found out, and the way to the servers.
struct DiagnosePlan {
    let question: Question
    private let front: AskTarget
    private let origin: AskTarget?
    /// The key of the chain of nodes to be asked; nil for none.
    let chainKey: [UInt8]?
    private(set) var warnings: [String] = []

    init(_ text: String, _ arguments: Arguments) throws(UsageError) {
        let url = try Self.url(text, "URL")
        let values = arguments.settings.common.values
        let asked = arguments.requests
        let site = Self.site(url)
        var base = url.path
        if let mark = base.firstRange(of: "/wp-json") { base = String(base[..<mark.lowerBound]) }
        while base.hasSuffix("/") { base.removeLast() }

        var requests: [AskedRequest] = []
        var caFile = values[.caFile]?.last?.text
        let credential = try CredentialSource.credential(asked, host: url.host)
        let cookie = try asked.cookieVariable.map { name throws(UsageError) in
            try CredentialSource.variable(name, "--cookie-env")
        }
        let nonce = try asked.nonceVariable.map { name throws(UsageError) in
            try CredentialSource.variable(name, "--nonce-env")
        }
        let who = DiagnoseCredentials(
            authorization: credential.map { String(decoding: $0.authorization, as: UTF8.self) }, cookie: cookie,
            nonce: nonce)
        if let path = asked.file {
            let bytes = try RequestSource.read(path, "--requests")
            requests = try Self.requests(bytes, path, who)
            if caFile == nil, let named = Self.authority(bytes) {
                caFile = named
                warnings.append("certificates are verified against \(named), which \(path) names (ca)")
            }
        } else {
            requests = Self.standard(base, who)
        }
        if let page = asked.pageOrigins.last {
            guard let origin = Origin(page), case .tuple = origin else {
                throw UsageError(
                    "--page-origin \(Wording.shown(page)) is no origin", hint: "write it like https://app.example.test")
            }
            requests = requests.map { Self.from(origin.serialized, $0) }
        }
        var question = Question(front: site, base: base, requests: requests)
        question.allowsUnsafe = asked.allowsUnsafe
        if let name = arguments.diagnose.tokenVariable {
            question.login = try Self.login(name, "--token-env", by: .token)
        }
        if let name = arguments.diagnose.loginVariable {
            guard question.login == nil else {
                throw UsageError("--token-env and --login-env are two ways to ask", hint: "give one of them a run")
            }
            question.login = try Self.login(name, "--login-env", by: .cookie)
        }

        var target = AskTarget(tls: site.secure, host: site.host, port: site.port)
        target.caFile = caFile
        target.sni = values[.sni]?.last?.text
        target.insecure = values[.insecure] != nil
        if target.insecure { warnings.append("certificates are not verified: anyone in between can answer") }
        var originTarget: AskTarget?
        if let text = arguments.diagnose.origin {
            let url = try Self.url(text, "--origin")
            let site = Self.site(url)
            question.origin = site
            // By its address, but for the public name: SNI, certificate and Host stay those of the site.
            var target = AskTarget(tls: site.secure, host: question.front.host, port: site.port)
            target.connect = try Self.endpoint(site.authorityWithPort, "--origin")
            target.sni = values[.sni]?.last?.text
            target.caFile = caFile
            target.insecure = values[.insecure] != nil
            originTarget = target
        }
        chainKey = try Self.chainKey(arguments.diagnose.chainKeyFile, &warnings)
        if let text = values[.connect]?.last?.text { target.connect = try Self.endpoint(text, "--connect") }
        self.question = question
        front = target
        origin = originTarget
    }

    /// Where an inquiry goes.
    func target(_ side: Inquiry.Side) -> AskTarget {
        switch side {
        case .front: return front
        case .origin: return origin ?? front
        case .elsewhere(let site):
            var target = AskTarget(tls: site.secure, host: site.host, port: site.port)
            target.caFile = front.caFile
            target.insecure = front.insecure
            return target
        }
    }

    // MARK: Reading

    private static func login(
        _ name: String, _ flag: String, by means: Question.Login.Means
    ) throws(UsageError) -> Question.Login {
        let text = try CredentialSource.variable(name, flag)
        guard let colon = text.firstIndex(of: ":"), colon != text.startIndex else {
            throw UsageError("\(flag): the variable holds no USER:PASSWORD")
        }
        return Question.Login(
            by: means, user: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
    }

    private static func url(_ text: String, _ name: String) throws(UsageError) -> WebURL {
        guard let url = WebURL(text), url.isHTTP else {
            throw UsageError(
                "\(name): expected a URL with http:// or https://", hint: "such as https://www.example.test")
        }
        // Not repeated: the password is in it.
        if url.hasUserinfo {
            throw UsageError(
                "\(name): a user name or password stands in the URL", hint: "give it with --user-env NAME")
        }
        return url
    }

    private static func site(_ url: WebURL) -> Site {
        let secure = url.scheme == "https"
        return Site(secure: secure, host: url.host, port: url.port ?? (secure ? 443 : 80))
    }

    private static func endpoint(_ text: String, _ name: String) throws(UsageError) -> Endpoint {
        do throws(Mismatch) {
            return try Endpoint(connecting: text)
        } catch {
            throw UsageError("\(name): \(error.message)", hint: error.hint)
        }
    }

    private static func chainKey(_ path: String?, _ warnings: inout [String]) throws(UsageError) -> [UInt8]? {
        guard let path else { return nil }
        do throws(KeyFileError) {
            let key = try KeyFile.load(file: path, captureDirectory: nil)
            if case .created = key.origin {
                warnings.append("a new key for a chain was made in \(path): no node has it yet, so none will report")
            }
            return key.bytes
        } catch {
            throw UsageError(error.text(of: "chain key"))
        }
    }

    /// The certificates a requests file asks to be trusted.
    private static func authority(_ bytes: [UInt8]) -> String? {
        do throws(JSONError) {
            return try JSONValue(parsing: bytes.span, as: .json5)["ca"]?.string
        } catch {
            return nil
        }
    }

    private static func requests(
        _ bytes: [UInt8], _ path: String, _ who: DiagnoseCredentials
    ) throws(UsageError) -> [AskedRequest] {
        let probes: [Probe]
        do throws(RequestsFileError) {
            probes = try RequestsFile.probes(in: bytes.span)
        } catch {
            throw UsageError(
                "\(path):\(error.position.line):\(error.position.column): \(error.message)", hint: error.hint)
        }
        var requests: [AskedRequest] = []
        for probe in probes {
            var fields: [SentField] = []
            if let host = probe.host { fields.append(SentField("Host", host)) }
            for field in probe.fields {
                fields.append(SentField(field.name, try who.filled(String(decoding: field.value, as: UTF8.self))))
            }
            var request = AskedRequest(
                probe.name, probe.method, probe.path, fields: fields, body: probe.body.isEmpty ? nil : probe.body,
                page: probe.page.map { AskedRequest.Page(origin: $0.origin, credentials: $0.credentials) })
            request.needsHTTP2 = probe.http == "2"
            request.preflightOf = probe.preflightOf
            requests.append(request)
        }
        return requests
    }

    /// What is asked when nobody says what fails.
    private static func standard(_ base: String, _ who: DiagnoseCredentials) -> [AskedRequest] {
        var requests = [
            AskedRequest("front page", "GET", base + "/"),
            AskedRequest("API", "GET", base + "/wp-json/"),
        ]
        if !who.fields.isEmpty {
            requests.append(AskedRequest("who asks", "GET", base + "/wp-json/wp/v2/users/me", fields: who.fields))
        }
        return requests
    }

    /// The same request as a page of that origin sends it.
    private static func from(_ page: String, _ request: AskedRequest) -> AskedRequest {
        guard request.page == nil, request.preflightOf == nil else { return request }
        var request = request
        let includes = request.fields.contains { $0.name.lowercased() == "cookie" }
        request.page = AskedRequest.Page(origin: page, credentials: includes)
        request.fields.removeAll { $0.name.lowercased() == "origin" }
        request.fields.append(SentField("Origin", page))
        return request
    }
}

/// Who asks, as given by flags.
struct DiagnoseCredentials {
    var authorization: String?
    var cookie: String?
    var nonce: String?

    /// The field lines.
    var fields: [SentField] {
        [("Authorization", authorization), ("Cookie", cookie), ("X-WP-Nonce", nonce)].compactMap { name, value in
            value.map { SentField(name, $0) }
        }
    }

    /// A value of a requests file, with the credential in the place of its mark.
    func filled(_ value: String) throws(UsageError) -> String {
        let places = [
            ("{credential}", authorization, "--user-env or --bearer-env"), ("{cookie}", cookie, "--cookie-env"),
            ("{nonce}", nonce, "--nonce-env"),
        ]
        guard let place = places.first(where: { $0.0 == value }) else { return value }
        guard let found = place.1 else {
            throw UsageError("a request needs \(place.0)", hint: "give it with \(place.2)")
        }
        return found
    }
}

extension Site {
    /// Host and port, always both.
    fileprivate var authorityWithPort: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }
}
