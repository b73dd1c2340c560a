import Diagnosis
import Review
import Testing
import Trace

@Suite("Filters")
struct FilterTests {
    static let dropped = Line.make {
        $0.fields =
            #"{"n":"Authorization","v":"‹secret,10,#00000001›","shape":"secret","len":10,"fp":"00000001"},{"n":"Connection","v":"authorization"}"#
        $0.edits =
            #"{"op":"drop","i":0,"n":"Authorization","why":"connection-nominated"},{"op":"add","n":"Via","v":"1.1 outer","why":"via"}"#
    }

    @Test(
        "fates are those of the ledger",
        arguments: [
            ("authorization=dropped", true), ("Authorization=lost", true), ("authorization=*", true),
            ("via=added", true),
            ("authorization=kept", false), ("authorization=changed", false), ("cookie=absent", true),
            ("cookie=*", false),
            ("connection=absent", false), ("via=any", true),
        ])
    func fates(text: String, fits: Bool) throws {
        let filter = try #require(FateFilter(text))
        #expect(filter.matches(try Self.dropped.record()) == fits)
    }

    @Test("what is no fate is refused", arguments: ["authorization", "=dropped", "a=gone", "a="])
    func noFate(text: String) { #expect(FateFilter(text) == nil) }

    @Test(
        "statuses",
        arguments: [
            ("404", 404, true), ("4xx", 401, true), ("4xx", 500, false), ("400-403", 403, true),
            ("400-403", 404, false),
            ("200,5xx", 503, true), ("none", 200, false),
        ])
    func statuses(text: String, status: Int, fits: Bool) {
        var set = StatusSet()
        let isKnown = set.add(text)
        #expect(isKnown && set.contains(status) == fits)
    }

    @Test("an exchange without an answer is none")
    func none() {
        var set = StatusSet()
        let isKnown = set.add("none")
        #expect(isKnown && set.contains(nil))
        var others = StatusSet()
        _ = others.add("4xx")
        #expect(!others.contains(nil))
    }

    @Test(
        "what is no status is refused",
        arguments: ["", "40", "4000", "xxx", "403-400", "4x", "0xx", "99", "1-2-3", ","])
    func noStatus(text: String) {
        var set = StatusSet()
        let isKnown = set.add(text)
        #expect(!isKnown)
    }

    @Test(
        "paths",
        arguments: [
            ("/wp-json/*", "/wp-json/wp", true), ("/wp-json/*", "/wp-json/wp/v2", false),
            ("/wp-json/**", "/wp-json/wp/v2", true),
            ("**/users/?e", "/a/b/users/me?x=1", true), ("/a", "/a?x=1", true), ("/a?x=1", "/a", false),
            ("/a\\?x=*", "/a?x=1", true),
            ("**rest_route=**", "/?rest_route=/wp/v2", true), ("", "/", false), ("*", "/", false), ("**", "/", true),
            ("/a*c", "/abc", true),
            ("/a*c", "/a/c", false),
        ])
    func paths(pattern: String, target: String, fits: Bool) { #expect(Glob(pattern).matches(target) == fits) }

    @Test(
        "moments",
        arguments: [
            ("2h", "2026-11-28T02:00:00.000000Z"), ("90s", "2026-11-28T03:58:30.000000Z"),
            ("1d", "2026-11-27T04:00:00.000000Z"),
            ("04:30", "2026-11-28T03:30:00.000000Z"), ("05:30", "2026-11-27T04:30:00.000000Z"),
            ("2026-11-28", "2026-11-27T23:00:00.000000Z"), ("2026-11-28T03:10", "2026-11-28T02:10:00.000000Z"),
            ("2026-11-28 03:10:05.25", "2026-11-28T02:10:05.250000Z"),
            ("2026-11-28T03:10:00Z", "2026-11-28T03:10:00.000000Z"),
            ("2026-11-28T03:10:00+02:00", "2026-11-28T01:10:00.000000Z"),
        ])
    func moments(text: String, moment: String) throws {
        let now = try #require(Timestamp.parse(Array("2026-11-28T04:00:00.000000Z".utf8)))
        let parsed = try #require(MomentText(now: now, utcOffset: 3600).parse(text))
        var shown: [UInt8] = []
        Timestamp.append(parsed, to: &shown)
        #expect(String(decoding: shown, as: UTF8.self) == moment)
    }

    @Test(
        "what is no moment is refused",
        arguments: [
            "", "2", "h", "2x", "25:00", "3:10", "2026-13-01", "2026-11-31", "2026-11-28X03:10", "2026-11-28T",
            "2026-11-28T03:10:00+2",
            "yesterday", "2026-11-28T03:10:00.Z",
        ])
    func noMoment(text: String) { #expect(MomentText(now: 0, utcOffset: 0).parse(text) == nil) }

    @Test("conditions of different kinds must all hold, of one kind any")
    func combined() throws {
        let record = try Line().record()
        var filter = TraceFilter()
        #expect(filter.isEverything && filter.matches(record))
        filter.methods = ["POST", "GET"]
        filter.nodes = ["outer"]
        filter.clients = ["127.0.0.1"]
        filter.ids = ["009mj"]
        #expect(filter.matches(record) && !filter.isEverything)
        filter.clients = ["127.0.0.1:1"]
        #expect(!filter.matches(record))
    }

    @Test("findings by rule, by severity and by layer")
    func findings() throws {
        // The clearest case of a rule: a credential was sent, and WordPress saw nobody.
        let record = try Line.make {
            $0.fields =
                #"{"n":"Host","v":"example.test"},{"n":"Authorization","v":"Basic ‹application-password,24,#00000001›","shape":"application-password","len":24,"fp":"00000001","scheme":"Basic","user":"editor"}"#
            $0.sample =
                #","sample":{"type":"application/json","bytes":60,"text":"{\"code\":\"rest_not_logged_in\",\"message\":\"You are not currently logged in.\",\"data\":{\"status\":401}}","truncated":false}"#
        }.record()
        var judge = LiveJudge()
        let found = judge.take(record).findings
        let finding = try #require(found.first { $0.rule == "wp-not-logged-in" })
        var filter = TraceFilter()
        filter.findings = [try #require(FindingFilter("warning"))]
        #expect(filter.matches([finding]) && !filter.matches([]))
        filter.findings = [try #require(FindingFilter("wp-not-logged-in"))]
        filter.layers = [finding.layer]
        #expect(filter.matches([finding]) && filter.needsJudgement)
        filter.layers = [.tls]
        #expect(!filter.matches([finding]))
        #expect(FindingFilter("no-such-rule") == nil)
    }
}
