// How a node is called when nobody has given it a name.
import Reactor

/// The name a node has unless it is given one: stable for a machine and port, and telling strangers nothing.
///
/// Two nodes of one chain must not have the same, or Via would report a loop; host names repeat (`localhost`, cloned
/// machines), so the machine's own id goes into it where there is one.
enum NodeName {
    static func standard(port: UInt16) -> String {
        var hash: UInt64 = 14_695_981_039_346_656_037
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
        for byte in Platform.hostName().utf8 { mix(byte) }
        for byte in (try? Files.read("/etc/machine-id", limit: 256)) ?? [] { mix(byte) }
        mix(UInt8(truncatingIfNeeded: port >> 8))
        mix(UInt8(truncatingIfNeeded: port))
        let digits = String((hash ^ hash >> 32) & 0xFF_FFFF, radix: 16)
        return "hoplens-" + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
