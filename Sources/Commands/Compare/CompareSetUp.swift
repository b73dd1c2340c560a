// From what was typed to what is asked: two targets, lanes of requests, bounds. Nothing is sent here.
import Comparison
import Diagnosis
import Probes
import Proxy
import Settings

/// A checked comparison.
struct CompareSetUp {
    var origin: AskTarget
    var publicSide: AskTarget
    /// What Host says, on either side, unless a request says otherwise.
    var originHost: String
    var publicHost: String
    var plan: RequestPlan
    /// The paths of the built-in set.
    var paths: [String]
    var rounds = 2
    var concurrency = 16
    var milliseconds = 10_000
    var options: ComparisonOptions
    var failOn = Severity.error
    var warnings: [String] = []

    init(_ arguments: Arguments) throws(UsageError) {
        let asked = arguments.compare
        guard let publicURL = asked.publicSide.url else {
            throw UsageError("no public address given", hint: "say it with --public https://www.example.test")
        }
        publicSide = try Self.target(publicURL, asked.publicSide, "public")
        guard asked.origin.url != nil || asked.origin.connect != nil else {
            throw UsageError(
                "no origin given", hint: "say it with --origin URL, or dial it with --origin-connect HOST:PORT")
        }
        origin = try Self.target(asked.origin.url ?? publicURL, asked.origin, "origin")
        publicHost = publicSide.authority
        switch asked.originHost {
        case nil: originHost = publicHost
        case "origin": originHost = origin.authority
        case .some(let name): originHost = name
        }
        if origin.tls {
            let name = Self.withoutPort(originHost)
            // RFC 6066 section 3: an address is no server name.
            if Self.isName(name), name != origin.host { origin.sni = name }
        }
        options = ComparisonOptions(ignored: asked.ignored)
        let hosts = [publicSide.host, origin.host, Self.withoutPort(originHost)]
        plan = try RequestSource.plan(arguments.requests, paths: arguments.operands, hosts: hosts)
        paths = plan.own.isEmpty ? (arguments.operands.isEmpty ? ["/wp-json/"] : arguments.operands) : []
        if let text = asked.rounds {
            rounds = try Self.count(text, "--rounds", 2...20, "one answer alone does not tell what is volatile")
        }
        if let text = asked.concurrency { concurrency = try Self.count(text, "--concurrency", 1...256, nil) }
        if let text = asked.timeout {
            do throws(Mismatch) {
                milliseconds = try Quantity.milliseconds(text)
            } catch {
                throw UsageError("--timeout: \(error.message)", hint: error.hint)
            }
            guard milliseconds > 0 else { throw UsageError("--timeout must be longer than nothing") }
        }
        if let word = asked.failOn { failOn = Severity.allCases.first { $0.word == word } ?? .error }
        noteWarnings()
    }

    private mutating func noteWarnings() {
        warnings = plan.warnings
        for (name, target) in [("origin", origin), ("public side", publicSide)] {
            if target.tls, target.insecure {
                warnings.append("the certificate of the \(name) is not verified: anyone in between can answer for it")
            }
            let isLocal = ["127.0.0.1", "::1", "localhost"].contains(target.connect?.host ?? target.host)
            if !target.tls, !isLocal, plan.set.credential != nil || plan.set.cookie != nil {
                warnings.append("the credential travels to the \(name) without TLS")
            }
        }
        if plan.own.isEmpty, plan.set.credential == nil, plan.set.cookie == nil {
            warnings.append(
                "no credential was given, so what only a logged-in caller sees is not compared (--user-env, --bearer-env)"
            )
        }
    }

    private static func target(_ text: String, _ side: CompareArguments.Side, _ name: String) throws(UsageError)
        -> AskTarget
    {
        let url: OriginURL
        do throws(Mismatch) {
            url = try OriginURL(parsing: text)
        } catch {
            throw UsageError("--\(name): \(error.message)", hint: error.hint)
        }
        var target = AskTarget(tls: url.tls, host: url.host, port: url.port)
        if let connect = side.connect {
            do throws(Mismatch) {
                target.connect = try Endpoint(connecting: connect)
            } catch {
                throw UsageError("--\(name)-connect: \(error.message)", hint: error.hint)
            }
        }
        target.caFile = side.caFile
        target.insecure = side.isInsecure
        return target
    }

    private static func count(_ text: String, _ flag: String, _ range: ClosedRange<Int>, _ why: String?)
        throws(UsageError) -> Int
    {
        guard let number = Int(text), range.contains(number) else {
            throw UsageError(
                "\(flag) is a whole number from \(range.lowerBound) to \(range.upperBound)", hint: why)
        }
        return number
    }

    static func withoutPort(_ authority: String) -> String {
        if authority.hasPrefix("[") { return String(authority.dropFirst().prefix { $0 != "]" }) }
        return String(authority.prefix { $0 != ":" })
    }

    private static func isName(_ host: String) -> Bool {
        !host.contains(":") && host.utf8.contains { !((0x30...0x39).contains($0) || $0 == 0x2E) }
    }
}
