// The fixes more than one rule names: files of configs/fixes, called after the rule they were written for. What a file does
// and where it belongs stands in its own head; the peers tests put the very file into the real server.

/// Lists of files of configs/fixes.
package enum Fixes {
    /// PHP is given the Authorization field.
    package static let authorizationReachesPHP = [
        "jwt-header-not-found.apache.htaccess", "jwt-header-not-found.apache-vhost.conf",
        "jwt-header-not-found.apache-fcgid.conf", "jwt-header-not-found.nginx.conf",
    ]
    /// Proxies and caches hand the Authorization field on.
    package static let authorizationPassesFronts = [
        "wp-not-logged-in.nginx.conf", "wp-not-logged-in.varnish.vcl", "squid-drops-credentials.squid.conf",
    ]
    /// WordPress is told that the client is on https, and believes it.
    package static let sitesKnowOfHTTPS = [
        "plain-hop-hides-tls.wp-config.php", "plain-hop-hides-tls.nginx.conf", "plain-hop-hides-tls.apache-vhost.conf",
        "plain-hop-hides-tls.haproxy.cfg",
    ]
    /// Answers to somebody are not stored and not given to others.
    package static let cachesLetCredentialsPass = [
        "private-answer-to-anonymous.varnish.vcl", "private-answer-to-anonymous.nginx.conf",
        "private-answer-to-anonymous.cdn.txt",
    ]
    /// The password of a staging site leaves the REST API alone.
    package static let restNeedsNoPassword = [
        "server-asks-for-basic.apache.htaccess", "server-asks-for-basic.nginx.conf",
    ]
}
