// The request half of an exchange: from the first byte of its head to the last of its trailers.
import Fields
import NodeChain
import Wire

extension Conversation {
    /// How many empty lines before a request line are forgiven (RFC 9112 section 2.2 asks for at least one).
    private static let leadingLineLimit = 4

    mutating func readRequest(_ bytes: Span<UInt8>, _ scratch: inout Scratch, _ output: inout Output) -> Bool {
        guard bytes.count > 0 else { return false }
        if request == .idle, bytes[0] == Octet.carriageReturn {
            // An old client's CRLF behind a body.
            guard bytes.count > 1 else { return false }
            if bytes[1] == Octet.lineFeed, leadingLines < Self.leadingLineLimit {
                leadingLines += 1
                output.commands.append(.consume(2))
                return true
            }
        }
        if request == .idle {
            request = .reading
            output.commands.append(.arm(.head))
        }
        do throws(WireError) {
            let limits = settings.limits
            if requestSearch.isFresh {
                if recall(bytes, &scratch, &output) { return false }
            } else if try !requestSearch.reachesEnd(bytes, limits: limits) {
                return false
            }
            guard let end = try HeadParser.request(bytes, from: 0, into: &scratch.request, limits: limits) else {
                _ = try requestSearch.reachesEnd(bytes, limits: limits)
                return false
            }
            return try begin(bytes, headEnd: end, &scratch, &output)
        } catch {
            refuse(error, bytes: bytes.count, &output)
            return false
        }
    }

    /// A request head is whole: checks what it means, and sends it on.
    private mutating func begin(
        _ bytes: Span<UInt8>, headEnd: Int, _ scratch: inout Scratch, _ output: inout Output
    ) throws(WireError) -> Bool {
        let framing = try Framing.ofRequest(bytes, scratch.request)
        try checkHost(bytes, &scratch)
        scratch.options.read(bytes, scratch.request.fields)
        note(framing, scratch)
        output.toOrigin.removeAll(keepingCapacity: true)
        scratch.requestEdits.removeAll(keepingCapacity: true)
        offersUpgrade = upgradeIsPassedOn(bytes, framing, scratch)
        decideHost(bytes, scratch)

        RequestRewriter.write(
            bytes,
            RequestContext(framing: framing, upgrades: offersUpgrade, newHost: newHost), settings,
            clientAddress: clientAddress, scratch: &scratch, into: &output.toOrigin)
        newHost = nil
        let refusal = refusal(bytes, scratch)
        if refusal == nil, framing == .none, !offersUpgrade, lastRequest.mayRepeat(headEnd),
            let slot = scratch.requests.store(
                bytes, headEnd: headEnd, settings, clientAddress, flags: 0, head: scratch.request,
                options: scratch.options, edits: scratch.requestEdits, framing: framing, staysBehind: staysBehind,
                from: 0, of: output.toOrigin)
        {
            lastRequest.slot = slot
        }
        if settings.chain != nil { addTrace(bytes, &scratch, &output.toOrigin) }
        return forward(framing, headEnd: headEnd, refusal, &output)
    }

    /// What a head says about the exchange.
    private mutating func note(_ framing: Framing, _ scratch: borrowing Scratch) {
        method = scratch.request.methodKind
        clientMinorVersion = scratch.request.minorVersion
        persists =
            (clientMinorVersion == 1 ? !scratch.options.close : scratch.options.keepAlive && !scratch.options.close)
            && !isDraining && !clientEnded
        requestBody = BodyTransfer(framing, chunkLimit: settings.chunkLimit)
        responseBody = BodyTransfer()
    }

    /// A head that came before, as `begin` would treat it again; false when it did not come before.
    private mutating func recall(_ bytes: Span<UInt8>, _ scratch: inout Scratch, _ output: inout Output) -> Bool {
        guard
            let slot = scratch.requests.find(bytes, settings, clientAddress, flags: 0, hint: lastRequest.slot)
        else { return false }
        lastRequest.slot = slot
        output.toOrigin.removeAll(keepingCapacity: true)
        scratch.requests.take(
            slot, head: &scratch.request, options: &scratch.options, edits: &scratch.requestEdits,
            into: &output.toOrigin)
        // What is remembered was forwarded without a body and without an offer to upgrade.
        note(.none, scratch)
        offersUpgrade = false
        staysBehind = scratch.requests[slot].staysBehind
        if staysBehind, let host = scratch.request.fields.firstIndex(of: .host) {
            clientHost.removeAll(keepingCapacity: true)
            clientHost.append(scratch.request.fields.lines[host].value, of: bytes)
        }
        if settings.chain != nil { addTrace(bytes, &scratch, &output.toOrigin) }
        _ = forward(.none, headEnd: scratch.requests[slot].end, nil, &output)
        return true
    }

    /// The head is written: observed, done with, and sent on, or refused.
    private mutating func forward(
        _ framing: Framing, headEnd: Int, _ refusal: (Int, Failure)?, _ output: inout Output
    ) -> Bool {
        output.commands.append(.observe(.request))
        output.commands.append(.consume(headEnd))
        request = framing == .none ? .complete : .body
        if let (status, failure) = refusal {
            // Whoever asks for this thinks it talks to something else; nothing more is read from it.
            persists = false
            answer(status, failure, &output)
            return false
        }
        response = .connecting
        hasOrigin = true
        output.commands.append(.arm(.connect))
        output.commands.append(.openOrigin(fresh: false))
        output.commands.append(.send(.origin, Extent(0, output.toOrigin.count)))
        return framing != .none
    }

    /// A chain's own lines go behind all others.
    private mutating func addTrace(_ bytes: Span<UInt8>, _ scratch: inout Scratch, _ out: inout [UInt8]) {
        joinChain(bytes, scratch.request)
        out.removeLast(2)
        chain?.request(bytes, scratch.request.fields, edits: &scratch.requestEdits, sent: &out)
        out.append(text: "\r\n")
    }

    mutating func readRequestBody(
        _ bytes: Span<UInt8>, _ scratch: inout Scratch, _ output: inout Output
    ) -> Bool {
        guard bytes.count > 0 else { return false }
        do throws(WireError) {
            let progress = try requestBody.advance(
                bytes, to: .origin, removesChunked: false, observes: false, into: &output.commands)
            if response == .waiting || response == .body { output.commands.append(.arm(.body)) }
            switch progress {
            case .needMore:
                output.commands.append(.consume(bytes.count))
                return false
            case .paused(let offset):
                output.commands.append(.consume(offset))
                return true
            case .ended(let offset):
                output.commands.append(.consume(offset))
                requestComplete(&output)
                return false
            case .trailers(let offset):
                guard
                    let end = try requestBody.readTrailers(
                        bytes, at: offset, into: &scratch.trailers, limits: settings.limits)
                else {
                    output.commands.append(.consume(offset))
                    return false
                }
                let start = output.toOrigin.count
                TrailerRewriter.write(bytes, scratch: &scratch, into: &output.toOrigin)
                if !scratch.trailers.lines.isEmpty { output.commands.append(.observe(.trailers(.client))) }
                output.commands.append(.send(.origin, Extent(start, output.toOrigin.count)))
                output.commands.append(.consume(end))
                requestComplete(&output)
                return false
            }
        } catch {
            // The head was forwarded, so the origin waits for a body that will never be whole: its connection goes.
            let failure = Failure(.client, .body, .httpRequestError, error.text)
            persists = false
            if wroteResponse {
                finish(.clientAborted, failure, closing: closing(inAnswer: .linger), &output)
            } else {
                answer(error.requestStatus, failure, &output)
            }
            return false
        }
    }

    private mutating func requestComplete(_ output: inout Output) {
        request = .complete
        if response == .waiting { output.commands.append(.arm(.response)) }
        if clientEnded { persists = false }
    }

    // MARK: checks

    /// Host is there once, well formed, and says the same as an absolute target (RFC 9112 section 3.2).
    private func checkHost(_ bytes: Span<UInt8>, _ scratch: inout Scratch) throws(WireError) {
        var count = 0
        var host = Extent.empty
        if scratch.request.fields.contains(.host) {
            for line in scratch.request.fields.lines where line.id == .host {
                count += 1
                host = line.value
            }
        }
        if count > 1 { throw .repeatedHost }
        if count == 0 {
            if scratch.request.minorVersion == 1 { throw .missingHost }
            return
        }
        guard Host.isValid(bytes, host) else { throw .badHost }
        if scratch.request.form == .absolute, !bytes.equals(host, ignoringCase: scratch.request.authority),
            isOurs(bytes, scratch.request.authority)
        {
            throw .hostMismatch
        }
    }

    /// An Upgrade is passed on when it is asked for properly, has no body to confuse it with, and is not h2c, whose
    /// tunnel would carry requests that nobody on the way can see.
    private mutating func upgradeIsPassedOn(
        _ bytes: Span<UInt8>, _ framing: Framing, _ scratch: borrowing Scratch
    ) -> Bool {
        guard scratch.options.upgrade, scratch.request.fields.contains(.upgrade), clientMinorVersion == 1,
            framing == .none
        else { return false }
        upgradeTokens.removeAll(keepingCapacity: true)
        for line in scratch.request.fields.lines where line.id == .upgrade {
            if ListMember.occurs("h2c", in: line.value, bytes) { return false }
            upgradeTokens.append(line.value, of: bytes)
            upgradeTokens.append(Octet.comma)
        }
        return true
    }

    private mutating func decideHost(_ bytes: Span<UInt8>, _ scratch: borrowing Scratch) {
        staysBehind = false
        newHost = nil
        guard let index = scratch.request.fields.firstIndex(of: .host) else { return }
        let host = scratch.request.fields.lines[index].value
        switch HostPolicy.decide(bytes, host, settings) {
        case .keep: break
        case .replace(let name, let staysBehind):
            // The same name again is no change.
            if name.count == host.count {
                var same = true
                for i in name.indices where bytes[Int(host.start) + i] != name[i] { same = false }
                if same { return }
            }
            newHost = name
            self.staysBehind = staysBehind
            if staysBehind {
                clientHost.removeAll(keepingCapacity: true)
                clientHost.append(host, of: bytes)
            }
        }
    }

    /// What hoplens will not forward although it is well formed.
    private func refusal(_ bytes: Span<UInt8>, _ scratch: borrowing Scratch) -> (Int, Failure)? {
        let head = scratch.request
        if head.methodKind == .connect {
            return (501, Failure(nil, .head, .httpRequestDenied, "CONNECT is not supported: this is no forward proxy"))
        }
        if head.form == .absolute, isMisdirected(bytes, head) {
            return (
                421,
                Failure(
                    nil, .head, .httpRequestDenied,
                    "the request names another site; hoplens forwards to one origin only"
                )
            )
        }
        if settings.addsVia, head.fields.contains(.via), isLooping(bytes, head.fields) {
            return (508, Failure(nil, .head, .proxyLoopDetected, "this node's own name stands in Via already"))
        }
        if head.methodKind == .options || head.methodKind == .trace,
            let index = head.fields.firstIndex(of: .maxForwards),
            RequestRewriter.number(bytes, head.fields.lines[index].value) == 0
        {
            // RFC 9110 section 7.6.2: the node at which the count ends answers; nothing is reflected, since the head
            // holds credentials.
            return (
                head.methodKind == .options ? 200 : 501,
                Failure(nil, .head, .httpRequestDenied, "Max-Forwards ended at this node")
            )
        }
        return nil
    }

    /// Whether an absolute target asks for what only a forward proxy could give.
    ///
    /// A server must accept the absolute form (RFC 9112 section 3.2.2), and where Host says the same it means what the
    /// origin form would mean: it goes to the one origin in any case. But whoever took hoplens for a forward proxy shall
    /// hear so instead of getting this origin's pages under another name (RFC 9110 section 7.4): such a request names a
    /// site that Host does not name, or another scheme, or carries fields that are for proxies.
    private func isMisdirected(_ bytes: Span<UInt8>, _ head: borrowing RequestHead) -> Bool {
        if isOurs(bytes, head.authority) { return false }
        if head.fields.contains(.proxyConnection) || head.fields.contains(.proxyAuthorization) { return true }
        // "http" or "https", as the parser has checked.
        let isTLS = Octet.lowercased(bytes[Int(head.target.start) + 4]) == 0x73
        guard isTLS == settings.listenerIsTLS, let index = head.fields.firstIndex(of: .host) else { return true }
        let host = Host.withoutDefaultPort(bytes, head.fields.lines[index].value, isTLS: isTLS)
        let authority = Host.withoutDefaultPort(bytes, head.authority, isTLS: isTLS)
        return !bytes.equals(host, ignoringCase: authority)
    }

    /// Whether an authority is the listener, the origin or a configured name.
    private func isOurs(_ bytes: Span<UInt8>, _ authority: Extent) -> Bool {
        if HostPolicy.namesListener(bytes, authority, settings) { return true }
        var names = [settings.originAuthority]
        if case .fixed(let name) = settings.host { names.append(name) }
        for name in names where name.count == authority.count {
            var same = true
            for i in name.indices where Octet.lowercased(bytes[Int(authority.start) + i]) != Octet.lowercased(name[i]) {
                same = false
            }
            if same { return true }
        }
        return false
    }

    private func isLooping(_ bytes: Span<UInt8>, _ fields: borrowing FieldSection) -> Bool {
        var loops = false
        let own = settings.pseudonym
        for line in fields.lines where line.id == .via {
            // Not a list with quoted strings: a quote in a comment must not hide what follows.
            ListMember.forEach(line.value, bytes, quotes: false) { member in
                // received-protocol, blanks, received-by, perhaps a comment (RFC 9110 section 7.6.3).
                var i = Int(member.start)
                while i < Int(member.end), !Octet.isBlank(bytes[i]) { i += 1 }
                while i < Int(member.end), Octet.isBlank(bytes[i]) { i += 1 }
                var end = i
                while end < Int(member.end), !Octet.isBlank(bytes[end]) { end += 1 }
                guard end - i == own.count else { return }
                for k in own.indices where Octet.lowercased(bytes[i + k]) != Octet.lowercased(own[k]) { return }
                loops = true
            }
        }
        return loops
    }
}
