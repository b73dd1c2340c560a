import Fields
import Foundation
import Testing
import Trace
import Wire

@Suite struct RecorderTests {
    @Test func whatIsWrittenIsReadBack() throws {
        var script = Script()
        script.target = "/wp-json/wp/v2/posts?per_page=1&token=abc"
        script.ask("Host", "127.0.0.1:8080")
        script.ask(
            "Authorization", "Bearer " + jwt(#"{"exp":1790000000,"iat":1789000000,"nbf":1,"iss":"https://a.example"}"#))
        script.ask("Cookie", "a=b")
        script.ask("X-Empty", "")
        script.answer("Content-Type", "application/json")
        script.answer("Set-Cookie", "a=b; Path=/")
        script.status = 403
        script.reason = Array("Forbidden".utf8)
        script.body = #"{"code":"rest_forbidden","message":"Sorry","data":{"status":403}}"#
        script.interim = [("Link", "</a>; rel=preload")]
        script.trailers = [("Server-Timing", "x")]
        script.error = RecordedError(
            side: "origin", phase: "response-body", cause: "connection_terminated", text: "The end.")
        let record = try read(String(write(script).dropLast()))
        #expect(record.id == "0k3v9abcdefghjkm")
        #expect(record.node == "hoplens-1a2b")
        #expect(record.time == 1_795_221_181_123_456)
        #expect(record.durationMicroseconds == 1234)
        #expect(record.service == "main")
        #expect(!record.raw)
        #expect(
            record.client == RecordedClient(address: "127.0.0.1:53012", connection: 17, exchange: 3, tls: "TLSv1.3"))
        #expect(record.origin?.url == "https://origin.example:443")
        #expect(record.origin?.address == "192.0.2.1:443")
        #expect(record.origin?.connection == 4)
        #expect(record.origin?.reused == true)
        #expect(record.origin?.verified == true)
        #expect(record.request?.method == "GET")
        #expect(record.request?.version == "1.1")
        #expect(record.request?.target?.hasPrefix("/wp-json/wp/v2/posts?per_page=1&token=‹secret,3,#") == true)
        let lines = try #require(record.request?.head.lines)
        #expect(lines.map(\.name) == ["Host", "Authorization", "Cookie", "X-Empty"])
        #expect(lines[0] == RecordedLine(name: "Host", value: "127.0.0.1:8080"))
        #expect(lines[1].shape?.kind == .jwt)
        #expect(lines[1].shape?.scheme == "Bearer")
        #expect(
            lines[1].shape?.token
                == JWTFacts(
                    algorithm: "HS256", type: "JWT", issuer: "https://a.example", issuedAt: 1_789_000_000, notBefore: 1,
                    expires: 1_790_000_000))
        #expect(lines[2].shape?.kind == .cookie)
        #expect(lines[3] == RecordedLine(name: "X-Empty", value: ""))
        #expect(record.interim.map(\.status) == [103])
        #expect(record.interim.first?.head.lines.first?.value == "</a>; rel=preload")
        #expect(record.response?.status == 403)
        #expect(record.response?.reason == "Forbidden")
        #expect(record.responseTrailers?.lines == [RecordedLine(name: "Server-Timing", value: "x")])
        #expect(record.requestBody == RecordedBody(framing: .none, bytes: 0))
        #expect(record.responseBody?.framing == .length)
        #expect(record.responseBody?.sample?.text == script.body)
        #expect(record.responseBody?.sample?.truncated == false)
        #expect(record.timing == RecordedTiming(connect: 1, tls: 2, firstByte: 3, request: 4))
        #expect(record.end == .complete)
        #expect(record.error == script.error)
    }

    @Test func editsGiveTheMessageThatWasSent() throws {
        let head = Section([
            ("Host", Array("127.0.0.1:8080".utf8)), ("Connection", Array("close".utf8)),
            ("X-Ü".replacingOccurrences(of: "Ü", with: "U"), [0xFC, 0x80]),
            ("Accept", Array("*/*".utf8)),
        ])
        var sent = Section([])
        sent.add("Host", Array("origin.example".utf8))
        sent.add("Via", Array("1.1 hoplens-1a2b".utf8))
        sent.add("X-Forwarded-For", Array("127.0.0.1".utf8))
        let edits = [
            FieldEdit(.replace, .hostPolicy, id: .host, index: 0, name: sent.lines[0].name, value: sent.lines[0].value),
            FieldEdit(.drop, .hopByHop, id: .connection, index: 1),
            FieldEdit(.add, .via, id: .via, index: -1, name: sent.lines[1].name, value: sent.lines[1].value),
            FieldEdit(
                .add, .forwarded, id: .xForwardedFor, index: -1, name: sent.lines[2].name, value: sent.lines[2].value),
        ]
        var recorder = Recorder(node: "n", fingerprinting: TestFingerprints())
        var r = RecordBuffer()
        var bytes = head
        let method = bytes.append(Array("GET".utf8))
        let target = bytes.append(Array("/".utf8))
        let id = Array("x".utf8)
        recorder.begin(
            &r, id: id.span, wallMicroseconds: 0, service: [], clientAddress: [], connection: 1, exchange: 1,
            clientTLS: nil)
        recorder.request(
            &r, bytes.bytes.span, method: method, target: target, minorVersion: 0, lines: head.lines, edits: edits,
            sent: sent.bytes.span)
        recorder.end(
            &r, .complete, durationMicroseconds: 1, timing: RecordedTiming(), requestBody: nil, responseBody: nil,
            error: nil)
        var batch: [UInt8] = []
        recorder.append(r, to: &batch)
        let record = try read(String(decoding: batch.dropLast(), as: UTF8.self))
        #expect(record.request?.version == "1.0")
        #expect(record.request?.head.edits.map(\.reason) == [.hostPolicy, .hopByHop, .via, .forwarded])
        #expect(record.request?.head.edits[1].line == RecordedLine(name: "Connection", value: ""))
        #expect(record.request?.head.edits[1].index == 1)
        #expect(record.request?.head.edits[2].index == nil)
        #expect(
            record.request?.head.sent() == [
                RecordedLine(name: "Host", value: "origin.example"),
                RecordedLine(name: "X-U", value: "\u{FC}\u{80}", latin1: true),
                RecordedLine(name: "Accept", value: "*/*"), RecordedLine(name: "Via", value: "1.1 hoplens-1a2b"),
                RecordedLine(name: "X-Forwarded-For", value: "127.0.0.1"),
            ])
    }

    @Test func everyByteOfAValueIsToldExactly() throws {
        for byte in UInt8.min...UInt8.max where byte >= 0x20 || byte == 9 {
            var script = Script()
            script.request.append(("X-Odd", [0x61, byte, 0x62]))
            let line = try #require(try read(String(write(script).dropLast())).request?.head.lines.first)
            #expect(line.latin1 == (byte >= 0x80))
            #expect(line.value.unicodeScalars.map(\.value) == [0x61, UInt32(byte), 0x62])
        }
    }

    @Test func targetsAndReasonsMayBeLatin1() throws {
        var script = Script()
        script.reason = [0x4F, 0xFC]
        let record = try read(String(write(script).dropLast()))
        #expect(record.response?.reasonLatin1 == true)
        #expect(record.response?.reason == "Oü")
    }

    @Test func aLaterAnswerReplacesAnEarlierOne() throws {
        var recorder = Recorder(node: "n", fingerprinting: TestFingerprints())
        var r = RecordBuffer()
        let none: [UInt8] = []
        let page = Array("<p>x</p>".utf8)
        recorder.begin(
            &r, id: none.span, wallMicroseconds: 0, service: [], clientAddress: [], connection: 1, exchange: 1,
            clientTLS: nil)
        for status in [200, 502] {
            recorder.origin(
                &r, url: Array("http://o".utf8), address: [], connection: 0, reused: false, retried: false, tls: nil,
                verified: status == 200)
            recorder.response(
                &r, none.span, status: status, reason: .empty, minorVersion: 1, lines: [], edits: [], sent: none.span,
                byHoplens: status == 502)
            if status == 200 { recorder.sample(&r, page.span, Extent(0, page.count)) }
        }
        recorder.end(
            &r, .originAborted, durationMicroseconds: 1, timing: RecordedTiming(), requestBody: nil,
            responseBody: BodyFacts(.length, bytes: 1), error: nil)
        var batch: [UInt8] = []
        recorder.append(r, to: &batch)
        let record = try read(String(decoding: batch.dropLast(), as: UTF8.self))
        #expect(record.response?.status == 502)
        #expect(record.response?.byHoplens == true)
        #expect(record.responseBody?.sample == nil)
        #expect(record.origin?.address == nil)
        #expect(record.origin?.verified == false)
    }

    @Test func samplesAreBoundedAndOnlyText() throws {
        func sample(_ type: String?, _ coding: String?, _ bytes: [UInt8], limit: Int = 64) throws -> RecordedSample {
            var fields: [(String, [UInt8])] = []
            if let type { fields.append(("Content-Type", Array(type.utf8))) }
            if let coding { fields.append(("Content-Encoding", Array(coding.utf8))) }
            var script = Script()
            script.response = fields
            script.bodyBytes = bytes
            var recorder = Recorder(node: "n", fingerprinting: TestFingerprints(), sampleLimit: limit)
            var r = RecordBuffer()
            let line = String(decoding: write(script, &recorder, &r).dropLast(), as: UTF8.self)
            return try #require(try read(line).responseBody?.sample)
        }
        let text = Array("not found".utf8)
        #expect(
            try sample("text/plain", nil, text)
                == RecordedSample(type: "text/plain", bytes: 9, text: "not found", truncated: false))
        #expect(try sample(nil, nil, text).text == "not found")
        #expect(try sample("application/problem+json", "identity", text).text == "not found")
        #expect(
            try sample("text/html", "gzip", text)
                == RecordedSample(type: "text/html", bytes: 9, coding: "gzip", text: nil, truncated: true))
        #expect(try sample("image/png", nil, text).text == nil)
        #expect(try sample("text/html", nil, [0x68, 0, 0x69, 0]).text == nil)
        #expect(
            try sample("text/plain", nil, text, limit: 3)
                == RecordedSample(type: "text/plain", bytes: 3, text: "not", truncated: true))
        #expect(try sample("text/plain", nil, Array("aé".utf8), limit: 2).text == "a")
        #expect(try sample("text/plain", nil, [0x61, 0xFF]).text == "a\u{FFFD}")
    }

    @Test func codedBodiesAreReadFromACopyOrNamed() throws {
        func sample(_ codings: [String], _ bytes: [UInt8], limit: Int = 64) throws -> RecordedSample {
            var script = Script()
            script.response =
                [("Content-Type", Array("text/plain".utf8))] + codings.map { ("Content-Encoding", Array($0.utf8)) }
            script.bodyBytes = bytes
            var recorder = Recorder(node: "n", fingerprinting: TestFingerprints(), sampleLimit: limit)
            var r = RecordBuffer()
            let line = String(decoding: write(script, &recorder, &r).dropLast(), as: UTF8.self)
            return try #require(try read(line).responseBody?.sample)
        }
        // `password=hunter2 ` by zlib, six times over.
        let zlib: [UInt8] = [
            0x78, 0x9C, 0x2B, 0x48, 0x2C, 0x2E, 0x2E, 0xCF, 0x2F, 0x4A, 0xB1, 0xCD, 0x28, 0xCD, 0x2B, 0x49, 0x2D, 0x32,
            0x52, 0x28, 0xA0, 0x85, 0x00, 0x00, 0x0E, 0xF2, 0x27, 0x91,
        ]
        let whole = try sample(["deflate"], zlib, limit: 200)
        #expect(whole.coding == "deflate" && !whole.truncated && whole.bytes == zlib.count)
        #expect(whole.text?.hasPrefix("password=‹") == true && whole.text?.contains("hunter2") == false)
        let cut = try sample(["Deflate"], zlib, limit: 30)
        #expect(cut.truncated && cut.text?.contains("hunter2") == false && cut.text?.hasPrefix("password=") == true)
        for coding in ["br", "zstd", "made-up"] {
            let unread = try sample([coding], zlib)
            #expect(unread.text == nil && unread.coding == (coding == "made-up" ? "other" : coding))
        }
        #expect(try sample(["gzip", "deflate"], zlib).coding == "other")
        #expect(try sample(["identity"], Array("abc".utf8)).coding == nil)
    }

    @Test func theEvidenceOfARESTErrorStaysInTheSample() throws {
        let body =
            #"{"code":"rest_cookie_invalid_nonce","message":"Cookie check failed","data":{"status":403,"params":{"context":"edit"}}}"#
        var script = Script()
        script.answer("Content-Type", "application/json; charset=UTF-8")
        script.body = body
        #expect(try read(String(write(script).dropLast())).responseBody?.sample?.text == body)
        for message in [
            "The provided password is an invalid application password.",
            "Unknown username. Check again or try your email address.",
            "Authorization header not found.", "Expired token", "Signature verification failed",
            "Sorry, you are not allowed to do that.",
            "<html><head><title>401 Authorization Required</title></head><body><center><h1>401 Authorization Required</h1></center><hr><center>nginx/1.22.1</center></body></html>",
            "<p>This server could not verify that you are authorized to access the document requested.</p>",
            "Request Header Or Cookie Too Large",
        ] {
            script.response = [("Content-Type", Array("text/html".utf8))]
            script.body = message
            #expect(try read(String(write(script).dropLast())).responseBody?.sample?.text == message)
        }
    }

    @Test func theCacheGivesWhatTheClearPathGives() {
        var generator = SystemRandomNumberGenerator()
        var warm = Recorder(node: "n", fingerprinting: TestFingerprints())
        var buffer = RecordBuffer()
        let names = [
            "Authorization", "Cookie", "Set-Cookie", "X-WP-Nonce", "User-Agent", "Referer", "X-Debug", "X-Api-Key",
            "Host", "WWW-Authenticate", "ETag",
        ]
        let pieces = [
            "Bearer ", "Basic ", "dXNlcjpwYXNz", "token=", "abc", "; ", "a=b", "https://u:p@h/", "\"", "\\", "é",
            "gzip", "nginx", " ", "x", "12", "-", "basic", "@", "%41", "'nonce-",
        ]
        for _ in 0..<100 {
            var script = Script()
            for _ in 0..<6 {
                let value = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                    pieces.randomElement(using: &generator) ?? ""
                }.joined()
                script.ask(names.randomElement(using: &generator) ?? "A", value)
            }
            var cold = Recorder(node: "n", fingerprinting: TestFingerprints())
            var fresh = RecordBuffer()
            let expected = write(script, &cold, &fresh)
            // New to all of the memory, known line by line, and known as a whole.
            for _ in 0..<4 { #expect(write(script, &warm, &buffer) == expected) }
        }
    }

    @Test func linesOfTheSameBytesThatAreCutElsewhereAreNotConfused() throws {
        // Not from a parser, which finds the colon in the bytes; but the recorder must not depend on that.
        var recorder = Recorder(node: "n", fingerprinting: TestFingerprints())
        var r = RecordBuffer()
        var one = Script()
        one.ask("ab", "cd")
        var two = Script()
        two.ask("abc", "d")
        for _ in 0..<4 {
            let first = String(decoding: write(one, &recorder, &r), as: UTF8.self)
            let second = String(decoding: write(two, &recorder, &r), as: UTF8.self)
            #expect(first.contains(#"{"n":"ab","v":"cd"}"#))
            #expect(second.contains(#"{"n":"abc","v":"d"}"#))
        }
    }

    @Test func theQuickPathGivesWhatTheClearPathGives() {
        // Every short value over a telling alphabet: what is copied unseen must be what the redactor shows.
        let redactor = Redactor(TestFingerprints())
        let alphabet = [" ", "a", "E", "0", "=", ":", "@", "-", ".", "\"", "'", "é", "basic", "eyJ", "token", "NTLM"]
        var recorder = Recorder(node: "n", fingerprinting: TestFingerprints())
        var r = RecordBuffer()
        for one in alphabet {
            for two in alphabet {
                for three in alphabet {
                    let value = (one + two + three).trimmingCharacters(in: .whitespaces)
                    var script = Script()
                    let fields: [(String, Treatment)] = [
                        ("X-Debug", .unlisted), ("X-Powered-By", .unknown), ("Content-Type", .known), ("Host", .host),
                    ]
                    for (name, _) in fields { script.ask(name, value) }
                    let line = String(decoding: write(script, &recorder, &r), as: UTF8.self)
                    for (name, treatment) in fields {
                        let clear = redactor.value(Array(value.utf8), treatment)
                        let text = String(decoding: clear.shown, as: UTF8.self)
                            .replacingOccurrences(of: "\"", with: "\\\"")
                        #expect(line.contains(#"{"n":"\#(name)","v":""# + text + "\""), "\(value)")
                    }
                }
            }
        }
    }

    @Test func hostileBytesNeverBreakALine() throws {
        var generator = SystemRandomNumberGenerator()
        var recorder = Recorder(node: "n", fingerprinting: TestFingerprints())
        var r = RecordBuffer()
        for _ in 0..<200 {
            func noise() -> [UInt8] {
                (0..<Int.random(in: 0..<60, using: &generator)).map { _ in .random(in: 0...255, using: &generator) }
            }
            var script = Script()
            script.request = [("Authorization", noise()), ("X-Debug", noise()), ("Cookie", noise())]
            script.response = [
                ("Set-Cookie", noise()), ("Content-Type", Array("text/html".utf8)), ("Location", noise()),
            ]
            script.reason = noise()
            script.bodyBytes = noise()
            let line = write(script, &recorder, &r)
            #expect(line.dropLast().allSatisfy { $0 != 0x0A })
            let text = try #require(String(validating: line.dropLast(), as: UTF8.self))
            let record = try read(text)
            #expect(record.request?.head.lines.count == 3)
        }
    }
}
