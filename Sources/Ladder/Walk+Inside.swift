// The origin refuses as well (or there is none to ask), so the cause is at the origin or behind it, or in the request.

import Diagnosis
import JSON
import Trace

extension Walk {
    func inside(_ trial: Trial, _ heard: Heard, at side: Inquiry.Side) throws(Pending) -> Verdict? {
        if heard.isREST {
            switch Refused(heard) {
            case .identity: return try unknown(trial, heard, at: side)
            case .permission: return forbidden(trial, heard)
            case .route: return try noRoute(trial, heard, at: side)
            case .fatal: return fatal(trial, heard)
            case .resource: return nil
            }
        }
        if heard.isSuccess { return page(trial, heard, []) }
        switch heard.status {
        case 502, 503, 504:
            if let finding = rule(heard, [.phpGateway, .wordpressAuth]), finding.rule == "wordpress-maintenance" {
                return verdict(of: finding, .upstream, heard)
            }
            let isOrigin = side == .origin
            var verdict = Verdict(
                .upstream, isOrigin ? .phpGateway : .webServer, isOrigin ? "php-down" : "origin-down",
                isOrigin
                    ? "The origin's web server says \(heard.status): PHP does not answer it."
                    : "A server says \(heard.status): what is behind it does not answer.",
                first: isOrigin
                    ? "Start PHP-FPM (or what runs PHP), and look at its log." : "Start what is behind that server.")
            verdict.alsoLayers = isOrigin ? [.webServer] : [.phpGateway, .publicProxy]
            verdict.evidence = said(trial)
            verdict.confidence = isOrigin ? .likely : .possible
            verdict.separatingTest = isOrigin ? nil : "Ask the origin directly (--origin)."
            return verdict
        case 500: return fatal(trial, heard)
        case 404, 405: if let found = try missing(trial, heard, at: side) { return found }
        default: break
        }
        return try stopped(trial, heard, at: side, nil)
    }

    private func fatal(_ trial: Trial, _ heard: Heard) -> Verdict {
        var verdict = Verdict(
            .upstream, .phpGateway, "php-fatal-error", "PHP fails with \(heard.status) while it makes the answer.",
            first: "Read PHP's error log: it names the plugin, file and line.")
        verdict.evidence = said(trial)
        verdict.confidence =
            heard.isREST || heard.facts.body.lower.contains("critical error") ? .certain : .likely
        if verdict.confidence == .likely { verdict.alsoLayers = [.webServer] }
        verdict.notYet = "Leave credentials and proxies alone."
        return verdict
    }

    /// A REST route ends in a page with 404; finds which of its addresses works.
    private func missing(_ trial: Trial, _ heard: Heard, at side: Inquiry.Side) throws(Pending) -> Verdict? {
        guard let path = RESTPath(trial.request.path) else { return nil }
        var evidence = said(trial)
        if let prefix = path.prefix(base: question.base) {
            let stripped = trial.probe.path.replacing(prefix + "/wp-json", with: question.base + "/wp-json")
            var probe = trial.probe
            probe.path = stripped
            if let plain = try self.heard(probe, "\(trial.request.name), without \(prefix)"), plain.isREST {
                evidence.append(line("without \(prefix)", .heard(plain)))
                var verdict = Verdict(
                    .route, .publicProxy, "path-prefix-not-stripped",
                    "WordPress is asked for \(prefix)/wp-json, and knows only /wp-json.",
                    first: "Let the front take \(prefix) off before it forwards (nginx: proxy_pass with a slash at its "
                        + "end), or leave it out in the client.")
                verdict.alsoLayers = [.client]
                verdict.confidence = .certain
                verdict.evidence = evidence
                verdict.notYet = "Do not save permalinks or edit rewrite rules: the API answers where it should."
                return verdict
            }
        }
        let twin = own(side, "GET", question.base + "/?rest_route=/")
        guard let byQuery = try self.heard(twin, "the API by ?rest_route="), byQuery.isSuccess, byQuery.json != nil
        else { return nil }
        evidence.append(line("the API by /?rest_route=/", .heard(byQuery)))
        var verdict = Verdict(
            .route, .webServer, "no-rewrite-to-index",
            "The REST API answers by ?rest_route=, and /wp-json/ ends in a page of the server.",
            first:
                "Let the server hand unknown paths to index.php (nginx: try_files $uri $uri/ /index.php?$args; Apache: "
                + "save the permalinks).")
        verdict.confidence = .certain
        verdict.evidence = evidence
        verdict.notYet = "Do not switch plugins off."
        return verdict
    }

    /// HTML with 200 where JSON should be.
    func page(_ trial: Trial, _ heard: Heard, _ steps: [String]) -> Verdict {
        let byWordPress = heard.isWordPress || heard.text.contains("wp-content") || heard.text.contains("wp-json")
        var verdict = Verdict(
            .route, byWordPress ? .webServer : .waf, byWordPress ? "plain-permalinks" : "page-instead-of-json",
            byWordPress
                ? "/wp-json/ shows a page of the site: WordPress knows no such address."
                : "A page answers where JSON should be.",
            first: byWordPress
                ? "Choose any permalink structure but Plain (Settings, Permalinks), or use ?rest_route=."
                : "Read that page: a challenge, a login or a block page names who shows it.")
        verdict.alsoLayers = byWordPress ? [.redirect] : [.publicProxy, .webServer, .redirect]
        verdict.evidence = said(trial) + steps
        return verdict
    }

    private func noRoute(_ trial: Trial, _ heard: Heard, at side: Inquiry.Side) throws(Pending) -> Verdict? {
        var verdict = Verdict(
            .route, .client, "no-such-route", "WordPress has no such route, or not with this method.",
            first: "Compare path and method with what /wp-json/ lists; a plugin that adds the route may be off.")
        verdict.evidence = said(trial)
        guard let path = RESTPath(trial.request.path) else { return verdict }
        let names = try namespaces(at: side)
        if !names.isEmpty {
            let known = names.contains { path.route.hasPrefix("/" + $0) }
            verdict.evidence.append(known ? "its namespace exists" : "no namespace of the site fits")
            verdict.confidence = known ? .certain : .likely
            if path.route.hasPrefix("/jwt-auth/"), !known {
                if isKnownOtherwise(trial) {
                    notes.append(
                        "\(trial.request.name): the site has no \(path.route); the other requests do without a token")
                    return nil
                }
                verdict = noTokenPlugin(trial, verdict.evidence)
            }
        }
        verdict.notYet = "Leave permalinks and the server alone: the REST API answered."
        return verdict
    }

    /// Whether no request needs a token, and one got its user known by other means.
    private func isKnownOtherwise(_ trial: Trial) -> Bool {
        let others = trials.filter { $0.request.name != trial.request.name && !$0.request.isAnonymous }
        let tokens = others.filter { $0.request.value("authorization")?.lowercased().hasPrefix("bearer") == true }
        return tokens.isEmpty && others.contains { $0.front.heard?.user != nil }
    }

    /// WordPress knows who asks and says no.
    func forbidden(_ trial: Trial, _ heard: Heard) -> Verdict {
        let isOwn = heard.code == "rest_forbidden"
        var verdict = Verdict(
            .permission, .wordpressPermission,
            isOwn ? "permission-callback-refuses" : "role-lacks-capability",
            isOwn
                ? "The route's own check refuses this user."
                : "WordPress knows the user, who may not do this (\(heard.code ?? "403")).",
            first: "Compare the user's role with what the route asks for; Allow lists what this user may do there.")
        verdict.evidence = said(trial) + heard.facts.wordpress.sawUser.map(\.text)
        verdict.confidence = heard.facts.wordpress.sawUser.isEmpty ? .likely : .certain
        verdict.notYet = "Leave headers, proxies and tokens alone: the credential arrived and was accepted."
        if heard.facts.wordpress.sawUser.isEmpty { verdict.alsoLayers = [.wordpressAuth] }
        return verdict
    }

    /// A shadow got through; finds whether the real request would be allowed.
    func mayNot(_ trial: Trial, _ front: Heard) throws(Pending) -> Verdict? {
        guard !trial.request.isAnonymous else { return nil }
        let probe = Inquiry(
            .front, trial.probe.authority, "OPTIONS", trial.request.path,
            trial.request.fields.filter { !["content-type", "origin"].contains($0.name.lowercased()) })
        guard let told = try heard(probe.busted(), "\(trial.request.name): what this user may do"), told.isREST,
            told.isSuccess
        else { return nil }
        let allowed = told.facts.wordpress.allowed ?? []
        if allowed.contains(trial.request.method) { return nil }
        // Of something that is not there nobody may do anything, and that says nothing about anybody.
        let thing = probe.asMethod("GET").busted()
        if let heard = try heard(thing, "\(trial.request.name): is it there?"), heard.isREST, !heard.isSuccess,
            Refused(heard) == .resource
        {
            return nil
        }
        if let methods = told.json?["methods"]?.elements?.compactMap(\.string),
            !methods.contains(trial.request.method)
        {
            var verdict = Verdict(
                .route, .client, "no-such-method", "The route exists, and has no \(trial.request.method).",
                first: "Use a method the route has: \(methods.joined(separator: ", ")).")
            verdict.confidence = .certain
            verdict.evidence = [line("OPTIONS of the same path", .heard(told))]
            verdict.notYet = "Leave credentials and roles alone."
            return verdict
        }
        // Refused: because of nobody being known, or because of who it is?
        var me = AskedRequest(
            "\(trial.request.name) (who asks)", "GET", rest("/wp/v2/users/me"),
            fields: trial.request.fields.filter { $0.name.lowercased() != "content-type" })
        me.page = nil
        let asked = Inquiry(.front, trial.probe.authority, "GET", me.path, me.fields).busted()
        let who = try reply(asked, "\(trial.request.name): who asks")
        if let heard = who.heard, heard.user == nil {
            let twin = Trial(
                request: me, form: .asItIs, probe: asked, front: who,
                origin: question.origin == nil ? nil : try reply(asked.at(.origin), "who asks, at the origin"))
            if let found = try judged(twin) { return found }
        }
        var verdict = Verdict(
            .permission, .wordpressPermission, "role-lacks-capability",
            "WordPress knows the user, who may not \(trial.request.method) there.",
            first: "Compare the user's role with what the route asks for.")
        verdict.evidence = [
            line("who asks", who),
            "Allow on \(trial.request.path.prefix { $0 != "?" }): "
                + (allowed.isEmpty ? "nothing" : allowed.joined(separator: ", ")),
        ]
        verdict.notYet = "Leave headers, proxies and tokens alone: the credential arrived and was accepted."
        verdict.separatingTest = "Send the request itself (--allow-unsafe)."
        return verdict
    }

    // MARK: What the site has

    /// The namespaces of its REST API; empty when it does not tell.
    func namespaces(at side: Inquiry.Side) throws(Pending) -> [String] {
        try index(at: side)?.json?["namespaces"]?.elements?.compactMap(\.string) ?? []
    }

    /// The index of the REST API.
    func index(at side: Inquiry.Side) throws(Pending) -> Heard? {
        var probe = own(side, "GET", rest("/"))
        if side == .origin, originIsBehindTLS { probe = probe.with("X-Forwarded-Proto", "https") }
        return try heard(probe, "what the API offers")
    }

    /// The gravest finding of the rules about an answer, among these layers.
    func rule(_ heard: Heard, _ layers: [Layer] = Layer.allCases) -> Finding? {
        judge.findings(Case(heard.facts)).first { $0.severity == .error && layers.contains($0.layer) }
    }
}
