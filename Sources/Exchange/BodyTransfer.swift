// One body on its way through, for both directions: how much of it is left, and what of the input is to be forwarded.
// A body with Content-Length is forwarded as it comes; a chunked one is cut into pieces by the chunk reader, and what is
// forwarded is the plain form of the coding, or, for an HTTP/1.0 client, the content alone.
import Fields
import Wire

/// What one call of `BodyTransfer.advance` came to.
enum BodyProgress: Equatable {
    /// More bytes are needed.
    case needMore
    /// The content is over; the trailer section starts at the offset.
    case trailers(at: Int)
    /// The body ended at the offset.
    case ended(at: Int)
    /// There is more at the offset, for another call: one call makes only so many commands.
    case paused(at: Int)
}

struct BodyTransfer: Equatable {
    private(set) var framing = Framing.none
    /// Content bytes seen so far.
    private(set) var count: UInt64 = 0
    private var remaining: UInt64 = 0
    private var chunks: ChunkReader
    private(set) var isInTrailers = false
    private var trailerSearch = HeadSearch()

    /// How many commands one call makes at most: a block of one-byte chunks with extensions must not become a list of
    /// commands many times its size.
    private static let commandsPerCall = 256

    init(_ framing: Framing = .none, chunkLimit: Int = 0) {
        self.framing = framing
        chunks = ChunkReader(mostChunks: chunkLimit)
        if case .length(let length) = framing { remaining = length }
    }

    /// How many bytes may be received without taking more than so many behind the end.
    func mostToRead(ahead: Int) -> Int {
        guard case .length = framing, remaining < UInt64(Int.max - ahead) else { return .max }
        return Int(remaining) + ahead
    }

    /// Whether an end of the connection here is the proper end of the body.
    var endsWithConnection: Bool { framing == .untilClose }

    /// Takes what there is of the body in `bytes` and appends `forward` commands (and `observe` for content when
    /// asked to).
    ///
    /// A chunked body is left at its trailer section.
    mutating func advance(
        _ bytes: Span<UInt8>, to side: Side, removesChunked: Bool, observes: Bool, into commands: inout [Command]
    ) throws(WireError) -> BodyProgress {
        switch framing {
        case .none, .tunnel: return .ended(at: 0)
        case .length:
            let taken = Int(min(UInt64(bytes.count), remaining))
            forward(Extent(0, taken), to: side, observes, &commands)
            remaining -= UInt64(taken)
            count += UInt64(taken)
            return remaining == 0 ? .ended(at: taken) : .needMore
        case .untilClose:
            forward(Extent(0, bytes.count), to: side, observes, &commands)
            count += UInt64(bytes.count)
            return .needMore
        case .chunked:
            if isInTrailers { return .trailers(at: 0) }
            return try advanceChunked(bytes, to: side, removesChunked, observes, &commands)
        }
    }

    private mutating func advanceChunked(
        _ bytes: Span<UInt8>, to side: Side, _ removesChunked: Bool, _ observes: Bool, _ commands: inout [Command]
    ) throws(WireError) -> BodyProgress {
        // Neighbouring pieces that are both forwarded become one extent, so a buffer of a plainly coded body is one
        // command, not one per chunk.
        var run = Extent.empty
        var at = 0
        let most = commands.count + Self.commandsPerCall
        while true {
            if commands.count >= most {
                emit(run, to: side, &commands)
                return .paused(at: at)
            }
            let piece: ChunkReader.Piece
            do throws(WireError) {
                piece = try chunks.next(bytes, at: at)
            } catch {
                // What came before the fault was counted, so it is forwarded.
                emit(run, to: side, &commands)
                throw error
            }
            let extent: Extent
            let keeps: Bool
            switch piece {
            case .needMore:
                emit(run, to: side, &commands)
                return .needMore
            case .framing(let found):
                extent = found
                keeps = !removesChunked
            case .data(let found):
                extent = found
                keeps = true
                count += UInt64(found.count)
                if observes { commands.append(.observe(.content(found))) }
            case .junk(let found):
                extent = found
                keeps = false
            case .trailers(let found):
                extent = found
                keeps = !removesChunked
                isInTrailers = true
            }
            at = Int(extent.end)
            if keeps {
                if run.isEmpty {
                    run = extent
                } else if run.end == extent.start {
                    run.end = extent.end
                } else {
                    emit(run, to: side, &commands)
                    run = extent
                }
            }
            if isInTrailers {
                emit(run, to: side, &commands)
                return .trailers(at: at)
            }
        }
    }

    /// Reads the trailer section once all of it is there; what was searched for its end is not searched again.
    mutating func readTrailers(
        _ bytes: Span<UInt8>, at offset: Int, into section: inout FieldSection, limits: HeadLimits
    ) throws(WireError) -> Int? {
        do throws(WireError) {
            // After the first call the section stands at the front.
            if !trailerSearch.isFresh, try !trailerSearch.reachesEnd(bytes, limits: limits) { return nil }
            if let end = try HeadParser.trailers(bytes, from: offset, into: &section, limits: limits) { return end }
            _ = try trailerSearch.reachesEnd(bytes.extracting(offset..<bytes.count), limits: limits)
            return nil
        } catch {
            // There is no request line here.
            throw error == .targetTooLong ? .lineTooLong : error
        }
    }

    private func forward(_ extent: Extent, to side: Side, _ observes: Bool, _ commands: inout [Command]) {
        guard !extent.isEmpty else { return }
        if observes { commands.append(.observe(.content(extent))) }
        commands.append(.forward(side, extent))
    }

    private func emit(_ run: Extent, to side: Side, _ commands: inout [Command]) {
        if !run.isEmpty { commands.append(.forward(side, run)) }
    }
}

/// Trailer sections on their way through (RFC 9110 section 6.5).
enum TrailerRewriter {
    /// Writes the section without the fields that may not stand in it.
    static func write(_ bytes: Span<UInt8>, scratch: inout Scratch, into out: inout [UInt8]) {
        scratch.trailerEdits.removeAll(keepingCapacity: true)
        var copier = HeadCopier()
        for index in scratch.trailers.lines.indices {
            let line = scratch.trailers.lines[index]
            if isForbidden(line.id) || isForbidden(line.name, bytes) {
                copier.flush(bytes, into: &out)
                scratch.trailerEdits.append(FieldEdit(.drop, .forbiddenTrailer, id: line.id, index: index))
            } else {
                copier.keep(line, bytes, into: &out)
            }
        }
        copier.flush(bytes, into: &out)
        out.append(text: "\r\n")
    }

    /// Fields that frame, route, authenticate or describe a message must come before its content (RFC 9110 section
    /// 6.5.1); in a trailer they are a way to smuggle them past whoever read the head.
    private static func isForbidden(_ name: FieldName) -> Bool {
        switch name {
        case .contentLength, .transferEncoding, .connection, .keepAlive, .proxyConnection, .te, .trailer, .upgrade,
            .http2Settings, .host, .expect, .maxForwards, .authorization, .proxyAuthorization, .proxyAuthenticate,
            .wwwAuthenticate, .cookie, .setCookie, .xWPNonce, .xAPIKey, .cacheControl, .pragma, .vary, .age, .expires,
            .date, .location, .retryAfter, .contentEncoding, .contentType, .origin, .forwarded, .xForwardedFor,
            .xForwardedHost, .xForwardedProto, .xForwardedPort, .xForwardedServer, .xForwardedPrefix, .xForwardedSSL,
            .xRealIP, .xHTTPMethodOverride, .via, .cdnLoop:
            true
        default: false
        }
    }

    /// The request modifiers and content fields that have no name of their own here.
    private static func isForbidden(_ name: Extent, _ bytes: Span<UInt8>) -> Bool {
        if name.count > 3, bytes.equals(Extent(Int(name.start), Int(name.start) + 3), ignoringCase: "if-") {
            return true
        }
        return bytes.equals(name, ignoringCase: "range") || bytes.equals(name, ignoringCase: "content-range")
    }
}
