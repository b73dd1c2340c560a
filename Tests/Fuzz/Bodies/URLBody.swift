// URLs and authorities: the origin's URL, addresses to listen on and to connect to, Host values, and the absolute form
// of a request-target. What is accepted can be written and read again; a host has nothing in it that ends an authority;
// no message repeats what stands before an "@".
import Settings
import Wire

enum URLBody {
    @Sendable
    static func run(_ bytes: [UInt8]) -> [String] {
        var promises = Promises()
        let text = String(decoding: bytes, as: UTF8.self)
        origin(text, &promises)
        endpoints(text, &promises)
        host(bytes, &promises)
        target(bytes, &promises)
        return promises.broken
    }

    private static func origin(_ text: String, _ promises: inout Promises) {
        do throws(Mismatch) {
            let url = try OriginURL(parsing: text)
            checkHost(url.host, &promises)
            promises.expect((try? OriginURL(parsing: url.description)) == url, "\(url) is not read as it is written")
            let authority = Array(url.authority.utf8)
            promises.expect(
                Host.isValid(authority.span, Extent(0, authority.count)), "\(url.authority) cannot stand in Host")
            let scheme = url.tls ? "https://" : "http://"
            promises.expect(
                text.lowercased().hasPrefix(scheme)
                    && text.lowercased().dropFirst(scheme.count).hasPrefix(hostText(url)),
                "\(shown(text.utf8)) is read as \(url)")
        } catch {
            checkSecret(text, error, &promises)
        }
    }

    private static func hostText(_ url: OriginURL) -> String {
        url.host.contains(":") ? "[\(url.host)]" : url.host
    }

    private static func endpoints(_ text: String, _ promises: inout Promises) {
        for isListening in [true, false] {
            do throws(Mismatch) {
                let endpoint = isListening ? try Endpoint(listening: text) : try Endpoint(connecting: text)
                checkHost(endpoint.host, &promises)
                promises.expect(isListening || endpoint.port > 0, "port 0 is connected to")
                let again = try? Endpoint(listening: endpoint.description)
                promises.expect(again == endpoint, "\(endpoint) is not read as it is written")
            } catch {
                checkSecret(text, error, &promises)
            }
        }
    }

    private static func checkHost(_ host: String, _ promises: inout Promises) {
        promises.expect(
            !host.isEmpty && host.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"@/?#\\[]<>\"%".utf8.contains($0) },
            "a host may be \(shown(host.utf8))")
    }

    /// What stands before an "@" may be a password; messages must not repeat it.
    private static func checkSecret(_ text: String, _ error: Mismatch, _ promises: inout Promises) {
        guard let separator = text.firstRange(of: "://") else { return }
        let authority = text[separator.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return }
        let secret = String(authority[..<at])
        // Shorter ones occur in the words of a message anyhow.
        guard secret.utf8.count >= 8 else { return }
        promises.expect(
            !error.message.contains(secret) && !(error.hint ?? "").contains(secret), "a message repeats a password")
    }

    private static func host(_ bytes: [UInt8], _ promises: inout Promises) {
        let all = Extent(0, bytes.count)
        guard Host.isValid(bytes.span, all) else { return }
        promises.expect(
            bytes.allSatisfy { (0x21...0x7E).contains($0) && !"@/?#\\,;\"'%".utf8.contains($0) },
            "a Host may be \(shown(bytes))")
        let name = Host.withoutPort(bytes.span, all)
        let rest = bytes[Int(name.end)...]
        promises.expect(
            name.start == 0 && !name.isEmpty
                && (rest.isEmpty || rest.first == 0x3A && rest.dropFirst().allSatisfy { (0x30...0x39).contains($0) }),
            "the host of \(shown(bytes)) is cut off in the wrong place")
    }

    /// The input as the target of a request with a Host that fits, so that the absolute form is taken when it is valid.
    private static func target(_ bytes: [UInt8], _ promises: inout Promises) {
        let line = Array("GET ".utf8) + bytes + Array(" HTTP/1.1\r\nHost: a\r\n\r\n".utf8)
        promises.add(HeadBodies.request(line))
    }
}
