// `hoplens traces show ID`: one exchange in whole, and what belongs to it.

import Ledger
import Report
import Review
import Trace

enum TracesShowCommand {
    static func run(_ operands: [String], _ asked: TraceArguments) throws(UsageError) -> Int32 {
        guard let id = operands.first else {
            throw UsageError("no ID given", hint: "'hoplens traces list' shows ids; a part of one is enough")
        }
        let input = try TraceInput(Array(operands.dropFirst()))
        let output = TracesOutput(asked)
        guard let one = try exchange(id, input) else { return ExitCode.usage }
        let reporter = output.reporter
        if asked.json {
            output.write(reporter.json(one.line[...], one.record, one.findings))
        } else {
            let record = one.record.shownRequestLine
            output.write(reporter.whole(record, one.findings, ledger: Ledger(record)))
            output.write(reporter.messages(record))
            output.write(reporter.related(one.related.map { ($0.relation.words, $0.record) }))
        }
        output.flush()
        input.account()
        return output.code ?? input.code
    }

    /// The exchange a shortened id stands for; nil when there is none or more than one, which has been said then.
    static func exchange(_ id: String, _ input: TraceInput) throws(UsageError) -> FoundExchange? {
        let found = try exchanges([id], input)
        return found?.first
    }

    /// The exchanges that several shortened ids stand for, in the order of the ids; nil when one of them is none or several.
    static func exchanges(_ ids: [String], _ input: TraceInput) throws(UsageError) -> [FoundExchange]? {
        for id in ids where id.utf8.count < 3 {
            throw UsageError(
                "the id \(Wording.shown(id)) is too short", hint: "three letters at least, from either end")
        }
        var finders = ids.map { ExchangeFinder($0.lowercased()) }
        var reader = TraceReader()
        input.forEachLine { bytes, line, file in
            do throws(TraceError) {
                guard case .record(let record) = try reader.entry(bytes, line.range) else { return true }
                for n in finders.indices { finders[n].take(record, line: copy(bytes, line.range)) }
            } catch {
                input.note(DamagedLine(number: line.number, isTorn: !line.isWhole, error: error), file)
            }
            return true
        }
        var found: [FoundExchange] = []
        for (id, finder) in zip(ids, finders) {
            switch finder.found.count {
            case 1: found += finder.found
            case 0:
                input.say("no exchange has an id that begins or ends with \(Wording.shown(id))")
                return nil
            default:
                input.say("\(Wording.shown(id)) stands for more than one exchange; type more of it:")
                for one in finder.found {
                    let record = one.record.shownRequestLine
                    input.say(
                        "  \(one.record.id)  \(record.response.map { "\($0.status)" } ?? "---") "
                            + "\(record.request?.method ?? "???") \(record.request?.target ?? "-")")
                }
                return nil
            }
        }
        return found
    }

    static func copy(_ bytes: Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(range.count)
        for i in range { line.append(bytes[i]) }
        return line
    }
}
