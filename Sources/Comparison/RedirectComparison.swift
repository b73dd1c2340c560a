// Where each side sends the client, step by step, and what that does to a request: curl, a browser's navigation and
// fetch() do not agree on what they take along.

import CORS
import Diagnosis
import Trace

/// One step of a chain of redirects.
public struct RedirectStep: Equatable, Sendable {
    /// The status that sends on.
    public var status: Int
    /// From where.
    public var from: String
    /// To where, absolute, without secrets.
    public var to: String
    /// What curl, a browser and fetch() do at this step; empty when all of them just go on.
    public var effects: [String]
}

enum RedirectComparison {
    static func rows(_ left: Series, _ right: Series) -> [Difference] {
        guard let a = left.answered.last, let b = right.answered.last else { return [] }
        let (one, two) = (steps(a), steps(b))
        guard !one.isEmpty || !two.isEmpty else { return [] }
        var rows: [Difference] = []
        for number in 0..<max(one.count, two.count) {
            let x = number < one.count ? one[number] : nil
            let y = number < two.count ? two[number] : nil
            guard x?.status != y?.status || x?.to != y?.to else { continue }
            let effects = (y ?? x)?.effects ?? []
            rows.append(
                Difference(
                    .redirect, "step \(number + 1)", left: x.map(shown), right: y.map(shown),
                    severity: effects.isEmpty && (x == nil) == (y == nil)
                        ? .notice : x == nil && !effects.isEmpty ? .error : .warning,
                    meaning: meaning(x, y, effects), layer: .redirect,
                    firstStep: x == nil
                        ? "Call the address the redirect leads to; then let the public side answer there at once." : nil
                ))
            // Behind the first step that differs everything is another story.
            break
        }
        return rows
    }

    private static func shown(_ step: RedirectStep) -> String { "\(step.status) to \(step.to)" }

    private static func meaning(_ x: RedirectStep?, _ y: RedirectStep?, _ effects: [String]) -> String {
        let what =
            x == nil
            ? "Only the public side redirects."
            : y == nil
                ? "Only the origin redirects." : "The two sides redirect to different places."
        return ([what] + effects).joined(separator: " ")
    }

    /// The steps from an answer on.
    static func steps(_ observation: Observation) -> [RedirectStep] {
        var steps: [RedirectStep] = []
        for record in [observation.record] + observation.followed {
            guard let response = record.response, [301, 302, 303, 307, 308].contains(response.status),
                let location = response.head.sent().first(where: { $0.name.lowercased() == "location" })?.value,
                let from = url(of: record)
            else { break }
            let to = WebURL(location, relativeTo: from)
            steps.append(
                RedirectStep(
                    status: response.status, from: from.withoutSecrets, to: to?.withoutSecrets ?? location,
                    effects: to.map { effects(response.status, from, $0, record) } ?? []))
        }
        return steps
    }

    /// The URL a request was for, by its Host.
    static func url(of record: Record) -> WebURL? {
        guard let request = record.request, let target = request.target, let origin = record.origin else { return nil }
        let scheme = origin.url.prefix { $0 != ":" }
        let host = request.head.lines.first { $0.name.lowercased() == "host" }?.value
        let authority = host ?? String(origin.url.dropFirst(scheme.count + 3))
        return WebURL("\(scheme)://\(authority)\(target)")
    }

    /// What becomes of a request at a step (Fetch, HTTP-redirect fetch; curl, CURLOPT_UNRESTRICTED_AUTH and POSTREDIR).
    static func effects(_ status: Int, _ from: WebURL, _ to: WebURL, _ record: Record) -> [String] {
        var effects: [String] = []
        let fields = Set((record.request?.head.lines ?? []).map { $0.name.lowercased() })
        let method = record.request?.method ?? "GET"
        if from.origin != to.origin {
            let change =
                from.host != to.host
                ? "another host"
                : from.scheme != to.scheme ? "another scheme (\(from.scheme) to \(to.scheme))" : "another port"
            effects.append(
                "It leads to \(change): curl drops Authorization and cookies set with -H or -u, and so does fetch(), for which it is now a request to another origin."
            )
            if fields.contains("authorization") { effects.append("The Authorization of this request is lost.") }
            if from.scheme == "https", to.scheme == "http" {
                effects.append("It leads out of TLS, so cookies with Secure stay behind.")
            }
        }
        if [301, 302].contains(status), method != "GET", method != "HEAD" {
            effects.append(
                method == "POST"
                    ? "curl -L, browsers and fetch() make a GET without body of this POST."
                    : "Browsers and fetch() repeat \(method); curl -L does too.")
        } else if [301, 302].contains(status), method == "GET" {
            effects.append("A POST sent here arrives there as a GET without its body.")
        } else if status == 303, method != "GET", method != "HEAD" {
            effects.append("Everybody goes on with GET and without body.")
        }
        if method == "OPTIONS", fields.contains("access-control-request-method") {
            effects.append("A browser refuses a preflight that is redirected.")
        }
        return effects
    }
}
