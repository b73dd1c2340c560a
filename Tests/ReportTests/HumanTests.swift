import Report
import Testing

@Suite("Numbers in a human form")
struct HumanTests {
    @Test(
        "durations keep two figures and change their unit",
        arguments: [
            (0, "0 µs"), (-5, "0 µs"), (999, "999 µs"), (1_000, "1.0 ms"), (1_249, "1.2 ms"), (9_949, "9.9 ms"),
            (9_950, "10 ms"), (12_345, "12 ms"), (999_499, "999 ms"), (999_500, "1.0 s"), (1_234_000, "1.2 s"),
            (59_600_000, "60 s"), (119_000_000, "119 s"), (120_000_000, "2 min"), (7_200_000_000, "2 h"),
            (172_800_000_000, "2 d"), (Int64.max, "106751991 d"),
        ] as [(Int64, String)])
    func durations(_ example: (microseconds: Int64, text: String)) {
        #expect(Human.duration(microseconds: example.microseconds) == example.text)
    }

    @Test(
        "sizes are bytes up to 1023 and binary units from there on",
        arguments: [
            (0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (1536, "1.5 KiB"),
            (65_536, "64 KiB"),
            (1_023_999, "1000 KiB"), (1_024_000, "1.0 MiB"), (1 << 30, "1.0 GiB"), (1 << 40, "1.0 TiB"),
            (-1, "0 bytes"),
            (Int64.max, "8388608 TiB"),
        ] as [(Int64, String)])
    func sizes(_ example: (bytes: Int64, text: String)) {
        #expect(Human.size(example.bytes) == example.text)
    }

    @Test(
        "moments are told from now",
        arguments: [
            (1_000, "now"), (1_045, "in 45 s"), (955, "45 s ago"), (11_800, "in 3 h"), (1_000 + 86_400 * 9, "in 9 d"),
            (Int64.max, "in 106751991167301 d"), (Int64.min, "long ago"),
        ] as [(Int64, String)])
    func moments(_ example: (seconds: Int64, text: String)) {
        #expect(Human.moment(example.seconds, now: 1_000) == example.text)
    }

    @Test(
        "the time of day is local",
        arguments: [
            (1_795_221_181_123_456, 0, "00:33:01"), (1_795_221_181_123_456, 3_600, "01:33:01"),
            (1_795_221_181_123_456, -3_600, "23:33:01"), (-1, 0, "23:59:59"), (0, 19_800, "05:30:00"),
        ] as [(Int64, Int, String)])
    func clock(_ example: (microseconds: Int64, offset: Int, text: String)) {
        #expect(Human.clock(microseconds: example.microseconds, utcOffset: example.offset) == example.text)
    }

    @Test("a count agrees with its noun")
    func counts() {
        #expect(Human.count(1, "line") == "1 line")
        #expect(Human.count(0, "line") == "0 lines")
        #expect(Human.count(2, "entry", plural: "entries") == "2 entries")
    }
}
