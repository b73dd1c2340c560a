// From flags to the requests that are to be asked: reads the files they name, puts credentials in their places, and
// leaves out what may change something unless that was allowed. Nothing is sent here.
import CORS
import JSON
import Probes
import Reactor
import Review
import Trace

/// The requests of a run.
struct RequestPlan {
    /// Requests somebody described; empty when the built-in set is meant.
    var own: [Probe] = []
    /// What the built-in set is made from, with the credential, the cookies and the nonce.
    var set: ProbeSet
    /// Requests that are not sent because they may change something.
    var leftOut: [String] = []
    /// What the user should know.
    var warnings: [String] = []
}

enum RequestSource {
    /// A file of requests is written by hand or exported from a browser.
    private static let largestFile = 256 << 20

    /// Reads everything the flags name.
    ///
    /// - Parameters:
    ///   - paths: the paths on the command line; requests described by flags are asked of each of them.
    ///   - hosts: the targets' names, the public one first: whose netrc entry, and which requests of a HAR.
    static func plan(
        _ asked: RequestArguments, paths: [String], hosts: [String]
    ) throws(UsageError) -> RequestPlan {
        var plan = RequestPlan(set: ProbeSet(userAgent: "\(Program.name)/\(Program.version)"))
        plan.set.credential = try CredentialSource.credential(asked, host: hosts.first ?? "")
        if let name = asked.cookieVariable {
            plan.set.cookie = Array(try CredentialSource.variable(name, "--cookie-env").utf8)
        }
        if let name = asked.nonceVariable {
            plan.set.nonce = Array(try CredentialSource.variable(name, "--nonce-env").utf8)
        }
        try setPages(asked.pageOrigins, &plan.set)
        for path in paths where !isPath(path) {
            throw UsageError(
                path.contains("://") ? "a PATH is a path, without the host" : "a PATH begins with /",
                hint: "such as /wp-json/wp/v2/posts")
        }
        if asked.hasOwnRequest {
            for path in paths.isEmpty ? ["/"] : paths { plan.own.append(try own(asked, path, &plan)) }
        }
        if let path = asked.file { plan.own += try file(path, plan.set) }
        if let path = asked.har { plan.own += try har(path, hosts) }
        if asked.trace != nil || asked.capture != nil { plan.own.append(try recorded(asked, plan.set.credential)) }
        uniqueNames(&plan.own)
        if !asked.allowsUnsafe {
            plan.leftOut = plan.own.filter { !$0.isSafe }.map(\.name)
            plan.own.removeAll { !$0.isSafe }
            if plan.own.isEmpty, !plan.leftOut.isEmpty {
                throw UsageError(
                    "nothing is left to send: \(plan.leftOut.count == 1 ? "the request" : "all requests") may change something",
                    hint: "--allow-unsafe sends such requests too")
            }
        }
        return plan
    }

    private static func isPath(_ text: String) -> Bool {
        text.hasPrefix("/") && !text.utf8.contains { $0 <= 0x20 || $0 == 0x7F }
    }

    private static func setPages(_ origins: [String], _ set: inout ProbeSet) throws(UsageError) {
        for (number, text) in origins.prefix(2).enumerated() {
            guard let origin = Origin(text), origin.serialized == text else {
                throw UsageError(
                    "--page-origin \(Wording.shown(text)) is no origin as a browser writes it",
                    hint: "write it like https://app.example.test")
            }
            if number == 0 { set.pageOrigin = text } else { set.otherPageOrigin = text }
        }
    }

    /// The request that -X, -H and -d describe.
    private static func own(
        _ asked: RequestArguments, _ path: String, _ plan: inout RequestPlan
    ) throws(UsageError) -> Probe {
        var body: [UInt8] = []
        if let text = asked.data { body = Array(text.utf8) }
        if let file = asked.dataFile { body = try read(file, "--data-file") }
        let hasBody = asked.data != nil || asked.dataFile != nil
        let method = asked.method ?? (hasBody ? "POST" : "GET")
        var probe = Probe(name: "\(method) \(path.prefix { $0 != "?" })", method: method, path: path, body: body)
        for text in asked.headers {
            let name = String(text.prefix { $0 != ":" })
            let value = String(text.dropFirst(name.count + 1).drop { $0 == " " })
            guard !name.isEmpty, name.utf8.count < text.utf8.count, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
                !value.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 })
            else { throw UsageError("-H takes NAME: VALUE on one line", hint: "such as -H 'Accept: application/json'") }
            if name.lowercased() == "host" { probe.host = value } else { probe.fields.append(ProbeField(name, value)) }
            let isSecret = ["authorization", "cookie", "x-wp-nonce", "proxy-authorization"].contains(name.lowercased())
            let warning = "the value of \(name) can be seen by everyone on this machine while hoplens runs"
            if isSecret, !plan.warnings.contains(warning) { plan.warnings.append(warning) }
        }
        if hasBody, probe.first("content-type") == nil {
            probe.fields.append(ProbeField("Content-Type", "application/x-www-form-urlencoded"))
        }
        if let credential = plan.set.credential, probe.first("authorization") == nil {
            probe.fields.append(ProbeField("Authorization", credential.authorization))
        }
        for field in plan.set.common where probe.first(field.name) == nil { probe.fields.append(field) }
        if let origin = probe.first("origin") {
            probe.page = ProbePage(origin: origin, credentials: probe.hasCredential)
        }
        return probe
    }

    private static func file(_ path: String, _ set: ProbeSet) throws(UsageError) -> [Probe] {
        let bytes = try read(path, "--requests")
        var probes: [Probe]
        do throws(RequestsFileError) {
            probes = try RequestsFile.probes(in: bytes.span)
        } catch {
            throw UsageError(
                "\(path):\(error.position.line):\(error.position.column): \(error.message)", hint: error.hint)
        }
        for place in probes.indices { try fill(&probes[place], set) }
        return probes
    }

    /// Puts what the flags gave in the places a file left for it.
    private static func fill(_ probe: inout Probe, _ set: ProbeSet) throws(UsageError) {
        let places: [(mark: String, value: [UInt8]?, flag: String)] = [
            ("{credential}", set.credential?.authorization, "--user-env or --bearer-env"),
            ("{cookie}", set.cookie, "--cookie-env"), ("{nonce}", set.nonce, "--nonce-env"),
        ]
        for place in probe.fields.indices {
            for (mark, value, flag) in places where probe.fields[place].value.elementsEqual(mark.utf8) {
                guard let value else {
                    throw UsageError(
                        "the request \(Wording.shown(probe.name)) needs \(mark)", hint: "give it with \(flag)")
                }
                probe.fields[place].value = value
            }
        }
    }

    private static func har(_ path: String, _ hosts: [String]) throws(UsageError) -> [Probe] {
        let bytes = try read(path, "--har")
        let probes: [Probe]
        do throws(RecordedProbeError) {
            probes = try RecordedProbes.probes(har: bytes.span, hosts: Set(hosts.map { $0.lowercased() }))
        } catch {
            throw UsageError("\(path) is no HAR that can be read: \(error.text)")
        }
        if probes.isEmpty {
            throw UsageError("\(path) has no request to \(Set(hosts).sorted().joined(separator: " or "))")
        }
        return probes
    }

    /// The request of one exchange of a capture.
    private static func recorded(
        _ asked: RequestArguments, _ credential: ProbeCredential?
    ) throws(UsageError) -> Probe {
        guard let id = asked.trace, let capture = asked.capture else {
            throw UsageError("--trace ID and --from CAPTURE belong together")
        }
        var filter = TraceFilter()
        filter.ids = [id]
        var walk = TraceWalk(filter, judging: false)
        var found: [Record] = []
        try TraceInput([capture]).forEach(&walk) { reviewed, _, _, _ in
            found.append(reviewed.record)
            return found.count < 2
        }
        guard let record = found.first else {
            throw UsageError(
                "\(capture) holds no exchange \(Wording.shown(id))", hint: "'hoplens traces list' shows ids")
        }
        guard found.count == 1 || found.allSatisfy({ $0.id == record.id }) else {
            throw UsageError("more than one exchange is meant by \(Wording.shown(id))", hint: "give the whole id")
        }
        do throws(RecordedProbeError) {
            return try RecordedProbes.probe(record, credential: credential)
        } catch {
            throw UsageError("exchange \(record.id) cannot be asked again: \(error.text)")
        }
    }

    static func read(_ path: String, _ flag: String) throws(UsageError) -> [UInt8] {
        do throws(FileError) {
            return try Files.read(path, limit: largestFile)
        } catch {
            throw UsageError("\(flag): \(error)")
        }
    }

    /// Output names requests, so names are told apart.
    private static func uniqueNames(_ probes: inout [Probe]) {
        var seen: Set<String> = []
        for place in probes.indices where !seen.insert(probes[place].name).inserted {
            probes[place].name += " #\(place + 1)"
            seen.insert(probes[place].name)
        }
    }
}
