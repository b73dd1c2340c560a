// Verdicts that need no reasoning about boxes, because points between them reported: which credential was lost between
// which two points. Who stands between two points is told by the fields boxes leave; where they leave none, by what can
// stand there at all: a web server and its way into PHP behind the last node, proxies and caches in front of a node.

import Diagnosis
import Ledger
import Trace

extension Walk {
    /// The verdict about a refused request whose credential was seen to be lost; nil when none was, or nobody reported.
    func measured(_ trial: Trial, _ front: Heard) -> Verdict? {
        guard isAboutIdentity(front) else { return nil }
        for field in carried(trial.request, front) {
            guard let way = front.measured(field), let lost = way.lost, lost.from.name != lost.to.name else { continue }
            var verdict =
                lost.to.name == Measured.php
                ? lostBeforePHP(trial, front, field, lost.from.name) : lostBeforeNode(front, field)
            if lost.from.name == Measured.client, let other = nominated(trial.request), other.name.lowercased() == field
            {
                blame(other, trial.request, &verdict)
            }
            if verdict.lostBetween == nil { verdict.lostBetween = (lost.from.name, lost.to.name) }
            let points = verdict.lostBetween ?? (lost.from.name, lost.to.name)
            verdict.field = trial.request.fields.first { $0.name.lowercased() == field }?.name
            if verdict.title.isEmpty {
                verdict.title =
                    "\(verdict.field ?? field) \(lost.to.isGone ? "was lost" : "became another value") between "
                    + "\(points.from) and \(points.to)."
            }
            verdict.evidence = said(trial) + evidence(field, way, front) + verdict.evidence
            if verdict.notYet == nil {
                verdict.notYet = "Leave WordPress, roles and the credential itself alone: it did not arrive."
            }
            return verdict
        }
        return nil
    }

    /// Whether who asks is what an answer is about, and nobody was known.
    private func isAboutIdentity(_ heard: Heard) -> Bool {
        guard heard.isMeasured, heard.facts.wordpress.sawUser.isEmpty else { return false }
        if heard.isREST { return [.identity, .permission].contains(Refused(heard)) }
        return heard.status == 401
    }

    /// The fields that say who asks, lower case, as far as an answer can be about them.
    private func carried(_ request: AskedRequest, _ heard: Heard) -> [String] {
        // Beside them Authorization may be for a gate in front, which rightly keeps it.
        let isAboutNonce = heard.code == "rest_cookie_invalid_nonce"
        return request.credentials.filter { field in
            switch field.name.lowercased() {
            case "cookie": field.value.contains(Measured.login)
            case "authorization": !isAboutNonce
            default: true
            }
        }.map { $0.name.lowercased() }
    }

    private func evidence(_ field: String, _ way: Measured, _ heard: Heard) -> [String] {
        let name = heard.facts.record.request?.head.lines.first { $0.name.lowercased() == field }?.name ?? field
        var lines = [way.words(name)]
        if let php = heard.php, field == "authorization", let places = php.fact("authorization_in") {
            lines.append("in PHP \(name) is in: \(places) (\(php.fact("sapi") ?? "?"))")
        }
        let boxes = HopList.between(heard.facts.record).filter { !$0.names.isEmpty }.map { boxes in
            let from = boxes.from == heard.facts.record.node ? Measured.client : boxes.from
            return "\(boxes.names.joined(separator: ", ")) (between \(from) and \(boxes.to))"
        }
        if !boxes.isEmpty { lines.append("by what their fields tell: " + boxes.joined(separator: "; ")) }
        return lines
    }

    /// The layers of the boxes between a point and the next, as far as their fields give them away.
    private func layers(behind point: String, _ heard: Heard) -> [Layer] {
        let record = heard.facts.record
        let name = point == Measured.client ? record.node : point
        let names = HopList.between(record).first { $0.from == name }?.names ?? []
        return heard.facts.hops.hops.filter { names.contains($0.name) }.map(\.layer)
    }

    private func lostBeforeNode(_ front: Heard, _ field: String) -> Verdict {
        let lost = front.measured(field)?.lost
        let between = layers(behind: lost?.from.name ?? Measured.client, front)
        let isCache = !between.isEmpty && between.allSatisfy { $0 == .cdnCache }
        var verdict = Verdict(
            .credential, isCache ? .cdnCache : .publicProxy, "credential-lost-in-front", "",
            first:
                "Find what removes the field in the \(isCache ? "cache" : "proxy") between these two points, and let it"
                + " pass.")
        if isCache {
            verdict.alsoLayers = [.publicProxy]
        } else if between.contains(.cdnCache) || !front.facts.cache.miss.isEmpty || front.isHit {
            verdict.alsoLayers = [.cdnCache]
        }
        verdict.confidence = .certain
        return verdict
    }

    /// Lost behind the last node, or, where no node stands between, somewhere on the whole way to PHP.
    private func lostBeforePHP(_ trial: Trial, _ front: Heard, _ field: String, _ from: String) -> Verdict {
        var verdict = Verdict(
            .credential, .phpGateway,
            field == "authorization" ? "authorization-not-handed-to-php" : "credential-lost-before-php", "",
            first: "Let the web server hand the field to PHP (Apache: CGIPassAuth On, or save the permalinks for core's"
                + " rewrite rule; nginx: no fastcgi_param may empty it).")
        verdict.alsoLayers = [.webServer]
        verdict.confidence = .certain
        let isInServer = front.php?.fact("authorization") == "getallheaders" && field == "authorization"
        if isInServer { return verdict }
        guard from == Measured.client else {
            let others = layers(behind: from, front).filter { $0 == .cdnCache || $0 == .publicProxy }
            for layer in others where !verdict.alsoLayers.contains(layer) { verdict.alsoLayers.append(layer) }
            if !others.isEmpty {
                verdict.confidence = .likely
                verdict.separatingTest = "Put a node between these boxes and the web server."
            }
            return verdict
        }
        if let reached = trial.origin?.heard?.measured(field)?.reachedPHP {
            if !reached {
                verdict.lostBetween = ("origin", Measured.php)
                verdict.evidence = ["asked directly, the origin does not hand it to PHP either"]
                return verdict
            }
            let box = Front(front, trial.origin?.heard)
            verdict.layer = box.layer
            verdict.alsoLayers = box.also
            verdict.cause = "credential-lost-in-front"
            verdict.firstStep = "Find what removes the field in front of the origin, and let it pass."
            verdict.lostBetween = (box.point, "origin")
            verdict.evidence = ["asked directly, the origin hands it to PHP"]
            return verdict
        }
        verdict.alsoLayers.append(.publicProxy)
        verdict.confidence = .likely
        verdict.separatingTest = "Put a node with this key in front of the web server, or ask it directly (--origin)."
        return verdict
    }

    // MARK: The instrument itself

    /// Whether a box refuses the request for the trace it carries: what measures must not be what is measured.
    func traceRefused(_ trial: Trial, _ front: Heard) throws(Pending) -> Verdict? {
        let isHarmless = ["GET", "HEAD"].contains(trial.probe.method) || trial.form == .shadow
        guard front.facts.record.chain != nil, !front.isMeasured, !front.isWordPress, isHarmless,
            let bare = try heard(trial.probe.untraced(), "\(trial.request.name), without the trace of the chain"),
            isAcceptable(trial, bare) || bare.isWordPress
        else { return nil }
        var verdict = Verdict(
            .passage, .hoplens, "trace-refused",
            "The request is refused for the trace of the chain; without it, it passes.",
            first: "Let that box pass the field Hoplens-Trace, or diagnose without --chain-key-file.")
        verdict.field = "Hoplens-Trace"
        verdict.evidence = said(trial) + [line("without the trace", .heard(bare))]
        verdict.notYet = "Do not look for a fault of the site in this answer: the tool caused it."
        return verdict
    }

    // MARK: Named by Connection

    /// A field that the request itself tells proxies to remove.
    func nominated(_ request: AskedRequest) -> SentField? {
        let names = (request.value("connection") ?? "").split(separator: ",").map {
            $0.drop { $0 == " " }.lowercased()
        }
        return request.fields.first {
            names.contains($0.name.lowercased()) && $0.name.lowercased() != "connection"
        }
    }

    /// Makes a verdict one about a field that the request itself tells proxies to remove.
    func blame(_ field: SentField, _ request: AskedRequest, _ verdict: inout Verdict) {
        verdict.layer = .client
        verdict.alsoLayers = [.publicProxy]
        verdict.cause = "field-nominated-hop-by-hop"
        verdict.field = field.name
        verdict.title = "The request's Connection field names \(field.name), so a proxy has to remove it."
        verdict.firstStep = "Do not name \(field.name) in Connection (RFC 9110 section 7.6.1)."
        verdict.evidence.append("Connection: \(request.value("connection") ?? "")")
    }
}
