// The way of what repeats itself: a line whose frame is remembered is shown, counted and entered without being read.
//
// Invariant: what comes out is what the clear way would have made of the line. The judge is asked each time whether it
// stands by the verdict, just as it asks itself; what only the clear way can say is left to it before anything is done.

import Diagnosis
import Ledger
import Trace

extension LiveView {
    /// Shows a line from memory, or the clear way, and then remembers what it came to.
    mutating func remembering(_ line: Span<UInt8>, _ out: inout [UInt8]) {
        guard let frame = LineFrame(line, &frameClock) else {
            _ = clear(line, &out)
            return
        }
        let place = memo.find(line, frame)
        if let place, isRepeated(place, line, frame, &out) {
            repeated += 1
            return
        }
        guard let reading = clear(line, &out), place != nil || memo.wants(line, frame),
            frame.confirms(line, reading.record)
        else { return }
        remember(reading, line, frame, place)
    }

    /// Forgets all lines; what they were is counted.
    mutating func forget() {
        count()
        earlier.removeAll(keepingCapacity: true)
        memo.removeAll()
    }

    /// Brings the summary up to date.
    mutating func count() {
        for place in earlier.indices where earlier[place].uncounted > 0 { count(place) }
    }

    private mutating func count(_ place: Int) {
        run.add(earlier[place].occurrence, times: earlier[place].uncounted)
        earlier[place].uncounted = 0
    }

    /// Shows and counts a line whose frame is known; false when it has to be read after all, and nothing was done.
    private mutating func isRepeated(
        _ place: Int, _ line: Span<UInt8>, _ frame: LineFrame, _ out: inout [UInt8]
    ) -> Bool {
        if let bound = earlier[place].bound, bound != self.bound(at: frame.time) { return false }
        guard judge.standing(earlier[place].signature, at: frame.time) == earlier[place].verdict else { return false }
        let isHealthy = earlier[place].findings.isEmpty
        switch form {
        case .lines:
            duration.removeAll(keepingCapacity: true)
            let columns = Human.appendDuration(
                microseconds: frame.durationMicroseconds, ascii: reporter.style.ascii, to: &duration)
            guard let n = earlier[place].templates.firstIndex(where: { $0.fits(columns) }) else { return false }
            if !isHealthy, isTold(place, line, &out) { break }
            clock.set(microseconds: frame.time, utcOffset: reporter.style.utcOffset)
            earlier[place].templates[n].append(clock, duration.span, to: &out)
        case .json:
            if !isHealthy { _ = enter(place) }
            let id = isHealthy ? [] : frame.id(of: line)
            earlier[place].json.append(line, id: id.span, to: &out)
        case .nothing:
            if !isHealthy { _ = enter(place) }
        case .verbose: return false
        }
        earlier[place].uncounted += 1
        return true
    }

    /// Enters the findings once more.
    ///
    /// When one of them is to be told again the line is read and shown with it.
    private mutating func isTold(_ place: Int, _ line: Span<UInt8>, _ out: inout [UInt8]) -> Bool {
        var told = enter(place)
        guard told.contains(where: \.isTold) else { return false }
        do throws(TraceError) {
            let record = try read(line)
            for n in told.indices {
                told[n].finding = told[n].finding.moved(from: earlier[place].id, to: record.id)
            }
            out += reporter.page(record, news: news(of: record), findings: told).bytes
            return true
        } catch {
            return false
        }
    }

    private mutating func enter(_ place: Int) -> [ToldFinding] {
        var told: [ToldFinding] = []
        for n in earlier[place].findings.indices {
            told.append(book.enter(earlier[place].findings[n], at: earlier[place].entrances[n]))
        }
        return told
    }

    private func bound(at time: Int64) -> EarlierLine.Bound {
        EarlierLine.Bound(second: time / 1_000_000, now: reporter.style.now)
    }

    // MARK: Remembering

    private mutating func remember(_ reading: Reading, _ line: Span<UInt8>, _ frame: LineFrame, _ known: Int?) {
        let (record, judgement) = (reading.record, reading.judgement)
        let signature = judgement.signature
        guard judge.standing(signature, at: record.time) == judgement.verdict else { return }
        var fresh = EarlierLine(
            id: record.id, signature: signature, verdict: judgement.verdict,
            bound: signature.hasToken ? bound(at: record.time) : nil, findings: judgement.findings,
            entrances: judgement.findings.map { book.place(of: $0, route: Route.name(record)) },
            occurrence: reading.occurrence, json: FindingTemplate(judgement.findings, of: record.id))
        if form == .lines {
            guard let template = template(reading) else { return }
            fresh.templates = [template]
        }
        // A finding may quote any value, and a token is held against the answer's Date.
        // What other nodes report may repeat it.
        let mayVary =
            judgement.findings.isEmpty && !signature.hasToken && !record.editsFleetingFields && record.chain == nil
        if let known {
            guard mayVary || !memo.hasFleetingGaps(known) else {
                memo.forget(known)
                return
            }
            replace(known, by: fresh)
            return
        }
        if memo.isFull(for: frame) { forget() }
        let place = memo.store(line, frame) { mayVary && Signature.isFleeting($0) }
        guard place == earlier.count else { return forget() }
        earlier.append(fresh)
    }

    private mutating func replace(_ place: Int, by fresh: EarlierLine) {
        count(place)
        var fresh = fresh
        // The same text again, for a duration of another width.
        if earlier[place].bound == fresh.bound, earlier[place].templates.count < EarlierLine.mostTemplates {
            let wanted = fresh.templates
            fresh.templates += earlier[place].templates.filter { old in !wanted.contains { $0.fits(old.columns) } }
        }
        earlier[place] = fresh
    }

    /// The text of a line in which nothing that was found is told.
    private func template(_ reading: Reading) -> LineTemplate? {
        let record = reading.record
        let page: Page
        if reading.judgement.findings.isEmpty, let shown = reading.page {
            page = shown
        } else {
            let untold = reading.judgement.findings.map {
                ToldFinding(finding: $0, count: 1, onAllRoutes: false, isTold: false)
            }
            page = reporter.page(record, news: reading.news, findings: untold)
        }
        var clock = ClockText()
        clock.set(microseconds: record.time, utcOffset: reporter.style.utcOffset)
        return LineTemplate(page, clock, durationMicroseconds: record.durationMicroseconds)
    }
}

extension Record {
    /// Whether this node changed a field of the answer whose value only names that answer.
    fileprivate var editsFleetingFields: Bool {
        response?.head.edits.contains { Signature.isFleeting($0.line.name) } ?? false
    }
}
