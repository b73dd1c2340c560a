import HAR
import JSON
import Testing
import Trace

@Suite("HAR out of records")
struct HARWriterTests {
    static let line =
        #"{"v":1,"id":"38fvtkeje00009mj","node":"outer","time":"2026-11-28T03:10:18.000001Z","client":{"address":"[::1]:53012","connection":7,"exchange":1,"tls":"TLSv1.3"},"origin":{"url":"https://example.test:443","address":"[2001:db8::1]:443","connection":2,"reused":false},"request":{"method":"GET","target":"/a?x=%C3%A9+b&y","version":"1.1","fields":[{"n":"Host","v":"public.test"},{"n":"Cookie","v":"a=‹cookie,40,#00000001›; b=2"}],"edits":[]},"response":{"status":301,"reason":"Moved","version":"1.1","fields":[{"n":"Location","v":"https://example.test/b"},{"n":"X","v":"1"}],"edits":[{"op":"replace","i":0,"n":"Location","v":"https://public.test/b","why":"stay-behind"}]},"request_body":{"framing":"none","bytes":0},"response_body":{"framing":"length","bytes":12},"duration_us":10500,"timing":{"connect_us":1000,"tls_us":2000,"first_byte_us":9000,"request_us":50},"end":"complete"}"#

    private func entry(_ line: String) throws -> JSONValue {
        let bytes = Array(line.utf8)
        var reader = TraceReader()
        let record = try reader.record(bytes.span, 0..<bytes.count)
        var writer = HARWriter()
        var out: [UInt8] = []
        writer.begin(creator: "hoplens", version: "1", &out)
        writer.entry(record, &out)
        writer.entry(record, &out)
        writer.end(&out)
        let log = try #require(try JSONValue(parsing: out.span)["log"])
        #expect(log["entries"]?.elements?.count == 2)
        return try #require(log["entries"]?.elements?.first)
    }

    @Test("what the client asked for and was answered, with its sizes and phases")
    func numbers() throws {
        let entry = try entry(Self.line)
        let request = try #require(entry["request"])
        #expect(request["url"]?.string == "https://public.test/a?x=%C3%A9+b&y")
        #expect(request["queryString"]?.elements?.map { $0["value"]?.string } == ["é b", ""])
        // GET /a?x=%C3%A9+b&y HTTP/1.1, Host: public.test, Cookie: a=(40); b=2, an empty line.
        let size: Int64 = 108
        #expect(request["headersSize"]?.integer == size)
        #expect(entry["response"]?["redirectURL"]?.string == "https://public.test/b")
        #expect(entry["serverIPAddress"]?.string == "2001:db8::1")
        let timings = try #require(entry["timings"])
        let names = ["blocked", "dns", "connect", "send", "wait", "receive", "ssl"]
        let phases: [Double?] = names.map { timings[$0]?.double }
        let wanted: [Double?] = [-1, -1, 3, 0, 6, 1.5, 2]
        #expect(phases == wanted)
        #expect(entry["time"]?.double == 10.5)
    }

    @Test("no answer is status 0, with its reason")
    func unanswered() throws {
        let start = try #require(Self.line.firstRange(of: #","response":"#)?.lowerBound)
        let entry = try entry(
            Self.line[..<start]
                + #","duration_us":5,"end":"origin-aborted","error":{"side":"origin","phase":"connect","cause":"connection_refused","text":"refused"}}"#
        )
        #expect(entry["response"]?["status"]?.integer == 0 && entry["response"]?["bodySize"]?.integer == -1)
        #expect(entry["_error"]?.string == "refused")
    }

    @Test("what is written can be read again")
    func roundTrip() throws {
        let bytes = Array(Self.line.utf8)
        var reader = TraceReader()
        let record = try reader.record(bytes.span, 0..<bytes.count)
        var writer = HARWriter()
        var out: [UInt8] = []
        writer.begin(creator: "hoplens", version: "1", &out)
        writer.entry(record, &out)
        writer.end(&out)
        var back = HARReader(fingerprinting: TestFingerprints())
        let read = try #require(try back.next(in: out.span))
        #expect(
            read.response?.status == 301 && read.request?.target == record.request?.target && read.time == record.time)
        #expect(read.durationMicroseconds == record.durationMicroseconds && read.timing.tls == 2000)
        #expect(try back.next(in: out.span) == nil)
    }
}
