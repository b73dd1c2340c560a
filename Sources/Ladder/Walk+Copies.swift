// Caches that mix up answers. The origin shows what each request should get; a copy that fits another one of the requests
// sent before shows whose it was.

import Diagnosis

extension Walk {
    /// An answer that looks fine and is somebody else's.
    func wrongCopy(_ trial: Trial, _ front: Heard) throws(Pending) -> Verdict? {
        guard trial.request.method == "GET" || trial.request.method == "HEAD", let origin = trial.origin?.heard else {
            return nil
        }
        if let verdict = coded(trial, front, origin) { return verdict }
        let isOther = front.user != nil && origin.user != nil && front.user != origin.user
        let isGiven = trial.request.isAnonymous && !isAcceptableAlone(origin) && origin.isREST && front.isSuccess
        guard isOther || isGiven else { return nil }
        let owner = trials.first {
            $0.request.path == trial.request.path && !$0.request.isAnonymous && $0.request.name != trial.request.name
        }
        var verdict = Verdict(
            .cache, .cdnCache, "authenticated-response-cached",
            isOther
                ? "One user gets the answer made for another." : "Somebody unknown gets an answer made for a user.",
            first: "Let the cache pass requests with Authorization or a wordpress_logged_in cookie, both ways.")
        verdict.field =
            owner?.request.value("authorization") != nil || trial.request.value("authorization") != nil
            ? "Authorization" : owner != nil ? "Cookie" : nil
        verdict.alsoLayers = front.isHit ? [] : [.publicProxy]
        verdict.confidence = front.isHit ? .certain : .likely
        verdict.evidence = said(trial) + front.facts.cache.hit.map(\.text)
        if let owner { verdict.evidence.append("asked before with a credential: \(owner.request.name)") }
        verdict.notYet = "Do not only purge it: the next user fills it again."
        return verdict
    }

    /// Whether WordPress gave it without knowing anybody.
    private func isAcceptableAlone(_ heard: Heard) -> Bool { heard.isSuccess }

    /// A coding nobody asked for, out of a cache.
    private func coded(_ trial: Trial, _ front: Heard, _ origin: Heard) -> Verdict? {
        guard front.isSuccess, let coding = front.facts.answered.first("content-encoding"),
            trial.request.value("accept-encoding") == nil, !origin.facts.answered.has("content-encoding")
        else { return nil }
        let maker = trials.first {
            $0.request.path == trial.request.path && $0.request.value("accept-encoding") != nil
        }
        let vary = maker?.origin?.heard?.facts.answered.tokens("vary").map { $0.lowercased() } ?? []
        let isSaid = vary.contains("accept-encoding")
        var verdict = Verdict(
            .cache, .cdnCache, isSaid ? "cache-ignores-vary" : "cached-\(coding)-without-vary",
            "The cache gives \(coding) to a client that did not ask for it.",
            first: isSaid
                ? "Send all names of Vary in one line, or take Accept-Encoding off what the cache asks the origin."
                : "Send Vary: Accept-Encoding with what is compressed, or take Accept-Encoding off what the cache asks."
        )
        verdict.field = isSaid ? "Vary" : "Content-Encoding"
        verdict.confidence = front.isHit ? .certain : .likely
        verdict.evidence =
            said(trial) + front.facts.evidence("content-encoding", at: front.facts.answered).map(\.text)
            + front.facts.cache.hit.map(\.text)
            + (maker?.origin?.heard.map { $0.facts.evidence("vary", at: $0.facts.answered).map(\.text) } ?? [])
        verdict.notYet = "Do not change the client's parser."
        return verdict
    }

    /// A refusal (or a success) out of a cache that the origin does not give.
    func staleCopy(_ trial: Trial, _ front: Heard) throws(Pending) -> Verdict? {
        let probe = trial.probe.busted()
        guard let fresh = try heard(probe, "\(trial.request.name), past any cache"), isAcceptable(trial, fresh) else {
            return nil
        }
        var verdict = Verdict(
            .cache, .cdnCache, trial.request.isAnonymous ? "error-cached" : "anonymous-response-cached",
            "The answer is a copy out of a cache; asked past it, the site answers as it should.",
            first: trial.request.isAnonymous
                ? "Purge that URL, and do not let the cache keep errors."
                : "Let the cache pass requests with a credential.")
        verdict.field = trial.request.credentials.first?.name
        verdict.confidence = .certain
        verdict.evidence =
            said(trial) + front.facts.cache.hit.map(\.text) + [line("past any cache", .heard(fresh))]
        return verdict
    }

    /// Whether an answer made for a user is given to somebody unknown too; asked last, once a route.
    func sharedCopies() throws(Pending) -> [Verdict] {
        var seen: Set<String> = []
        for trial in trials {
            guard trial.request.method == "GET", !trial.request.isAnonymous, let front = trial.front.heard,
                front.isSuccess, !front.facts.wordpress.sawUser.isEmpty || front.user != nil,
                seen.insert(trial.request.path).inserted
            else { continue }
            var bare = trial.probe.without("authorization").without("cookie").without("x-wp-nonce")
            if trial.request.path.contains("_wpnonce") { continue }
            bare.turn = 1
            guard let anonymous = try heard(bare, "\(trial.request.name), as nobody"), anonymous.isSuccess else {
                shown[.cache] = "nobody gets the answer made for a user"
                continue
            }
            let isSame =
                front.user != nil ? anonymous.user == front.user : anonymous.isHit && anonymous.body == front.body
            guard isSame else { continue }
            var verdict = Verdict(
                .cache, .cdnCache, "authenticated-response-cached",
                "Somebody unknown gets the answer made for a user.",
                first: "Let the cache pass requests with Authorization or a wordpress_logged_in cookie, both ways.")
            verdict.field = trial.request.credentials.first?.name
            verdict.confidence = anonymous.isHit ? .certain : .likely
            verdict.evidence = said(trial) + [line("the same without a credential", .heard(anonymous))]
            verdict.request = trial.request.name
            return [verdict]
        }
        return []
    }
}
