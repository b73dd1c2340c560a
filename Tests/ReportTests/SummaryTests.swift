import Fields
import Ledger
import Report
import Testing
import Trace

@Suite("The summary of a run")
struct SummaryTests {
    private func summary(_ run: RunSummary, _ capture: CaptureCount? = nil, _ style: Style = style()) -> String {
        text(Reporter(style).summary(run, seconds: 183, capture: capture))
    }

    @Test("says that nothing happened")
    func nothing() {
        #expect(summary(RunSummary()) == "0 exchanges in 3 min\n")
    }

    @Test("counts by class of status, groups news and tells what the capture lost")
    func everything() {
        var run = RunSummary()
        for _ in 0..<12 { run.add(stolenCredential(), news: Ledger.news(of: stolenCredential())) }
        run.add(exchange(), news: Ledger.news(of: exchange()))
        var refused = exchange(status: 502)
        refused.response?.byHoplens = true
        refused.end = .originAborted
        refused.error = RecordedError(side: "origin", phase: "connect", cause: "connection_refused", text: "")
        run.add(refused, news: Ledger.news(of: refused))
        var gone = exchange()
        gone.response = nil
        gone.end = .clientAborted
        run.add(gone, news: Ledger.news(of: gone))
        let vary = exchange(
            response: lines(["Vary": "a"]), responseEdits: [edit(.drop, 0, "Vary", "", .setting)])
        for _ in 0..<100 { run.add(vary, news: Ledger.news(of: vary)) }
        #expect(
            summary(run, CaptureCount(written: 112, lost: 3, reason: "No space left on device")) == """
                115 exchanges in 3 min: 2xx 101, 4xx 12, 5xx 1, no answer 1
                  answered by hoplens itself: connection_refused 1
                  broken off: the client went away 1
                     12× Authorization dropped: the client's own Connection field names it, RFC
                         9110 7.6.1
                    100× Vary dropped by hoplens: your own setting
                  capture: 112 records written, 3 lost: No space left on device

                """)
        #expect(
            summary(run, CaptureCount(written: 115, lost: 0)).hasSuffix("  capture: 115 records written, none lost\n"))
        #expect(summary(run, nil, style(ascii: true)).contains("     12x Authorization dropped"))
    }

    @Test("gives names that share a fate one sentence, with their counts where these differ")
    func together() {
        var run = RunSummary()
        let rewritten = exchange(
            response: lines(["Set-Cookie": "a", "Location": "b", "Refresh": "c"]),
            responseEdits: [
                edit(.replace, 0, "Set-Cookie", "x", .stayBehind), edit(.replace, 1, "Location", "x", .stayBehind),
                edit(.replace, 2, "Refresh", "x", .stayBehind),
            ])
        let moved = exchange(
            response: lines(["Location": "b", "Refresh": "c"]),
            responseEdits: [
                edit(.replace, 0, "Location", "x", .stayBehind), edit(.replace, 1, "Refresh", "x", .stayBehind),
            ])
        for record in [rewritten, moved, moved] { run.add(record, news: Ledger.news(of: record)) }
        #expect(
            summary(run, nil, style(200)).hasSuffix(
                "      1× Set-Cookie, 3× Location, Refresh changed by hoplens: so that the browser stays behind hoplens, --host auto\n"
            ))
    }

    @Test("counts each service for itself when there are several")
    func services() {
        var run = RunSummary()
        var first = exchange()
        first.service = "api"
        var second = exchange(
            status: 404, response: lines(["Vary": "a"]), responseEdits: [edit(.drop, 0, "Vary", "", .setting)])
        second.service = "site"
        for record in [first, second, second] { run.add(record, news: Ledger.news(of: record)) }
        var several = style()
        several.namesServices = true
        #expect(
            summary(run, nil, several) == """
                3 exchanges in 3 min: 2xx 1, 4xx 2
                api, 1 exchange: 2xx 1
                site, 2 exchanges: 4xx 2
                      2× Vary dropped by hoplens: your own setting

                """)
        #expect(!summary(run).contains("site"))
    }

    @Test("keeps a bounded number of kinds of news, however many names strangers invent")
    func bounded() {
        var run = RunSummary()
        for n in 0..<1_000 {
            let record = exchange(
                request: [RecordedLine(name: "X-\(n)", value: "")],
                edits: [edit(.drop, 0, "X-\(n)", "", .setting)])
            run.add(record, news: Ledger.news(of: record))
        }
        let text = summary(run)
        #expect(text.split(separator: "\n").count <= 5)
        #expect(text.hasSuffix("  and 990 more of other kinds\n"))
    }
}
