// Under Host policy `auto`, when the client named the listener, the origin answers with its own URLs and cookie domain.
// A browser would follow them and leave the inspector, so absolute URLs of the origin in Location, Content-Location and
// Refresh get the listener's scheme and the name the client used, and a cookie's Domain that covers the origin is taken
// off, which binds the cookie to the host the browser sees. Bodies are never touched.
import Fields
import Wire

enum StayBehind {
    /// Rewrites a line if it points at the origin; false when it is to be kept as it is.
    static func rewrite(
        _ line: FieldLine, _ index: Int, _ bytes: Span<UInt8>, _ settings: borrowing ExchangeSettings,
        _ clientHost: [UInt8], _ copier: inout HeadCopier, into out: inout [UInt8], edits: inout [FieldEdit]
    ) -> Bool {
        let cut: Extent
        switch line.id {
        case .location, .contentLocation:
            guard let found = originPrefix(Int(line.value.start), Int(line.value.end), bytes, settings) else {
                return false
            }
            cut = found
        case .refresh:
            guard let start = refreshURL(line.value, bytes),
                let found = originPrefix(start, Int(line.value.end), bytes, settings)
            else { return false }
            cut = found
        case .setCookie:
            guard let found = domainAttribute(line.value, bytes, settings) else { return false }
            cut = found
        default: return false
        }
        let isCookie = line.id == .setCookie
        let scheme = settings.listenerIsTLS ? "https://" : "http://"
        copier.flush(bytes, into: &out)
        OwnLine.replace(line, at: index, .stayBehind, bytes, into: &out, edits: &edits) { out in
            out.append(Extent(Int(line.value.start), Int(cut.start)), of: bytes)
            if !isCookie {
                out.append(text: scheme)
                out.append(copying: clientHost.span)
            }
            out.append(Extent(Int(cut.end), Int(line.value.end)), of: bytes)
        }
        return true
    }

    /// The extent of `scheme://authority` at an offset when it is the origin's; a network-path reference (`//host/`)
    /// counts too.
    private static func originPrefix(
        _ start: Int, _ end: Int, _ bytes: Span<UInt8>, _ settings: borrowing ExchangeSettings
    ) -> Extent? {
        var authority = start
        var defaultPort = settings.originIsTLS ? ":443" : ":80"
        for (scheme, port) in [("https://", ":443"), ("http://", ":80"), ("//", "")] {
            let count = scheme.utf8.count
            if start + count < end, bytes.equals(Extent(start, start + count), ignoringCase: scheme) {
                authority = start + count
                if !port.isEmpty { defaultPort = port }
                break
            }
        }
        guard authority > start else { return nil }
        var stop = authority
        while stop < end, !(bytes[stop] == Octet.slash || bytes[stop] == 0x3F || bytes[stop] == 0x23) { stop += 1 }
        var name = Extent(authority, stop)
        let portCount = defaultPort.utf8.count
        if name.count > portCount,
            bytes.equals(Extent(Int(name.end) - portCount, Int(name.end)), defaultPort)
        {
            name = Extent(Int(name.start), Int(name.end) - portCount)
        }
        guard same(name, bytes, settings.originAuthority) else { return nil }
        return Extent(start, stop)
    }

    /// Where the URL of a Refresh value starts: `5; url=https://…`.
    private static func refreshURL(_ value: Extent, _ bytes: Span<UInt8>) -> Int? {
        var i = Int(value.start)
        let end = Int(value.end)
        while i < end, bytes[i] != Octet.semicolon, bytes[i] != Octet.comma { i += 1 }
        i += 1
        while i < end, Octet.isBlank(bytes[i]) { i += 1 }
        guard i + 4 <= end, bytes.equals(Extent(i, i + 4), ignoringCase: "url=") else { return nil }
        i += 4
        if i < end, bytes[i] == 0x22 || bytes[i] == 0x27 { i += 1 }
        return i
    }

    /// The extent of `; Domain=…` when it covers the origin's host.
    private static func domainAttribute(
        _ value: Extent, _ bytes: Span<UInt8>, _ settings: borrowing ExchangeSettings
    ) -> Extent? {
        var i = Int(value.start)
        let end = Int(value.end)
        while i < end {
            while i < end, bytes[i] != Octet.semicolon { i += 1 }
            let separator = i
            i += 1
            while i < end, Octet.isBlank(bytes[i]) { i += 1 }
            guard i + 7 <= end, bytes.equals(Extent(i, i + 7), ignoringCase: "domain=") else { continue }
            var start = i + 7
            if start < end, bytes[start] == 0x2E { start += 1 }
            var stop = start
            while stop < end, bytes[stop] != Octet.semicolon { stop += 1 }
            var last = stop
            while last > start, Octet.isBlank(bytes[last - 1]) { last -= 1 }
            if covers(Extent(start, last), bytes, settings.originAuthority) { return Extent(separator, stop) }
            i = stop
        }
        return nil
    }

    private static func same(_ name: Extent, _ bytes: Span<UInt8>, _ other: [UInt8]) -> Bool {
        guard name.count == other.count else { return false }
        for i in other.indices where Octet.lowercased(bytes[Int(name.start) + i]) != other[i] { return false }
        return true
    }

    /// Whether a cookie domain is the origin's host or a parent of it.
    private static func covers(_ domain: Extent, _ bytes: Span<UInt8>, _ authority: [UInt8]) -> Bool {
        let span = authority.span
        let host = Host.withoutPort(span, Extent(0, authority.count)).count
        guard domain.count > 0, domain.count <= host else { return false }
        let offset = host - domain.count
        guard offset == 0 || authority[offset - 1] == 0x2E else { return false }
        for i in 0..<domain.count where Octet.lowercased(bytes[Int(domain.start) + i]) != authority[offset + i] {
            return false
        }
        return true
    }
}
