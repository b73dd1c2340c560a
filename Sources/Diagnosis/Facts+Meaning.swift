// What the fields of an exchange mean, by the readers of the Meaning module; computed when a rule asks.

import Fields
public import Meaning
import Trace

extension Facts {
    /// The credentials in the request's Authorization; nil when there is none.
    public var credential: Credential? { Credential(received.all("authorization").compactMap(\.shape)) }

    /// The time claims of the request's token against the answer's Date and this machine's clock; nil when there is
    /// no token that tells its times.
    ///
    /// The Date of an answer out of a cache says nothing about now.
    public var tokenTimes: TokenTimes? {
        guard let token = authorization?.token else { return nil }
        let now = record.time / 1_000_000
        let date = cache.isHit ? nil : answered.first("date").flatMap { HTTPDate($0, now: now) }
        return TokenTimes(token, answerDate: date?.seconds, ourClock: now)
    }

    /// What the request's cookies and nonces amount to for WordPress.
    public var login: WordPressLogin {
        WordPressLogin(
            cookies: CookiePairs(received.all("cookie").map(\.value)), nonceField: received.shape("x-wp-nonce"),
            query: target.query ?? "")
    }

    /// How large the request's head was when it arrived.
    public var headSize: HeadSize {
        HeadSize(
            method: method, target: record.request?.target ?? "",
            targetLatin1: record.request?.targetLatin1 ?? false,
            fields: received.lines.map { ($0.name, $0.value, $0.latin1) })
    }

    /// Where WordPress says its REST API is, on REST answers and on pages alike (`Link: …; rel="https://api.w.org/"`); nil
    /// when the answer does not say.
    public var restRoot: String? {
        Link.all(answered.all("link").map(\.value)).first { $0.relations.contains("https://api.w.org/") }?.target
    }

    /// The challenges of the answer's WWW-Authenticate.
    public var challenges: Challenges { Challenges(answered.all("www-authenticate").map(\.value)) }

    /// The cookies the answer sets, as a browser reads them.
    public var setCookies: [SetCookie] {
        let host = (received.first("host") ?? "").split(separator: ":").first.map(String.init)
        return delivered.all("set-cookie").map { SetCookie($0.value, host: host) }
    }

    /// The answer's Cache-Control as the origin's side sent it.
    public var cacheControl: CacheControl { CacheControl(answered.all("cache-control").map(\.value)) }

    /// The answer's Cache-Status as the origin's side sent it; nil when there is none, or it cannot be read.
    public var cacheStatus: CacheStatus? {
        let lines = answered.all("cache-status").map(\.value)
        return lines.isEmpty ? nil : try? CacheStatus(lines)
    }

    /// The answer's Proxy-Status as the origin's side sent it; nil when there is none, or it cannot be read.
    public var proxyStatus: ProxyStatus? {
        let lines = answered.all("proxy-status").map(\.value)
        return lines.isEmpty ? nil : try? ProxyStatus(lines)
    }
}
