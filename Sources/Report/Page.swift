// The sheet the renderers write on: bytes, and the column the next one will stand in. It knows wrapping, padding and
// the switching of inks, and nothing of HTTP.
//
// Invariants: all text passes through Cells; an ink switched on is switched off before the next text and the line end;
// without `color` no escape byte is ever written.

struct Page {
    let style: Style
    private(set) var bytes: [UInt8] = []
    /// The column the next cell will stand in.
    private(set) var column = 0
    /// Where the time of day and the duration of an exchange stand, colour codes included.
    var clock = 0..<0
    var duration = 0..<0

    init(_ style: Style) {
        self.style = style
    }

    /// Columns left on this line.
    var room: Int { max(0, style.width - column) }

    func cells(_ text: String) -> Cells {
        Cells(text, ascii: style.ascii)
    }

    func width(_ text: String) -> Int {
        isPlain(text) ? text.utf8.count : cells(text).width
    }

    /// Whether every byte of a text is printable ASCII, so that it can be written as it is.
    private func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }

    mutating func put(_ text: String, _ ink: Ink = .plain) {
        guard isPlain(text) else { return put(cells(text), ink) }
        guard !text.isEmpty else { return }
        write(ink) { $0.append(contentsOf: text.utf8) }
        column += text.utf8.count
    }

    mutating func put(_ cells: Cells, _ ink: Ink = .plain) {
        guard !cells.cells.isEmpty else { return }
        write(ink) { bytes in
            for cell in cells.cells { bytes.append(contentsOf: cell.text.utf8) }
        }
        column += cells.width
    }

    /// A text, shortened in the middle when it is wider than the limit.
    mutating func put(_ text: String, shortenedTo limit: Int, _ ink: Ink = .plain) {
        if isPlain(text), text.utf8.count <= limit {
            put(text, ink)
        } else {
            put(cells(text).shortened(to: limit, ascii: style.ascii), ink)
        }
    }

    private mutating func write(_ ink: Ink, _ body: (inout [UInt8]) -> Void) {
        guard style.color, let code = ink.code else { return body(&bytes) }
        bytes.append(0x1B)
        bytes.append(contentsOf: "[\(code)m".utf8)
        body(&bytes)
        bytes.append(0x1B)
        bytes.append(contentsOf: "[0m".utf8)
    }

    /// Spaces up to a column; at least none.
    mutating func pad(to target: Int) {
        guard target > column else { return }
        bytes.append(contentsOf: repeatElement(0x20, count: target - column))
        column = target
    }

    mutating func newline() {
        while bytes.last == 0x20 { bytes.removeLast() }
        bytes.append(0x0A)
        column = 0
    }

    /// A text that may run over several lines: it starts here and goes on under `indent`.
    mutating func flow(_ text: String, _ ink: Ink = .plain, indent: Int) {
        for (n, word) in cells(text).words().enumerated() {
            let gap = n == 0 ? 0 : 1
            if gap + word.width > room, column > indent {
                newline()
                pad(to: indent)
            } else {
                pad(to: column + gap)
            }
            // A word longer than a line, such as a token in a URL, is broken where the line ends.
            for (piece, part) in word.wrapped(to: max(1, style.width - indent)).enumerated() {
                if piece > 0 {
                    newline()
                    pad(to: indent)
                }
                put(part, ink)
            }
        }
    }
}
