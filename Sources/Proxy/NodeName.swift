// How a node is called when nobody has given it a name.
import Reactor

/// The name a node has unless it is given one: stable for a machine and port, and telling strangers nothing.
enum NodeName {
    static func standard(port: UInt16) -> String {
        var hash: UInt32 = 2_166_136_261
        for byte in Platform.hostName().utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        hash = (hash ^ UInt32(port)) &* 16_777_619
        hash ^= hash >> 15
        let digits = String(hash & 0xFFFF, radix: 16)
        return "hoplens-" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
