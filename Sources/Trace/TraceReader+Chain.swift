// The member `chain` of a trace line.

import Fields
import JSON

extension TraceReader {
    /// What is read of a report before its lines are put together with those of the record, which may come later.
    struct ReportDraft {
        var report = RecordedReport(isPHP: false, node: "")
        var request: [ReportedLineDraft] = []
        var response: [ReportedLineDraft] = []
    }

    mutating func chain(_ b: Span<UInt8>) throws -> (RecordedChain, [ReportDraft]) {
        var chain = RecordedChain(trace: "", began: false)
        var reports: [ReportDraft] = []
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "trace": chain.trace = try json.readString(in: b)
            case "began": chain.began = try json.readBool(in: b)
            case "reports":
                try json.enterArray(in: b)
                while try json.nextElement(in: b) { reports.append(try report(b)) }
            default: try json.skip(in: b)
            }
        }
        return (chain, reports)
    }

    /// Puts reports together with the record they belong to.
    static func resolve(_ chain: RecordedChain, _ drafts: [ReportDraft], _ record: Record) -> RecordedChain {
        var chain = chain
        let sent = record.request?.head.sent() ?? []
        let came = record.response?.head.lines ?? []
        chain.reports = drafts.map { draft in
            var report = draft.report
            report.request.lines = draft.request.map { $0.line(sent, spelledAsOurs: report.isPHP) }
            report.response?.lines = draft.response.map { $0.line(came, spelledAsOurs: false) }
            return report
        }
        return chain
    }

    private mutating func report(_ b: Span<UInt8>) throws -> ReportDraft {
        var draft = ReportDraft()
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "kind": draft.report.isPHP = try json.readString(in: b) == "php"
            case "node": draft.report.node = try json.readString(in: b)
            case "seconds": draft.report.seconds = try json.readInteger(in: b)
            case "other_trace": draft.report.otherTrace = try json.readString(in: b)
            case "request":
                let (lines, edits, cut) = try reported(b, &draft.report)
                draft.request = lines
                draft.report.request.edits = edits
                draft.report.requestCut = cut
            case "response":
                let (lines, edits, cut) = try reported(b, &draft.report)
                draft.response = lines
                draft.report.response = RecordedSection(edits: edits)
                draft.report.responseCut = cut
            case "follows":
                try json.enterArray(in: b)
                while try json.nextElement(in: b) { draft.report.extra.append(try json.readString(in: b)) }
            case "facts":
                try json.enterArray(in: b)
                while try json.nextElement(in: b) { draft.report.facts.append(try fact(b)) }
            default: try json.skip(in: b)
            }
        }
        return draft
    }

    private mutating func fact(_ b: Span<UInt8>) throws -> RecordedReport.Fact {
        var fact = RecordedReport.Fact("", "")
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "n": fact.name = try json.readString(in: b)
            case "v": fact.value = try json.readString(in: b)
            default: try json.skip(in: b)
            }
        }
        return fact
    }

    private mutating func reported(
        _ b: Span<UInt8>, _ report: inout RecordedReport
    ) throws -> ([ReportedLineDraft], [RecordedEdit], Int?) {
        var lines: [ReportedLineDraft] = []
        var edits: [RecordedEdit] = []
        var cut: Int?
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "status": report.status = try integer(b)
            case "by": report.isOwnAnswer = try json.readString(in: b) == "hoplens"
            case "cut": cut = try integer(b)
            case "fields":
                try json.enterArray(in: b)
                while try json.nextElement(in: b) { lines.append(try reportedLine(b)) }
            case "edits": edits = try self.edits(b)
            default: try json.skip(in: b)
            }
        }
        return (lines, edits, cut)
    }

    private mutating func reportedLine(_ b: Span<UInt8>) throws -> ReportedLineDraft {
        var line = ReportedLineDraft()
        try json.enterObject(in: b)
        while let key = try key(b) {
            switch key {
            case "n": line.name = try json.readString(in: b)
            case "v": line.value = try json.readString(in: b)
            case "sep": line.separator = try json.readString(in: b)
            case "as":
                try json.enterArray(in: b)
                while try json.nextElement(in: b) { line.positions.append(try integer(b)) }
            default: try json.skip(in: b)
            }
        }
        return line
    }
}
