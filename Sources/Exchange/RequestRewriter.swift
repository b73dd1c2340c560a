// A request head on its way to the origin: what RFC 9110 section 7.6 and RFC 9112 demand of an intermediary, what the
// user asked for (Host policy, forwarding fields, Via), and nothing else. Every difference is written down as an edit.
import Fields
import Wire

/// What the rewriter must know besides the head.
struct RequestContext {
    var framing: Framing
    /// Whether the client's Upgrade is passed on.
    var upgrades: Bool
    /// Host to send instead of the client's, nil to keep it.
    var newHost: [UInt8]?
}

enum RequestRewriter {
    /// Writes the head to send to `out` and the differences to `scratch.requestEdits`.
    static func write(
        _ bytes: Span<UInt8>, _ context: RequestContext, _ settings: borrowing ExchangeSettings,
        clientAddress: [UInt8], scratch: inout Scratch, into out: inout [UInt8]
    ) {
        startLine(bytes, scratch.request, into: &out)
        var copier = HeadCopier()
        var state = LineState()
        state.keepsTE = keepsTE(bytes, scratch)
        let count = scratch.request.fields.lines.count
        for index in 0..<count {
            let line = scratch.request.fields.lines[index]
            if let reason = dropReason(line, bytes, context, scratch, state) {
                copier.flush(bytes, into: &out)
                scratch.requestEdits.append(FieldEdit(.drop, reason, id: line.id, index: index))
                continue
            }
            switch replacement(line, index, bytes, context, settings, scratch, &state) {
            case .none:
                copier.keep(line, bytes, into: &out)
            case .some(let reason):
                copier.flush(bytes, into: &out)
                OwnLine.replace(line, at: index, reason, bytes, into: &out, edits: &scratch.requestEdits) { out in
                    replacedValue(line, bytes, context, settings, clientAddress, state, into: &out)
                }
            }
        }
        copier.flush(bytes, into: &out)
        additions(bytes, context, settings, clientAddress, &scratch, into: &out)
        out.append(text: "\r\n")
    }

    /// What has been seen of the lines so far.
    private struct LineState {
        var keepsTE = false
        var wroteConnection = false
        var wroteLength = false
    }

    private static func startLine(_ bytes: Span<UInt8>, _ head: borrowing RequestHead, into out: inout [UInt8]) {
        out.append(head.method, of: bytes)
        out.append(Octet.space)
        if head.form == .absolute {
            // The origin is always spoken to in origin form (RFC 9112 section 3.2.1).
            if head.pathAndQuery.isEmpty {
                out.append(text: head.methodKind == .options ? "*" : "/")
            } else {
                if bytes[Int(head.pathAndQuery.start)] != Octet.slash { out.append(Octet.slash) }
                out.append(head.pathAndQuery, of: bytes)
            }
        } else {
            out.append(head.target, of: bytes)
        }
        out.append(text: " HTTP/1.1\r\n")
    }

    private static func dropReason(
        _ line: FieldLine, _ bytes: Span<UInt8>, _ context: RequestContext, _ scratch: borrowing Scratch,
        _ state: LineState
    ) -> EditReason? {
        switch line.id {
        case .connection:
            return (context.upgrades || state.keepsTE) && !state.wroteConnection ? nil : .hopByHop
        case .keepAlive, .proxyConnection, .http2Settings: return .hopByHop
        case .te: return state.keepsTE ? nil : .hopByHop
        case .upgrade: return context.upgrades ? nil : .upgrade
        case .contentLength: return state.wroteLength ? .framing : nil
        case .expect:
            // An HTTP/1.0 client cannot receive a 100 (RFC 9110 section 10.1.1).
            return scratch.request.minorVersion == 0 ? .version : nil
        default:
            return scratch.options.nominates(line, bytes) ? .connectionNominated : nil
        }
    }

    /// Why a line that stays gets another value, nil when it is kept as it is.
    private static func replacement(
        _ line: FieldLine, _ index: Int, _ bytes: Span<UInt8>, _ context: RequestContext,
        _ settings: borrowing ExchangeSettings, _ scratch: borrowing Scratch, _ state: inout LineState
    ) -> EditReason? {
        switch line.id {
        case .connection:
            state.wroteConnection = true
            return bytes.equals(line.value, connectionValue(context, state)) ? nil : .hopByHop
        case .te: return bytes.equals(line.value, ignoringCase: "trailers") ? nil : .hopByHop
        case .contentLength:
            state.wroteLength = true
            for i in line.value.indices where !Octet.isDigit(bytes[i]) { return .framing }
            return nil
        case .transferEncoding: return bytes.equals(line.value, "chunked") ? nil : .framing
        case .host: return context.newHost == nil ? nil : .hostPolicy
        case .maxForwards:
            switch scratch.request.methodKind {
            case .trace, .options: return (number(bytes, line.value) ?? 0) > 0 ? .maxForwards : nil
            default: return nil
            }
        case .xForwardedFor:
            return settings.forwarded == .xForwarded && isLast(.xForwardedFor, index, scratch) ? .forwarded : nil
        case .forwarded:
            return settings.forwarded == .rfc7239 && isLast(.forwarded, index, scratch) ? .forwarded : nil
        default: return nil
        }
    }

    private static func replacedValue(
        _ line: FieldLine, _ bytes: Span<UInt8>, _ context: RequestContext, _ settings: borrowing ExchangeSettings,
        _ clientAddress: [UInt8], _ state: LineState, into out: inout [UInt8]
    ) {
        switch line.id {
        case .connection: out.append(text: connectionValue(context, state))
        case .te: out.append(text: "trailers")
        case .contentLength:
            if case .length(let length) = context.framing {
                out.append(decimal: length)
            } else {
                out.append(text: "0")
            }
        case .transferEncoding: out.append(text: "chunked")
        case .host: if let host = context.newHost { out.append(copying: host.span) }
        case .maxForwards:
            if let number = number(bytes, line.value), number > 0 { out.append(decimal: number - 1) }
        case .xForwardedFor:
            out.append(line.value, of: bytes)
            if !line.value.isEmpty { out.append(text: ", ") }
            out.append(copying: clientAddress.span)
        case .forwarded:
            out.append(line.value, of: bytes)
            if !line.value.isEmpty { out.append(text: ", ") }
            forwardedElement(settings, clientAddress, into: &out)
        default: out.append(line.value, of: bytes)
        }
    }

    /// The value of the one Connection line of our own.
    private static func connectionValue(_ context: RequestContext, _ state: LineState) -> String {
        context.upgrades ? (state.keepsTE ? "Upgrade, TE" : "Upgrade") : "TE"
    }

    private static func additions(
        _ bytes: Span<UInt8>, _ context: RequestContext, _ settings: borrowing ExchangeSettings,
        _ clientAddress: [UInt8], _ scratch: inout Scratch, into out: inout [UInt8]
    ) {
        if !scratch.request.fields.contains(.host) {
            // Only an HTTP/1.0 client may leave it out; the origin is spoken to in 1.1.
            var host = settings.originAuthority
            if case .fixed(let name) = settings.host { host = name }
            OwnLine.add(.host, .hostPolicy, into: &out, edits: &scratch.requestEdits) { $0.append(contentsOf: host) }
        }
        let isTLS = settings.listenerIsTLS
        switch settings.forwarded {
        case .pass: break
        case .xForwarded:
            if !passes(.xForwardedFor, scratch) {
                OwnLine.add(.xForwardedFor, .forwarded, into: &out, edits: &scratch.requestEdits) {
                    $0.append(contentsOf: clientAddress)
                }
            }
            if !passes(.xForwardedProto, scratch) {
                OwnLine.add(.xForwardedProto, .forwarded, into: &out, edits: &scratch.requestEdits) {
                    $0.append(text: isTLS ? "https" : "http")
                }
            }
            if !passes(.xForwardedHost, scratch),
                let index = scratch.request.fields.firstIndex(of: .host)
            {
                let host = scratch.request.fields.lines[index].value
                let start = OwnLine.begin(.xForwardedHost, into: &out)
                out.append(host, of: bytes)
                OwnLine.end(.xForwardedHost, startedAt: start, .forwarded, into: &out, edits: &scratch.requestEdits)
            }
        case .rfc7239:
            if !passes(.forwarded, scratch) {
                let element = settings.forwardedTail
                OwnLine.add(.forwarded, .forwarded, into: &out, edits: &scratch.requestEdits) {
                    forwardedElement(tail: element, clientAddress, into: &$0)
                }
            }
        }
        if settings.addsVia {
            let pseudonym = settings.pseudonym
            let minor = UInt64(scratch.request.minorVersion)
            OwnLine.add(.via, .via, into: &out, edits: &scratch.requestEdits) {
                $0.append(text: "1.")
                $0.append(decimal: minor)
                $0.append(Octet.space)
                $0.append(contentsOf: pseudonym)
            }
        }
    }

    /// Whether a field is on its way already: received, and not dropped because Connection names it.
    private static func passes(_ name: FieldName, _ scratch: borrowing Scratch) -> Bool {
        guard scratch.request.fields.contains(name) else { return false }
        for edit in scratch.requestEdits where edit.id == name && edit.operation == .drop { return false }
        return true
    }

    private static func forwardedElement(
        _ settings: borrowing ExchangeSettings, _ clientAddress: [UInt8], into out: inout [UInt8]
    ) {
        forwardedElement(tail: settings.forwardedTail, clientAddress, into: &out)
    }

    /// `for=192.0.2.1;proto=http;by=_node`; an IPv6 address is quoted and bracketed (RFC 7239 section 6).
    private static func forwardedElement(tail: [UInt8], _ clientAddress: [UInt8], into out: inout [UInt8]) {
        let isIPv6 = clientAddress.contains(Octet.colon)
        out.append(text: isIPv6 ? "for=\"[" : "for=")
        out.append(copying: clientAddress.span)
        if isIPv6 { out.append(text: "]\"") }
        out.append(copying: tail.span)
    }

    private static func isLast(_ name: FieldName, _ index: Int, _ scratch: borrowing Scratch) -> Bool {
        let lines = scratch.request.fields.lines
        var next = index + 1
        while next < lines.count {
            if lines[next].id == name { return false }
            next += 1
        }
        return true
    }

    /// TE is a hop-by-hop field; its one useful member is passed on with a Connection line of our own.
    private static func keepsTE(_ bytes: Span<UInt8>, _ scratch: borrowing Scratch) -> Bool {
        guard scratch.options.te, scratch.request.fields.contains(.te) else { return false }
        var lines = 0
        var trailers = false
        for line in scratch.request.fields.lines where line.id == .te {
            lines += 1
            trailers = trailers || ListMember.occurs("trailers", in: line.value, bytes)
        }
        return trailers && lines == 1
    }

    static func number(_ bytes: Span<UInt8>, _ value: Extent) -> UInt64? {
        guard !value.isEmpty, value.count <= 9 else { return nil }
        var number: UInt64 = 0
        for i in value.indices {
            guard Octet.isDigit(bytes[i]) else { return nil }
            number = number * 10 + UInt64(bytes[i] - 0x30)
        }
        return number
    }
}

extension ExchangeSettings {
    /// The part of a Forwarded element that is the same for every request of a listener.
    var forwardedTail: [UInt8] {
        Array((listenerIsTLS ? ";proto=https;by=_" : ";proto=http;by=_").utf8)
            + pseudonym.filter { $0 != 0x21 && Octet.isToken($0) }
    }
}
