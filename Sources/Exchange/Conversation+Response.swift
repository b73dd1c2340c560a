// The response half of an exchange: interim heads, the final head, the body, its trailers, and the end of it all.
import Fields
import NodeChain
import Wire

extension Conversation {
    mutating func originReady(_ reused: Bool, _ output: inout Output) {
        guard response == .connecting else { return }
        originIsReused = reused
        originEnded = false
        responseSearch = HeadSearch()
        response = .waiting
        output.commands.append(.arm(request == .body ? .body : .response))
    }

    mutating func readResponse(_ bytes: Span<UInt8>, _ scratch: inout Scratch, _ output: inout Output) -> Bool {
        guard bytes.count > 0 else { return false }
        do throws(WireError) {
            let limits = settings.limits
            if responseSearch.isFresh {
                if let more = recallResponse(bytes, &scratch, &output) { return more }
            } else if try !responseSearch.reachesEnd(bytes, limits: limits) {
                return false
            }
            guard let end = try HeadParser.response(bytes, from: 0, into: &scratch.response, limits: limits) else {
                _ = try responseSearch.reachesEnd(bytes, limits: limits)
                return false
            }
            responseSearch = HeadSearch()
            scratch.responseEdits.removeAll(keepingCapacity: true)
            scratch.options.read(bytes, scratch.response.fields)
            if scratch.response.status < 200 {
                return interim(bytes, headEnd: end, &scratch, &output)
            }
            return try final(bytes, headEnd: end, &scratch, &output)
        } catch {
            let cause: Failure.Cause =
                switch error {
                case .headTooLarge, .tooManyFields, .lineTooLong, .targetTooLong: .httpResponseHeaderSectionSize
                case .badTransferEncoding, .unknownTransferEncoding, .transferEncodingInHTTP10:
                    .httpResponseTransferCoding
                default: .httpProtocolError
                }
            fail(Failure(.origin, .response, cause, "the origin's answer is not valid: " + error.text), &output)
            return false
        }
    }

    /// A 1xx (RFC 9110 section 15.2): passed on, except to a client that cannot understand it.
    private mutating func interim(
        _ bytes: Span<UInt8>, headEnd: Int, _ scratch: inout Scratch, _ output: inout Output
    ) -> Bool {
        interims += 1
        if interims > settings.interimLimit {
            fail(
                Failure(.origin, .response, .httpProtocolError, "the origin sends interim responses without end"),
                &output)
            return false
        }
        let switches = scratch.response.status == 101
        if switches, !upgradeIsValid(bytes, scratch) {
            fail(
                Failure(.origin, .response, .httpUpgradeFailed, "the origin switched to a protocol nobody asked for"),
                &output)
            return false
        }
        let start = output.toClient.count
        if switches { chain?.response(bytes, scratch.response.fields) }
        if clientMinorVersion == 0 {
            FieldEdit.drop(all: scratch.response.fields, .version, edits: &scratch.responseEdits)
            output.commands.append(.observe(.interim))
            output.commands.append(.consume(headEnd))
            return true
        }
        ResponseRewriter.write(
            bytes,
            ResponseContext(
                isInterim: true, upgrades: switches, persists: true, clientMinorVersion: clientMinorVersion,
                removesChunked: false, staysBehind: staysBehind, chain: chain),
            settings, clientHost: clientHost, scratch: &scratch, into: &output.toClient)
        if switches { addReport(bytes, &scratch, &output.toClient) }
        output.commands.append(.observe(switches ? .response : .interim))
        output.commands.append(.send(.client, Extent(start, output.toClient.count)))
        output.commands.append(.consume(headEnd))
        guard switches else { return true }
        wroteResponse = true
        request = .tunnel
        response = .tunnel
        persists = false
        output.commands.append(.arm(.tunnel))
        return true
    }

    private func upgradeIsValid(_ bytes: Span<UInt8>, _ scratch: borrowing Scratch) -> Bool {
        guard offersUpgrade, request == .complete, scratch.options.upgrade,
            let index = scratch.response.fields.firstIndex(of: .upgrade)
        else { return false }
        // The protocol must be one the client offered (RFC 9110 section 7.8); the offer is short, the answer one word.
        let answer = scratch.response.fields.lines[index].value
        let offer = upgradeTokens.span
        var found = false
        ListMember.forEach(Extent(0, offer.count), offer) { member in
            guard member.count == answer.count else { return }
            for i in 0..<member.count
            where Octet.lowercased(offer[Int(member.start) + i])
                != Octet.lowercased(bytes[Int(answer.start) + i])
            {
                return
            }
            found = true
        }
        return found
    }

    private mutating func final(
        _ bytes: Span<UInt8>, headEnd: Int, _ scratch: inout Scratch, _ output: inout Output
    ) throws(WireError) -> Bool {
        let framing = try Framing.ofResponse(bytes, scratch.response, to: method)
        responseBody = BodyTransfer(framing, chunkLimit: settings.chunkLimit)
        removesChunked = framing == .chunked && clientMinorVersion == 0
        originPersists = scratch.response.minorVersion == 1 && !scratch.options.close && framing != .untilClose
        // A 204 that announces content (RFC 9110 section 8.6 forbids it) may be followed by it. The length 0, which is
        // as forbidden, announces none, and many servers send it with the answer to a preflight.
        if scratch.response.status == 204,
            try Framing.contentLength(bytes, scratch.response.fields) ?? 0 > 0
                || scratch.response.fields.contains(.transferEncoding)
        {
            originPersists = false
        }
        // An answer before the end of the request: whether the rest will be read is not certain, so the connection
        // ends behind this answer (RFC 9112 section 9.3).
        if request != .complete { persists = false }
        if framing == .untilClose || removesChunked || clientEnded || isDraining { persists = false }
        let start = output.toClient.count
        chain?.response(bytes, scratch.response.fields)
        ResponseRewriter.write(
            bytes,
            ResponseContext(
                isInterim: false, upgrades: false, persists: persists, clientMinorVersion: clientMinorVersion,
                removesChunked: removesChunked
                    || (clientMinorVersion == 0 && scratch.response.fields.contains(.transferEncoding)),
                staysBehind: staysBehind, chain: chain),
            settings, clientHost: clientHost, scratch: &scratch, into: &output.toClient)
        // What a chain has in an answer is for one exchange only.
        if chain == nil, framing != .untilClose, clientMinorVersion == 1, scratch.response.status != 204,
            lastResponse.mayRepeat(headEnd),
            let slot = scratch.responses.store(
                bytes, headEnd: headEnd, settings, clientHost, flags: responseFlags(persists: persists),
                head: scratch.response, options: scratch.options, edits: scratch.responseEdits, framing: framing,
                staysBehind: staysBehind, from: start, of: output.toClient)
        {
            lastResponse.slot = slot
        }
        addReport(bytes, &scratch, &output.toClient)
        return pass(framing, bytes.count, headEnd: headEnd, from: start, scratch, &output)
    }

    /// Tells whoever asked what was seen here.
    private func addReport(_ bytes: Span<UInt8>, _ scratch: inout Scratch, _ out: inout [UInt8]) {
        guard let chain else { return }
        out.removeLast(2)
        chain.report(
            bytes, scratch.response.fields, status: scratch.response.status, edits: &scratch.responseEdits, sent: &out)
        out.append(text: "\r\n")
    }

    /// The final head is written: observed, done with, and sent on.
    private mutating func pass(
        _ framing: Framing, _ count: Int, headEnd: Int, from start: Int, _ scratch: borrowing Scratch,
        _ output: inout Output
    ) -> Bool {
        output.commands.append(.observe(.response))
        output.commands.append(.send(.client, Extent(start, output.toClient.count)))
        output.commands.append(.consume(headEnd))
        wroteResponse = true
        response = .body
        status = scratch.response.status
        if framing == .none {
            responseComplete(leftover: count - headEnd, &output)
            return false
        }
        output.commands.append(.arm(.body))
        return true
    }

    /// What a final head is treated by besides its bytes, the settings and the name the client used.
    private func responseFlags(persists: Bool) -> UInt64 {
        UInt64(method.rawValue) << 8 | (persists ? 2 : 0) | (staysBehind ? 1 : 0)
    }

    /// A final head that came before, treated as `final` would treat it again; nil when it did not come before.
    ///
    /// Heads behind which the connection to the client has to close are not remembered, so whether it stays open is known
    /// before the head is.
    private mutating func recallResponse(
        _ bytes: Span<UInt8>, _ scratch: inout Scratch, _ output: inout Output
    ) -> Bool? {
        guard clientMinorVersion == 1, chain == nil else { return nil }
        let stays = persists && request == .complete && !clientEnded && !isDraining
        guard
            let slot = scratch.responses.find(
                bytes, settings, clientHost, flags: responseFlags(persists: stays), hint: lastResponse.slot)
        else { return nil }
        lastResponse.slot = slot
        let start = output.toClient.count
        scratch.responses.take(
            slot, head: &scratch.response, options: &scratch.options, edits: &scratch.responseEdits,
            into: &output.toClient)
        let (framing, headEnd) = (scratch.responses[slot].framing, scratch.responses[slot].end)
        responseSearch = HeadSearch()
        responseBody = BodyTransfer(framing, chunkLimit: settings.chunkLimit)
        removesChunked = false
        originPersists = scratch.response.minorVersion == 1 && !scratch.options.close
        persists = stays
        return pass(framing, bytes.count, headEnd: headEnd, from: start, scratch, &output)
    }

    mutating func readResponseBody(
        _ bytes: Span<UInt8>, _ scratch: inout Scratch, _ output: inout Output
    ) -> Bool {
        guard bytes.count > 0 else { return false }
        do throws(WireError) {
            // A trailer section has the time of one piece, however slowly it comes.
            let isTimed = !responseBody.isInTrailers
            let progress = try responseBody.advance(
                bytes, to: .client, removesChunked: removesChunked, observes: status >= 400, into: &output.commands)
            if isTimed { output.commands.append(.arm(.body)) }
            switch progress {
            case .paused(let offset):
                output.commands.append(.consume(offset))
                return true
            case .needMore:
                output.commands.append(.consume(bytes.count))
            case .ended(let offset):
                output.commands.append(.consume(offset))
                responseComplete(leftover: bytes.count - offset, &output)
            case .trailers(let offset):
                guard
                    let end = try responseBody.readTrailers(
                        bytes, at: offset, into: &scratch.trailers, limits: settings.limits)
                else {
                    output.commands.append(.consume(offset))
                    return false
                }
                let start = output.toClient.count
                if removesChunked {
                    scratch.trailerEdits.removeAll(keepingCapacity: true)
                    FieldEdit.drop(all: scratch.trailers, .version, edits: &scratch.trailerEdits)
                } else {
                    TrailerRewriter.write(bytes, scratch: &scratch, into: &output.toClient)
                }
                if !scratch.trailers.lines.isEmpty { output.commands.append(.observe(.trailers(.origin))) }
                if !removesChunked {
                    output.commands.append(.send(.client, Extent(start, output.toClient.count)))
                }
                output.commands.append(.consume(end))
                responseComplete(leftover: bytes.count - end, &output)
            }
            return false
        } catch {
            abandon(
                .originAborted,
                Failure(.origin, .body, .httpProtocolError, "the origin's body is not valid: " + error.text),
                &output)
            return false
        }
    }

    /// The response is whole.
    ///
    /// The exchange ends with it, even when the client is still sending its request.
    private mutating func responseComplete(leftover: Int, _ output: inout Output) {
        let reusable = originPersists && request == .complete && leftover == 0 && !originEnded
        let closing: Closing? = persists ? nil : request == .complete ? .plain : .linger
        finish(.complete, nil, closing: closing, reusable: reusable, &output)
    }

    // MARK: ends

    mutating func originEnd(_ output: inout Output) {
        originEnded = true
        switch response {
        case .none, .connecting: break
        case .waiting:
            originBroken(
                Failure(
                    .origin, .response, .connectionTerminated, "the origin closed the connection without an answer"),
                &output)
        case .body:
            if responseBody.endsWithConnection {
                finish(.complete, nil, closing: request == .complete ? .plain : .linger, &output)
            } else {
                abandon(
                    .originAborted,
                    Failure(
                        .origin, .body, .httpResponseIncomplete,
                        "the origin closed the connection in the middle of its answer"
                    ), &output)
            }
        case .tunnel:
            if clientEnded {
                finish(.complete, nil, closing: .plain, &output)
            } else {
                output.commands.append(.finishSending(.client))
            }
        }
    }

    mutating func originBroken(_ failure: Failure, _ output: inout Output) {
        switch response {
        case .none: break
        case .connecting: fail(failure, &output)
        case .waiting:
            if mayRetry {
                retried = true
                response = .connecting
                output.commands.append(.observe(.retry))
                output.commands.append(.arm(.connect))
                output.commands.append(.openOrigin(fresh: true))
                output.commands.append(.send(.origin, Extent(0, output.toOrigin.count)))
            } else {
                fail(failure, &output)
            }
        case .body: abandon(.originAborted, failure, &output)
        case .tunnel: finish(.originAborted, failure, closing: .reset, &output)
        }
    }

    /// Invariant 3.
    private var mayRetry: Bool {
        originIsReused && !retried && method.isIdempotent && requestBody.framing == .none && responseSearch.isFresh
            && interims == 0
    }
}
