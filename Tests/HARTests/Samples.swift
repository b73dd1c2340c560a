// Small logs in the styles of four exporters, made by hand. Every secret in them is one of `secrets`.

import Fields
import Foundation
import HAR
import Trace
import Wire

final class TestFingerprints: Fingerprinting {
    func fingerprint(_ bytes: Span<UInt8>, _ extent: Extent) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for i in extent.indices { hash = (hash ^ UInt32(bytes[i])) &* 0x0100_0193 }
        return hash
    }
}

enum Samples {
    static let secrets = ["swordfish", "s3cr3tc00kie", "aabbccddee", "tr0ub4dor", "eyJhbGciOiJIUzI1NiJ9"]

    /// Chrome: pseudo-fields, h2, members of its own, a blocked request with status 0.
    static let chrome = #"""
        {"log":{"version":"1.2","creator":{"name":"WebInspector","version":"537.36"},
        "pages":[{"startedDateTime":"2026-11-21T00:33:00.000Z","id":"page_1","title":"https://shop.example/","pageTimings":{}}],
        "entries":[
        {"_connectionId":"57","_initiator":{"type":"script"},"_priority":"High","_resourceType":"fetch","cache":{},
        "connection":"443","pageref":"page_1",
        "request":{"method":"POST","url":"https://shop.example/wp-json/wp/v2/posts?_wpnonce=aabbccddee#top","httpVersion":"h2",
        "headers":[{"name":":authority","value":"shop.example"},{"name":":method","value":"POST"},{"name":":path","value":"/wp-json"},
        {"name":"authorization","value":"Bearer swordfish"},{"name":"cookie","value":"wordpress_logged_in_0123456789abcdef0123456789abcdef=s3cr3tc00kie; theme=dark"},
        {"name":"content-length","value":"24"},{"name":"x-wp-nonce","value":"aabbccddee"}],
        "queryString":[{"name":"_wpnonce","value":"aabbccddee"}],"cookies":[{"name":"theme","value":"s3cr3tc00kie"}],
        "headersSize":-1,"bodySize":24,"postData":{"mimeType":"application/json","text":"{\"password\":\"tr0ub4dor\"}"}},
        "response":{"status":401,"statusText":"","httpVersion":"h2","headers":[{"name":"content-type","value":"application/json; charset=UTF-8"},
        {"name":"content-encoding","value":"gzip"},{"name":"set-cookie","value":"a=s3cr3tc00kie; Path=/\nb=swordfish; Secure"}],
        "cookies":[],"content":{"size":60,"mimeType":"application/json","compression":2,"text":"{\"code\":\"rest_not_logged_in\",\"token\":\"swordfish\"}"},
        "redirectURL":"","headersSize":-1,"bodySize":-1,"_transferSize":310,"_error":null},
        "serverIPAddress":"203.0.113.7","startedDateTime":"2026-11-21T00:33:01.123Z","time":80.5,
        "timings":{"blocked":1.5,"dns":2,"ssl":20,"connect":30,"send":0.5,"wait":40,"receive":6.5,"_blocked_queueing":1}},
        {"cache":{},"request":{"method":"GET","url":"https://api.example/data","httpVersion":"","headers":[],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":0},
        "response":{"status":0,"statusText":"","httpVersion":"","headers":[],"cookies":[],"content":{"size":0,"mimeType":"x-unknown"},"redirectURL":"","headersSize":-1,"bodySize":-1,"_transferSize":0,"_error":"net::ERR_FAILED"},
        "serverIPAddress":"","startedDateTime":"2026-11-21T00:33:02.000Z","time":3,"timings":{"blocked":-1,"dns":-1,"ssl":-1,"connect":-1,"send":0,"wait":2,"receive":1}},
        {"request":{"method":"GET","url":"data:image/png;base64,swordfish","httpVersion":"","headers":[]},"response":{"status":200,"headers":[]},
        "startedDateTime":"2026-11-21T00:33:02.000Z","time":0,"timings":{}}
        ]}}
        """#

    /// Firefox: local time with an offset, HTTP/2, its own members.
    static let firefox = #"""
        {"log":{"version":"1.2","creator":{"name":"Firefox","version":"132.0"},"browser":{"name":"Firefox","version":"132.0"},"pages":[],
        "entries":[{"startedDateTime":"2026-11-21T01:33:01.250+01:00","request":{"bodySize":0,"method":"GET","url":"http://localhost:8080/","httpVersion":"HTTP/1.1",
        "headers":[{"name":"Host","value":"localhost:8080"},{"name":"Authorization","value":"Basic ZWRpdG9yOnN3b3JkZmlzaA=="}],"cookies":[],"queryString":[],"headersSize":120},
        "response":{"status":200,"statusText":"OK","httpVersion":"HTTP/1.1","headers":[{"name":"Transfer-Encoding","value":"chunked"},{"name":"Content-Type","value":"text/html"}],
        "cookies":[],"content":{"mimeType":"text/html","size":5,"text":"hello"},"redirectURL":"","headersSize":90,"bodySize":95},
        "cache":{},"timings":{"blocked":0,"dns":0,"connect":0,"ssl":0,"send":0,"wait":12,"receive":1},"time":13,"_securityState":"insecure",
        "serverIPAddress":"127.0.0.1","connection":"8080"}]}}
        """#

    /// mitmproxy: fractions of microseconds, entries before the creator, IPv6.
    static let mitmproxy = #"""
        {"log":{"entries":[{"startedDateTime":"2026-11-21T00:33:01.123456+00:00","time":12.345678,
        "request":{"method":"GET","url":"https://editor:swordfish@[2001:db8::1]:8443/a?token=swordfish","httpVersion":"HTTP/3","cookies":[],
        "headers":[{"name":"Referer","value":"https://shop.example/?code=swordfish"}],"queryString":[],"headersSize":40,"bodySize":0},
        "response":{"status":502,"statusText":"Bad Gateway","httpVersion":"HTTP/3","cookies":[],"headers":[],
        "content":{"size":9,"compression":0,"mimeType":"text/plain","text":"cGFzc3dvcmQ9c3dvcmRmaXNo","encoding":"base64"},"redirectURL":"","headersSize":10,"bodySize":18},
        "cache":{},"timings":{"connect":2.5,"ssl":-1.0,"send":1.0,"receive":1.0,"wait":7.5},"serverIPAddress":"2001:db8::1"}],
        "version":"1.2","creator":{"name":"mitmproxy","version":"11.0.2","comment":""},"pages":[]}}
        """#

    /// Charles: a byte order mark, comments, no entry has a connection.
    static let charles =
        "\u{FEFF}" + #"""
            {"log":{"version":"1.2","creator":{"name":"Charles Proxy","version":"4.6.7"},"comment":"",
            "entries":[{"startedDateTime":"2026-11-21T09:33:01.5+0900","time":5,"request":{"method":"HEAD","url":"http://shop.example","httpVersion":"HTTP/1.0",
            "cookies":[],"headers":[{"name":"Host","value":"shop.example"}],"queryString":[],"headersSize":30,"bodySize":0},
            "response":{"_charlesStatus":"COMPLETE","status":301,"statusText":"Moved","httpVersion":"HTTP/1.1","cookies":[],
            "headers":[{"name":"Location","value":"https://shop.example/?auth=swordfish"},{"name":"Content-Length","value":"162"}],
            "content":{"size":0,"mimeType":"text/html"},"redirectURL":"https://shop.example/","headersSize":0,"bodySize":0},
            "serverIPAddress":"203.0.113.9","cache":{},"timings":{"dns":1,"connect":1,"ssl":0,"send":1,"wait":1,"receive":1}}]}}
            """#
}

/// The name of a sample, which reads better in a test's output than the sample.
enum Exporter: String, CaseIterable {
    case chrome, firefox, mitmproxy, charles

    var sample: String {
        switch self {
        case .chrome: Samples.chrome
        case .firefox: Samples.firefox
        case .mitmproxy: Samples.mitmproxy
        case .charles: Samples.charles
        }
    }
}

/// What reading a log gave.
struct Reading {
    var records: [Record] = []
    var lines: [String] = []
    var errors: [HARError] = []
    var notes: [String] = []
    var creator: String?

    init(_ text: String, limits: HARLimits = HARLimits()) { self.init(Array(text.utf8), limits: limits) }

    init(_ bytes: [UInt8], limits: HARLimits = HARLimits()) {
        var reader = HARReader(fingerprinting: TestFingerprints(), limits: limits)
        while true {
            do throws(HARError) {
                guard let record = try reader.next(in: bytes.span) else { break }
                records.append(record)
                lines.append(String(decoding: reader.line, as: UTF8.self))
            } catch {
                errors.append(error)
                if error.kind != .entry { break }
            }
        }
        notes = reader.notes.map(\.description)
        creator = reader.creator
    }
}
