import CORS
import Testing

private let page = "https://app.test"

private func refusal(
    _ answer: Answer, method: String = "GET", names: [String] = [], _ mode: CredentialsMode = .omit,
    _ dialect: Dialect = .standard
) -> Refusal? {
    do throws(Refusal) {
        _ = try PreflightCheck.run(
            answer, method: method, unsafeNames: names, origin: page, credentials: mode, dialect)
        return nil
    } catch {
        return error
    }
}

@Suite("CORS: answers")
struct AnswerRuleTests {
    @Test(
        "the CORS check says what is wrong, and which lines would do",
        arguments: [
            (headers(), ReasonCode.missingAllowOrigin), (headers("Access-Control-Allow-Origin: *"), .wildcardOrigin),
            (headers("Access-Control-Allow-Origin: https://app.test/"), .originMismatch),
            (headers("Access-Control-Allow-Origin: https://APP.test"), .originMismatch),
            (headers("Access-Control-Allow-Origin: app.test"), .invalidAllowOrigin),
            (headers("Access-Control-Allow-Origin: https://app.test, *"), .multipleAllowOrigin),
            (
                headers(
                    "Access-Control-Allow-Origin: https://app.test", "access-control-allow-origin: https://app.test"),
                .multipleAllowOrigin
            ),
            (headers("Access-Control-Allow-Origin: https://app.test"), .invalidAllowCredentials),
            (
                headers("Access-Control-Allow-Origin: https://app.test", "Access-Control-Allow-Credentials: True"),
                .invalidAllowCredentials
            ),
        ])
    func check(list: HeaderList, code: ReasonCode) throws {
        let found = try #require(CORSCheck.run(list, origin: page, credentials: .include))
        #expect(found.code == code)
        #expect(
            found.remedy == ["Access-Control-Allow-Origin: https://app.test", "Access-Control-Allow-Credentials: true"])
        // What is advised is enough.
        let mended = HeaderList(
            found.remedy.map { line in
                let colon = line.firstIndex(of: ":") ?? line.endIndex
                return HeaderField(String(line[..<colon]), String(line[colon...].dropFirst(2)))
            })
        #expect(CORSCheck.run(mended, origin: page, credentials: .include) == nil)
    }

    @Test("without credentials * is enough, and Access-Control-Allow-Credentials does not matter")
    func withoutCredentials() {
        for mode in [CredentialsMode.omit, .sameOrigin] {
            let list = headers("Access-Control-Allow-Origin: *", "Access-Control-Allow-Credentials: no")
            #expect(CORSCheck.run(list, origin: page, credentials: mode) == nil)
        }
        #expect(CORSCheck.run(headers("Access-Control-Allow-Origin: null"), origin: "null", credentials: .omit) == nil)
    }

    @Test("of several mistakes in a preflight's answer the first in Chromium's order is named")
    func order() {
        let good = ["Access-Control-Allow-Origin: https://app.test"]
        func answer(_ status: Int, _ lines: [String]) -> Answer {
            Answer(status: status, headers: HeaderList(lines.flatMap { headers($0).fields }))
        }
        let bad = ["Access-Control-Allow-Methods: A B", "Access-Control-Allow-Headers: C D"]
        #expect(refusal(answer(302, ["Location: /x"] + bad), method: "PUT")?.code == .preflightRedirect)
        #expect(refusal(answer(302, bad), method: "PUT")?.code == .preflightMissingAllowOrigin)
        #expect(refusal(answer(404, good + bad), method: "PUT")?.code == .preflightStatus)
        #expect(refusal(answer(204, good + bad), method: "PUT")?.code == .invalidAllowMethods)
        #expect(refusal(answer(204, good + [bad[1]]), method: "PUT", names: ["x"])?.code == .invalidAllowHeaders)
        #expect(refusal(answer(204, good), method: "PUT", names: ["x"])?.code == .methodDisallowed)
        #expect(refusal(answer(204, good), names: ["x"])?.code == .headerDisallowed)
        // Lists are read even when nobody needs them.
        #expect(refusal(answer(204, good + bad))?.code == .invalidAllowMethods)
    }

    @Test("methods are compared with case, header names without; * is only a name with credentials")
    func lists() {
        let answer = Answer(
            status: 200,
            headers: headers(
                "Access-Control-Allow-Origin: https://app.test", "Access-Control-Allow-Credentials: true",
                "Access-Control-Allow-Methods: patch, *", "Access-Control-Allow-Headers: X-A , ,*"))
        #expect(refusal(answer, method: "patch", names: ["x-a"], .include) == nil)
        #expect(refusal(answer, method: "PATCH", names: ["x-a"], .include)?.code == .methodDisallowed)
        #expect(refusal(answer, method: "PATCH", names: ["x-b"], .omit) == nil)
        #expect(refusal(answer, method: "patch", names: ["x-b"], .include)?.parameter == "x-b")
        #expect(refusal(answer, method: "*", names: ["*"], .include) == nil)
    }

    @Test("* does not cover Authorization by the standard; Chromium lets it pass without credentials")
    func authorization() {
        let answer = Answer(
            status: 200, headers: headers("Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: *"))
        #expect(refusal(answer, names: ["authorization"])?.remedy == ["Access-Control-Allow-Headers: *, authorization"])
        #expect(refusal(answer, names: ["authorization"], .omit, .chromium) == nil)
    }

    @Test("a preflight's answer passes once the advised lines are sent instead, whatever was wrong with it")
    func remedies() {
        let origins = [nil, "*", "https://other.test", "https://app.test"]
        let lists = [nil, "", "A B", "*", "GET, x-a", "PUT, authorization"]
        for (mode, origin) in [CredentialsMode.omit, .include].flatMap({ mode in origins.map { (mode, $0) } }) {
            for (methods, names) in lists.flatMap({ one in lists.map { (one, $0) } }) {
                var list = HeaderList()
                if let origin { list.fields.append(HeaderField("Access-Control-Allow-Origin", origin)) }
                if let methods { list.fields.append(HeaderField("Access-Control-Allow-Methods", methods)) }
                if let names { list.fields.append(HeaderField("Access-Control-Allow-Headers", names)) }
                for status in [204, 403] {
                    var answer = Answer(status: status, headers: list)
                    let asked = ["authorization", "x-a"]
                    guard let found = refusal(answer, method: "PUT", names: asked, mode) else { continue }
                    for line in found.remedy {
                        if line == "HTTP/1.1 204 No Content" { answer.status = 204 }
                        guard let colon = line.firstIndex(of: ":") else { continue }
                        let name = String(line[..<colon])
                        answer.headers.fields.removeAll { $0.name == name }
                        answer.headers.fields.append(HeaderField(name, String(line[colon...].dropFirst(2))))
                    }
                    #expect(refusal(answer, method: "PUT", names: asked, mode) == nil, "\(list) \(found.remedy)")
                }
            }
        }
    }

    @Test(
        "a preflight is cached for Access-Control-Max-Age, 5 seconds without, 2 hours at most",
        arguments: [
            (headers(), 5, 5), (headers("Access-Control-Max-Age: 600"), 600, 600),
            (headers("Access-Control-Max-Age: 86400"), 7200, 7200), (headers("Access-Control-Max-Age: -1"), 5, 0),
            (headers("Access-Control-Max-Age: +10"), 5, 10), (headers("Access-Control-Max-Age: 10s"), 5, 5),
            (headers("Access-Control-Max-Age: 99999999999999999999"), 7200, 5),
            (headers("Access-Control-Max-Age: 9", "Access-Control-Max-Age: 9"), 5, 5),
        ])
    func maxAge(list: HeaderList, standard: Int, chromium: Int) {
        #expect(PreflightCache.maxAge(list, .standard) == standard)
        #expect(PreflightCache.maxAge(list, .chromium) == chromium)
    }

    @Test("the standard's cache adds up what preflights allowed, Chromium's keeps the last")
    func cache() {
        for (dialect, expected) in [(Dialect.standard, [true, true]), (.chromium, [false, true])] {
            var cache = PreflightCache(dialect)
            for name in ["x-a", "x-b"] {
                cache.store(
                    Permission(methods: ["PUT"], headers: [name], credentials: false), headers(), origin: page,
                    url: "u", now: 0)
            }
            let found = ["x-b", "x-a"].map { name in
                cache.allows(
                    method: "PUT", unsafeNames: [name], origin: page, url: "u", credentials: .omit, now: 4_999)
            }
            #expect(found.reversed() == expected)
            for (mode, now) in [(CredentialsMode.include, Int64(4_999)), (.omit, 5_000)] {
                let late = cache.allows(
                    method: "PUT", unsafeNames: ["x-b"], origin: page, url: "u", credentials: mode, now: now)
                #expect(!late)
            }
        }
    }

    @Test("a script reads the safelisted names and the exposed ones, never cookies")
    func exposure() {
        let list = headers(
            "Content-Type: a", "X-A: 1", "x-b: 2", "Set-Cookie: c=d", "Access-Control-Expose-Headers: X-B, set-cookie")
        #expect(Exposure.readableNames(list, .cors, .omit) == ["content-type", "x-b"])
        let star = headers("X-A: 1", "Set-Cookie: c=d", "Access-Control-Expose-Headers: *")
        #expect(Exposure.readableNames(star, .cors, .omit) == ["access-control-expose-headers", "x-a"])
        #expect(Exposure.readableNames(star, .cors, .include) == [])
        #expect(Exposure.readableNames(star, .basic, .include) == ["access-control-expose-headers", "x-a"])
        let broken = headers("X-A: 1", "Access-Control-Expose-Headers: x-a, b c")
        #expect(Exposure.readableNames(broken, .cors, .omit) == [])
    }

    @Test("a redirect between two foreign origins makes the origin null, and takes Authorization away")
    func taint() throws {
        let page = try #require(Origin("https://app.test"))
        let request = PageRequest(
            page: page, url: "https://a.test/", headers: headers("Authorization: Bearer x"), redirect: .follow)
        var fetching = Fetching(.standard)
        let outcome = fetching.fetch(request) { url, question in
            var list = headers("Access-Control-Allow-Origin: *", "Access-Control-Allow-Headers: authorization")
            if case .actual = question, url.host == "a.test" {
                list.fields.append(HeaderField("Location", "https://b.test/"))
                return Answer(status: 302, headers: list)
            }
            return Answer(status: 200, headers: list)
        }
        #expect(outcome.resolved == true)
        #expect(outcome.hops.map { $0.actual?.origin } == ["https://app.test", "null"])
        #expect(outcome.hops.map { $0.actual?.authorization } == [true, false])
        #expect(outcome.hops.map { $0.preflight != nil } == [true, false])
    }

    @Test("an answer nobody knows leaves the fetch undecided")
    func undecided() throws {
        var fetching = Fetching(.standard)
        let request = PageRequest(page: try #require(Origin("https://app.test")), method: "PUT", url: "https://a.test/")
        let outcome = fetching.fetch(request) { _, _ in nil }
        #expect(outcome.resolved == nil)
        #expect(outcome.hops.first?.preflight == Preflight(method: "PUT", headers: nil, origin: "https://app.test"))
        #expect(outcome.hops.first?.actual == nil)
    }

    @Test(
        "a bad line is refused with what is wrong in it",
        arguments: [
            ("", "no JSON: column 1: expected a value, found the end of the text"),
            ("[]", "expected an object, found a list"),
            ("{}", "'id' is missing"), (#"{"id":1}"#, "'id' at column 7: expected text, found a number"),
            (#"{"id":"a"}"#, "'request' is missing"),
            (#"{"id":"a","request":{},"page_origin":"x"}"#, "'page_origin' is no origin: 'x'"),
            (#"{"id":"a","request":{},"page_origin":"http://a.test"}"#, "'url' is missing"),
            (
                #"{"id":"a","request":{"url":"/"},"page_origin":"http://a.test","response":{"status":9}}"#,
                "'response.status' is no status code"
            ),
        ])
    func badLine(line: String, message: String) throws {
        let error = try #require(throws: CaseError.self) {
            var out: [UInt8] = []
            try Evaluation.evaluate(line.utf8Span.span, into: &out)
        }
        #expect(error.text == message)
    }
}
