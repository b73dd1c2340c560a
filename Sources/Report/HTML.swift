// Building blocks of pages that must stand alone: one file, no script, nothing fetched. Everything that came from outside
// goes through `text`; a page forbids itself whatever it does not need (Content-Security-Policy), so that a value that
// slipped through could do nothing.

/// HTML under construction.
public struct HTML {
    /// The markup so far.
    public private(set) var bytes: [UInt8] = []

    /// Nothing yet.
    public init() {}

    /// Markup of our own, as it stands.
    public mutating func raw(_ markup: StaticString) {
        bytes += Array("\(markup)".utf8)
    }

    /// Text from anywhere: marks are escaped, control characters shown as what they are.
    public mutating func text(_ text: some StringProtocol) { HTML.append(text, to: &bytes) }

    /// An element with a text in it.
    public mutating func element(_ name: StaticString, _ text: some StringProtocol, class style: StaticString? = nil) {
        open(name, class: style)
        self.text(text)
        close(name)
    }

    /// The start of an element.
    public mutating func open(_ name: StaticString, class style: StaticString? = nil) {
        bytes += Array("<\(name)".utf8)
        if let style { bytes += Array(" class=\"\(style)\"".utf8) }
        bytes.append(UInt8(ascii: ">"))
    }

    /// The end of an element.
    public mutating func close(_ name: StaticString) { bytes += Array("</\(name)>".utf8) }

    private static func append(_ text: some StringProtocol, to out: inout [UInt8]) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += Array("&amp;".utf8)
            case "<": out += Array("&lt;".utf8)
            case ">": out += Array("&gt;".utf8)
            case "\"": out += Array("&quot;".utf8)
            case "'": out += Array("&#39;".utf8)
            case "\n", "\t": out.append(0x20)
            default:
                switch scalar.properties.generalCategory {
                // What could hide or reorder what is read.
                case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                    out += Array("\\u{\(String(scalar.value, radix: 16))}".utf8)
                default: out += Array(String(scalar).utf8)
                }
            }
        }
    }

    /// The beginning of a page: title, policy, style, and the body's start.
    public mutating func begin(title: String) {
        raw(
            """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer"><link rel="icon" href="data:,">
            """)
        element("title", title)
        raw("<style>")
        raw(HTML.style)
        raw("</style></head><body><main>\n")
    }

    /// The end of a page, with who made it.
    public mutating func end(_ footer: String) {
        element("footer", footer)
        raw("</main></body></html>\n")
    }

    /// One style for all pages: light, dark, and paper.
    private static let style: StaticString = """
        :root{--fg:#1c2126;--dim:#5b6670;--bg:#fff;--card:#f5f7f9;--line:#d5dbe1;--error:#b3261e;--warning:#8a5300;--notice:#1f5f99;--info:#5b6670;--good:#1a7f37}
        @media(prefers-color-scheme:dark){:root{--fg:#e3e7eb;--dim:#9aa5b0;--bg:#14181c;--card:#1d2329;--line:#343d46;--error:#ff8a80;--warning:#ffb951;--notice:#7fb8f0;--info:#9aa5b0;--good:#6fdd8b}}
        *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
        main{max-width:1100px;margin:0 auto;padding:24px 16px}h1{font-size:1.5rem;line-height:1.25;margin:0 0 .4em}h2{font-size:1.1rem;margin:2em 0 .6em}
        p{margin:.4em 0;max-width:75ch}code,.value{font:13px/1.45 ui-monospace,monospace;overflow-wrap:anywhere;white-space:pre-wrap}
        .summary{border-left:4px solid var(--line);background:var(--card);padding:12px 16px;border-radius:4px}
        .summary.error{border-color:var(--error)}.summary.warning{border-color:var(--warning)}.summary.notice{border-color:var(--notice)}.summary.fine{border-color:var(--good)}
        table{border-collapse:collapse;width:100%;margin:.6em 0}th,td{text-align:left;vertical-align:top;padding:6px 10px 6px 0;border-bottom:1px solid var(--line)}
        th{color:var(--dim);font-weight:600;font-size:.85rem}.sides td,.sides th{width:50%}.sides tr>:first-child:not(:only-child){width:auto}
        .row{border:1px solid var(--line);border-radius:6px;margin:0 0 12px;padding:10px 14px;break-inside:avoid}
        .row h3{font-size:1rem;margin:0 0 .3em}.row .pair{display:grid;grid-template-columns:1fr 1fr;gap:14px}.pair>div{min-width:0}.pair .who{color:var(--dim);font-size:.8rem}
        .tag{display:inline-block;font-size:.75rem;font-weight:700;letter-spacing:.03em;padding:0 7px;border:1px solid currentColor;border-radius:10px;margin-right:8px}
        .tag.error,.error>.tag{color:var(--error)}.tag.warning{color:var(--warning)}.tag.notice{color:var(--notice)}.tag.info{color:var(--info)}.tag.fine{color:var(--good)}
        .dim{color:var(--dim)}.scroll{overflow-x:auto}details>summary{cursor:pointer;color:var(--dim)}footer{margin-top:3em;color:var(--dim);font-size:.85rem}
        @media(max-width:640px){.row .pair{grid-template-columns:1fr;gap:6px}}
        @media print{:root{--fg:#000;--dim:#444;--bg:#fff;--card:#fff;--line:#bbb;--error:#900;--warning:#640;--notice:#036;--info:#444;--good:#050}main{max-width:none;padding:0}body{font-size:11pt}details>*{display:block}}
        """
}
