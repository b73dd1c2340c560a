// What Connection says (RFC 9110 section 7.6.1): close, keep-alive, upgrade, and names of fields that are meant for
// this hop only. A list of extents into the head, because any name can be nominated.
import Wire

/// The options of all Connection lines of a head.
struct ConnectionOptions: Sendable {
    private(set) var close = false
    private(set) var keepAlive = false
    private(set) var upgrade = false
    private(set) var te = false
    private(set) var nominated: [Extent] = []

    /// Reads the Connection lines of a section.
    mutating func read(_ bytes: Span<UInt8>, _ fields: borrowing FieldSection) {
        close = false
        keepAlive = false
        upgrade = false
        te = false
        nominated.removeAll(keepingCapacity: true)
        guard fields.contains(.connection) else { return }
        for line in fields.lines where line.id == .connection {
            var i = Int(line.value.start)
            let end = Int(line.value.end)
            while i < end {
                while i < end, bytes[i] == Octet.comma || Octet.isBlank(bytes[i]) { i += 1 }
                let start = i
                while i < end, bytes[i] != Octet.comma, !Octet.isBlank(bytes[i]) { i += 1 }
                let option = Extent(start, i)
                if option.isEmpty { continue }
                if bytes.equals(option, ignoringCase: "close") {
                    close = true
                } else if bytes.equals(option, ignoringCase: "keep-alive") {
                    keepAlive = true
                } else if bytes.equals(option, ignoringCase: "upgrade") {
                    upgrade = true
                } else if bytes.equals(option, ignoringCase: "te") {
                    te = true
                } else {
                    nominated.append(option)
                }
            }
        }
    }

    /// Whether they say nothing but whether the connection stays open.
    var isPlain: Bool { !upgrade && !te && nominated.isEmpty }

    /// Takes the options of a head that was read before.
    mutating func assign(close: Bool, keepAlive: Bool) {
        self.close = close
        self.keepAlive = keepAlive
        upgrade = false
        te = false
        nominated.removeAll(keepingCapacity: true)
    }

    /// Whether a line is to be removed because Connection names it.
    ///
    /// Framing, Host and the fields of the way are never removed on a sender's word: that would change what the message
    /// is (RFC 9110 section 7.6.1 forbids to nominate fields meant for all recipients).
    func nominates(_ line: FieldLine, _ bytes: Span<UInt8>) -> Bool {
        guard !nominated.isEmpty else { return false }
        switch line.id {
        case .host, .contentLength, .transferEncoding, .trailer, .via, .date, .cacheControl, .vary, .age: return false
        default: break
        }
        for name in nominated where bytes.equals(name, ignoringCase: line.name) { return true }
        return false
    }
}
