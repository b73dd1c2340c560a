// The chunk reader: what it cuts out as content is what a second reader sees; what it would forward is the plain form
// of the same content; and how the bytes arrive changes nothing.
import Wire

enum ChunkBody {
    @Sendable
    static func run(_ bytes: [UInt8]) -> [String] {
        var promises = Promises()
        let whole = read(bytes, [bytes.count], &promises)
        let single = read(bytes, Array(repeating: 1, count: bytes.count), &promises)
        let first = Int(bytes.first ?? 0) % 13 + 1
        let uneven = read(bytes, (0..<bytes.count).map { first + $0 % 5 }, &promises)
        for other in [single, uneven] {
            promises.expect(other.error == whole.error, "in pieces the error is \(desc(other)), not \(desc(whole))")
            promises.expect(other.end == whole.end, "in pieces the end is \(desc(other)), not \(desc(whole))")
            if whole.error == nil {
                promises.expect(other.content == whole.content, "in pieces the content is another")
                promises.expect(other.plain == whole.plain, "in pieces the plain form is another")
            } else {
                // Up to the fault more of it may have been forwarded already.
                promises.expect(other.plain.starts(with: whole.plain), "in pieces the plain form is another")
            }
        }
        let opinion = StrictReader.chunked(bytes, from: 0, strict: false)
        promises.expect(
            whole.error == nil ? opinion.content == whole.content : opinion.content.starts(with: whole.content),
            "another reader sees other content")
        guard let end = whole.end else { return promises.broken }
        // The trailer section is not the chunk reader's: it is given an empty one here.
        let plain = StrictReader.chunked(whole.plain + [13, 10], from: 0, strict: true)
        promises.expect(
            plain == .whole(content: whole.content, trailers: [], end: whole.plain.count + 2),
            "what is forwarded is not the plain form of the content")
        let closed = StrictReader.chunked(Array(bytes[..<end]) + [13, 10], from: 0, strict: false)
        promises.expect(
            closed == .whole(content: whole.content, trailers: [], end: end + 2),
            "another reader sees the last chunk elsewhere")
        return promises.broken
    }

    private struct Reading {
        var content: [UInt8] = []
        var plain: [UInt8] = []
        var end: Int?
        var error: WireError?
    }

    private static func desc(_ reading: Reading) -> String {
        reading.error.map { "\($0)" } ?? reading.end.map { "the end at \($0)" } ?? "none yet"
    }

    private static func read(_ bytes: [UInt8], _ cuts: [Int], _ promises: inout Promises) -> Reading {
        var reading = Reading()
        var reader = ChunkReader()
        var at = 0
        for cut in cuts where at < bytes.count {
            let piece = Array(bytes[at..<min(bytes.count, at + cut)])
            var i = 0
            while true {
                let next = HeadBodies.attempt { () throws(WireError) in try reader.next(piece.span, at: i) }
                let extent: Extent
                switch next {
                case .failure(let error):
                    reading.error = error
                    return reading
                case .success(.needMore):
                    promises.expect(i == piece.count, "the reader wants more and leaves bytes unread")
                    at += piece.count
                    extent = .empty
                case .success(.framing(let found)):
                    reading.plain += HeadBodies.copy(piece, found)
                    extent = found
                case .success(.data(let found)):
                    reading.plain += HeadBodies.copy(piece, found)
                    reading.content += HeadBodies.copy(piece, found)
                    extent = found
                case .success(.junk(let found)): extent = found
                case .success(.trailers(let found)):
                    reading.plain += HeadBodies.copy(piece, found)
                    reading.end = at + Int(found.end)
                    return reading
                }
                if case .success(.needMore) = next { break }
                promises.expect(
                    Int(extent.start) == i && !extent.isEmpty && Int(extent.end) <= piece.count,
                    "the pieces do not cover the input in order")
                i = Int(extent.end)
                if extent.isEmpty { return reading }
            }
        }
        return reading
    }
}
