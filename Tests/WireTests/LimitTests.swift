// Limits: what is exactly as long as allowed passes, one byte more does not, and where the bytes are cut on their way
// makes no difference.
import Testing
import Wire

private func pad(_ count: Int) -> String { String(repeating: "a", count: count) }

@Suite struct LimitTests {
    @Test func theRequestLineIsLimitedWithoutItsLineEnd() {
        let limits = HeadLimits(line: 64, head: 4096, fields: 8)
        let rest = "\r\nHost: h\r\n\r\n"
        let frame = "GET / HTTP/1.1".utf8.count
        let most = "GET /" + pad(64 - frame) + " HTTP/1.1" + rest
        #expect(readThreeWays(.request, most, limits: limits).head != nil)
        #expect(
            readThreeWays(.request, "GET /" + pad(65 - frame) + " HTTP/1.1" + rest, limits: limits).error
                == .targetTooLong)
        #expect(readThreeWays(.request, pad(65), limits: limits).error == .targetTooLong)
        #expect(readThreeWays(.request, pad(64), limits: limits) == .needsMore)
        #expect(readThreeWays(.request, "GET /" + pad(60), limits: limits).error == .targetTooLong)
    }

    @Test func aLineIsTooLongBeforeTheHeadHasEnded() throws {
        // Found by fuzzing: a line that arrived together with its end was refused only behind the last line.
        let limits = HeadLimits(line: 64, head: 4096, fields: 8)
        for (first, error) in [("GET /", WireError.targetTooLong), ("GET / HTTP/1.1\r\nX: ", .lineTooLong)] {
            var search = HeadSearch()
            #expect(try !search.reachesEnd(bytes(first).span, limits: limits))
            #expect(throws: error) {
                try search.reachesEnd(bytes(first + pad(64) + "\r\nY: z").span, limits: limits)
            }
        }
        var search = HeadSearch()
        #expect(try !search.reachesEnd(bytes(pad(64) + "\r\nY: z").span, limits: limits))
    }

    @Test func theStatusLineIsLimitedToo() {
        let limits = HeadLimits(line: 64, head: 4096, fields: 8)
        let frame = "HTTP/1.1 200 ".utf8.count
        #expect(readThreeWays(.response, "HTTP/1.1 200 " + pad(64 - frame) + "\r\n\r\n", limits: limits).head != nil)
        let over = bytes("HTTP/1.1 200 " + pad(65 - frame) + "\r\n\r\n")
        #expect(read(.response, pieces: [over], limits: limits).error == .lineTooLong)
        #expect(read(.response, pieces: over.map { [$0] }, limits: limits).error != nil)
    }

    @Test func aFieldLineIsLimitedWithoutItsLineEnd() {
        let limits = HeadLimits(line: 64, head: 4096, fields: 8)
        let start = "GET / HTTP/1.1\r\nHost: h\r\n"
        for (name, blanks) in [("X: ", ""), ("X: ", " "), (pad(32) + ":", "")] {
            let room = 64 - name.utf8.count - blanks.utf8.count
            let most = readThreeWays(.request, start + name + pad(room) + blanks + "\r\n\r\n", limits: limits)
            #expect(most.head != nil)
            let over = readThreeWays(.request, start + name + pad(room + 1) + blanks + "\r\n\r\n", limits: limits)
            #expect(over.error == .lineTooLong)
        }
        #expect(readThreeWays(.request, start + pad(65), limits: limits).error == .lineTooLong)
        #expect(readThreeWays(.request, start + "X: " + pad(61), limits: limits) == .needsMore)
        #expect(readThreeWays(.request, start + "X: " + pad(62), limits: limits).error == .lineTooLong)
    }

    @Test(arguments: Kind.allCases)
    func aHeadIsLimitedWithItsEmptyLine(_ kind: Kind) {
        let limits = HeadLimits(line: 64, head: 256, fields: 50)
        let start =
            switch kind {
            case .request: "GET / HTTP/1.1\r\n"
            case .response: "HTTP/1.1 200 OK\r\n"
            case .trailers: ""
            }
        func head(_ size: Int) -> String {
            var head = start
            while size - head.utf8.count > 80 { head += "X: " + pad(20) + "\r\n" }
            return head + "Y: " + pad(size - head.utf8.count - 7) + "\r\n\r\n"
        }
        let most = head(256)
        #expect(most.utf8.count == 256)
        #expect(readThreeWays(kind, most, limits: limits).head?.consumed == 256)
        #expect(readThreeWays(kind, head(257), limits: limits).error == .headTooLarge)
        let endless = String(repeating: "X: " + pad(20) + "\r\n", count: 20)
        #expect(readThreeWays(kind, start + endless, limits: limits).error == .headTooLarge)
    }

    @Test(arguments: Kind.allCases)
    func fieldLinesAreCounted(_ kind: Kind) {
        let limits = HeadLimits(line: 64, head: 4096, fields: 8)
        let start =
            switch kind {
            case .request: "GET / HTTP/1.1\r\n"
            case .response: "HTTP/1.1 200 OK\r\n"
            case .trailers: ""
            }
        let lines = String(repeating: "X: y\r\n", count: 8)
        #expect(readThreeWays(kind, start + lines + "\r\n", limits: limits).head?.lines.count == 8)
        #expect(readThreeWays(kind, start + lines + "X: y\r\n\r\n", limits: limits).error == .tooManyFields)
    }

    @Test func aSearchGoesOnWhereItStopped() throws {
        // Searching costs time in proportion to the head: what was looked at is not looked at again. A search that
        // is shown other bytes in front does not notice, which proves that it did not look.
        var search = HeadSearch()
        let first = bytes("GET / HTTP/1.1\r\nA: b\r\n")
        #expect(try !search.reachesEnd(first.span, limits: HeadLimits()))
        #expect(!search.isFresh)
        let second = [UInt8](repeating: 0x0A, count: first.count) + bytes("\r\n")
        #expect(try search.reachesEnd(second.span, limits: HeadLimits()))
    }
}
