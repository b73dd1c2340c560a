// A response head on its way to the client, under the same rule as the request: what an intermediary must do
// (RFC 9110 section 7.6, RFC 9112 section 9.6), what keeps a browser behind hoplens when Host was rewritten for it, and
// nothing else.
import Fields
import NodeChain
import Wire

/// What the rewriter must know besides the head.
struct ResponseContext {
    /// Whether this is a 1xx.
    var isInterim: Bool
    /// Whether the Upgrade of a 101 or 426 is passed on.
    var upgrades: Bool
    /// Whether the client connection stays open behind this response.
    var persists: Bool
    /// The client's minor version.
    var clientMinorVersion: Int
    /// Whether chunked is taken off because the client speaks HTTP/1.0.
    var removesChunked: Bool
    /// Set when URLs are to be rewritten: the host the client named.
    var staysBehind: Bool
    /// The exchange's way through a chain of nodes, which may have lines to take out.
    var chain: ChainPass?
}

enum ResponseRewriter {
    /// Writes the head to send to `out` and the differences to `scratch.responseEdits`.
    static func write(
        _ bytes: Span<UInt8>, _ context: ResponseContext, _ settings: borrowing ExchangeSettings,
        clientHost: [UInt8], scratch: inout Scratch, into out: inout [UInt8]
    ) {
        let head = scratch.response
        out.append(text: "HTTP/1.1 ")
        out.append(decimal: UInt64(head.status))
        out.append(Octet.space)
        out.append(head.reason, of: bytes)
        out.append(text: "\r\n")
        var copier = HeadCopier()
        var wroteLength = false
        for index in 0..<head.fields.lines.count {
            let line = head.fields.lines[index]
            if let reason = dropReason(line, index, bytes, context, head, scratch.options, wroteLength) {
                copier.flush(bytes, into: &out)
                scratch.responseEdits.append(FieldEdit(.drop, reason, id: line.id, index: index))
                continue
            }
            if line.id == .contentLength {
                wroteLength = true
                if let length = foldedLength(line, bytes) {
                    copier.flush(bytes, into: &out)
                    OwnLine.replace(line, at: index, .framing, bytes, into: &out, edits: &scratch.responseEdits) {
                        $0.append(length, of: bytes)
                    }
                    continue
                }
            } else if line.id == .transferEncoding, !bytes.equals(line.value, "chunked") {
                copier.flush(bytes, into: &out)
                OwnLine.replace(line, at: index, .framing, bytes, into: &out, edits: &scratch.responseEdits) {
                    $0.append(text: "chunked")
                }
                continue
            } else if context.staysBehind,
                StayBehind.rewrite(
                    line, index, bytes, settings, clientHost, &copier, into: &out, edits: &scratch.responseEdits)
            {
                continue
            }
            copier.keep(line, bytes, into: &out)
        }
        copier.flush(bytes, into: &out)
        if !context.isInterim { addConnection(context, &scratch, into: &out) }
        if context.isInterim, context.upgrades { addUpgrade(&scratch, into: &out) }
        out.append(text: "\r\n")
    }

    private static func dropReason(
        _ line: FieldLine, _ index: Int, _ bytes: Span<UInt8>, _ context: ResponseContext,
        _ head: borrowing ResponseHead,
        _ options: ConnectionOptions, _ wroteLength: Bool
    ) -> EditReason? {
        switch line.id {
        case .connection, .keepAlive, .proxyConnection: return .hopByHop
        case .upgrade:
            // Outside a 101, Upgrade advertises what this hop could switch to; only 426 needs it (RFC 9110 7.8).
            return context.upgrades || head.status == 426 ? nil : .upgrade
        case .transferEncoding:
            if context.isInterim || head.status == 204 { return .framing }
            return context.removesChunked ? .version : nil
        case .contentLength:
            // RFC 9110 section 8.6: not in 1xx and 204.
            if context.isInterim || head.status == 204 { return .framing }
            return wroteLength ? .framing : nil
        case .trailer: return context.removesChunked ? .version : nil
        default:
            if let chain = context.chain, chain.removes(index) { return .chain }
            return options.nominates(line, bytes) ? .connectionNominated : nil
        }
    }

    /// For a Content-Length that is a list of equal numbers: the first of them.
    private static func foldedLength(_ line: FieldLine, _ bytes: Span<UInt8>) -> Extent? {
        for i in line.value.indices where !Octet.isDigit(bytes[i]) { return Extent(Int(line.value.start), i) }
        return nil
    }

    private static func addConnection(
        _ context: ResponseContext, _ scratch: inout Scratch, into out: inout [UInt8]
    ) {
        let upgrade426 = scratch.response.status == 426 && scratch.response.fields.contains(.upgrade)
        if context.persists, context.clientMinorVersion == 1 {
            guard upgrade426 else { return }
            OwnLine.add(.connection, .upgrade, into: &out, edits: &scratch.responseEdits) {
                $0.append(text: "Upgrade")
            }
            return
        }
        let persists = context.persists
        OwnLine.add(.connection, .persistence, into: &out, edits: &scratch.responseEdits) {
            $0.append(text: persists ? "keep-alive" : "close")
            if upgrade426 { $0.append(text: ", Upgrade") }
        }
    }

    private static func addUpgrade(_ scratch: inout Scratch, into out: inout [UInt8]) {
        OwnLine.add(.connection, .upgrade, into: &out, edits: &scratch.responseEdits) { $0.append(text: "Upgrade") }
    }
}
