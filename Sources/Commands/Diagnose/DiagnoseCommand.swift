// `hoplens diagnose`: sends what the ladder asks for, one request after the other (caches remember the order), and tells it
// what came.
import Diagnosis
import Glibc
import Inflate
import Ladder
import Proxy
import Reactor
import Report
import Settings
import Trace

enum DiagnoseCommand {
    /// How long one request may take.
    private static let milliseconds = 20_000
    /// How much of an answer is looked at.
    private static let largestBody = 1 << 20

    static func run(_ url: String, _ arguments: Arguments) -> Int32 {
        let plan: DiagnosePlan
        do throws(UsageError) {
            plan = try DiagnosePlan(url, arguments)
        } catch {
            Terminal.say(error.hint.map { "\(error.message); \($0)" } ?? error.message)
            return ExitCode.usage
        }
        for warning in plan.warnings { Terminal.say("warning: \(warning)") }
        let values = arguments.settings.common.values
        let choice = values[.color]?.last.flatMap { Output.Color(rawValue: $0.text) } ?? .auto
        let style = Style(
            width: min(80, Terminal.width(STDOUT_FILENO)),
            color: Terminal.wantsColor(choice, descriptor: STDOUT_FILENO), ascii: values[.ascii] != nil)
        let conclusion: Conclusion
        let ladder = Ladder(plan.question)
        do throws(AskError) {
            conclusion = try climb(ladder, plan, Progress(isShown: Platform.isTerminal(STDERR_FILENO)))
        } catch {
            Terminal.say(error.text)
            if case .setup = error { return ExitCode.usage }
            return ExitCode.unreachable
        }
        let result = DiagnoseResult(plan.question, conclusion, asked: ladder.count)
        let output: [UInt8]
        switch arguments.diagnose.format {
        case "json": output = result.json()
        case "markdown": output = Array(result.markdown().utf8)
        default: output = Array(DiagnoseReport(result, style).text().utf8)
        }
        do throws(SystemError) {
            try Files.write(STDOUT_FILENO, output)
        } catch {
            if error.code != EPIPE {
                Terminal.say("standard output cannot be written: \(error.text)")
                return ExitCode.unreachable
            }
        }
        if conclusion.verdict.layer == .none { return ExitCode.fine }
        return conclusion.verdict.rung == .reach ? ExitCode.unreachable : ExitCode.findings
    }

    private static func climb(
        _ ladder: Ladder, _ plan: DiagnosePlan, _ progress: Progress
    ) throws(AskError) -> Conclusion {
        let client = try Client(
            concurrency: 1, node: "diagnose", bodyLimit: largestBody, chainKey: plan.chainKey)
        while true {
            switch ladder.next() {
            case .done(let conclusion):
                progress.end()
                return conclusion
            case .ask(let asks):
                for ask in asks {
                    progress.tell(ask, ladder.count + 1)
                    ladder.take(try send(ask.probe, plan, client), to: ask.probe)
                }
            }
        }
    }

    private static func send(
        _ inquiry: Inquiry, _ plan: DiagnosePlan, _ client: Client
    ) throws(AskError) -> Reply {
        var fields: [(name: String, value: [UInt8])] = [("Host", Array(inquiry.authority.utf8))]
        fields += inquiry.fields.map { ($0.name, Array($0.value.utf8)) }
        var request = ClientRequest(
            target: plan.target(inquiry.side), method: inquiry.method, path: Array(inquiry.path.utf8), fields: fields,
            body: inquiry.body ?? [])
        request.isTraced = inquiry.isTraced
        do throws(AskError) {
            let answer = try client.send(request, milliseconds: milliseconds)
            let coding = answer.first("content-encoding")
            let body = coding.flatMap { Inflate.decode(answer.body, coding: $0, limit: largestBody)?.bytes }
            let cookies = answer.all("set-cookie").map { String(decoding: $0.prefix { $0 != 0x3B }, as: UTF8.self) }
            return .heard(Heard(answer.record, body: body ?? answer.body, cookies: cookies))
        } catch {
            guard let silence = Silence(error) else { throw error }
            return .silent(silence)
        }
    }

    /// The line on the terminal that says what is being asked; it takes itself away.
    private struct Progress {
        let isShown: Bool

        func tell(_ ask: Ask, _ number: Int) {
            guard isShown else { return }
            let text = "asking \(number): \(ask.purpose)".prefix(72)
            Terminal.write(Array("\r\u{1B}[K\(text)".utf8))
        }

        func end() {
            if isShown { Terminal.write(Array("\r\u{1B}[K".utf8)) }
        }
    }
}

extension Silence {
    /// Why there was no answer; nil when it is not the network's doing.
    init?(_ error: AskError) {
        guard let cause = error.cause else { return nil }
        let kind: Kind
        switch cause {
        case "dns_error", "dns_timeout": kind = .unknownName
        case "tls_certificate_error": kind = .certificate
        case "tls_alert_received", "tls_protocol_error": kind = .handshake
        case "connection_timeout", "http_response_timeout", "connection_read_timeout", "connection_write_timeout":
            kind = .slow
        case "http_protocol_error": kind = error.text.contains("HTTP/2") ? .http2 : .notHTTP
        case "connection_terminated", "http_response_incomplete": kind = .cut
        default: kind = .unreachable
        }
        self.init(kind, error.text)
    }
}
