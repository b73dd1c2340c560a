// The text of an exchange with two gaps, for the time of day and the duration: all that is other when the same is asked
// and answered again. How a line is laid out depends on the columns of its duration, not on its digits, so one template
// serves all durations as wide as its own; where lines have no end, it serves all.

import JSON

/// A rendered exchange in which clock and duration can be replaced.
struct LineTemplate: Sendable {
    private let bytes: [UInt8]
    /// Where the two stand, without colour codes around them.
    private let clock: Range<Int>
    private let duration: Range<Int>
    /// The columns of its duration; 0 when they do not matter.
    let columns: Int

    /// A template from a page with one exchange on it; nil when its gaps do not hold what they should.
    init?(_ page: Page, _ moment: ClockText, durationMicroseconds: Int64) {
        var text: [UInt8] = []
        let columns = Human.appendDuration(microseconds: durationMicroseconds, ascii: page.style.ascii, to: &text)
        let code = (ahead: page.style.color ? "\u{1B}[2m".utf8.count : 0, behind: page.style.color ? 4 : 0)
        clock = (page.clock.lowerBound + code.ahead)..<(page.clock.upperBound - code.behind)
        duration = (page.duration.lowerBound + code.ahead)..<(page.duration.upperBound - code.behind)
        bytes = page.bytes
        self.columns = page.style.width >= Style.unlimited ? 0 : columns
        guard clock.lowerBound == code.ahead, bytes[clock].elementsEqual(moment.bytes),
            bytes[duration].elementsEqual(text)
        else { return nil }
    }

    /// Whether the layout is that of a duration which takes so many columns.
    func fits(_ columns: Int) -> Bool { self.columns == 0 || self.columns == columns }

    /// Appends the text with another clock and duration.
    func append(_ moment: ClockText, _ shown: Span<UInt8>, to out: inout [UInt8]) {
        let (text, hour) = (bytes.span, moment.bytes.span)
        out.append(addingCapacity: bytes.count + shown.count) { out in
            for i in 0..<clock.lowerBound { out.append(text[i]) }
            for i in 0..<hour.count { out.append(hour[i]) }
            for i in clock.upperBound..<duration.lowerBound { out.append(text[i]) }
            for i in 0..<shown.count { out.append(shown[i]) }
            for i in duration.upperBound..<text.count { out.append(text[i]) }
        }
    }
}

/// The time of day as text, made anew once a second.
struct ClockText: Sendable {
    private(set) var bytes: [UInt8] = []
    private var second = Int64.min
    private var utcOffset = 0

    /// Takes the moment of an exchange, in microseconds since 1970.
    mutating func set(microseconds: Int64, utcOffset: Int) {
        let now = microseconds / 1_000_000
        guard now != second || utcOffset != self.utcOffset || microseconds < 0 else { return }
        second = now
        self.utcOffset = utcOffset
        bytes = Array(Human.clock(microseconds: microseconds, utcOffset: utcOffset).utf8)
    }
}

extension Human {
    /// Appends `duration(microseconds:)` as a terminal gets it, without a text in between.
    ///
    /// - Returns: the columns it takes.
    static func appendDuration(microseconds: Int64, ascii: Bool, to out: inout [UInt8]) -> Int {
        let start = out.count
        if microseconds >= 0, microseconds < 1_000 {
            out.appendDecimal(microseconds)
            out.append(0x20)
            if ascii { out.append(UInt8(ascii: "u")) } else { out.append(contentsOf: [0xC2, 0xB5]) }
            out.append(UInt8(ascii: "s"))
            return out.count - start - (ascii ? 0 : 1)
        }
        if microseconds >= 1_000, microseconds < 9_950 {
            let tenths = (microseconds + 50) / 100
            out.append(0x30 + UInt8(tenths / 10))
            out.append(UInt8(ascii: "."))
            out.append(0x30 + UInt8(tenths % 10))
            out.append(contentsOf: [0x20, UInt8(ascii: "m"), UInt8(ascii: "s")])
            return out.count - start
        }
        let cells = Cells(Human.duration(microseconds: microseconds), ascii: ascii)
        for cell in cells.cells { out.append(contentsOf: cell.text.utf8) }
        return cells.width
    }
}
