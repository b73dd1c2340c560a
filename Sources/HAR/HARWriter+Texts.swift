// The small texts of an export: moments, URLs, sizes of heads, phases.

import Fields
import Trace

/// The phases of an exchange as HAR has them, in microseconds; nil for one that did not happen.
struct HARTimings {
    let phases: [(name: String, microseconds: Int64?)]
    /// All of them together; `ssl` is a part of `connect`.
    let sum: Int64

    init(_ record: Record) {
        let timing = record.timing
        let total = max(0, record.durationMicroseconds)
        let tls = timing.tls
        let connect = timing.connect.map { min(total, $0 + (tls ?? 0)) } ?? tls.map { min(total, $0) }
        let before = connect ?? 0
        let send = max(0, min(timing.request ?? before, total) - before)
        let first = max(before + send, min(timing.firstByte ?? total, total))
        phases = [
            ("blocked", nil), ("dns", nil), ("connect", connect), ("send", send), ("wait", first - before - send),
            ("receive", total - first), ("ssl", tls.map { min($0, before) }),
        ]
        sum = total
    }
}

extension HARWriter {
    /// A moment in ISO 8601, as `startedDateTime` wants it.
    static func moment(_ microseconds: Int64) -> String {
        var out: [UInt8] = []
        Timestamp.append(microseconds, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    /// The URL a client asked for: its own scheme, the Host it named, and the target.
    static func url(_ record: Record) -> String {
        let target = record.request?.target ?? "/"
        if target.contains("://"), !target.hasPrefix("/") { return target }
        let scheme =
            record.client.tls != nil || (record.client.address == "-" && record.origin?.url.hasPrefix("https:") == true)
            ? "https" : "http"
        let named = record.request?.head.lines.first { $0.name.lowercased() == "host" }?.value
        let origin = record.origin?.url.split(separator: "/").last.map(String.init)
        let host = named.flatMap { $0.isEmpty ? nil : $0 } ?? origin ?? "unknown.invalid"
        return "\(scheme)://\(host)\(target.hasPrefix("/") ? "" : "/")\(target == "*" ? "" : target)"
    }

    /// The bytes of a head on the wire (RFC 9112 section 2.1), the empty line included.
    static func headSize(_ first: String, _ latin1: Bool, _ lines: [RecordedLine]) -> Int {
        lines.reduce(Marker.wireLength(first, latin1: latin1) + 4) { sum, line in
            sum + Marker.wireLength(line.name, latin1: line.latin1) + Marker.wireLength(line.value, latin1: line.latin1)
                + 4
        }
    }

    /// An address without its port and brackets.
    static func host(_ address: String) -> String {
        guard let colon = address.lastIndex(of: ":"), address[address.index(after: colon)...].allSatisfy(\.isNumber)
        else {
            return address
        }
        let host = address[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { return String(host.dropFirst().dropLast()) }
        // An IPv6 address without brackets has colons of its own.
        return host.contains(":") ? address : String(host)
    }

    static func split(_ text: some StringProtocol) -> (String, String?) {
        guard let sign = text.firstIndex(of: "=") else { return (String(text), nil) }
        return (String(text[..<sign]), String(text[text.index(after: sign)...]))
    }

    static func trimmed(_ text: Substring) -> Substring {
        var rest = text.drop { $0 == " " }
        while rest.last == " " { rest.removeLast() }
        return rest
    }

    /// A part of a query without its percent encoding; as it is when that is no text.
    static func decoded(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return text }
        var bytes: [UInt8] = []
        let source = Array(text.utf8)
        var at = 0
        while at < source.count {
            if source[at] == UInt8(ascii: "%"), at + 2 < source.count,
                let value = UInt8(String(decoding: source[(at + 1)...(at + 2)], as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                at += 3
            } else {
                bytes.append(source[at] == UInt8(ascii: "+") ? 0x20 : source[at])
                at += 1
            }
        }
        return String(validating: bytes, as: UTF8.self) ?? text
    }
}
