// Text made safe for a terminal and measured in columns. Everything that is printed goes through here, whether it came
// from the network, from a trace file or from our own sentences, so no path leads a stranger's control byte to the
// terminal. It refuses to know lines and colours.
//
// Invariants: no cell holds a byte below 0x20, 0x7F, a C1 control or an invisible direction mark; with `ascii` every
// byte is below 0x80; an escape such as \x1b is one cell, so shortening never cuts it in two.

/// One scalar as it is printed, and the columns it takes.
struct Cell: Equatable, Sendable {
    var text: String
    var width: Int
}

/// A text as printable cells.
struct Cells: Equatable, Sendable {
    private(set) var cells: [Cell] = []
    /// The columns all cells take together.
    private(set) var width = 0

    init(_ text: String, ascii: Bool) {
        cells.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars { append(Cell(scalar, ascii: ascii)) }
    }

    private init() {}

    private mutating func append(_ cell: Cell) {
        cells.append(cell)
        width += cell.width
    }

    /// The text shortened in the middle to at most `limit` columns; as it is when it fits.
    func shortened(to limit: Int, ascii: Bool) -> Cells {
        guard width > limit else { return self }
        let mark = Cells("…", ascii: ascii)
        guard limit > mark.width else { return prefix(limit) }
        let room = limit - mark.width
        var result = prefix(room - room / 2)
        let tail = suffix(room - result.width)
        for cell in mark.cells { result.append(cell) }
        for cell in tail.cells { result.append(cell) }
        return result
    }

    /// The longest beginning of at most `limit` columns.
    func prefix(_ limit: Int) -> Cells {
        var result = Cells()
        for cell in cells {
            guard result.width + cell.width <= limit else { break }
            result.append(cell)
        }
        return result
    }

    /// The longest ending of at most `limit` columns.
    private func suffix(_ limit: Int) -> Cells {
        var start = cells.count
        var taken = 0
        while start > 0, taken + cells[start - 1].width <= limit {
            start -= 1
            taken += cells[start].width
        }
        var result = Cells()
        for cell in cells[start...] { result.append(cell) }
        return result
    }

    /// The text broken into lines of at most `limit` columns, at spaces where it has some.
    func wrapped(to limit: Int) -> [Cells] {
        var lines: [Cells] = []
        var line = Cells()
        for word in words() {
            if line.width > 0, line.width + 1 + word.width > limit {
                lines.append(line)
                line = Cells()
            }
            if line.width > 0 { line.append(Cell(text: " ", width: 1)) }
            for cell in word.cells {
                if line.width + cell.width > limit, line.width > 0 {
                    lines.append(line)
                    line = Cells()
                }
                line.append(cell)
            }
        }
        if line.width > 0 || lines.isEmpty { lines.append(line) }
        return lines
    }

    /// The pieces between spaces.
    func words() -> [Cells] {
        var words: [Cells] = []
        var word = Cells()
        for cell in cells {
            if cell.text == " " {
                if !word.cells.isEmpty { words.append(word) }
                word = Cells()
            } else {
                word.append(cell)
            }
        }
        if !word.cells.isEmpty { words.append(word) }
        return words
    }
}

extension Cell {
    /// A scalar made printable.
    init(_ scalar: Unicode.Scalar, ascii: Bool) {
        let value = scalar.value
        if value >= 0x20 && value < 0x7F {
            self.init(text: String(scalar), width: 1)
            return
        }
        if ascii, let plain = Cell.plain(scalar) {
            self.init(text: plain, width: plain.utf8.count)
            return
        }
        if ascii || Cell.mustEscape(scalar) {
            let escape = Cell.escape(value)
            self.init(text: escape, width: escape.utf8.count)
            return
        }
        self.init(text: String(scalar), width: Cell.columns(scalar))
    }

    /// Our own few signs in ASCII.
    private static func plain(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "→": "->"
        case "…": "..."
        case "µ": "u"
        case "×": "x"
        // The brackets of a redaction marker.
        case "‹": "<"
        case "›": ">"
        default: nil
        }
    }

    /// Whether a scalar could steer the terminal or hide or reorder what is read.
    private static func mustEscape(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
        // A space that is not the space looks like one and is none.
        case .spaceSeparator: true
        default: scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    private static func escape(_ value: UInt32) -> String {
        let digits = String(value, radix: 16)
        return value < 0x100 ? "\\x" + (digits.utf8.count == 1 ? "0" : "") + digits : "\\u{\(digits)}"
    }

    /// The columns of a scalar: marks take none, East Asian wide characters and emoji two.
    private static func columns(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1FAFF,
            0x20000...0x3FFFD:
            return 2
        default:
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark: return 0
            default: return 1
            }
        }
    }
}
