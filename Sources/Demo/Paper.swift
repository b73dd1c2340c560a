// Where the demo's own sentences are written, in the style the reporter uses: headings, and labelled paragraphs wrapped
// to the width. Ledgers come ready-made from Report. Lines that come from a message go through `Reporter.plain`, so no
// byte of a stranger reaches the terminal unescaped.

import Report

/// The demo's output, handed on scene by scene.
struct Paper {
    private let style: Style
    private let reporter: Reporter
    private let write: ([UInt8]) -> Void

    init(_ style: Style, write: @escaping ([UInt8]) -> Void) {
        self.style = style
        reporter = Reporter(style)
        self.write = write
    }

    /// A heading with an empty line before it.
    func heading(_ text: String) {
        write([0x0A] + inked(plain(text), "1") + [0x0A])
    }

    /// An empty line.
    func gap() { write([0x0A]) }

    /// Text wrapped to the width behind a label, or without one when it is empty.
    func paragraph(_ label: String = "", _ text: String) {
        let indent = label.isEmpty ? 2 : 10
        var out: [UInt8] = []
        for (n, line) in wrapped(plain(text), to: style.width - indent).enumerated() {
            let name = n == 0 ? label : ""
            if name.isEmpty {
                out.append(contentsOf: repeatElement(0x20, count: indent))
            } else {
                out.append(contentsOf: "  ".utf8)
                out.append(contentsOf: inked(Array(name.utf8), "2"))
                out.append(contentsOf: repeatElement(0x20, count: max(1, indent - 2 - name.utf8.count)))
            }
            out.append(contentsOf: line)
            out.append(0x0A)
        }
        write(out)
    }

    /// A remark that may be read past.
    func aside(_ text: String) {
        write(Array("  ".utf8) + inked(plain("(\(text))"), "2") + [0x0A])
    }

    /// A command to be copied: on one line where there is room, else in the shell's way over several.
    func command(_ parts: [String]) {
        let line = parts.joined(separator: " ")
        let fits = line.utf8.count + 4 <= style.width
        let text =
            fits
            ? [line]
            : parts.enumerated().map { n, part in
                (n == 0 ? "" : "    ") + part + (n + 1 < parts.count ? " \\" : "")
            }
        for piece in text { write(Array("    ".utf8) + inked(plain(piece), "1") + [0x0A]) }
    }

    /// Bytes of Report as they are.
    func rendered(_ bytes: [UInt8]) { write(bytes) }

    private func plain(_ text: String) -> [UInt8] { reporter.plain(text) }

    private func inked(_ bytes: [UInt8], _ code: String) -> [UInt8] {
        guard style.color else { return bytes }
        return Array("\u{1B}[\(code)m".utf8) + bytes + Array("\u{1B}[0m".utf8)
    }

    /// Lines of at most `width` columns, broken at spaces; a longer word stands alone.
    private func wrapped(_ bytes: [UInt8], to width: Int) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var line: [UInt8] = []
        for word in bytes.split(separator: 0x20) {
            if !line.isEmpty, columns(line[...]) + 1 + columns(word) > width {
                lines.append(line)
                line = []
            }
            if !line.isEmpty { line.append(0x20) }
            line.append(contentsOf: word)
        }
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        return lines
    }

    /// Scalars, counted by their first bytes: the demo's sentences hold nothing wider than an arrow.
    private func columns(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } }
}
