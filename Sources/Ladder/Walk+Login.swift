// Logging in, when somebody asked for it: a token of the JWT plugin, or the login cookie with a nonce. What it brings is
// used in requests of its own, so that the rungs behind it are shown by them like by any others.
//
// A token that can be renewed is renewed once, and both tokens are replaced by the new ones; when that is refused, it
// is not tried again (a refresh token that was used up would be one more failed login).

import Diagnosis
import JSON

extension Walk {
    /// Logs in; a verdict when that is what fails.
    func logIn() throws(Pending) -> Verdict? {
        guard let login = question.login else { return nil }
        switch login.means {
        case .token: return try issue(login)
        case .cookie: return try session(login)
        }
    }

    private func object(_ members: [(name: String, value: String)]) -> [UInt8] {
        var out: [UInt8] = []
        var json = JSONWriter()
        json.beginObject(&out)
        for (name, value) in members {
            json.key(name, &out)
            json.string(value, &out)
        }
        json.endObject(&out)
        return out
    }

    private func post(_ path: String, _ type: String, _ body: [UInt8]) -> Inquiry {
        Inquiry(.front, question.front.authority, "POST", path, [SentField("Content-Type", type)], body: body)
    }

    // MARK: A token

    private func issue(_ login: Question.Login) throws(Pending) -> Verdict? {
        let asked = post(
            rest("/jwt-auth/v1/token"), "application/json",
            object([("username", login.user), ("password", login.password)]))
        let answer = try reply(asked, "a token for \(login.user)")
        guard let heard = answer.heard, heard.isSuccess, let token = heard.token("token") else {
            return refusedLogin("token", answer)
        }
        var newest = token
        if let refresh = heard.token("refresh_token") {
            let renewal = post(
                rest("/jwt-auth/v1/token/refresh"), "application/json", object([("refresh_token", refresh)]))
            let renewed = try reply(renewal, "a new token for the old one")
            guard let heard = renewed.heard, heard.isSuccess, let token = heard.token("token") else {
                var verdict = Verdict(
                    .identity, .wordpressAuth, "refresh-refused", "The token was issued, and renewing it is refused.",
                    first: "Log in again; then look why the plugin does not take the refresh token it issued.")
                verdict.field = "Authorization"
                verdict.evidence = [line("a token", answer), line("renewing it, once", renewed)]
                verdict.request = "refresh"
                return verdict
            }
            newest = token
            notes.append(
                "the token was renewed once"
                    + (heard.token("refresh_token") == nil ? "" : ", and the refresh token with it"))
        }
        let bearer = SentField("Authorization", "Bearer \(newest)")
        loggedIn = [
            AskedRequest("validate", "POST", rest("/jwt-auth/v1/token/validate"), fields: [bearer]),
            AskedRequest("who asks, by token", "GET", rest("/wp/v2/users/me"), fields: [bearer]),
        ]
        return nil
    }

    private func refusedLogin(_ what: String, _ answer: Reply) -> Verdict? {
        // Silence, and pages of others, are found by the requests that come behind.
        guard let heard = answer.heard, heard.isWordPress || heard.isSuccess else { return nil }
        let isMissing = heard.code == "rest_no_route"
        var verdict = Verdict(
            .identity, isMissing ? .wordpressAuth : .client, isMissing ? "no-token-plugin" : "login-refused",
            isMissing
                ? "The site has no plugin that issues tokens there."
                : "The login is refused (\(heard.code ?? String(heard.status))).",
            first: isMissing
                ? "Switch the JWT plugin on, or use an application password."
                : "Check user and password by logging in with a browser.")
        if !isMissing { verdict.alsoLayers = [.wordpressAuth] }
        verdict.evidence = [line("the login", answer)]
        verdict.request = what
        verdict.notYet = "Leave proxies and caches alone: the login reached WordPress."
        return verdict
    }

    // MARK: A cookie and its nonce

    private func session(_ login: Question.Login) throws(Pending) -> Verdict? {
        let form = "log=\(Walk.escaped(login.user))&pwd=\(Walk.escaped(login.password))&wp-submit=Log+In&testcookie=1"
        let asked = post(
            question.base + "/wp-login.php", "application/x-www-form-urlencoded", Array(form.utf8)
        ).with("Cookie", "wordpress_test_cookie=WP%20Cookie%20check")
        let answer = try reply(asked, "logging in as \(login.user)")
        let cookies = answer.heard?.cookies.filter { $0.hasPrefix("wordpress_") } ?? []
        guard cookies.contains(where: { $0.hasPrefix("wordpress_logged_in") }) else {
            return refusedLogin("login", answer)
        }
        let cookie = SentField("Cookie", cookies.joined(separator: "; "))
        let ajax = Inquiry(
            .front, question.front.authority, "GET", question.base + "/wp-admin/admin-ajax.php?action=rest-nonce",
            [cookie])
        let told = try reply(ajax, "a nonce")
        guard let nonce = told.heard?.text, Walk.isNonce(nonce) else {
            var verdict = Verdict(
                .identity, .wordpressAuth, "no-nonce", "The login works, and there is no nonce to be had for it.",
                first: "Look whether the login cookie survives to admin-ajax.php.")
            verdict.alsoLayers = [.cdnCache, .publicProxy]
            verdict.field = "Cookie"
            verdict.evidence = [line("the login", answer), line("admin-ajax.php", told)]
            verdict.request = "nonce"
            return verdict
        }
        loggedIn = [
            AskedRequest(
                "who asks, by cookie", "GET", rest("/wp/v2/users/me"), fields: [cookie, SentField("X-WP-Nonce", nonce)])
        ]
        return nil
    }

    private static func isNonce(_ text: String) -> Bool {
        text.utf8.count == 10 && text.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }
    }

    private static func escaped(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        var out = ""
        for byte in text.utf8 {
            let isPlain =
                (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A)
            if isPlain {
                out.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                out += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return out
    }
}

extension Heard {
    /// A token of an answer, by its name, at the top or under `data`.
    fileprivate func token(_ name: String) -> String? {
        json?[name]?.string ?? json?["data"]?[name]?.string
    }
}
