// Requests out of files, HARs and records, credentials, and the built-in set.
import Fields
import JSON
import Probes
import Testing
import Trace

@Suite("Probes")
struct ProbesTests {
    private func read(_ text: String) throws(RequestsFileError) -> [Probe] {
        try RequestsFile.probes(in: text.utf8Span.span)
    }

    @Test("a requests file gives its requests in order, with what each needs")
    func requestsFile() throws {
        let probes = try read(
            """
            // comments are allowed
            {
              scenario: "ignored", truth: {layer: "waf"},
              requests: [
                {path: "/a"},
                {name: "x", method: "POST", path: "/b", headers: {Accept: "*/*", "X-Two": ["1", "2"]}, body: {k: [1, 0x10, .5]}},
                {name: "x", path: "/c", browser: {origin: "https://app.test", credentials: "include"}, body: "as it is"},
                {name: "p", method: "OPTIONS", path: "/c", preflight_of: "x", http: "2", host: "other.test"},
              ],
            }
            """)
        #expect(probes.map(\.name) == ["GET /a", "x", "x #3", "p"])
        #expect(probes[1].fields.map(\.name) == ["Accept", "X-Two", "X-Two", "Content-Type"])
        #expect(String(decoding: probes[1].body, as: UTF8.self) == #"{"k":[1,16,0.5]}"#)
        #expect(probes[2].page == ProbePage(origin: "https://app.test", credentials: true))
        #expect(probes[2].first("origin") == "https://app.test")
        #expect(String(decoding: probes[2].body, as: UTF8.self) == "as it is")
        #expect(probes[3].preflightOf == "x" && probes[3].http == "2" && probes[3].host == "other.test")
        #expect(probes[3].role == .preflight)
    }

    @Test(
        "a mistake in a requests file is told with its place",
        arguments: [
            ("{requests: [{path: \"/\"}, {method: \"GET\"}]}", "no \"path\"", 26),
            ("{requests: [{path: \"x\"}]}", "begins with /", 20), ("{requests: 1}", "list \"requests\"", 12),
            ("{requests: [{path: \"/\", header: {}}]}", "unknown key \"header\"", 25),
            ("{requests: [{path: \"/\", headers: {a: {}}}]}", "must be text", 38),
            ("{requests: [{path: \"/\", headers: {a: \"1\\n2\"}}]}", "line end", 38),
            ("{requests: [}", "", 13), ("[]", "empty", 1),
        ])
    func mistakes(_ text: String, _ message: String, _ column: Int) throws {
        do throws(RequestsFileError) {
            _ = try read(text)
            Issue.record("nothing was said of \(text)")
        } catch {
            #expect(error.message.contains(message))
            #expect(error.position.column == column)
        }
    }

    @Test("netrc is read as curl reads it")
    func netrc() {
        let text = """
            # a comment
            machine a.test login anna password "with \\" blank"
            macdef init
            machine b.test login no password no

            machine B.test
              login ben
              password secret
            default login other password fallback
            """
        #expect(Netrc.credential(in: text, for: "a.test") == .basic(user: "anna", password: "with \" blank"))
        #expect(Netrc.credential(in: text, for: "b.test") == .basic(user: "ben", password: "secret"))
        #expect(Netrc.credential(in: text, for: "c.test") == .basic(user: "other", password: "fallback"))
        #expect(Netrc.credential(in: text, for: "a.test", user: "nobody") == nil)
        #expect(Netrc.credential(in: "machine a.test login x", for: "a.test") == nil)
    }

    @Test("credentials become the fields RFC 7617 and RFC 6750 want")
    func credentials() throws {
        let basic = try #require(ProbeCredential(userAndPassword: "Aladdin:open sesame"))
        #expect(String(decoding: basic.authorization, as: UTF8.self) == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
        #expect(String(decoding: ProbeCredential.bearer("t").authorization, as: UTF8.self) == "Bearer t")
        #expect(ProbeCredential(userAndPassword: "user:with:colon") == .basic(user: "user", password: "with:colon"))
        #expect(ProbeCredential(userAndPassword: "nocolon") == nil)
    }

    @Test("the built-in set asks nothing that changes anything, and needs no credential")
    func builtIn() {
        var set = ProbeSet(userAgent: "hoplens/1")
        let bare = set.probes(for: "/wp-json/", token: "abc")
        #expect(
            bare.map(\.role) == [
                .anonymous, .wrongCredential, .preflight, .page, .otherPage, .busted, .head, .otherRoute,
            ])
        #expect(bare.filter { !$0.isSafe }.isEmpty)
        #expect(bare.filter(\.hasCredential).map(\.role) == [.wrongCredential])
        set.credential = .bearer("t")
        set.cookie = Array("a=b".utf8)
        set.nonce = Array("123".utf8)
        let full = set.probes(for: "/page", token: "abc")
        #expect(Set(full.map(\.name)).count == full.count)
        #expect(full.map(\.role).contains(.cookie) && full.map(\.role).contains(.authorised))
        #expect(!full.map(\.role).contains(.otherRoute))
        #expect(full.first { $0.role == .busted }?.path == "/page?hoplens=abc")
    }

    @Test("the other address of a REST route")
    func twins() {
        #expect(ProbeSet.twin(of: "/wp-json/") == "/?rest_route=/")
        #expect(ProbeSet.twin(of: "/wp-json") == "/?rest_route=/")
        #expect(
            ProbeSet.twin(of: "/blog/wp-json/wp/v2/posts?per_page=1") == "/blog/?rest_route=/wp/v2/posts&per_page=1")
        #expect(ProbeSet.twin(of: "/wp-jsonx/") == nil)
        #expect(ProbeSet.twin(of: "/about") == nil)
    }

    @Test("a HAR gives the requests to the hosts that are asked for, equal ones once")
    func har() throws {
        let entry = { (url: String, more: String) in
            #"{"request":{"method":"GET","url":"\#(url)","headers":[{"name":":authority","value":"x"},{"name":"Host","value":"x"},{"name":"Accept","value":"a"}]\#(more)}}"#
        }
        let text =
            #"{"log":{"entries":["#
            + [
                entry("https://A.test:8443/p?q=1#f", ""), entry("https://a.test/p?q=1", ""),
                entry("https://b.test/", ""),
                entry("https://a.test/p?q=2", #","postData":{"text":"body"}"#),
            ].joined(separator: ",") + "]}}"
        let probes = try RecordedProbes.probes(har: text.utf8Span.span, hosts: ["a.test"])
        #expect(probes.map(\.name) == ["GET /p", "GET /p #2"])
        #expect(probes.map(\.path) == ["/p?q=1", "/p?q=2"])
        #expect(probes[0].fields == [ProbeField("Accept", "a")])
        #expect(probes[1].body == Array("body".utf8))
        #expect(throws: RecordedProbeError.self) { _ = try RecordedProbes.probes(har: "[]".utf8Span.span, hosts: []) }
    }

    @Test("what a trace replaced is never sent: it must be given anew")
    func records() throws {
        var record = Record(
            id: "x", node: "n", time: 0, client: RecordedClient(address: "-", connection: 1, exchange: 1),
            end: .complete)
        var head = RecordedSection(lines: [
            RecordedLine(name: "Host", value: "a.test"), RecordedLine(name: "Accept", value: "*/*"),
            RecordedLine(
                name: "Authorization", value: "Bearer ‹jwt,200,#01020304›",
                shape: ValueShape(.jwt, length: 200, fingerprint: 0x0102_0304)),
        ])
        record.request = RecordedRequest(method: "GET", target: "/p", version: "1.1", head: head)
        #expect(throws: RecordedProbeError.secrets(["Authorization"])) {
            try RecordedProbes.probe(record, credential: nil)
        }
        let probe = try RecordedProbes.probe(record, credential: .bearer("new"))
        #expect(probe.fields == [ProbeField("Accept", "*/*"), ProbeField("Authorization", "Bearer new")])
        head.lines.append(RecordedLine(name: "Cookie", value: "a=‹opaque,20,#01020304›"))
        record.request = RecordedRequest(method: "GET", target: "/p", version: "1.1", head: head)
        #expect(throws: RecordedProbeError.secrets(["Cookie"])) {
            try RecordedProbes.probe(record, credential: .bearer("new"))
        }
        record.request = RecordedRequest(method: "GET", target: "/p?token=‹opaque,20,#01020304›", version: "1.1")
        #expect(throws: RecordedProbeError.secretTarget) { try RecordedProbes.probe(record, credential: nil) }
        record.request = RecordedRequest(method: "POST", target: "/p", version: "1.1")
        record.requestBody = RecordedBody(framing: .length, bytes: 3)
        #expect(throws: RecordedProbeError.body) { try RecordedProbes.probe(record, credential: nil) }
    }
}
