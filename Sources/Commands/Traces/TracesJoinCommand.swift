// `hoplens traces join OUTER INNER…`: the captures of the nodes of a chain as one ledger for each exchange.

import Ledger
import Report
import Review
import Trace

enum TracesJoinCommand {
    static func run(_ operands: [String], _ asked: TraceArguments) throws(UsageError) -> Int32 {
        guard operands.count > 1, let first = operands.first else {
            throw UsageError(
                "two captures or more are to be joined", hint: "usage: \(CommandTable.tracesJoin.usage)")
        }
        let filter = try asked.filter(TracesOutput.moments())
        let everything = try TraceArguments().filter(TracesOutput.moments())
        let most = try asked.most()
        var code = ExitCode.fine
        func records(_ path: String) throws(UsageError) -> [Record] {
            var records: [Record] = []
            let input = try TraceInput([path])
            var walk = TraceWalk(everything, judging: false)
            input.forEach(&walk) { one, _, _, _ in
                records.append(one.record)
                return true
            }
            input.account()
            if input.code != ExitCode.fine { code = input.code }
            return records
        }
        var inners: [[Record]] = []
        for path in operands.dropFirst() { inners.append(try records(path)) }
        var join = ChainJoin(inners: inners)
        let names = inners.map { $0.first?.node }

        let input = try TraceInput([first])
        let output = TracesOutput(asked)
        var walk = TraceWalk(filter, judging: false)
        var printed = 0
        var guessed = 0
        input.forEach(&walk) { one, _, _, _ in
            let joined = join.take(one.record)
            let seen = Set(joined.records.map(\.node))
            // A node that wrote a capture and has no record of this never saw it.
            let unseen = names.compactMap { $0 }.filter { !seen.contains($0) }
            let ledger = Ledger(joining: joined.records, unseen: unseen)
            if joined.guess != nil { guessed += 1 }
            output.write(
                asked.json
                    ? JoinedText.json(joined, ledger) : JoinedText.text(joined, ledger, output.reporter))
            printed += 1
            return !output.isClosed && printed < most ?? .max
        }
        output.flush()
        input.account()
        let rest = join.rest.count
        if guessed > 0 {
            input.say("\(guessed) of \(printed) exchanges were joined by a guess, and are marked; their trace was lost")
        }
        if rest > 0, most == nil {
            input.say("\(rest) records of the inner captures belong to no exchange of \(first)")
        }
        return output.code ?? (code == ExitCode.fine ? input.code : code)
    }
}
