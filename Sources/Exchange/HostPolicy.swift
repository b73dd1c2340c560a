// Which Host the origin gets. Under `auto` a client that named the listener itself (an IP address, localhost, a name
// of this machine, with the listener's port) gets the origin's own name put in, and answers are rewritten so that a
// browser stays behind hoplens; any other name came from a hosts file or a CDN and passes unchanged.
import Wire

enum HostPolicy {
    /// What to do with the Host of one request.
    enum Decision: Equatable {
        case keep
        case replace([UInt8], staysBehind: Bool)
    }

    /// Decides for a Host value (or the authority of an absolute target).
    static func decide(_ bytes: Span<UInt8>, _ host: Extent, _ settings: borrowing ExchangeSettings) -> Decision {
        switch settings.host {
        case .client: return .keep
        case .origin: return .replace(settings.originAuthority, staysBehind: false)
        case .fixed(let name): return .replace(name, staysBehind: false)
        case .auto:
            guard namesListener(bytes, host, settings) else { return .keep }
            return .replace(settings.originAuthority, staysBehind: true)
        }
    }

    /// Whether a host is a way to say "this listener".
    static func namesListener(_ bytes: Span<UInt8>, _ host: Extent, _ settings: borrowing ExchangeSettings) -> Bool {
        let name = Host.withoutPort(bytes, host)
        var port: UInt64 = settings.listenerIsTLS ? 443 : 80
        if name.count < host.count {
            let digits = Extent(Int(name.end) + 1, Int(host.end))
            if !digits.isEmpty {
                guard let number = RequestRewriter.number(bytes, digits) else { return false }
                port = number
            }
        }
        guard settings.listenerPorts.contains(where: { UInt64($0) == port }) else { return false }
        if isAddress(bytes, name) || bytes.equals(name, ignoringCase: "localhost") { return true }
        let suffix = ".localhost"
        if name.count > suffix.utf8.count,
            bytes.equals(Extent(Int(name.end) - suffix.utf8.count, Int(name.end)), ignoringCase: suffix)
        {
            return true
        }
        for own in settings.ownNames where own.count == name.count {
            var same = true
            for i in own.indices where Octet.lowercased(bytes[Int(name.start) + i]) != own[i] { same = false }
            if same { return true }
        }
        return false
    }

    private static func isAddress(_ bytes: Span<UInt8>, _ name: Extent) -> Bool {
        guard !name.isEmpty else { return false }
        if bytes[Int(name.start)] == 0x5B { return true }
        var dots = 0
        for i in name.indices {
            if bytes[i] == 0x2E {
                dots += 1
            } else if !Octet.isDigit(bytes[i]) {
                return false
            }
        }
        return dots == 3
    }
}
