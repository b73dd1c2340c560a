// Requests that were made once already, to be made again: out of a browser's HAR, which holds them as they were, and out
// of a trace, which holds no secret. A redacted value is never sent: a server would be shown the mark instead, and what it
// answers would look like a finding.

import JSON
public import Trace

/// Why a recorded request cannot be asked again.
public enum RecordedProbeError: Error, Equatable, Sendable {
    /// Nothing of its head could be read.
    case unreadable
    /// It had a body, and bodies of requests are not recorded.
    case body
    /// The target itself holds a secret.
    case secretTarget
    /// These fields held secrets, which are to be given anew.
    case secrets([String])
    /// The text is no HAR; what is wrong.
    case notHAR(String)

    /// One clause.
    public var text: String {
        switch self {
        case .unreadable: "its request could not be read when it was recorded"
        case .body: "it had a body, and a trace does not keep bodies of requests"
        case .secretTarget: "its URL held a secret, which a trace does not keep"
        case .secrets(let names):
            "the values of \(names.joined(separator: ", ")) were secret and are not in the trace; give a credential to send instead"
        case .notHAR(let why): why
        }
    }
}

/// Makes probes of what was recorded.
public enum RecordedProbes {
    /// Fields that belong to a connection or a hop, or are made anew for each request.
    private static let leftOut: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "trailer",
        "upgrade", "via", "hoplens-trace", "traceparent", "tracestate",
    ]

    /// The request of a record.
    ///
    /// - Parameter credential: sent as Authorization in the place of the one that was replaced.
    public static func probe(_ record: Record, credential: ProbeCredential?) throws(RecordedProbeError) -> Probe {
        guard let request = record.request, let method = request.method, let target = request.target else {
            throw .unreadable
        }
        if let body = record.requestBody, body.bytes > 0 { throw .body }
        if holdsMark(target) { throw .secretTarget }
        var probe = Probe(name: record.id, method: method, path: originForm(target))
        var secrets: [String] = []
        for line in request.head.lines where !leftOut.contains(line.name.lowercased()) {
            if line.shape != nil || holdsMark(line.value) {
                guard line.name.lowercased() == "authorization", let credential else {
                    secrets.append(line.name)
                    continue
                }
                probe.fields.append(ProbeField(line.name, credential.authorization))
            } else {
                probe.fields.append(ProbeField(line.name, line.value))
            }
        }
        guard secrets.isEmpty else { throw .secrets(secrets) }
        return probe
    }

    /// The requests of a HAR to one of these hosts, in order, equal ones once.
    public static func probes(har bytes: Span<UInt8>, hosts: Set<String>) throws(RecordedProbeError) -> [Probe] {
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw .notHAR("line \(error.position.line), column \(error.position.column): \(error.message)")
        }
        guard let entries = document["log"]?["entries"]?.elements else { throw .notHAR("it has no list log.entries") }
        var probes: [Probe] = []
        var names: [String: Int] = [:]
        for entry in entries {
            guard let request = entry["request"], let method = request["method"]?.string,
                let url = request["url"]?.string, let (host, path) = split(url), hosts.contains(host)
            else { continue }
            var probe = Probe(name: "\(method) \(withoutQuery(path))", method: method, path: path)
            for header in request["headers"]?.elements ?? [] {
                // HTTP/2 exports hold pseudo-headers, which are no fields.
                guard let name = header["name"]?.string, !name.hasPrefix(":"), !leftOut.contains(name.lowercased()),
                    let value = header["value"]?.string,
                    !value.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 })
                else { continue }
                probe.fields.append(ProbeField(name, value))
            }
            if let text = request["postData"]?["text"]?.string { probe.body = Array(text.utf8) }
            if let origin = probe.first("origin") {
                probe.page = ProbePage(origin: origin, credentials: probe.hasCredential)
            }
            if probes.contains(where: {
                $0.method == probe.method && $0.path == probe.path && $0.fields == probe.fields && $0.body == probe.body
            }) {
                continue
            }
            names[probe.name, default: 0] += 1
            if let count = names[probe.name], count > 1 { probe.name += " #\(count)" }
            probes.append(probe)
        }
        return probes
    }

    private static func withoutQuery(_ path: String) -> String { String(path.prefix { $0 != "?" }) }

    /// The host, lower case and without port, and the target of a URL.
    private static func split(_ url: String) -> (host: String, path: String)? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let rest = url[scheme.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        var host = authority.split(separator: "@").last.map(String.init) ?? ""
        if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") { host = String(host[..<colon]) }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let path = rest.dropFirst(authority.count)
        return (host.lowercased(), path.isEmpty ? "/" : path.hasPrefix("?") ? "/" + path : String(path))
    }

    private static func originForm(_ target: String) -> String {
        guard !target.hasPrefix("/"), let parts = split(target) else { return target }
        return parts.path
    }

    /// Whether a text holds the mark of something that was replaced (module Fields, Marker).
    private static func holdsMark(_ text: String) -> Bool { text.contains("‹") }
}
