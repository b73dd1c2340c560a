// A request of our own as it goes out, with the lines of the chain behind its fields when this program is in one. The pass
// is the proxy's (`ChainPass`), so a preflight carries nothing of ours, and only reports under our key are taken out of the
// answer. Each attempt is a trace of its own, because a trace is answered once.
import Exchange
import Fields
import NodeChain
import Wire

struct TracedRequest {
    /// The way through the chain; nil without a key of one.
    let pass: ChainPass?
    /// What is sent: the head, the chain's lines, the body.
    let bytes: [UInt8]
    /// The chain's lines as changes to what was asked, with extents into `bytes`.
    let edits: [FieldEdit]

    init(_ asked: ClientHead, _ membership: ChainMembership?) {
        guard let membership else {
            pass = nil
            bytes = asked.bytes
            edits = []
            return
        }
        let whole = asked.bytes
        let pass = ChainPass.of(whole.span, asked.head, membership)
        var edits: [FieldEdit] = []
        var out = Array(whole[..<(asked.headCount - 2)])
        pass.request(whole.span, asked.head.fields, edits: &edits, sent: &out)
        out += whole[(asked.headCount - 2)...]
        self.pass = pass
        self.edits = edits
        bytes = out
    }

    /// Reads the reports in a response head; the lines that are for this program only, as changes to what came.
    func response(_ bytes: Span<UInt8>, _ head: borrowing ResponseHead) -> [FieldEdit] {
        guard let pass else { return [] }
        pass.response(bytes, head.fields)
        var edits: [FieldEdit] = []
        for (index, line) in head.fields.lines.enumerated() where pass.removes(index) {
            edits.append(FieldEdit(.drop, .chain, id: line.id, index: index))
        }
        return edits
    }
}
