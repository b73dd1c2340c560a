// The sheet that HTML pages are written on. One page is one file: it loads nothing, and says so in a Content-Security-Policy
// that names its one style and its one script by their hashes, so nothing a stranger got into a trace can run even if it
// were not escaped. It works from disk.
//
// Invariants: all text goes through `text` or `attribute`, which make it harmless and visible (no control characters, no
// direction marks); no element has a style or an event of its own.

/// An HTML page being written.
public struct HTML {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []
    private var open: [String] = []

    /// An empty sheet.
    public init() {}

    /// Text.
    public mutating func text(_ text: String) { put(HTML.escaped(text)) }

    /// Begins an element; attributes come in pairs of name and value, and one without a value has an empty one.
    public mutating func begin(_ tag: String, _ attributes: KeyValuePairs<String, String> = [:]) {
        put("<" + tag)
        for (name, value) in attributes { put(value.isEmpty ? " \(name)" : " \(name)=\"\(HTML.escaped(value))\"") }
        put(">")
        if !HTML.voids.contains(tag) { open.append(tag) }
    }

    /// Ends the element that was begun last.
    public mutating func end() {
        guard let tag = open.popLast() else { return }
        put("</\(tag)>")
    }

    /// An element without attributes with nothing but text in it.
    public mutating func element(_ tag: String, _ text: String) { element(tag, [:], text) }

    /// An element with nothing but text in it.
    public mutating func element(_ tag: String, _ attributes: KeyValuePairs<String, String>, _ text: String) {
        begin(tag, attributes)
        self.text(text)
        end()
    }

    /// An element with what `body` writes in it.
    public mutating func element(
        _ tag: String, _ attributes: KeyValuePairs<String, String> = [:], _ body: (inout HTML) -> Void
    ) {
        begin(tag, attributes)
        body(&self)
        end()
    }

    /// A line feed, which text has none of.
    public mutating func newline() { put("\n") }

    private mutating func put(_ text: String) { bytes += text.utf8 }

    private static let voids: Set<String> = ["br", "hr", "img", "input", "meta", "link", "rect"]

    /// Text made harmless in HTML and visible to people.
    public static func escaped(_ text: String) -> String {
        var result = ""
        for cell in Cells(text, ascii: false).cells {
            switch cell.text {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result += cell.text
            }
        }
        return result
    }

    /// A whole page.
    ///
    /// - Parameters:
    ///   - style: more rules of style, behind those every page has.
    ///   - script: the page's script; the page must be readable without it.
    public static func page(title: String, style: String = "", script: String = "", _ body: (inout HTML) -> Void)
        -> [UInt8]
    {
        var page = HTML()
        body(&page)
        let look = HTMLStyle.common + style
        func hash(_ text: String) -> String { "'sha256-\(SHA256.base64(Array(text.utf8)))'" }
        let policy =
            "default-src 'none'; style-src \(hash(look)); script-src \(script.isEmpty ? "'none'" : hash(script)); "
            + "base-uri 'none'; form-action 'none'"
        var head = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        head += "<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">"
        head += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        head += "<meta name=\"referrer\" content=\"no-referrer\"><meta name=\"color-scheme\" content=\"light dark\">"
        head += "<title>\(escaped(title))</title><style>\(look)</style></head><body>\n"
        let tail = (script.isEmpty ? "" : "<script>\(script)</script>") + "</body></html>\n"
        return Array(head.utf8) + page.bytes + Array(tail.utf8)
    }
}
