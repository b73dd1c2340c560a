// Bytes and text, a seeded generator, and the words scripts are written in.
import Exchange

/// The bytes of a literal: one per scalar, so `\u{80}` is the single byte 0x80.
func bytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
}

/// The text of bytes, one scalar each.
func text(_ bytes: some Sequence<UInt8>) -> String {
    String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
}

/// A generator that gives the same numbers on every run (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// A field line outside its buffer.
struct Line: Equatable, CustomStringConvertible {
    var name: String
    var value: String
    var description: String { name + ": " + value }
}

/// Bytes as one readable line.
func shown(_ bytes: some Sequence<UInt8>) -> String {
    var line = ""
    for byte in bytes {
        switch byte {
        case 0x0D: line += "\\r"
        case 0x0A: line += "\\n"
        case 0x20...0x7E: line.unicodeScalars.append(Unicode.Scalar(byte))
        default: line += "\\x" + String(byte, radix: 16)
        }
    }
    return line
}

/// A request without a body to a host that passes unchanged.
func request(_ first: String = "GET /a HTTP/1.1", _ lines: String..., host: String? = "site.test") -> String {
    first + "\r\n" + (host.map { "Host: \($0)\r\n" } ?? "") + lines.map { $0 + "\r\n" }.joined() + "\r\n"
}

/// The same as it is sent to the origin.
func sent(
    _ first: String = "GET /a HTTP/1.1", _ lines: String..., host: String? = "site.test", via: String = "1.1 hoplens-t"
) -> String {
    first + "\r\n" + (host.map { "Host: \($0)\r\n" } ?? "") + lines.map { $0 + "\r\n" }.joined() + "Via: \(via)\r\n\r\n"
}

/// A response head.
func response(_ first: String = "HTTP/1.1 200 OK", _ lines: String...) -> String {
    first + "\r\n" + lines.map { $0 + "\r\n" }.joined() + "\r\n"
}

let ready = Step.event(.originReady(reused: false))
let reused = Step.event(.originReady(reused: true))

func lost(_ side: Side) -> Failure { Failure(side, .body, .connectionTerminated, "reset") }
