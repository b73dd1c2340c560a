// Lines that could not be kept, as a line of their own: a reader of the trace sees that something is missing, how much,
// when and why, instead of taking silence for peace.
import Secure

/// A run of lost lines.
struct CaptureGap: Equatable {
    /// Microseconds since 1970 of the first loss.
    let from: Int64
    var lost: Int
    private(set) var why: String

    init(from: Int64, lost: Int, why: String) {
        self.from = from
        self.lost = lost
        self.why = why
    }

    /// Counts more losses; another reason is named beside the first.
    mutating func add(_ count: Int, _ reason: String) {
        lost += count
        if !why.contains(reason), why.utf8.count < 200 { why += "; " + reason }
    }

    /// The NDJSON line; a clock that was set back meanwhile does not turn the gap around.
    func line(to: Int64) -> [UInt8] {
        let text =
            #"{"v":1,"gap":{"from":"\#(Self.time(from))","to":"\#(Self.time(max(from, to)))","#
            + #""lost":\#(lost),"why":"\#(Self.plain(why))"}}"#
        return Array(text.utf8) + [0x0A]
    }

    /// `2026-11-21T00:33:01.123456Z`, as the time of a record.
    private static func time(_ microseconds: Int64) -> String {
        let fraction = String(microseconds % 1_000_000)
        let padding = String(repeating: "0", count: 6 - fraction.utf8.count)
        return UTCTime(unixSeconds: microseconds / 1_000_000).extended.dropLast() + ".\(padding)\(fraction)Z"
    }

    /// Text that needs no escape in JSON; reasons are our own words and the system's, which never need one.
    private static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\"" || $0 == "\\" || $0.value < 0x20 ? " " : $0 })
        )
    }
}
