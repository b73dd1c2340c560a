import Fields
import Ledger
import Report
import Testing
import Trace

@Suite("The matrix of one node")
struct MatrixTests {
    @Test("fits 80 columns with a sign and a word per point and the values underneath")
    func narrow() {
        #expect(
            matrix(stolenCredential()) == """
                00:33:01 401 GET /wp-json/wp/v2/posts?context=edit 12 ms
                  exchange  0k3v9a7b2c1d0 at node hoplens-1a2b
                  client    127.0.0.1:53012, connection 17, exchange 3
                  origin    https://example.test:443 at 192.0.2.1:443, connection 4, TLSv1.3
                  request        client→node     node→origin
                  Authorization  1 line          - dropped
                  Host           1 line          ~ changed
                  Connection     1 line          - dropped
                  Via            . none          + added
                    Authorization at client→node: Bearer jwt HS256 exp in 3 h, 187 bytes,
                      #5f2c9a
                    Host at client→node: 127.0.0.1:8080
                    Host at node→origin: example.test
                    Connection at client→node: authorization
                    Via at node→origin: 1.1 hoplens-1a2b
                  response      origin→node     node→client
                  Vary          1 line          = kept
                  Content-Type  1 line          = kept
                    Vary: Origin
                    Content-Type: application/json; charset=UTF-8
                  * Authorization dropped: the client's own Connection field names it, RFC 9110
                    7.6.1
                  . Connection dropped by hoplens: it belongs to one connection only, RFC 9110
                    7.6.1
                  . Host changed by hoplens: the origin gets the name that --host asks for
                  . Via added by hoplens: every intermediary signs with Via, RFC 9110 7.6.3
                  body      request has none; response 200 bytes, Content-Length
                  answer    {"code":"rest_forbidden_context","data":{"status":401}}
                  timing    connect took 640 µs, TLS took 3.2 ms, request sent after 4.1 ms,
                            first byte after 12 ms, done after 12 ms


                """)
    }

    @Test("puts the values into the cells at 200 columns, here in ASCII")
    func wide() {
        let text = matrix(stolenCredential(), style(200, ascii: true))
        func row(_ name: String, _ first: String, _ second: String) -> String {
            let start = "\n  " + name + String(repeating: " ", count: 15 - name.count) + first
            return start + String(repeating: " ", count: 109 - start.count) + second + "\n"
        }
        #expect(text.contains(row("request", "client->node", "node->origin")))
        #expect(text.contains(row("Authorization", "Bearer jwt HS256 exp in 3 h, 187 bytes, #5f2c9a", "- dropped")))
        #expect(text.contains(row("Host", "127.0.0.1:8080", "~ example.test")))
        #expect(text.contains(row("Connection", "authorization", "- dropped")))
        #expect(text.contains(row("Via", ". none", "+ 1.1 hoplens-1a2b")))
        #expect(!text.contains("Host at client->node"))
        #expect(text.contains("connect took 640 us"))
    }

    @Test("shows each line of a repeated field with its own fate")
    func lines() {
        let record = exchange(
            response: [
                RecordedLine(name: "Set-Cookie", value: "a=1; Path=/"), RecordedLine(name: "Set-Cookie", value: "b=2"),
            ],
            responseEdits: [edit(.replace, 1, "Set-Cookie", "b=2; Secure", .stayBehind)])
        let text = matrix(record, style(100))
        #expect(
            text.contains(
                """
                  response    origin→node                                node→client
                  Set-Cookie  a=1; Path=/                                = a=1; Path=/
                              b=2                                        ~ b=2; Secure
                  * Set-Cookie changed by hoplens: so that the browser stays behind hoplens, --host auto

                """))
    }

    @Test("says that a point was not seen when hoplens answered itself")
    func notSeen() {
        var record = exchange(
            request: [RecordedLine(name: "Host", value: "a.test")], status: 502,
            response: [RecordedLine(name: "Content-Type", value: "text/plain")])
        record.response?.byHoplens = true
        record.origin?.connection = nil
        let text = matrix(record)
        #expect(text.contains("  Host           1 line          ? not seen\n"))
        #expect(text.contains("  Content-Type  ? not seen      1 line\n"))
        #expect(text.contains("    Host at client→node: a.test\n"))
        #expect(text.hasPrefix("00:33:01 502 GET /wp-json/wp/v2/posts 12 ms  hoplens answered 502\n"))
    }

    @Test("warns of an unverified origin and of a record that was not redacted")
    func warnings() {
        var record = exchange()
        record.origin?.verified = false
        record.origin?.reused = true
        record.origin?.retried = true
        record.raw = true
        let text = matrix(record, style(120))
        #expect(text.contains("  raw       secrets were not redacted: do not share this record\n"))
        #expect(text.contains("  warning   the origin's certificate was not verified (--insecure)\n"))
        #expect(text.contains("connection 4 (reused), TLSv1.3, sent again on a new connection\n"))
    }

    @Test("dims routine and marks a dropped credential red when colour is asked for")
    func colour() {
        let text = matrix(stolenCredential(), style(color: true))
        #expect(text.contains("  Authorization  1 line          \u{1B}[31m- dropped\u{1B}[0m\n"))
        #expect(text.contains("  Via            . none          \u{1B}[2m+ added\u{1B}[0m\n"))
    }
}

@Suite("The matrix of several nodes")
struct JoinedMatrixTests {
    private func joined(_ style: Style) -> String {
        text(Reporter(style).joined(chain(), Ledger(joining: chain())))
    }

    @Test("fits four points into 80 columns and ends with a sentence for each field that was lost or doubled")
    func narrow() {
        #expect(
            joined(style()) == """
                00:33:01 401 GET /wp-json/wp/v2/posts 12 ms
                  node      outer: 401 in 12 ms, exchange 0k3v9a7b2c1d0
                  node      inner: 401 in 12 ms, exchange 0k3v9a7b2c1d0
                  request        outer          outer          inner          inner
                                 client→node    node→origin    client→node    node→origin
                  Authorization  1 line         = kept         - dropped      . absent
                  Origin         1 line         = kept         = kept         = kept
                  Via            . none         + added        = kept         + added
                    Authorization at outer client→node: Bearer jwt HS256 exp in 3 h, 187 bytes,
                      #5f2c9a
                    Origin: https://app.test
                    Via at outer node→origin: 1.1 outer
                    Via at inner node→origin: 1.1 inner
                  response                     inner       inner       outer       outer
                                               origin→node node→client origin→node node→client
                  Access-Control-Allow-Origin  1 line      = kept      x doubled   = kept
                  Content-Type                 1 line      = kept      = kept      = kept
                    Access-Control-Allow-Origin at inner origin→node: https://app.test
                    Access-Control-Allow-Origin at outer origin→node: https://app.test
                    Content-Type: application/json
                  * Authorization was lost between node outer and node inner (point outer
                    node→origin had it, inner client→node has not)
                  * Access-Control-Allow-Origin was doubled between node inner and node outer
                    (point inner node→client had 1 line, outer origin→node has 2 lines)
                  . Via added by node outer: every intermediary signs with Via, RFC 9110 7.6.3
                  . Via added by node inner: every intermediary signs with Via, RFC 9110 7.6.3


                """)
    }

    @Test("marks the doubled line, not its original, at 200 columns")
    func wide() throws {
        let rows = joined(style(200)).split(separator: "\n")
        let at = try #require(rows.firstIndex { $0.hasPrefix("  Access-Control-Allow-Origin") })
        let cells = rows[at].split(separator: "  ", omittingEmptySubsequences: true)
            .map { String($0).trimmed }
        #expect(cells == ["Access-Control-Allow-Origin", "https://app.test", "= kept", "= https://app.test", "= kept"])
        #expect(String(rows[at + 1]).trimmed == "x https://app.test")
    }

    @Test("numbers the points when there is no room for their names, and explains numbers and signs")
    func numbered() {
        let text = joined(style(60, ascii: true))
        #expect(
            text.contains(
                """
                  request        1  2  3  4
                  Authorization  1  =  -  .
                  Origin         1  =  =  =
                  Via            .  +  =  +
                  1 outer client->node, 2 outer node->origin, 3 inner
                    client->node, 4 inner node->origin
                  = kept, + added, - dropped, . absent

                """))
    }

    @Test("says that the inner node never saw the request")
    func unseen() {
        let outer = [chain()[0]]
        let text = text(Reporter(style()).joined(outer, Ledger(joining: outer, unseen: ["inner"])))
        #expect(text.contains("  node      inner: never saw the request\n"))
        #expect(text.contains("  Origin         1 line         = kept         ? not seen     ? not seen\n"))
        #expect(
            text.contains(
                """
                  * node inner never saw this request: something between node outer and node
                    inner answered it
                  * Access-Control-Allow-Origin stood there twice at outer origin→node

                """))
    }
}

extension String {
    var trimmed: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
