// `cors evaluate`: from a case to what a browser would have done, by the standard and as Chromium does it, in the words
// of ../shared/cors-oracle. One line in, one line out; nothing is kept from case to case.

public import JSON

/// Predicts what a browser does with a case.
public enum Evaluation {
    /// Evaluates one JSON line and appends one JSON line with its line end.
    public static func evaluate(_ line: Span<UInt8>, into out: inout [UInt8]) throws(CaseError) {
        let given = try EvaluationCase(line)
        let standard = run(given, .standard)
        let chromium = run(given, .chromium)
        var writer = JSONWriter()
        writer.beginObject(&out)
        writer.key("id", &out)
        writer.string(given.id, &out)
        for (index, step) in given.steps.enumerated() {
            if index == 1 {
                writer.key("then", &out)
                writer.beginArray(&out)
            }
            if index > 0 { writer.beginObject(&out) }
            write(standard[index], step, &writer, &out)
            writer.key("chromium", &out)
            writer.beginObject(&out)
            write(chromium[index], step, &writer, &out)
            writer.endObject(&out)
            if index > 0 { writer.endObject(&out) }
        }
        if given.steps.count > 1 { writer.endArray(&out) }
        writer.endObject(&out)
        out.append(0x0A)
    }

    /// Runs the requests of a case in one browser.
    private static func run(_ given: EvaluationCase, _ dialect: Dialect) -> [FetchOutcome] {
        var fetching = Fetching(dialect)
        var stored = BrowserCache()
        var now: Int64 = 0
        var outcomes: [FetchOutcome] = []
        for step in given.steps {
            now += step.afterMilliseconds
            outcomes.append(run(step, &fetching, &stored, now))
            // A request takes a moment; the oracle's steps add 0.1 to 0.3 seconds.
            now += 200
        }
        return outcomes
    }

    private static func run(
        _ step: EvaluationCase.Step, _ fetching: inout Fetching, _ stored: inout BrowserCache, _ now: Int64
    ) -> FetchOutcome {
        let request: PageRequest
        switch step.request {
        case .failure(let refusal): return FetchOutcome(hops: [], ending: .refused(refusal))
        case .success(let asked): request = asked
        }
        fetching.environment = step.environment
        let first = WebURL(request.url, relativeTo: WebURL(request.page.serialized))?.serialized()
        let isGET = Methods.normalized(request.method) == "GET"
        var fromCache: Set<String> = []
        var outcome = fetching.fetch(request, now: now) { url, question in
            let name = url.asked.serialized()
            let target = step.chain?.first { $0.url == name }
            switch question {
            case .preflight: return target?.preflight ?? (name == first ? step.preflight : nil)
            case .actual:
                if isGET, let answer = stored.answer(name, request, now: now) {
                    fromCache.insert(name)
                    return answer
                }
                return target?.response ?? (name == first ? step.response : nil)
            }
        }
        for index in outcome.hops.indices where fromCache.contains(outcome.hops[index].url) {
            outcome.hops[index].actual = nil
        }
        if isGET, let first, let response = step.response, outcome.resolved == true, fromCache.isEmpty {
            stored.store(response, first, request, now: now)
        }
        return outcome
    }

    // MARK: Writing

    private static func write(
        _ outcome: FetchOutcome, _ step: EvaluationCase.Step, _ writer: inout JSONWriter, _ out: inout [UInt8]
    ) {
        write(outcome.hops.first, &writer, &out)
        writer.key("resolved", &out)
        optional(outcome.resolved, &writer, &out)
        let response = outcome.response
        text("response_type", response?.type, &writer, &out)
        writer.key("status", &out)
        if let status = response?.status { writer.integer(status, &out) } else { writer.null(&out) }
        writer.key("redirected", &out)
        optional(response?.redirected, &writer, &out)
        text("final_url", response?.url, &writer, &out)
        writer.key("readable_headers", &out)
        if let response { strings(response.readable, &writer, &out) } else { writer.null(&out) }
        let refusal = outcome.refusal
        text("reason_code", refusal?.code.rawValue, &writer, &out)
        text("failed_parameter", refusal?.parameter, &writer, &out)
        text("reason_source", refusal?.code.source, &writer, &out)
        if let chain = step.chain {
            writer.key("hops", &out)
            writer.beginArray(&out)
            let first = outcome.hops.first?.url ?? (try? step.request.get().url) ?? ""
            hop(first, outcome.hops.first, &writer, &out)
            for target in chain {
                hop(target.url, outcome.hops.dropFirst().first { $0.url == target.url }, &writer, &out)
            }
            writer.endArray(&out)
        }
        if case .undecided(let why) = outcome.ending { text("undecided", why, &writer, &out) }
        if let refusal {
            writer.key("explanation", &out)
            refusal.write(&writer, &out)
        }
    }

    private static func hop(_ url: String, _ hop: FetchHop?, _ writer: inout JSONWriter, _ out: inout [UInt8]) {
        writer.beginObject(&out)
        text("url", url, &writer, &out)
        write(hop, &writer, &out)
        writer.endObject(&out)
    }

    /// The fields from `preflight_sent` to `cookie_sent`; a URL that was not reached has none of it.
    private static func write(_ hop: FetchHop?, _ writer: inout JSONWriter, _ out: inout [UInt8]) {
        let actual = hop?.actual
        writer.key("preflight_sent", &out)
        writer.bool(hop?.preflight != nil, &out)
        text("acrm", hop?.preflight?.method, &writer, &out)
        text("acrh", hop?.preflight?.headers, &writer, &out)
        text("preflight_origin", hop?.preflight?.origin, &writer, &out)
        writer.key("actual_sent", &out)
        writer.bool(actual != nil, &out)
        text("actual_method", actual?.method, &writer, &out)
        text("actual_origin", actual?.origin, &writer, &out)
        writer.key("authorization_sent", &out)
        writer.bool(actual?.authorization ?? false, &out)
        writer.key("cookie_sent", &out)
        writer.bool(actual?.credentials ?? false, &out)
        writer.key("cookies_same_site", &out)
        strings(actual.map { $0.credentials ? $0.site.cookies : [] } ?? [], &writer, &out)
    }

    private static func optional(_ value: Bool?, _ writer: inout JSONWriter, _ out: inout [UInt8]) {
        if let value { writer.bool(value, &out) } else { writer.null(&out) }
    }

    private static func text(_ key: String, _ value: String?, _ writer: inout JSONWriter, _ out: inout [UInt8]) {
        writer.key(key, &out)
        if let value { writer.string(value, &out) } else { writer.null(&out) }
    }

    private static func strings(_ values: [String], _ writer: inout JSONWriter, _ out: inout [UInt8]) {
        writer.beginArray(&out)
        for value in values { writer.string(value, &out) }
        writer.endArray(&out)
    }
}

extension Refusal {
    /// Writes the refusal as a JSON object.
    public func write(_ writer: inout JSONWriter, _ out: inout [UInt8]) {
        writer.beginObject(&out)
        for (key, value) in [
            ("code", code.rawValue), ("decided_by", decider.rawValue), ("text", explanation), ("advice", advice),
        ] {
            writer.key(key, &out)
            if let value { writer.string(value, &out) } else { writer.null(&out) }
        }
        writer.key("hop", &out)
        writer.integer(hop, &out)
        writer.key("lines", &out)
        writer.beginArray(&out)
        for line in lines { writer.string("\(line.name): \(line.shownValue)", &out) }
        writer.endArray(&out)
        writer.key("send_instead", &out)
        writer.beginArray(&out)
        for line in remedy { writer.string(line, &out) }
        writer.endArray(&out)
        writer.endObject(&out)
    }
}
