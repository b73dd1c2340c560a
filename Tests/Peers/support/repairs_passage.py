"""Repairs of the way of a credential: Apache, PHP-FPM, nginx, Squid, HAProxy, Varnish, and what tells PHP of https."""

from __future__ import annotations

from .apache import Apache, ApacheProxy
from .bench import Repair, line, text
from .nginx_php import NginxProxy
from .programs import HAProxy, clean_environment
from .squid import Squid
from .tokens import token
from .varnish import Varnish
from .wordpress import JWT, JWT_SECRET, LOCAL, OLD_HTACCESS, PRODUCTION, TRUST_PROTO


def anonymous(bench, server):
    """Strangers read posts, are refused elsewhere, and see that WordPress answers."""
    posts = bench.ask(server, "/wp-json/wp/v2/posts?_fields=id")
    return posts.status, posts.json, bench.ask(server, "/wp-json/wp/v2/users/me").status


def not_logged_in(bench, server) -> bool:
    answer = bench.me(server)
    assert answer.status == 200 or answer.json["code"] == "rest_not_logged_in", answer.body
    return answer.status == 401


def refused(bench, server) -> bool:
    return bench.me(server).status != 200


def apache(bench, how: str, **options):
    root, fpm = bench.wordpress.root, bench.wordpress.fpm
    return bench.start(Apache, bench.folder(), root, php=how, fpm=fpm, **options)


def fpm_htaccess(bench, fix):
    return bench.site(apache(bench, "fpm", htaccess=text(fix) + OLD_HTACCESS))


def fpm_vhost(bench, fix):
    return bench.site(
        apache(bench, "fpm", htaccess=OLD_HTACCESS, directory="AllowOverride All\n" + line("Include", fix))
    )


def fcgid(bench, fix):
    return bench.site(
        apache(bench, "fcgid", htaccess=OLD_HTACCESS, directory="AllowOverride All\n" + line("Include", fix))
    )


def emptied_parameter(bench, fix):
    return bench.site(bench.origin(parameters={"HTTP_AUTHORIZATION": "''"}, php=line("include", fix)))


def module(bench, fix):
    return bench.site(apache(bench, "module", htaccess=text(fix) + OLD_HTACCESS), LOCAL + JWT, jwt=True)


def bearer_hidden(bench, server) -> bool:
    assert bench.me(server).status == 200  # Basic arrives in any case
    sent = "Bearer " + token(JWT_SECRET, server.url, bench.wordpress.users["editor"]["id"])
    return bench.ask(server, "/wp-json/wp/v2/users/me", Authorization=sent).status == 401


def squid(bench, fix):
    origin = bench.origin()
    peer = text(fix, ORIGIN_HOST="127.0.0.1", ORIGIN_PORT=origin.port)
    return bench.site(bench.start(Squid, bench.folder(), origin.port, peer="", peer_line=peer))


def haproxy(bench, origin, frontend: str, bind: str = "", before: str = "", env: dict | None = None):
    return bench.start(
        HAProxy,
        bench.folder(),
        f"{before}\nfrontend public\n  bind 127.0.0.1:{{port}} {bind}\n{frontend}\n  default_backend site\n"
        f"backend site\n  server origin 127.0.0.1:{origin.port}\n",
        env=env,
    )


def second_authorization(bench, fix):
    added = '    http-request add-header Authorization "${STAGING_AUTHORIZATION}"'
    staging = clean_environment(STAGING_AUTHORIZATION="Basic c3RhZ2luZzpzZWNyZXQ=")
    return bench.site(haproxy(bench, bench.origin(), text(fix, added), env=staging))


def without_credentials(bench, server):
    """The password of the staging site goes with requests that have none; to WordPress it is nobody's."""
    answer = bench.ask(server, "/wp-json/wp/v2/posts?_fields=id")
    sent = [seen["fields"].get("authorization") for seen in bench.wordpress.seen()][-1]
    return answer.status, sent


def nginx_front(bench, fix):
    lines = 'proxy_set_header Authorization "";\n' + line("include", fix)
    return bench.site(bench.start(NginxProxy, bench.folder(), bench.origin().url, location=lines))


def varnish_front(bench, fix):
    head = line("include", fix).replace(f" {fix}", f' "{fix}"')
    recv = "unset req.http.Authorization;\nunset req.http.Cookie;"
    return bench.site(bench.start(Varnish, bench.folder(), bench.origin().port, recv=recv, head=head))


def files(bench):
    return bench.certificates.certificate("good"), bench.certificates.key("good")


def secure(server):
    server.url = server.url.replace("http:", "https:")
    return server


def tls_wordpress(bench, fix):
    front = bench.start(NginxProxy, bench.folder(), bench.origin().url, tls=files(bench))
    return bench.site(front, PRODUCTION + text(fix))


def tls_nginx(bench, fix):
    fields = line("include", fix, "proxy_set_header Host $http_host;")
    front = bench.start(NginxProxy, bench.folder(), bench.origin().url, tls=files(bench), fields=fields)
    return bench.site(front, PRODUCTION + TRUST_PROTO)


def tls_apache(bench, fix):
    certificate, key = files(bench)
    tls = f"SSLEngine on\nSSLCertificateFile {certificate}\nSSLCertificateKeyFile {key}\n"
    lines = tls + line("Include", fix, "ProxyPreserveHost On")
    front = bench.start(ApacheProxy, bench.folder(), bench.origin().url, server=lines, modules=("ssl",))
    return bench.site(secure(front), PRODUCTION + TRUST_PROTO)


def tls_haproxy(bench, fix):
    both = bench.folder() / "both.pem"
    both.write_text("".join(file.read_text() for file in files(bench)))
    front = haproxy(bench, bench.origin(), text(fix), f"ssl crt {both}")
    return bench.site(secure(front), PRODUCTION + TRUST_PROTO)


def plain(bench, fix):
    return bench.site(bench.origin(), text(fix, PRODUCTION))


def jwt(bench, fix):
    return bench.site(
        bench.origin(), LOCAL + text(fix, **{"PUT-YOUR-SECRET-HERE": JWT_SECRET} if fix else {}), jwt=True
    )


def jwt_unconfigured(bench, server) -> bool:
    sent = "Bearer " + token(JWT_SECRET, server.url, bench.wordpress.users["editor"]["id"])
    answer = bench.ask(server, "/wp-json/jwt-auth/v1/token/validate", "-X", "POST", Authorization=sent)
    assert answer.json["code"] in ("jwt_auth_bad_config", "jwt_auth_valid_token"), answer.body
    return answer.status != 200


PASSAGE = [
    Repair("jwt-header-not-found.apache.htaccess", fpm_htaccess, not_logged_in, anonymous),
    Repair("jwt-header-not-found.apache-vhost.conf", fpm_vhost, not_logged_in, anonymous),
    Repair("jwt-header-not-found.apache-fcgid.conf", fcgid, not_logged_in, anonymous),
    Repair("jwt-header-not-found.nginx.conf", emptied_parameter, not_logged_in, anonymous),
    Repair("basic-passes-bearer-does-not.apache.htaccess", module, bearer_hidden, anonymous),
    Repair("squid-drops-credentials.squid.conf", squid, not_logged_in, anonymous),
    Repair("sound-request-called-bad.haproxy.cfg", second_authorization, refused, without_credentials),
    Repair("wp-not-logged-in.nginx.conf", nginx_front, not_logged_in, anonymous),
    Repair("wp-not-logged-in.varnish.vcl", varnish_front, not_logged_in, anonymous),
    Repair("plain-hop-hides-tls.wp-config.php", tls_wordpress, not_logged_in, anonymous),
    Repair("plain-hop-hides-tls.nginx.conf", tls_nginx, not_logged_in, anonymous),
    Repair("plain-hop-hides-tls.apache-vhost.conf", tls_apache, not_logged_in, anonymous),
    Repair("plain-hop-hides-tls.haproxy.cfg", tls_haproxy, not_logged_in, anonymous),
    Repair("wp-application-passwords-disabled.wp-config.php", plain, not_logged_in, anonymous),
    Repair("jwt-not-configured.wp-config.php", jwt, jwt_unconfigured, anonymous),
]
