// Application passwords are switched off: by a plugin, or because PHP does not know that the site is on https.

extension Rule {
    /// Application passwords are not available on this site or for this user.
    static let applicationPasswordsDisabled = Rule(
        id: "wp-application-passwords-disabled", title: "Application passwords are switched off here",
        severity: .error, layer: .wordpressAuth,
        rationale: """
            WordPress offers application passwords only where is_ssl() is true (or on a local environment), and plugins \
            may switch them off for all or for some users. Behind a proxy that ends TLS, is_ssl() is false unless \
            something sets HTTPS for PHP.
            """,
        sources: [
            "WordPress core: wp_is_application_passwords_available, wp_is_application_passwords_supported",
            "WordPress core: is_ssl",
        ],
        firstStep: "Make sure PHP knows that the site is on https (HTTPS=on from a trusted X-Forwarded-Proto); then "
            + "look for a security plugin that switches application passwords off.",
        notYet: "Do not add another authentication plugin.",
        scope: .refused,
        fixes: Fixes.sitesKnowOfHTTPS + ["wp-application-passwords-disabled.wp-config.php"],
        triggers: [
            .refusal(
                "switched off for the site",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "application_passwords_disabled"),
            .refusal(
                "switched off for this user", "POST /wp-json/wp/v2/users/me/application-passwords HTTP/1.1\nHost: a",
                501, "application_passwords_disabled_for_user"),
        ],
        quiet: [
            .refusal(
                "a wrong one",
                "GET /wp-json/wp/v2/users/me HTTP/1.1\nHost: example.test\nAuthorization: Basic "
                    + "ZWRpdG9yOmFiY2QgZWZnaCBpamtsIG1ub3AgcXJzdCB1dnd4", 401, "incorrect_password")
        ]
    ) { subject in
        let facts = subject.facts
        let forUser = facts.isRefused("application_passwords_disabled_for_user")
        guard forUser || facts.isRefused("application_passwords_disabled") else { return nil }
        return Match(
            facts.refusal,
            title: forUser ? "Application passwords are switched off for this user" : nil,
            firstStep: forUser ? "Look for the plugin or filter that decides per user, and allow this one." : nil)
    }
}
