// Redirects: what a client loses on the way, and redirects that lead nowhere. A client that follows one to another origin
// leaves Authorization behind (Fetch, HTTP-redirect fetch step 13; curl without --location-trusted), and 301 and 302
// turn POST into GET, so a site that works can refuse everybody who knows it by its other address.

import CORS
import Diagnosis

extension Walk {
    func redirected(_ trial: Trial, _ first: Heard, _ location: String) throws(Pending) -> Verdict? {
        let start = question.front.url + trial.probe.path
        guard var base = WebURL(start) else { return nil }
        if location.contains("wp-login.php"), RESTPath(trial.request.path) != nil {
            var verdict = Verdict(
                .identity, .wordpressAuth, "login-forced", "The site sends everybody to its login page.",
                first: "Find the plugin that asks every visitor to log in, and except the REST API from it.")
            verdict.evidence = said(trial) + ["Location: \(shown(location))"]
            verdict.alsoLayers = [.wordpressPermission, .redirect]
            return verdict
        }
        var seen = [base.serialized()]
        var steps = ["\(shown(base.serialized())) → \(first.status)"]
        var last = first
        var target = location
        while seen.count <= 6 {
            guard let next = WebURL(target, relativeTo: base), next.isHTTP else { break }
            let url = next.serialized()
            if seen.contains(url) { return try loop(trial, first, steps + ["\(shown(url)), again"]) }
            seen.append(url)
            let site = Site(
                secure: next.scheme == "https", host: next.host,
                port: next.port ?? (next.scheme == "https" ? 443 : 80))
            let probe = following(trial, next, site)
            guard let heard = try heard(probe, "\(trial.request.name), where the redirect leads") else { break }
            steps.append("\(shown(url)) → \(heard.words)")
            last = heard
            base = next
            guard let further = heard.location else { break }
            target = further
        }
        return elsewhere(trial, first, last, base, steps)
    }

    /// What is asked where a redirect leads: the same, because the question is what the right address would have said, but
    /// credentials are for this site and its `www.` only, and what may change something goes nowhere.
    private func following(_ trial: Trial, _ next: WebURL, _ site: Site) -> Inquiry {
        let own = question.front.host
        let isOwn = next.host == own || next.host == "www." + own || "www." + next.host == own
        let isKept = isOwn && !(question.front.secure && !site.secure)
        let fields = trial.probe.fields.filter { field in
            isKept || !trial.request.credentials.contains { $0.name.lowercased() == field.name.lowercased() }
        }
        let probe = Inquiry(
            site == question.front ? .front : .elsewhere(site), site.authority, trial.probe.method, next.target, fields,
            body: trial.probe.body)
        let goesNowhere = RESTPath(next.target)?.route == RESTPath.nowhere
        let isHarmless =
            ["GET", "HEAD", "OPTIONS"].contains(trial.probe.method) || question.allowsUnsafe || goesNowhere
        return isHarmless ? probe : probe.asMethod("GET")
    }

    /// The redirect ends somewhere.
    private func elsewhere(
        _ trial: Trial, _ first: Heard, _ last: Heard, _ end: WebURL, _ steps: [String]
    ) -> Verdict? {
        let request = trial.request
        let changesMethod = [301, 302, 303].contains(first.status) && !["GET", "HEAD"].contains(request.method)
        let from = question.front
        let hasLeft =
            (end.scheme == "https") != from.secure || end.host != from.host
            || (end.port ?? (end.scheme == "https" ? 443 : 80)) != from.port
        let dropped = hasLeft ? request.credentials.first { $0.name.lowercased() != "x-wp-nonce" }?.name : nil
        if RESTPath(request.path) != nil, last.isSuccess, isPage(last) {
            return page(trial, last, steps)
        }
        guard changesMethod || dropped != nil || request.page != nil || last.location != nil || !last.isSuccess else {
            return nil
        }
        let scheme = end.scheme == "https" && !from.secure
        let host = end.host != from.host
        var verdict = Verdict(
            .redirect, .redirect,
            scheme && !host
                ? "http-to-https-redirect"
                : host
                    ? (end.host == "www." + from.host ? "apex-to-www-redirect" : "other-host-redirect")
                    : "path-redirect",
            "The address redirects to \(end.origin.serialized)"
                + (dropped.map { ", and a client that follows leaves \($0) behind" } ?? "")
                + (changesMethod ? "; its \(request.method) becomes GET" : "") + ".",
            first: "Use \(end.origin.serialized) as the base URL in the client.")
        verdict.field = dropped
        if dropped != nil { verdict.lostBetween = ("client", "front") }
        verdict.confidence = last.isSuccess || last.isREST ? .certain : .likely
        verdict.evidence = steps
        verdict.notYet = "Do not switch the redirect off for everybody."
        return verdict
    }

    /// The redirect leads back to where it came from.
    private func loop(_ trial: Trial, _ first: Heard, _ steps: [String]) throws(Pending) -> Verdict {
        let byWordPress = first.facts.answered.first("x-redirect-by") != nil
        let origin = trial.origin?.heard
        var evidence = steps
        if let origin { evidence.append("the same at the origin, by the public name: \(origin.words)") }
        if let origin, let site = question.origin, origin.location == nil {
            // The origin is content with the public name, so it does not get that name from the front.
            var verdict = Verdict(
                .redirect, .publicProxy, "host-rewritten",
                "The origin redirects to the public name because the front sends it another Host.",
                first: "Let the front pass Host on as it came (nginx: proxy_set_header Host $http_host).")
            verdict.field = "Host"
            verdict.lostBetween = ("front", "origin")
            verdict.alsoLayers = [.redirect]
            let named = Inquiry(
                .origin, site.authority, trial.probe.method, trial.probe.path, trial.probe.fields,
                body: trial.probe.body)
            if let heard = try heard(named, "\(trial.request.name), at the origin by its own name") {
                evidence.append("the same at the origin, by its own name: \(heard.words)")
                if heard.location != nil { verdict.confidence = .certain }
            }
            verdict.evidence = evidence
            verdict.notYet = "Do not take the redirect away."
            return verdict
        }
        if question.front.secure, question.origin?.secure != true {
            var verdict = Verdict(
                .redirect, .publicProxy, "x-forwarded-proto-missing",
                "The origin takes requests for plain http and sends them to https, for ever.",
                first: "Let the front set X-Forwarded-Proto to the scheme the client used.")
            verdict.field = "X-Forwarded-Proto"
            verdict.alsoLayers = [.redirect]
            verdict.notYet = "Do not take the redirect to https away."
            if question.origin != nil {
                let told = trial.probe.at(.origin).with("X-Forwarded-Proto", "https")
                if let heard = try heard(told, "\(trial.request.name), at the origin as if by https") {
                    evidence.append("the same at the origin, with X-Forwarded-Proto: https: \(heard.words)")
                    verdict.confidence = heard.location == nil ? .certain : .possible
                    if heard.location != nil {
                        verdict.layer = byWordPress ? .phpGateway : .webServer
                        verdict.cause = "forwarded-scheme-ignored"
                        verdict.alsoLayers = [.redirect, .publicProxy, .wordpressAuth]
                        verdict.firstStep =
                            "Let the origin believe X-Forwarded-Proto from the front (HTTPS=on for PHP)."
                    }
                }
            }
            verdict.evidence = evidence
            return verdict
        }
        if byWordPress {
            // WordPress redirects only when the address it sees is not the one it has; the one it has was asked for.
            let port = !question.front.hasOwnPort
            var verdict = Verdict(
                .redirect, .phpGateway, port ? "http-host-without-port" : "host-differs-at-php",
                "WordPress redirects to the very address that was asked: PHP sees another Host"
                    + (port ? ", without the port." : " or scheme."),
                first: port
                    ? "Give PHP the Host as it came (nginx: fastcgi_param HTTP_HOST $http_host, not $host)."
                    : "Compare HTTP_HOST, HTTPS and REQUEST_URI in PHP with what was asked.")
            verdict.field = "Host"
            verdict.lostBetween = ("origin", "php")
            verdict.alsoLayers = [.webServer, .redirect] + (origin == nil ? [.publicProxy] : [])
            verdict.evidence = evidence + first.facts.evidence("x-redirect-by", at: first.facts.answered).map(\.text)
            verdict.notYet = "Do not change the site's URL in the settings: it is the one that was asked."
            if origin == nil { verdict.lostBetween = nil }
            return verdict
        }
        var verdict = Verdict(
            .redirect, origin == nil ? .publicProxy : .webServer, "redirect-loop",
            "The address redirects to itself.",
            first: "Look at the redirect rules of the server that answers, and at what they compare with.")
        verdict.alsoLayers = [.redirect, origin == nil ? .webServer : .publicProxy]
        verdict.evidence = evidence
        return verdict
    }

    /// A URL without its query, which may hold secrets.
    func shown(_ url: String) -> String { String(url.prefix { $0 != "?" && $0 != "#" }) }
}
