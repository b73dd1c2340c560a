// An authority for tests: a keyed hash that is no secret, a clock that stands, chance that counts.
import Fields
import NodeChain
import Synchronization
import Wire

final class TestAuthority: ChainAuthority {
    private struct State {
        var seconds: Int64
        var count: UInt8 = 0
        var used: Set<[UInt8]> = []
        var skews: [Int64] = []
    }

    private let key: UInt64
    private let state: Mutex<State>

    init(key: UInt64 = 1, seconds: Int64 = 1_764_367_201) {
        self.key = key
        state = Mutex(State(seconds: seconds))
    }

    /// Thirty-two bytes that depend on every byte, its place, the key and the use.
    func code(_ purpose: ChainPurpose, _ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = []
        for lane in UInt64(0)..<4 {
            var mixed = (key &+ UInt64(purpose.rawValue) &* 77 &+ lane &* 1013) &* 0x9E37_79B9_7F4A_7C15
            for byte in bytes {
                mixed = (mixed ^ UInt64(byte)) &* 0xBF58_476D_1CE4_E5B9
                mixed ^= mixed >> 29
            }
            for shift in 0..<8 { out.append(UInt8(truncatingIfNeeded: mixed >> UInt64(shift * 8))) }
        }
        return out
    }

    func fingerprint(_ bytes: Span<UInt8>, _ extent: Extent) -> UInt32 {
        var copy: [UInt8] = []
        copy.append(extent, of: bytes)
        return code(.fingerprint, copy).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    var seconds: Int64 { state.withLock { $0.seconds } }
    func pass(_ seconds: Int64) { state.withLock { $0.seconds += seconds } }
    var skews: [Int64] { state.withLock { $0.skews } }

    func random(_ count: Int) -> [UInt8] {
        state.withLock { state in
            state.count &+= 1
            return (0..<count).map { UInt8(truncatingIfNeeded: $0) &* 31 &+ state.count }
        }
    }

    func isFirstUse(of id: [UInt8], at place: UInt64) -> Bool {
        state.withLock { $0.used.insert(id + [UInt8(truncatingIfNeeded: place)]).inserted }
    }

    func noteSkew(_ seconds: Int64) { state.withLock { $0.skews.append(seconds) } }
}

/// One node of a chain under test: what it makes of a request head and of a response head.
struct TestNode {
    let membership: ChainMembership

    init(_ name: String, _ authority: TestAuthority, extra: [String] = []) {
        membership = ChainMembership(
            authority: authority, node: Array(name.utf8), extra: extra.map { Array($0.utf8) })
    }

    /// Takes a request in and returns it as sent on.
    func request(_ text: String) throws -> (pass: ChainPass, sent: String) {
        let bytes = Array(text.utf8)
        var head = RequestHead()
        _ = try HeadParser.request(bytes.span, from: 0, into: &head, limits: HeadLimits())
        let pass = ChainPass.of(bytes.span, head, membership)
        var out = bytes
        out.removeLast(2)
        var edits: [FieldEdit] = []
        pass.request(bytes.span, head.fields, edits: &edits, sent: &out)
        return (pass, String(decoding: out, as: UTF8.self) + "\r\n")
    }

    /// Takes the response to it in and returns it as sent back.
    func response(_ text: String, _ pass: ChainPass) throws -> String {
        let bytes = Array(text.utf8)
        var head = ResponseHead()
        _ = try HeadParser.response(bytes.span, from: 0, into: &head, limits: HeadLimits())
        pass.response(bytes.span, head.fields)
        let lines = text.components(separatedByLineEnds: ())
        var kept = lines[0] + "\r\n"
        for (n, line) in lines.dropFirst().enumerated() where !line.isEmpty && !pass.removes(n) {
            kept += line + "\r\n"
        }
        var out = Array(kept.utf8)
        var edits: [FieldEdit] = []
        pass.report(bytes.span, head.fields, status: head.status, edits: &edits, sent: &out)
        return String(decoding: out, as: UTF8.self) + "\r\n"
    }
}

extension String {
    func components(separatedByLineEnds: Void) -> [String] {
        var lines: [String] = [""]
        for scalar in unicodeScalars {
            if scalar == "\n" {
                lines.append("")
            } else if scalar != "\r" {
                lines[lines.count - 1].unicodeScalars.append(scalar)
            }
        }
        return lines
    }

    /// The values of a field's lines.
    func values(_ name: String) -> [String] {
        components(separatedByLineEnds: ()).compactMap { line in
            guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name.lowercased() else {
                return nil
            }
            return String(line[line.index(after: colon)...].drop { $0 == " " })
        }
    }
}
