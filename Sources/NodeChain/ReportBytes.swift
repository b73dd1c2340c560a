// A report as bytes: items of a tag, a length of two bytes and that many bytes. A tag that is not known is stepped over,
// so a later version may say more. The reader trusts the writer (it has our key) to be one of us, not to be without
// faults: every length is checked, everything is bounded by the length of the value.
//
//   1 kind[1] node…                  who speaks
//   2 id[16]                         the trace it answers
//   3 seconds[8]                     when
//   4 line                           a line of the request; 6 of the response
//   5 operation[1] reason[1] index[1] line     an edit of the request; 7 of the response; index 255 for none
//   8 status[2] own[1]               the response
//   9 name 0x00 value                a fact
//  10 name                           another field that is followed
//  11 rank[1]                        the request is cut at a rank; 12 the response
//
//   line = length of the name[1] name length[4] fingerprint[4] shown…   (nothing shown when nothing follows)

import Fields
import Wire

package enum ReportBytes {
    private static let mostLines = 512

    // MARK: Writing

    /// Writes a report into at most `room` bytes: first who and what, then all lines without their values, the most
    /// important first, then values as far as they fit.
    package static func write(_ report: ChainReport, room: inout Int) -> [UInt8] {
        var head: [UInt8] = []
        item(1, [report.kind.rawValue] + report.node.prefix(64), to: &head)
        item(2, report.trace, to: &head)
        item(3, big(UInt64(bitPattern: report.seconds), 8), to: &head)
        if report.response != nil || report.status != 0 {
            item(8, big(UInt64(clamping: report.status), 2) + [report.isOwnAnswer ? 1 : 0], to: &head)
        }
        // The two that say where lines were left out have their place in any case.
        room -= head.count + 8
        func addIfThereIsRoom(_ tag: UInt8, _ bytes: [UInt8]) {
            // A quarter at the most: lines are what a report is for.
            guard bytes.count + 3 <= room / 4 else { return }
            let before = head.count
            item(tag, bytes, to: &head)
            room -= head.count - before
        }
        for fact in report.facts.prefix(32) {
            addIfThereIsRoom(9, fact.name.utf8.prefix(40) + [0] + fact.value.utf8.prefix(120))
        }
        for name in report.extra.prefix(32) { addIfThereIsRoom(10, Array(name.prefix(64))) }
        var request = Draft(report.request, room: &room)
        var response = Draft(report.response ?? ReportedSection(), room: &room)
        request.show(room: &room)
        response.show(room: &room)
        var out = head
        request.append(lineTag: 4, editTag: 5, cutTag: 11, to: &out)
        if report.response != nil { response.append(lineTag: 6, editTag: 7, cutTag: 12, to: &out) }
        return out
    }

    /// A section on its way into bytes.
    private struct Draft {
        private var section: ReportedSection
        private var kept: [Int] = []
        private var shown: Set<Int> = []
        private var edits: [ReportedEdit] = []
        private var cutAt: UInt8?

        init(_ section: ReportedSection, room: inout Int) {
            self.section = section
            cutAt = section.cutAt
            var places = [Int?](repeating: nil, count: section.lines.count)
            let ranked = section.lines.indices.map { ($0, ReportBytes.rank(section.lines[$0].name)) }
            for rank in UInt8(0)...2 {
                for (n, own) in ranked where own == rank {
                    let cost = 3 + 9 + min(255, section.lines[n].name.count)
                    guard room >= cost, kept.count < 250 else {
                        cutAt = min(cutAt ?? rank, rank)
                        continue
                    }
                    room -= cost
                    kept.append(n)
                }
            }
            kept.sort()
            for (place, n) in kept.enumerated() { places[n] = place }
            for edit in section.edits.prefix(64) {
                var edit = edit
                let cost = 3 + 3 + 9 + min(255, edit.line.name.count) + (edit.line.shown?.count ?? 0)
                if let index = edit.index {
                    // Of a line that is not told nothing can be told.
                    guard places.indices.contains(index), let place = places[index] else { continue }
                    edit.index = place
                }
                guard room >= cost else {
                    let rank = ReportBytes.rank(edit.line.name)
                    cutAt = min(cutAt ?? rank, rank)
                    continue
                }
                room -= cost
                edits.append(edit)
            }
        }

        /// Chooses the values there is room for.
        mutating func show(room: inout Int) {
            for rank in UInt8(0)...2 {
                for n in kept where ReportBytes.rank(section.lines[n].name) == rank {
                    guard let value = section.lines[n].shown, value.count <= 200, room >= value.count else { continue }
                    room -= value.count
                    shown.insert(n)
                }
            }
        }

        func append(lineTag: UInt8, editTag: UInt8, cutTag: UInt8, to out: inout [UInt8]) {
            for n in kept {
                ReportBytes.item(
                    lineTag, ReportBytes.line(section.lines[n], isShown: shown.contains(n)), to: &out)
            }
            for edit in edits {
                let index = edit.index.map { UInt8(clamping: $0) } ?? 255
                let reason = edit.reason?.rawValue ?? 255
                ReportBytes.item(
                    editTag, [edit.operation.rawValue, reason, index] + ReportBytes.line(edit.line, isShown: true),
                    to: &out)
            }
            if let cutAt { ReportBytes.item(cutTag, [cutAt], to: &out) }
        }
    }

    private static func rank(_ name: [UInt8]) -> UInt8 {
        Followed.rank(FieldName.lookup(name.span, Extent(0, name.count)), name)
    }

    private static func line(_ line: ReportedLine, isShown: Bool) -> [UInt8] {
        let name = line.name.prefix(255)
        var out = [UInt8(name.count)] + name
        out += big(UInt64(clamping: min(line.length, Int(UInt32.max))), 4)
        out += big(UInt64(line.fingerprint), 4)
        if isShown, let shown = line.shown { out += shown.prefix(200) }
        return out
    }

    private static func item(_ tag: UInt8, _ bytes: [UInt8], to out: inout [UInt8]) {
        out.append(tag)
        out += big(UInt64(bytes.count), 2)
        out += bytes
    }

    private static func big(_ number: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64($0 * 8)) }
    }

    // MARK: Reading

    /// Reads a report; nil for bytes that are none.
    package static func read(_ bytes: [UInt8]) -> ChainReport? {
        var report = ChainReport(kind: .node, node: [], trace: [], seconds: 0)
        var response = ReportedSection()
        var hasResponse = false
        var lines = 0
        var at = 0
        while at < bytes.count {
            guard at + 3 <= bytes.count else { return nil }
            let tag = bytes[at]
            let end = at + 3 + (Int(bytes[at + 1]) << 8 | Int(bytes[at + 2]))
            guard end <= bytes.count else { return nil }
            let content = bytes[(at + 3)..<end]
            at = end
            switch tag {
            case 1:
                guard let first = content.first, let kind = ChainReport.Kind(rawValue: first) else { return nil }
                report.kind = kind
                report.node = Array(content.dropFirst())
            case 2: report.trace = Array(content)
            case 3: report.seconds = Int64(truncatingIfNeeded: number(content))
            case 4, 6:
                lines += 1
                guard lines <= mostLines, let line = line(content) else { return nil }
                if tag == 4 { report.request.lines.append(line) } else { response.lines.append(line) }
                hasResponse = hasResponse || tag == 6
            case 5, 7:
                lines += 1
                guard lines <= mostLines, let edit = edit(content) else { return nil }
                if tag == 5 { report.request.edits.append(edit) } else { response.edits.append(edit) }
                hasResponse = hasResponse || tag == 7
            case 8:
                guard content.count == 3, let own = content.last else { return nil }
                report.status = Int(number(content.prefix(2)))
                report.isOwnAnswer = own == 1
                hasResponse = true
            case 9:
                guard let cut = content.firstIndex(of: 0) else { return nil }
                report.facts.append(
                    .init(
                        String(decoding: content[..<cut], as: UTF8.self),
                        String(decoding: content[(cut + 1)...], as: UTF8.self)))
            case 10: report.extra.append(Array(content))
            case 11: report.request.cutAt = content.first
            case 12: response.cutAt = content.first
            default: break
            }
        }
        guard report.trace.count == 16, !report.node.isEmpty else { return nil }
        if hasResponse { report.response = response }
        return report
    }

    private static func line(_ bytes: ArraySlice<UInt8>) -> ReportedLine? {
        guard let count = bytes.first, bytes.count >= 9 + Int(count), count > 0 else { return nil }
        let name = bytes.dropFirst().prefix(Int(count))
        guard name.allSatisfy(Octet.isToken) else { return nil }
        let rest = bytes.dropFirst(1 + Int(count))
        let shown = rest.dropFirst(8)
        return ReportedLine(
            name: Array(name), length: Int(number(rest.prefix(4))),
            fingerprint: UInt32(truncatingIfNeeded: number(rest.dropFirst(4).prefix(4))),
            shown: shown.isEmpty ? nil : Array(shown))
    }

    private static func edit(_ bytes: ArraySlice<UInt8>) -> ReportedEdit? {
        guard bytes.count > 3, let line = line(bytes.dropFirst(3)),
            let operation = FieldEdit.Operation(rawValue: bytes[bytes.startIndex])
        else { return nil }
        let index = bytes[bytes.startIndex + 2]
        return ReportedEdit(
            operation: operation, reason: EditReason(rawValue: bytes[bytes.startIndex + 1]),
            index: index == 255 ? nil : Int(index), line: line)
    }

    private static func number(_ bytes: some Collection<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
