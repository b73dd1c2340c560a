// The origin does better than the public address, so something in front of it is to blame: what, and by which property of
// the request. Properties are tested one by one, each with the request that differs from the refused one in nothing else.

import Diagnosis

/// The boxes in front of the origin, as far as their answers give them away.
struct Front {
    /// The layer to blame.
    var layer: Layer
    /// Layers it could be as well.
    var also: [Layer] = []
    /// What the point is called.
    var point: String

    init(_ front: Heard, _ origin: Heard?) {
        let behind = Set(origin?.facts.hops.behind.map(\.name) ?? [])
        let only = front.facts.hops.behind.filter { !behind.contains($0.name) }
        let caches = only.filter { $0.layer == .cdnCache }
        let others = only.filter { $0.layer == .publicProxy || $0.layer == .webServer }
        if only.contains(where: { $0.layer == .waf }), caches.isEmpty, others.isEmpty {
            self.init(layer: .waf, also: [.publicProxy], point: "waf")
        } else if !caches.isEmpty, others.isEmpty {
            self.init(layer: .cdnCache, also: [.publicProxy], point: "cache")
        } else {
            let mayCache = !caches.isEmpty || !front.facts.cache.miss.isEmpty || front.isHit
            self.init(layer: .publicProxy, also: mayCache ? [.cdnCache] : [], point: "front")
        }
    }

    private init(layer: Layer, also: [Layer], point: String) {
        self.layer = layer
        self.also = also
        self.point = point
    }
}

extension Walk {
    func inFront(_ trial: Trial, _ front: Heard, _ origin: Heard) throws(Pending) -> Verdict? {
        if front.isHit, let verdict = try staleCopy(trial, front) { return verdict }
        if front.isREST { return try lostOnTheWay(trial, front, origin) }
        if front.isWordPress || (isPage(front) && front.status == 404 && front.facts.answerer.author != .webServer) {
            return try otherPlace(trial, front, origin)
        }
        return try stopped(trial, front, at: .front, origin)
    }

    // MARK: WordPress answers, but sees another request

    private func lostOnTheWay(_ trial: Trial, _ front: Heard, _ origin: Heard) throws(Pending) -> Verdict? {
        let request = trial.request
        let box = Front(front, origin)
        var verdict = Verdict(
            .credential, box.layer, "credential-lost-in-front", "", first: "")
        verdict.alsoLayers = box.also
        verdict.evidence = said(trial)
        verdict.confidence = .certain
        verdict.lostBetween = (box.point, "origin")
        verdict.notYet = "Leave WordPress, roles and the credential itself alone: the origin accepts it."
        if let field = nominated(request) {
            blame(field, request, &verdict)
            return verdict
        }
        if front.code == "rest_no_route" || front.status == 404 { return try otherPlace(trial, front, origin) }
        let hasCookie = request.value("cookie")?.contains("wordpress_logged_in") == true
        if let header = request.value("x-wp-nonce"), hasCookie {
            // A nonce without its cookie is refused by name, a cookie without its nonce counts for nobody.
            let isCookie = front.code == "rest_cookie_invalid_nonce"
            verdict.field = isCookie ? "Cookie" : "X-WP-Nonce"
            if !isCookie {
                var inQuery = trial.probe.without("x-wp-nonce")
                inQuery.path += (inQuery.path.contains("?") ? "&" : "?") + "_wpnonce=" + header
                if let heard = try heard(inQuery, "\(request.name), with the nonce in the query") {
                    verdict.evidence.append(line("with the nonce in the query", .heard(heard)))
                    if heard.code == "rest_cookie_invalid_nonce" { verdict.field = "Cookie" }
                }
            }
        } else if request.value("authorization") != nil {
            verdict.field = "Authorization"
        } else if hasCookie {
            verdict.field = "Cookie"
        }
        let odd = request.fields.first { $0.name.contains("_") || $0.name.contains(".") }
        if let odd, verdict.field == nil || front.status == origin.status {
            verdict.field = odd.name
            verdict.cause = "odd-field-name-dropped"
            verdict.alsoLayers = [.client] + box.also
            verdict.title = "A field whose name has an underscore or a dot does not get through the front."
            verdict.firstStep = "Name the field with hyphens, or let the front pass such names."
            return verdict
        }
        if verdict.field == nil {
            verdict.cause = "request-changed-in-front"
            verdict.confidence = .possible
            verdict.lostBetween = nil
        }
        if let odd { verdict.evidence.append("a field with an odd name: \(odd.name)") }
        // A credential that also opens a gate in front is not WordPress' to judge.
        let field = verdict.field ?? "something"
        verdict.title = "\(field) does not get past the front: the origin accepts the same request."
        verdict.firstStep =
            "Find what removes \(field) in the \(box.layer == .cdnCache ? "cache" : "proxy") in front, and let it pass."
        verdict.separatingTest = "Put a second hoplens node between the front and the origin."
        return verdict
    }

    /// The front asks for another path or another site.
    private func otherPlace(_ trial: Trial, _ front: Heard, _ origin: Heard) throws(Pending) -> Verdict? {
        let box = Front(front, origin)
        var verdict = Verdict(
            .route, box.layer, "path-changed-in-front",
            "WordPress is asked for something else than the client asked for.",
            first: "Compare the path and Host the front sends to the origin with those it received.")
        verdict.alsoLayers = box.also + [.webServer]
        verdict.evidence = said(trial)
        return verdict
    }

    // MARK: The request does not arrive

    /// A server in front (or the origin's own) answers itself; finds by which property of the request.
    func stopped(
        _ trial: Trial, _ refusal: Heard, at side: Inquiry.Side, _ better: Heard?
    ) throws(Pending) -> Verdict? {
        let request = trial.request
        let box = side == .front ? Front(refusal, better) : nil
        let probe = trial.probe.at(side)
        let inFront = side == .front && better != nil
        let plain: Layer = inFront ? (box?.layer ?? .publicProxy) : side == .front ? .publicProxy : .webServer
        let unsure: [Layer] = inFront ? (box?.also ?? []) : side == .front ? [.webServer] : []
        var verdict = Verdict(.passage, plain, "refused", "", first: "")
        verdict.evidence = said(trial)
        verdict.alsoLayers = unsure
        func passes(_ probe: Inquiry, _ what: String) throws(Pending) -> Bool {
            guard let heard = try heard(probe, "\(request.name), \(what)") else { return false }
            verdict.evidence.append(line(what, .heard(heard)))
            return heard.isREST || heard.isSuccess || (heard.status != refusal.status && heard.status < 500)
        }
        if let signature = known(refusal) { return signature }

        // Too large? The largest line is left out; nothing else is changed.
        let head = probe.fields.map { $0.name.utf8.count + $0.value.utf8.count + 4 }.reduce(probe.path.utf8.count, +)
        if head > 3_500, let largest = probe.fields.max(by: { $0.value.utf8.count < $1.value.utf8.count }) {
            if try passes(probe.without(largest.name), "without \(largest.name)") {
                verdict.cause = "header-too-large"
                verdict.field = largest.name
                verdict.confidence = .certain
                verdict.alsoLayers = unsure + [.client]
                verdict.title =
                    "\(largest.name) is too large (\(largest.value.utf8.count) bytes) for "
                    + (side == .front ? "the front." : "the origin's server.")
                verdict.firstStep = "Make \(largest.name) smaller, or raise that server's limit for request heads."
                verdict.notYet = "Leave the credential alone: it is not looked at."
                return verdict
            }
        }
        if request.value("user-agent") != nil, try passes(probe.without("user-agent"), "with another User-Agent") {
            verdict.layer = .waf
            verdict.alsoLayers = [plain]
            verdict.cause = "user-agent-blocked"
            verdict.field = "User-Agent"
            verdict.confidence = .certain
            verdict.title = "The client is refused by its name: with another User-Agent the request passes."
            verdict.firstStep = "Except /wp-json/ from the rule about User-Agent, or give the client a name of its own."
            verdict.notYet = "Do not switch the firewall off."
            return verdict
        }
        if [502, 503, 504].contains(refusal.status), inFront {
            verdict.rung = .upstream
            verdict.cause = "front-cannot-use-origin"
            verdict.title = "The front says \(refusal.status), and the origin answers when it is asked directly."
            verdict.firstStep = "Look at the address the front forwards to, its time limits, and its log."
            return verdict
        }
        if request.value("authorization") != nil, try passes(probe.without("authorization"), "without Authorization") {
            return try byCredential(trial, refusal, side, verdict)
        }
        let bodyless = request.body != nil || request.value("content-type") != nil
        if bodyless, try passes(withSmallBody(probe), "with an empty object as its body") {
            verdict.layer = .waf
            verdict.alsoLayers = [plain]
            verdict.cause = refusal.status == 413 ? "body-too-large" : "content-blocked"
            verdict.confidence = .certain
            verdict.title =
                refusal.status == 413
                ? "The body is too large for a server on the way." : "The content is refused: an empty body passes."
            if refusal.status == 413 { verdict.layer = plain }
            verdict.firstStep = "Find the rule in the firewall's log, and except it for this route only."
            verdict.notYet = "Do not switch the firewall off."
            return verdict
        }
        if !["GET", "HEAD"].contains(request.method), try passes(probe.asMethod("GET"), "as GET") {
            let isFirewall = refusal.status == 403 || refusal.status == 406
            verdict.layer = isFirewall ? .waf : plain
            verdict.alsoLayers = [isFirewall ? plain : .waf]
            verdict.cause = "method-blocked"
            verdict.confidence = .certain
            verdict.title = "\(request.method) is refused before it reaches WordPress; GET of the same passes."
            verdict.firstStep = "Allow \(request.method) for /wp-json/ in that server or firewall."
            verdict.notYet = "Do not switch the firewall off; X-HTTP-Method-Override with POST helps meanwhile."
            return verdict
        }
        if let challenge = refusal.facts.answered.first("www-authenticate"), refusal.status == 401 {
            return challenged(trial, verdict, challenge)
        }
        return try wholePath(trial, refusal, side, verdict)
    }

    private func withSmallBody(_ probe: Inquiry) -> Inquiry {
        var probe = probe
        probe.body = probe.body == nil ? nil : Array("{}".utf8)
        return probe.with("Content-Type", "application/json")
    }

    /// The credential itself is what stops it.
    private func byCredential(
        _ trial: Trial, _ refusal: Heard, _ side: Inquiry.Side, _ base: Verdict
    ) throws(Pending) -> Verdict {
        var verdict = base
        verdict.field = "Authorization"
        if refusal.status == 400 {
            verdict.cause = "second-authorization-added"
            verdict.title = "With Authorization the request is called bad, without it is not: a second one is added."
            verdict.firstStep = "Let the front set Authorization, not add it, or leave it as it came."
            verdict.lostBetween = side == .front ? (Front(refusal, trial.origin?.heard).point, "origin") : nil
            verdict.separatingTest = "Put a second hoplens node between the front and the origin, and count the lines."
        } else {
            verdict.cause = "credential-refused-in-front"
            verdict.title = "A server in front refuses the credential itself (\(refusal.status))."
            verdict.firstStep = "Let that server pass Authorization on to WordPress instead of judging it."
        }
        verdict.notYet = "Do not create a new credential."
        return verdict
    }

    private func challenged(_ trial: Trial, _ base: Verdict, _ challenge: String) -> Verdict {
        var verdict = base
        verdict.rung = .passage
        verdict.cause = "server-asks-for-basic"
        verdict.field = "Authorization"
        verdict.confidence = .certain
        verdict.title = "A server before WordPress asks for a password of its own."
        verdict.firstStep =
            "Except /wp-json/ from that password, or let it in by address: there is only one Authorization."
        verdict.notYet = "Do not put two credentials into one field."
        verdict.evidence.append("WWW-Authenticate: \(challenge)")
        return verdict
    }

    /// Nothing of the request but its path is left to blame.
    private func wholePath(
        _ trial: Trial, _ refusal: Heard, _ side: Inquiry.Side, _ base: Verdict
    ) throws(Pending) -> Verdict {
        var verdict = base
        let home = own(side, "GET", question.base + "/")
        let isHomeOpen = try heard(home, "the front page")?.isSuccess == true
        switch refusal.status {
        case 403, 406, 429, 401:
            verdict.alsoLayers = (base.alsoLayers + [.waf]).filter { $0 != verdict.layer }
            verdict.cause = refusal.status == 429 ? "rate-limited" : "path-refused"
            verdict.title = "\(refusal.status) before WordPress, whatever the request carries."
        case 404:
            verdict.cause = "path-unknown"
            verdict.rung = .route
            verdict.title = "A server before WordPress knows no such path."
        case 500...599:
            verdict.rung = .upstream
            verdict.cause = "server-error"
            verdict.title = "A server before WordPress fails with \(refusal.status)."
        default:
            verdict.cause = "request-refused"
            verdict.title = "A server before WordPress refuses the request with \(refusal.status)."
        }
        verdict.evidence.append("the front page: \(isHomeOpen ? "opens" : "does not open either")")
        verdict.firstStep = "Look for \(refusal.status) in that server's log, and for the rule about this path."
        verdict.notYet = "Leave WordPress alone: it was not asked."
        return verdict
    }

    /// A firewall or CDN that gives itself away, as the rules know it.
    private func known(_ refusal: Heard) -> Verdict? {
        guard refusal.facts.answerer.confidence == .certain,
            [.waf, .cdn].contains(refusal.facts.answerer.author),
            let finding = judge.findings(Case(refusal.facts)).first(where: {
                $0.severity == .error && ($0.layer == .waf || $0.layer == .cdnCache)
            })
        else { return nil }
        return verdict(of: finding, .passage, refusal)
    }

    /// A rule's finding as a verdict.
    func verdict(of finding: Finding, _ rung: Rung, _ heard: Heard) -> Verdict {
        var verdict = Verdict(rung, finding.layer, finding.rule, finding.title + ".", first: finding.firstStep)
        verdict.alsoLayers = finding.alsoLayers
        verdict.field = finding.field
        verdict.confidence = finding.confidence
        verdict.evidence = finding.evidence.map(\.text)
        verdict.notYet = finding.notYet
        verdict.separatingTest = finding.separatingTest
        return verdict
    }
}
