import Meaning
import Testing

@Suite struct ListTests {
    @Test func membersOfAllLinesAreOneList() {
        #expect(FieldList(["a, b", " ,c"]).members == ["a", "b", "c"])
        #expect(FieldList(["GET, POST, get"]).repeated == ["get"])
        #expect(FieldList([]).members.isEmpty)
    }

    @Test func aMarkerIsNotSplit() {
        #expect(FieldList(["k=‹secret,9,#00c0ffee›, b"]).members == ["k=‹secret,9,#00c0ffee›", "b"])
    }

    @Test func varyNamesAreComparedWithoutCase() {
        let vary = Vary(["Accept-Encoding, ORIGIN", "origin", "a b"])
        #expect(vary.names == ["accept-encoding", "origin"])
        #expect(vary.malformed == ["a b"])
        #expect(vary.covers("Origin") && !vary.covers("Cookie") && !vary.isAny)
        #expect(Vary(["*"]).covers("Cookie"))
    }

    @Test(arguments: [
        ("application/json; charset=UTF-8", "application/json", "utf-8", true),
        ("Text/HTML;charset=\"utf-8\"", "text/html", "utf-8", true),
        ("application/problem+json", "application/problem+json", nil, true),
        ("text/html; charset = utf-8", "text/html", "utf-8", false),
        ("text/html;;", "text/html", nil, true), ("text/html; charset", "text/html", nil, true),
        ("html", "", nil, true), ("a/b/c", "", nil, true), ("", "", nil, true),
        ("text/html, text/plain", "", nil, true),
        ("text/html; x=\"open", "text/html", nil, false),
    ])
    func contentTypesAreRead(_ text: String, _ essence: String, _ charset: String?, _ isWellFormed: Bool) {
        let type = ContentType(text)
        #expect(type.essence == essence)
        #expect(type.charset == charset)
        #expect(type.parameters.isWellFormed == isWellFormed)
    }

    @Test func familiesOfMediaTypesAreKnown() {
        #expect(ContentType("application/vnd.api+json").isJSON && !ContentType("text/html").isJSON)
        #expect(ContentType("text/html; charset=utf-8").isHTML)
        #expect(ContentType("text/plain;charset=x").isCORSSafelisted)
        #expect(!ContentType("application/json").isCORSSafelisted)
    }
}

@Suite struct LinkTests {
    @Test func targetsMayHoldCommasAndParameters() {
        let links = Link.all([
            #"<https://a.example/x,y;z>; rel="https://api.w.org/ Alternate"; title="a, <b>", </2>;rel=next"#, "</3>",
        ])
        #expect(links.map(\.target) == ["https://a.example/x,y;z", "/2", "/3"])
        #expect(links[0].relations == ["https://api.w.org/", "alternate"])
        #expect(links[0].parameters["title"] == "a, <b>")
        #expect(links[1].relations == ["next"])
        #expect(links[2].relations == [])
    }

    @Test(arguments: ["", "<", "<a", "a, b", ">", "<a>;rel=\"x"])
    func whatIsNoLinkIsSteppedOver(_ text: String) {
        #expect(Link.all([text]).count <= 1)
    }

    @Test func aLinkBehindJunkIsFound() {
        #expect(Link.all(["junk, <a>; rel=b"]).map(\.target) == ["a"])
    }
}
