// What `hoplens cors check` found, as a value, and as JSON.
import CORS
import JSON

/// The answers and the verdicts.
struct CORSCheckResult {
    /// One credentials mode, by both dialects.
    struct Verdict {
        var credentials: CredentialsMode
        var standard: FetchOutcome
        var chromium: FetchOutcome

        /// Whether both end alike.
        var agree: Bool { standard.ending == chromium.ending }
    }

    var request: CORSCheckRequest
    var messages: [CORSMessage]
    var verdicts: [Verdict]

    /// Whether the mode that was asked for is refused, by the standard or by Chromium.
    var isRefused: Bool {
        verdicts.contains {
            $0.credentials == request.credentials && ($0.standard.resolved == false || $0.chromium.resolved == false)
        }
    }

    /// The lines of an answer that CORS looks at, secrets in a Location left out.
    static func shownLines(_ answer: Answer) -> [(name: String, value: String)] {
        answer.headers.fields.compactMap { field in
            let name = field.name.lowercased()
            if name == "location" {
                let text = String(field.shownValue.prefix { $0 != "?" && $0 != "#" })
                return (field.name, WebURL(field.value)?.withoutSecrets ?? text)
            }
            guard name.hasPrefix("access-control-") || name == "vary" || name == "allow" else { return nil }
            return (field.name, field.shownValue)
        }
    }

    /// One JSON object on one line.
    func json() -> [UInt8] {
        var out: [UInt8] = []
        var writer = JSONWriter()
        writer.beginObject(&out)
        for (key, value) in [
            ("page_origin", request.page.serialized), ("url", request.url.withoutSecrets), ("method", request.method),
            ("credentials", request.credentials == .include ? "include" : "omit"),
        ] {
            writer.key(key, &out)
            writer.string(value, &out)
        }
        writer.key("refused", &out)
        writer.bool(isRefused, &out)
        writer.key("messages", &out)
        writer.beginArray(&out)
        for message in messages { write(message, &writer, &out) }
        writer.endArray(&out)
        for verdict in verdicts {
            writer.key(verdict.credentials == .include ? "with_credentials" : "without_credentials", &out)
            writer.beginObject(&out)
            writer.key("standard", &out)
            write(verdict.standard, &writer, &out)
            writer.key("chromium", &out)
            write(verdict.chromium, &writer, &out)
            writer.endObject(&out)
        }
        writer.endObject(&out)
        return out + [UInt8(ascii: "\n")]
    }

    private func write(_ message: CORSMessage, _ writer: inout JSONWriter, _ out: inout [UInt8]) {
        writer.beginObject(&out)
        for (key, value) in [
            ("kind", message.isPreflight ? "preflight" : "actual"), ("method", message.method),
            ("url", message.url.withoutSecrets),
        ] {
            writer.key(key, &out)
            writer.string(value, &out)
        }
        writer.key("status", &out)
        writer.integer(message.answer.status, &out)
        writer.key("lines", &out)
        writer.beginArray(&out)
        for (name, value) in Self.shownLines(message.answer) { writer.string("\(name): \(value)", &out) }
        writer.endArray(&out)
        writer.endObject(&out)
    }

    private func write(_ outcome: FetchOutcome, _ writer: inout JSONWriter, _ out: inout [UInt8]) {
        writer.beginObject(&out)
        writer.key("resolved", &out)
        if let resolved = outcome.resolved { writer.bool(resolved, &out) } else { writer.null(&out) }
        writer.key("reason_code", &out)
        if let refusal = outcome.refusal {
            writer.string(refusal.code.rawValue, &out)
            writer.key("explanation", &out)
            refusal.write(&writer, &out)
        } else {
            writer.null(&out)
        }
        if case .undecided = outcome.ending {
            writer.key("undecided", &out)
            writer.string("\(request.method) was not sent, because it can change something", &out)
        }
        if let response = outcome.response {
            writer.key("status", &out)
            writer.integer(response.status, &out)
            writer.key("final_url", &out)
            writer.string(WebURL(response.url)?.withoutSecrets ?? "", &out)
            writer.key("readable_headers", &out)
            writer.beginArray(&out)
            for name in response.readable { writer.string(name, &out) }
            writer.endArray(&out)
        }
        writer.endObject(&out)
    }
}
