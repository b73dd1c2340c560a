// WordPress answers and does not know who asks, at the origin as well. Core says hardly more than that (a wrong
// application password is as silent as none), so the explanations are told apart by what does differ: the shape of the
// credential, what the site offers, what another credential or another plugin's route shows, and which server it is.
//
// Measured (knowledge of the field): nginx hands Authorization to PHP by itself; Apache's FastCGI and CGI hand it over only
// when told to, and mod_php hides Bearer. The token plugin's validate route tells a missing field from a bad one.

import Diagnosis
import Fields
import JSON
import Trace

extension Walk {
    func unknown(_ trial: Trial, _ heard: Heard, at side: Inquiry.Side) throws(Pending) -> Verdict? {
        let request = trial.request
        let code = heard.code ?? ""
        if let gate = try gated(trial, heard) { return gate }
        if code == "rest_cookie_invalid_nonce" { return try nonce(trial, heard) }
        if code != "rest_not_logged_in", try index(at: side)?.code == code { return closed(trial, heard) }
        if request.isAnonymous {
            return try index(at: side)?.isSuccess == false ? closed(trial, heard) : nothingSent(trial)
        }
        if let authorization = request.value("authorization") {
            let shape = trial.front.heard?.facts.authorization ?? heard.facts.authorization
            if let found = try byCookie(trial, heard, at: side) { return found }
            if authorization.lowercased().hasPrefix("basic") { return try basic(trial, heard, shape, at: side) }
            return try token(trial, heard, shape, at: side)
        }
        if request.value("cookie")?.contains("wordpress_logged_in") == true, request.value("x-wp-nonce") == nil,
            !request.path.contains("_wpnonce=")
        {
            var verdict = Verdict(
                .identity, .client, "nonce-missing", "A login cookie without a nonce counts for nobody.",
                first: "Send X-WP-Nonce with the nonce the page got (wp_create_nonce('wp_rest')).")
            verdict.alsoLayers = [.wordpressAuth]
            verdict.field = "X-WP-Nonce"
            verdict.confidence = .certain
            verdict.evidence = said(trial) + ["Cookie with a login, no X-WP-Nonce"]
            verdict.notYet = "Do not change roles or permission callbacks."
            return verdict
        }
        if let finding = rule(heard) { return verdict(of: finding, .identity, heard) }
        return closed(trial, heard)
    }

    /// Whether the refusal is of every request, whoever asks.
    private func closed(_ trial: Trial, _ heard: Heard) -> Verdict {
        if let finding = rule(heard), finding.rule != "wp-no-credential" {
            return verdict(of: finding, .identity, heard)
        }
        var verdict = Verdict(
            .identity, .wordpressAuth, "rest-closed",
            "WordPress refuses before it looks at a route (\(heard.code ?? "")).",
            first: "Find the plugin or snippet that closes the REST API, and except this route.")
        verdict.alsoLayers = [.wordpressPermission]
        verdict.evidence = said(trial)
        return verdict
    }

    private func nothingSent(_ trial: Trial) -> Verdict {
        var verdict = Verdict(
            .identity, .client, "no-credential", "The request says nothing about who asks.",
            first: "Send a credential: an application password, a token, or cookie and nonce.")
        verdict.confidence = .certain
        verdict.field = "Authorization"
        verdict.evidence = said(trial) + ["no Authorization, no login cookie"]
        return verdict
    }

    /// The credential was for a gate in front, which passes it on to WordPress as well.
    private func gated(_ trial: Trial, _ heard: Heard) throws(Pending) -> Verdict? {
        let codes = ["invalid_username", "incorrect_password", "invalid_email"]
        guard codes.contains(heard.code ?? ""), trial.request.value("authorization") != nil else { return nil }
        let bare = trial.probe.without("authorization").busted()
        guard let front = try self.heard(bare, "\(trial.request.name), without Authorization"), front.status == 401,
            !front.isWordPress, front.facts.answered.has("www-authenticate")
        else { return nil }
        var verdict = Verdict(
            .credential, .publicProxy, "front-credentials-forwarded",
            "The password of the gate in front is passed on to WordPress, which takes it for its own.",
            first: "Let the front remove Authorization once it has let somebody in, or except /wp-json/ from the gate.")
        verdict.alsoLayers = [.client]
        verdict.field = "Authorization"
        verdict.evidence = said(trial) + [line("without Authorization", .heard(front))]
        verdict.notYet = "Do not create a WordPress user of that name."
        return verdict
    }

    /// A login cookie beside it cancels an application password.
    private func byCookie(_ trial: Trial, _ heard: Heard, at side: Inquiry.Side) throws(Pending) -> Verdict? {
        guard trial.request.value("cookie")?.contains("wordpress_logged_in") == true,
            trial.request.value("x-wp-nonce") == nil,
            let alone = try self.heard(
                trial.probe.at(side).without("cookie"), "\(trial.request.name), without Cookie"),
            isAcceptable(trial, alone)
        else { return nil }
        var verdict = Verdict(
            .identity, .client, "cookie-mixed-with-authorization",
            "A login cookie beside Authorization makes the request anonymous.",
            first: "Send the request without cookies (fetch: credentials: 'omit').")
        verdict.alsoLayers = [.wordpressAuth]
        verdict.field = "Cookie"
        verdict.confidence = .certain
        verdict.evidence = said(trial) + [line("without Cookie", .heard(alone))]
        verdict.notYet = "Do not create a new credential: this one is accepted."
        return verdict
    }

    // MARK: Basic

    private func basic(
        _ trial: Trial, _ heard: Heard, _ shape: ValueShape?, at side: Inquiry.Side
    ) throws(Pending) -> Verdict? {
        let code = heard.code ?? ""
        if let shape, shape.flaws.contains(where: { $0 != .colonInPassword }) {
            return malformed(trial, shape)
        }
        if ["application_passwords_disabled", "application_passwords_disabled_for_user"].contains(code) {
            return try passwordsOff(trial, at: side)
        }
        if ["incorrect_password", "invalid_username", "invalid_email"].contains(code) {
            return wrongCredential(trial, shape, certain: true)
        }
        if originIsBehindTLS, side == .origin {
            // Without TLS the origin alone says nothing: it has to be asked as if it were behind the front.
            let told = try self.heard(
                trial.probe.at(.origin).with("X-Forwarded-Proto", "https"),
                "\(trial.request.name), at the origin as if by https")
            if let told, isAcceptable(trial, told), told.location == nil {
                var verdict = Verdict(
                    .credential, .publicProxy, "x-forwarded-proto-missing",
                    "WordPress takes the request for plain http, where it ignores application passwords.",
                    first:
                        "Let the front set X-Forwarded-Proto (nginx: every proxy_set_header of a server is lost in a "
                        + "location that has one of its own).")
                verdict.field = "X-Forwarded-Proto"
                verdict.confidence = .certain
                verdict.evidence =
                    said(trial) + [line("at the origin, with X-Forwarded-Proto: https", .heard(told))]
                verdict.notYet = "Do not create a new application password."
                return verdict
            }
        }
        if let index = try index(at: side), let offered = index.json?["authentication"], index.isSuccess,
            offered.elements?.isEmpty == true || offered["application-passwords"] == nil
        {
            return try passwordsOff(trial, at: side)
        }
        let isApache = heard.facts.answered.first("server")?.lowercased().hasPrefix("apache") == true
        if let arrives = try arrives(trial, at: side) {
            // mod_php hides an unknown scheme and still hands over Basic, so behind Apache it is no proof.
            return arrives
                ? wrongCredential(trial, shape, certain: false) : lostAtPHP(trial, certain: !isApache, at: side)
        }
        if shape?.kind == .basic, shape?.user != nil, !isApache {
            return wrongCredential(trial, shape, certain: false)
        }
        return isApache ? lostAtPHP(trial, certain: false, at: side) : wrongCredential(trial, shape, certain: false)
    }

    private func malformed(_ trial: Trial, _ shape: ValueShape) -> Verdict {
        var verdict = Verdict(
            .credential, .client, "credential-malformed",
            "The credential is not written as it should be (\(shape.flaws.map(\.word).joined(separator: ", "))).",
            first: "Send Authorization: Basic and the standard base64 of user:password.")
        verdict.field = "Authorization"
        verdict.evidence = said(trial)
        verdict.confidence = .likely
        return verdict
    }

    private func passwordsOff(_ trial: Trial, at side: Inquiry.Side) throws(Pending) -> Verdict {
        var verdict = Verdict(
            .identity, .wordpressAuth, "app-passwords-disabled",
            "The site offers no application passwords, so Basic is ignored without a word.",
            first: question.front.secure
                ? "Make sure PHP knows that the site is on https; then look for a plugin that switches them off."
                : "Use https, or look for a plugin that switches application passwords off.")
        verdict.field = "Authorization"
        verdict.confidence = .certain
        verdict.evidence = said(trial) + ["/wp-json/ lists no application-passwords under authentication"]
        verdict.notYet = "Do not create a new application password."
        if question.front.secure, question.origin == nil {
            verdict.alsoLayers = [.publicProxy]
            verdict.confidence = .likely
            verdict.separatingTest = "Ask the origin with X-Forwarded-Proto: https (--origin)."
        }
        return verdict
    }

    private func wrongCredential(_ trial: Trial, _ shape: ValueShape?, certain: Bool) -> Verdict {
        let isLogin = shape?.kind == .basic
        var verdict = Verdict(
            .identity, .client, isLogin ? "login-password-instead-of-application-password" : "wrong-user-or-password",
            isLogin
                ? "The password does not look like an application password, and the REST API takes no other."
                : "User and application password do not fit together, or do not exist here.",
            first: isLogin
                ? "Create an application password for this user (Users, Profile), and send that."
                : "Check the user name (not the name of the application password), then create a new one.")
        verdict.alsoLayers = certain ? [.wordpressAuth] : [.wordpressAuth, .phpGateway]
        verdict.field = "Authorization"
        verdict.confidence = certain ? .certain : .likely
        verdict.evidence = said(trial)
        if let user = shape?.user { verdict.evidence.append("the user it names: \(user)") }
        if let front = trial.front.heard, let way = front.measured("Authorization"), way.reachedPHP == true {
            verdict.alsoLayers = [.wordpressAuth]
            verdict.evidence.append(way.words("Authorization"))
            if let code = front.php?.fact("application_password") {
                verdict.evidence.append("WordPress about the application password: \(code)")
                verdict.confidence = .certain
            }
        } else if !certain {
            verdict.evidence.append("nothing shows that the field is lost: the server is not one that hides it")
            verdict.separatingTest = "Put the PHP probe into mu-plugins: it tells whether the field arrives."
        }
        return verdict
    }

    private func lostAtPHP(_ trial: Trial, certain: Bool, at side: Inquiry.Side) -> Verdict {
        var verdict = Verdict(
            .credential, .phpGateway, "authorization-not-handed-to-php",
            "The web server does not hand Authorization to PHP.",
            first: "Apache: CGIPassAuth On in the directory, or save the permalinks for core's rewrite rule.")
        verdict.alsoLayers = [.webServer]
        verdict.field = "Authorization"
        verdict.confidence = certain ? .certain : .likely
        verdict.lostBetween = ("origin", "php")
        verdict.evidence = said(trial)
        if !certain {
            verdict.evidence.append(
                "Server: Apache, which hides Authorization from FastCGI and CGI unless told otherwise")
            verdict.separatingTest =
                "Put the PHP probe into mu-plugins; or use the same credential once where it does not travel in the field."
        }
        if side == .front, question.origin == nil {
            verdict.alsoLayers.append(.publicProxy)
            verdict.lostBetween = nil
        }
        verdict.notYet = "Do not rotate secrets, and do not edit roles."
        return verdict
    }

    // MARK: Tokens

    private func token(
        _ trial: Trial, _ heard: Heard, _ shape: ValueShape?, at side: Inquiry.Side
    ) throws(Pending) -> Verdict? {
        let isValue = shape.map { [.undefined, .null, .empty].contains($0.kind) } ?? false
        if isValue || shape?.flaws.contains(.quoted) == true || shape?.flaws.contains(.doubledScheme) == true {
            var verdict = Verdict(
                .credential, .client, shape?.flaws.contains(.quoted) == true ? "token-quoted" : "token-undefined",
                isValue
                    ? "The token is the word \(shape?.kind.word ?? ""): a variable was never set."
                    : "The token still has something around it (\(shape?.flaws.map(\.word).joined(separator: ", ") ?? "")).",
                first: "Find where the client keeps the token, and send its bare value behind Bearer.")
            verdict.field = "Authorization"
            verdict.confidence = .certain
            verdict.evidence = said(trial)
            verdict.notYet = "Do not touch the server: it never saw a token."
            return verdict
        }
        if heard.code == "rest_not_logged_in" || heard.code?.hasPrefix("rest_") == true {
            let names = try namespaces(at: side)
            let readers = names.filter { name in
                ["jwt", "oauth", "token", "bearer", "auth0"].contains { name.lowercased().contains($0) }
            }
            if !names.isEmpty, readers.isEmpty, shape?.scheme?.lowercased() == "bearer" {
                return noTokenPlugin(trial, said(trial) + ["namespaces: " + names.joined(separator: ", ")])
            }
            if let arrives = try arrives(trial, at: side) {
                if !arrives { return lostAtPHP(trial, certain: true, at: side) }
            } else if heard.facts.answered.first("server")?.lowercased().hasPrefix("apache") == true {
                return lostAtPHP(trial, certain: false, at: side)
            }
        }
        if let verdict = clock(trial, heard, shape) { return verdict }
        if heard.code == "jwt_auth_no_auth_header" { return lostAtPHP(trial, certain: true, at: side) }
        if let finding = rule(heard) { return verdict(of: finding, .identity, heard) }
        var verdict = Verdict(
            .identity, .client, "token-not-accepted", "The token arrives and is not accepted (\(heard.code ?? "")).",
            first: "Issue a new token on this very URL, and use that.")
        verdict.alsoLayers = [.wordpressAuth]
        verdict.field = "Authorization"
        verdict.evidence = said(trial) + (heard.message.map { ["message: \($0)"] } ?? [])
        return verdict
    }

    /// A token that is good by this machine's clock, and was refused for its time.
    private func clock(_ trial: Trial, _ heard: Heard, _ shape: ValueShape?) -> Verdict? {
        guard let expires = shape?.token?.expires, (heard.message ?? "").lowercased().contains("expired") else {
            return nil
        }
        let ours = heard.facts.record.time / 1_000_000
        guard expires > ours + 5 else { return nil }
        var verdict = Verdict(
            .identity, .wordpressAuth, "clock-ahead",
            "The token is called expired, and by this machine's clock it is not.",
            first: "Set the clock of the origin's machine (chronyc makestep), or this one's.")
        verdict.alsoLayers = [.phpGateway]
        verdict.field = "Authorization"
        verdict.evidence =
            said(trial) + heard.facts.evidence("date", at: heard.facts.answered).map(\.text)
            + ["the token ends in \(expires - ours) seconds by this machine's clock"]
        verdict.confidence = heard.facts.clock.seconds >= expires ? .certain : .likely
        verdict.notYet = "Do not lengthen the life of tokens."
        return verdict
    }

    func noTokenPlugin(_ trial: Trial, _ evidence: [String]) -> Verdict {
        var verdict = Verdict(
            .identity, .wordpressAuth, "no-plugin-reads-bearer", "No plugin of this site reads a Bearer token.",
            first: "Switch on the plugin that issued the token, or use an application password.")
        verdict.field = "Authorization"
        verdict.confidence = .likely
        verdict.evidence = evidence
        verdict.notYet = "Do not edit .htaccess: nobody would read the field."
        return verdict
    }

    /// Whether Authorization reaches PHP, as far as the site can be made to tell; nil when it cannot.
    ///
    /// An unknown scheme cannot be a wrong credential, so nobody is locked out by asking.
    private func arrives(_ trial: Trial, at side: Inquiry.Side) throws(Pending) -> Bool? {
        // PHP itself said it.
        let asked = side == .origin ? trial.origin?.heard : trial.front.heard
        if let reached = (asked?.measured("Authorization") ?? trial.front.heard?.measured("Authorization"))?.reachedPHP
        {
            return reached
        }
        // Another credential of the same scheme that got somebody known here did arrive.
        let scheme = trial.request.value("authorization")?.prefix { $0 != " " }.lowercased()
        for other in trials where other.request.name != trial.request.name {
            guard other.request.value("authorization")?.prefix(while: { $0 != " " }).lowercased() == scheme,
                let heard = (side == .origin ? other.origin : other.front)?.heard,
                heard.user != nil || !heard.facts.wordpress.sawUser.isEmpty
            else { continue }
            return true
        }
        guard try namespaces(at: side).contains("jwt-auth/v1") else { return nil }
        let value = scheme == "bearer" ? "Bearer hoplens" : "Hoplens probe"
        let probe = own(
            side, "POST", rest("/jwt-auth/v1/token/validate"),
            [SentField("Authorization", value), SentField("Content-Type", "application/json")], body: Array("{}".utf8))
        guard let heard = try heard(probe, "does Authorization reach PHP?"), let code = heard.code else { return nil }
        if code == "jwt_auth_no_auth_header" { return false }
        return code.hasPrefix("jwt_auth") ? true : nil
    }

    // MARK: Nonces

    private func nonce(_ trial: Trial, _ heard: Heard) throws(Pending) -> Verdict {
        var verdict = Verdict(
            .identity, .client, "nonce-of-another-session", "The nonce does not belong to the login of the cookie.",
            first: "Take the nonce from a page loaded with this very login, and load it again after each login.")
        verdict.alsoLayers = [.wordpressAuth]
        verdict.field = "X-WP-Nonce"
        verdict.evidence = said(trial)
        verdict.notYet = "Do not switch nonce checks off or lengthen their life."
        guard let cookie = trial.request.value("cookie"), cookie.contains("wordpress_logged_in") else {
            verdict.cause = "nonce-without-cookie"
            verdict.field = "Cookie"
            verdict.title = "A nonce came without the cookie of its login."
            verdict.firstStep = "Let the browser send its cookies (fetch: credentials: 'same-origin' or 'include')."
            return verdict
        }
        guard let sent = trial.request.value("x-wp-nonce") else { return verdict }
        // The page that printed it: does a cache give everybody the same?
        let page = Inquiry(
            .front, question.front.authority, "GET", question.base + "/", [SentField("Cookie", cookie)])
        guard let shown = try self.heard(page, "the page that prints the nonce"), shown.text.contains(sent) else {
            return verdict
        }
        let fresh = try self.heard(page.busted(), "the same page, past any cache")
        if shown.isHit || fresh?.text.contains(sent) == false {
            verdict.rung = .cache
            verdict.layer = .cdnCache
            verdict.alsoLayers = []
            verdict.cause = "nonce-in-cached-page"
            verdict.title = "The nonce was printed into a page that a cache gives to everybody."
            verdict.firstStep = "Keep pages of logged-in users out of the cache (cookie wordpress_logged_in_*)."
            verdict.evidence += [line("the page with that nonce", .heard(shown))]
            verdict.confidence = .certain
        }
        return verdict
    }
}
