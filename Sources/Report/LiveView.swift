// Record lines in, the live view out: each line is read back, judged, counted and rendered. Pure, so that a test can run
// the same lines with and without memory and compare what comes out.
//
// Traffic repeats itself. A line that differs from an earlier one in its gaps alone (LineMemo: its moments, durations and
// connection numbers) is not read again: news, verdict and text are the earlier line's, with the new moment in them. It
// is so only while the judge stands by the verdict and, where a token runs out, within the same second; what is told now
// and then (a finding for the tenth time) goes the clear way. Times it was there are counted in the memory and entered
// into the summary when that is asked for or the memory begins anew.
//
// In a raw capture request lines and values are as they came; nothing of that is remembered or shown.

import Diagnosis
public import Ledger
import Trace

/// Reads, judges, counts and renders record lines as they come.
public struct LiveView {
    /// What is written for an exchange.
    public enum Form: Sendable {
        /// A line, or a few when there is much to tell.
        case lines
        /// The whole ledger.
        case verbose
        /// The record's own line with the findings behind it.
        case json
        /// Nothing; it is counted.
        case nothing
    }

    private let remembers: Bool
    private var reader = TraceReader()
    private var tracking = Tracking()
    var judge = LiveJudge()
    var run = RunSummary()
    var book = FindingBook()
    var memo = LineMemo()
    /// By the place the memory gave a line.
    var earlier: [EarlierLine] = []
    var frameClock = FrameClock()
    var clock = ClockText()
    var duration: [UInt8] = []
    var form = Form.lines
    var reporter = Reporter(Style())
    /// Lines that were no records.
    public internal(set) var unreadable = 0
    /// Lines that were not read because an equal one had been.
    public internal(set) var repeated = 0

    /// A view of nothing so far.
    ///
    /// - Parameter remembers: whether equal lines are read once; without it everything goes the clear way.
    public init(remembers: Bool = true) { self.remembers = remembers }

    /// What is to be shown of a batch of whole record lines.
    public mutating func take(_ batch: [UInt8], _ form: Form, _ style: Style, _ tracking: Tracking) -> [UInt8] {
        var timeless = style
        timeless.now = reporter.style.now
        if timeless != reporter.style || form != self.form { forget() }
        self.form = form
        self.tracking = tracking
        reporter = Reporter(style)
        var out: [UInt8] = []
        var start = 0
        let bytes = batch.span
        while let end = LineSplitter.lineFeed(bytes, from: start) {
            let line = bytes.extracting(start..<end)
            if remembers, form != .verbose {
                remembering(line, &out)
            } else {
                _ = clear(line, &out)
            }
            start = end + 1
        }
        return out
    }

    /// What was counted so far, with the findings by rule.
    public mutating func counts() -> (run: RunSummary, findings: [FindingGroup]) {
        count()
        return (run, book.groups)
    }

    // MARK: The clear way

    /// What came of a line that was read.
    struct Reading {
        var record: Record
        var news: [NewsItem]
        var judgement: Judgement
        var occurrence: Occurrence
        /// What stood on the page, when it was for the terminal.
        var page: Page?
    }

    mutating func clear(_ line: Span<UInt8>, _ out: inout [UInt8]) -> Reading? {
        let record: Record
        do throws(TraceError) {
            record = try read(line)
        } catch {
            unreadable += 1
            // Whoever reads records gets it all the same.
            if form == .json { LiveView.append(line, to: &out) }
            return nil
        }
        let news = news(of: record)
        let judgement = judge.take(record)
        let findings = record.raw ? judgement.findings.map(\.masked) : judgement.findings
        let occurrence = Occurrence(record, news: news)
        run.add(occurrence, times: 1)
        let told = findings.isEmpty ? [] : book.take(findings, route: Route.name(record))
        let page = show(record, line, news, findings, told, &out)
        return Reading(record: record, news: news, judgement: judgement, occurrence: occurrence, page: page)
    }

    mutating func read(_ line: Span<UInt8>) throws(TraceError) -> Record {
        let record = try reader.record(line, 0..<line.count)
        // The terminal is no place for secrets.
        return record.raw ? record.shownRequestLine : record
    }

    func news(of record: Record) -> [NewsItem] {
        Ledger.news(of: record, tracking: tracking, boxes: HopList.between)
    }

    private func show(
        _ record: Record, _ line: Span<UInt8>, _ news: [NewsItem], _ findings: [Finding], _ told: [ToldFinding],
        _ out: inout [UInt8]
    ) -> Page? {
        switch form {
        case .lines:
            let page = reporter.page(record, news: news, findings: told)
            out += page.bytes
            return page
        case .verbose:
            let ledger = Ledger(record, tracking: tracking, boxes: HopList.between(record))
            out += reporter.matrix(record, ledger, findings: told)
        case .json: Reporter.append(line, findings, to: &out)
        case .nothing: break
        }
        return nil
    }

    private static func append(_ line: Span<UInt8>, to out: inout [UInt8]) {
        out.append(addingCapacity: line.count + 1) { out in
            for i in 0..<line.count { out.append(line[i]) }
            out.append(0x0A)
        }
    }
}
