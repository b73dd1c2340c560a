// What rules learn from the readers of fields: evidence names both clocks, limits are named, markers do not hide sizes.

import Testing

@testable import Diagnosis

@Suite struct MeaningTests {
    private func evidence(_ id: String, _ text: String) throws -> [String] {
        let subject = try Example("", text).subject()
        return Judge([try #require(Catalogue.rule(id))]).findings(subject).flatMap(\.evidence).map(\.text)
    }

    @Test func anExpiredTokenIsHeldAgainstBothClocks() throws {
        let example = try #require(Catalogue.rule("jwt-expired")?.triggers.last)
        let told = try evidence("jwt-expired", example.text)
        #expect(
            told.contains {
                $0.hasPrefix("exp is ") && $0.contains("the answer's Date and") && $0.hasSuffix("our clock")
            })
    }

    @Test func sizesAreThoseOfTheWire() throws {
        let cookies = (0..<4).map { "c\($0)=" + String(repeating: "x1Y", count: 700) }.joined(separator: "; ")
        let told = try evidence(
            "request-head-near-limit",
            """
            > GET / HTTP/1.1
            > Host: example.test
            > Cookie: \(cookies)
            < HTTP/1.1 200 OK
            """)
        #expect(told.first == "Cookie: \(cookies.utf8.count + 8) bytes, \(cookies.utf8.count + 48) in all")
        #expect(told.last == "close to or over nginx large_client_header_buffers: 8190 bytes a field line")
    }

    @Test func aHitInAnyMemberOfCacheStatusIsAHit() throws {
        let subject = try Example(
            "", "> GET / HTTP/1.1\n> Host: a\n< HTTP/1.1 200 OK\n< Cache-Status: o; fwd=miss, e; hit; ttl=5"
        ).subject()
        #expect(subject.facts.cache.isHit)
        let quoted = try Example(
            "", "> GET / HTTP/1.1\n> Host: a\n< HTTP/1.1 200 OK\n< Cache-Status: o; fwd=miss; detail=\"a; hit\""
        ).subject()
        #expect(!quoted.facts.cache.isHit)
    }

    @Test func theFirstErrorOfProxyStatusDecidesTheLayer() throws {
        let text = "> GET / HTTP/1.1\n> Host: a\n< HTTP/1.1 502 Bad Gateway\n< Proxy-Status: "
        let rule = Judge([try #require(Catalogue.rule("proxy-status-error"))])
        let tls = try Example("", text + "in; error=tls_certificate_error, out; error=http_request_error").subject()
        #expect(rule.findings(tls).first?.layer == .tls)
        let broken = try Example("", text + "in; error=\"open").subject()
        #expect(rule.findings(broken).isEmpty)
    }
}
