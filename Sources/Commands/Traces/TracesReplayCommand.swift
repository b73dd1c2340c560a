// `hoplens traces replay ID… --to URL`: captured requests again, with credentials from where they may be kept, and the old
// and the new answer side by side. A request of which something secret is missing is not sent: a server would be shown the
// mark in its place, and what it answered would look like a finding.

import Fields
import Probes
import Proxy
import Reactor
import Report
import Review
import Secure
import Settings
import Trace

enum TracesReplayCommand {
    private static let patience = 30_000

    static func run(_ operands: [String], _ arguments: Arguments) throws(UsageError) -> Int32 {
        let asked = arguments.traces
        let (ids, captures) = TracesDiff.split(operands)
        guard !ids.isEmpty else { throw UsageError("no ID given", hint: "hoplens traces replay ID cap --to URL") }
        let target = try target(asked, arguments.settings)
        let credential = try CredentialSource.credential(arguments.requests, host: target.host)
        let cookie = try arguments.requests.cookieVariable.map { name throws(UsageError) in
            try CredentialSource.variable(name, "--cookie-env")
        }
        let nonce = try arguments.requests.nonceVariable.map { name throws(UsageError) in
            try CredentialSource.variable(name, "--nonce-env")
        }
        let input = try TraceInput(captures)
        guard let found = try TracesShowCommand.exchanges(ids, input) else { return ExitCode.usage }

        var requests: [ClientRequest] = []
        var refused = 0
        for one in found {
            do throws(RecordedProbeError) {
                let probe = try RecordedProbes.probe(
                    ReplayedRecord.with(one.record, cookie: cookie, nonce: nonce), credential: credential)
                if !probe.isSafe, !arguments.requests.allowsUnsafe {
                    refused += 1
                    input.say(
                        "\(one.record.id) is not sent: \(Wording.shown(probe.method)) may change something; --allow-unsafe sends it all the same"
                    )
                    continue
                }
                requests.append(
                    ClientRequest(
                        target: target, method: probe.method, path: Array(probe.path.utf8),
                        fields: probe.fields.map { ($0.name, $0.value) }))
            } catch {
                refused += 1
                input.say("\(one.record.id) is not sent: \(error.text)")
            }
        }
        // All or none: half of a sequence may do harm.
        guard refused == 0 else { return ExitCode.usage }
        return try send(requests, found.map(\.record), asked, captures)
    }

    private static func send(
        _ requests: [ClientRequest], _ olds: [Record], _ asked: TraceArguments, _ captures: [String]
    ) throws(UsageError) -> Int32 {
        let output = TracesOutput(asked)
        var code = ExitCode.fine
        let results: [Result<ClientAnswer, AskError>]
        do throws(AskError) {
            // One after the other, in the order they were given: that is what a sequence means.
            results = try Client(concurrency: 1, node: "replay", fingerprinter: try fingerprinter(asked, captures))
                .send(requests, milliseconds: patience)
        } catch {
            throw UsageError(error.text)
        }
        for (old, result) in zip(olds, results) {
            do throws(AskError) {
                let answer = try result.get()
                if TracesDiff.write(old, answer.record, titles: ("captured", "now"), requests: false, output) {
                    code = max(code, ExitCode.findings)
                }
            } catch {
                output.flush()
                Terminal.say("\(old.id): \(error.text)")
                code = ExitCode.unreachable
            }
        }
        output.flush()
        return output.code ?? code
    }

    /// The key of the capture, so that equal secrets are seen to be equal; nil when it is not there.
    private static func fingerprinter(_ asked: TraceArguments, _ captures: [String]) throws(AskError) -> Fingerprinter?
    {
        let beside = captures.map { $0.hasSuffix("/") ? $0 + KeyFile.name : "\($0)/\(KeyFile.name)" }
        guard let path = asked.keyFile ?? beside.first(where: { (try? SystemFiles().status($0)) != nil }) else {
            return nil
        }
        do throws(KeyFileError) { return try KeyFile.load(file: path, captureDirectory: nil).fingerprinter() } catch {
            throw .setup(error.text)
        }
    }

    private static func target(_ asked: TraceArguments, _ settings: RawSettings) throws(UsageError) -> AskTarget {
        guard let text = asked.to else {
            throw UsageError("no target given", hint: "say where to: --to https://staging.example.test")
        }
        do throws(Mismatch) {
            let url = try OriginURL(parsing: text)
            var target = AskTarget(tls: url.tls, host: url.host, port: url.port)
            let values = settings.common.values
            if let connect = values[.connect]?.last?.text { target.connect = try Endpoint(connecting: connect) }
            target.sni = values[.sni]?.last?.text
            target.caFile = values[.caFile]?.last?.text
            target.insecure = values[.insecure] != nil
            if target.insecure { Terminal.say("warning: certificates are not verified: anyone in between can answer") }
            return target
        } catch {
            throw UsageError("--to: \(error.message)", hint: error.hint)
        }
    }
}

/// A record with secrets of the user's in the place of those that were replaced.
private enum ReplayedRecord {
    static func with(_ record: Record, cookie: String?, nonce: String?) -> Record {
        var result = record
        for (name, value) in [("cookie", cookie), ("x-wp-nonce", nonce)] {
            guard let value, let lines = record.request?.head.lines else { continue }
            for n in lines.indices where lines[n].name.lowercased() == name {
                result.request?.head.lines[n] = RecordedLine(name: lines[n].name, value: value)
            }
        }
        return result
    }
}
