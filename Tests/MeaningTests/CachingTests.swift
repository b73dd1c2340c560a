import Meaning
import Testing

@Suite struct CachingTests {
    @Test func directivesAreReadWithTheirArguments() {
        let control = CacheControl([
            "Max-Age=\"10\", no-cache=\"Set-Cookie, X-A\"", "s-maxage=99999999999999999999, private, stale-if-error=5",
        ])
        #expect(control.maxAge == 10)
        #expect(control.sharedMaxAge == DeltaSeconds.largest)
        #expect(!control.noCache && control.fields("no-cache") == ["set-cookie", "x-a"])
        #expect(control.isPrivate && !control.isPublic && control.has("stale-if-error"))
        #expect(control.malformed.isEmpty && control.badSeconds.isEmpty && control.contradictions.isEmpty)
    }

    @Test(arguments: [
        "max-age", "max-age=", "max-age=-1", "max-age=1.5", "max-age=ten", "s-maxage=\" 1\"", "max-age= 1",
    ])
    func aTimeThatIsNoneIsNamed(_ text: String) {
        let control = CacheControl([text])
        #expect(control.badSeconds.map(\.name) == [text.split(separator: "=").first.map(String.init) ?? ""])
        #expect(control.maxAge == nil && control.sharedMaxAge == nil)
    }

    @Test func repeatedDirectivesAreTold() {
        let control = CacheControl(["max-age=0, no-store, max-age=3600", "no-store"])
        #expect(control.repeated == ["max-age", "no-store"])
        #expect(control.contradictions == ["max-age"])
        #expect(control.maxAge == 0)
    }

    @Test func directivesThatExcludeEachOtherAreTold() {
        let pairs = CacheControl(["no-store, public, max-age=60, private, s-maxage=1"]).conflicts.map { "\($0)+\($1)" }
        #expect(pairs == ["no-store+public", "no-store+max-age", "private+public", "private+s-maxage"])
        #expect(CacheControl(["no-store, max-age=0, private"]).conflicts.isEmpty)
        #expect(CacheControl(["max-stale"]).badSeconds.isEmpty)
    }

    @Test(arguments: [
        ("", true, false), ("max-age=60", true, false), ("public", true, true), ("s-maxage=0", true, true),
        ("must-revalidate", true, true), ("private, public", false, false), ("no-store, public", false, false),
    ])
    func sharedStorageOfAuthorisedAnswersNeedsPermission(_ text: String, _ plain: Bool, _ authorised: Bool) {
        let control = CacheControl(text.isEmpty ? [] : [text])
        #expect(control.allowsSharedStorage(authorised: false) == plain)
        #expect(control.allowsSharedStorage(authorised: true) == authorised)
    }

    @Test(arguments: ["=1", "\"x\"", "max-age=\"1\" 2", "a b"])
    func whatIsNoDirectiveIsKept(_ text: String) {
        #expect(CacheControl([text]).malformed == [text])
    }

    @Test func ageIsOneNumber() {
        #expect(Age([]) == nil)
        #expect(Age(["12"])?.seconds == 12 && Age(["12"])?.isWellFormed == true)
        #expect(Age(["12, 13"])?.seconds == 12 && Age(["12, 13"])?.isWellFormed == false)
        #expect(Age(["12", "12"])?.isWellFormed == false)
        #expect(Age(["-1"])?.seconds == nil && Age([""])?.isWellFormed == false)
    }
}

@Suite struct HTTPDateTests {
    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", HTTPDate.Form.preferred), ("Sunday, 06-Nov-94 08:49:37 GMT", .rfc850),
        ("Sun Nov  6 08:49:37 1994", .asctime), ("Sun Nov 06 08:49:37 1994", .asctime),
    ])
    func theThreeFormsAreTheSameMoment(_ text: String, _ form: HTTPDate.Form) {
        let date = HTTPDate(text)
        #expect(date?.seconds == 784_111_777)
        #expect(date?.form == form)
        #expect(date?.weekdayIsRight == true)
    }

    @Test(arguments: [
        "", "0", "-1", "Sun, 06 Nov 1994 08:49:37", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Sxn, 06 Nov 1994 08:49:37 GMT",
        "Sun, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 GMT ", "Sunday, 06-Nov-1994 08:49:37 GMT",
    ])
    func whatIsNoDateIsNone(_ text: String) {
        #expect(HTTPDate(text) == nil)
    }

    @Test func aYearOfTwoDigitsIsNeverMoreThanFiftyYearsAhead() {
        // From 2026: 76 is 2076, 77 is 1977.
        #expect(
            HTTPDate("Friday, 20-Nov-76 00:00:00 GMT").map { HTTPDate.text($0.seconds) }
                == "Fri, 20 Nov 2076 00:00:00 GMT")
        #expect(
            HTTPDate("Sunday, 20-Nov-77 00:00:00 GMT").map { HTTPDate.text($0.seconds) }
                == "Sun, 20 Nov 1977 00:00:00 GMT")
    }

    @Test func aWrongWeekdayIsTold() {
        #expect(HTTPDate("Mon, 06 Nov 1994 08:49:37 GMT")?.weekdayIsRight == false)
    }

    @Test(arguments: [0, 784_111_777, -1, 951_782_400, 4_102_444_799, 253_402_300_799])
    func aMomentIsWrittenAsItIsRead(_ seconds: Int64) {
        #expect(HTTPDate(HTTPDate.text(seconds))?.seconds == seconds)
        #expect(HTTPDate(HTTPDate.text(seconds))?.weekdayIsRight == true)
    }
}
