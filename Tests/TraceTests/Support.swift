// Heads written as text, run through the parser and the recorder, so that a test sees what a live exchange would write.

import Fields
import Foundation
import JSON
import Testing
import Trace
import Wire

final class TestFingerprints: Fingerprinting {
    func fingerprint(_ bytes: Span<UInt8>, _ extent: Extent) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        for i in extent.indices { hash = (hash ^ UInt32(bytes[i])) &* 0x0100_0193 }
        return hash
    }
}

func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

func percentEncoded(_ text: String) -> String { text.utf8.map { String(format: "%%%02X", $0) }.joined() }

func hex(_ text: String) -> String { text.utf8.map { String(format: "%02x", $0) }.joined() }

func jwt(_ claims: String) -> String {
    func part(_ text: String) -> String {
        base64(text).replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
    }
    return part(#"{"alg":"HS256","typ":"JWT"}"#) + "." + part(claims) + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
}

/// One exchange as text.
struct Script {
    var target = "/wp-json/"
    var method = "GET"
    var request: [(String, [UInt8])] = []
    var status = 200
    var reason = Array("OK".utf8)
    var response: [(String, [UInt8])] = []
    var trailers: [(String, String)] = []
    var interim: [(String, String)] = []
    var body: String?
    var bodyBytes: [UInt8]?
    var error: RecordedError?
    var origin = "https://origin.example:443"

    mutating func ask(_ name: String, _ value: String) { request.append((name, Array(value.utf8))) }
    mutating func answer(_ name: String, _ value: String) { response.append((name, Array(value.utf8))) }
}

/// Bytes and a section of lines in them.
struct Section {
    var bytes: [UInt8] = []
    var lines: [FieldLine] = []

    init(_ fields: [(String, [UInt8])]) {
        for (name, value) in fields { add(name, value) }
    }

    mutating func add(_ name: String, _ value: [UInt8]) {
        let begin = bytes.count
        bytes += Array(name.utf8)
        let middle = bytes.count
        bytes += value
        let extent = Extent(begin, middle)
        lines.append(
            FieldLine(name: extent, value: Extent(middle, bytes.count), id: FieldName.lookup(bytes.span, extent)))
    }

    mutating func append(_ text: [UInt8]) -> Extent {
        bytes += text
        return Extent(bytes.count - text.count, bytes.count)
    }
}

/// Writes the line of a script.
func write(_ script: Script, _ recorder: inout Recorder, _ r: inout RecordBuffer) -> [UInt8] {
    let none: [UInt8] = []
    let id = Array("0k3v9abcdefghjkm".utf8)
    recorder.begin(
        &r, id: id.span, wallMicroseconds: 1_795_221_181_123_456, service: Array("main".utf8),
        clientAddress: Array("127.0.0.1:53012".utf8), connection: 17, exchange: 3, clientTLS: "TLSv1.3")
    recorder.origin(
        &r, url: Array(script.origin.utf8), address: Array("192.0.2.1:443".utf8), connection: 4, reused: true,
        retried: false, tls: "TLSv1.3", verified: true)
    var request = Section(script.request)
    let method = request.append(Array(script.method.utf8))
    let target = request.append(Array(script.target.utf8))
    recorder.request(
        &r, request.bytes.span, method: method, target: target, minorVersion: 1, lines: request.lines, edits: [],
        sent: none.span)
    if !script.interim.isEmpty {
        let interim = Section(script.interim.map { ($0.0, Array($0.1.utf8)) })
        recorder.interim(
            &r, interim.bytes.span, status: 103, reason: .empty, minorVersion: 1, lines: interim.lines, edits: [],
            sent: none.span)
    }
    var response = Section(script.response)
    let reason = response.append(script.reason)
    recorder.response(
        &r, response.bytes.span, status: script.status, reason: reason, minorVersion: 1, lines: response.lines,
        edits: [], sent: none.span, byHoplens: false)
    if let body = script.bodyBytes ?? script.body.map({ Array($0.utf8) }) {
        recorder.sample(&r, body.span, Extent(0, body.count))
    }
    if !script.trailers.isEmpty {
        let trailers = Section(script.trailers.map { ($0.0, Array($0.1.utf8)) })
        recorder.trailers(&r, side: .response, trailers.bytes.span, lines: trailers.lines, edits: [], sent: none.span)
    }
    recorder.end(
        &r, .complete, durationMicroseconds: 1234, timing: RecordedTiming(connect: 1, tls: 2, firstByte: 3, request: 4),
        requestBody: BodyFacts(.none, bytes: 0), responseBody: BodyFacts(.length, bytes: 200), error: script.error)
    var batch: [UInt8] = []
    recorder.append(r, to: &batch)
    return batch
}

func write(_ script: Script) -> String {
    var recorder = Recorder(node: "hoplens-1a2b", fingerprinting: TestFingerprints())
    var r = RecordBuffer()
    return String(decoding: write(script, &recorder, &r), as: UTF8.self)
}

func read(_ line: String) throws -> Record {
    let bytes = Array(line.utf8)
    var reader = TraceReader()
    return try reader.record(bytes.span, 0..<bytes.count)
}
