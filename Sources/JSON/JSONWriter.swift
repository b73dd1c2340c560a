// The writer: bytes behind bytes, and one Bool that remembers whether the next thing needs a comma. It does not check
// that keys and values alternate; whoever calls it is tested by reading back what was written.

/// Writes JSON members and elements, taking care of the commas.
public struct JSONWriter: Sendable {
    private var needsComma = false

    /// A writer at a place where no comma is needed.
    public init() {}

    /// Begins an object.
    public mutating func beginObject(_ out: inout [UInt8]) { begin(Ascii.openBrace, &out) }

    /// Ends an object.
    public mutating func endObject(_ out: inout [UInt8]) { end(Ascii.closeBrace, &out) }

    /// Begins a list.
    public mutating func beginArray(_ out: inout [UInt8]) { begin(Ascii.openBracket, &out) }

    /// Ends a list.
    public mutating func endArray(_ out: inout [UInt8]) { end(Ascii.closeBracket, &out) }

    /// Writes a key and its colon.
    public mutating func key(_ name: String, _ out: inout [UInt8]) {
        separate(&out)
        out.appendJSON(string: name)
        out.append(Ascii.colon)
        needsComma = false
    }

    /// Writes text.
    public mutating func string(_ text: String, _ out: inout [UInt8]) {
        separate(&out)
        out.appendJSON(string: text)
        needsComma = true
    }

    /// Writes part of a span that is UTF-8; what is not becomes U+FFFD.
    public mutating func string(_ bytes: Span<UInt8>, _ range: Range<Int>, _ out: inout [UInt8]) {
        separate(&out)
        out.appendJSON(utf8: bytes, range)
        needsComma = true
    }

    /// Writes part of a span of unknown encoding and says which one it was written as.
    public mutating func string(
        unknown bytes: Span<UInt8>, _ range: Range<Int>, _ out: inout [UInt8]
    ) -> JSONTextEncoding {
        separate(&out)
        needsComma = true
        return out.appendJSON(unknown: bytes, range)
    }

    /// Writes a whole number.
    @inlinable
    public mutating func integer(_ value: some FixedWidthInteger, _ out: inout [UInt8]) {
        prepareRaw(&out)
        out.appendDecimal(value)
    }

    /// Writes a number; infinities and NaN, which JSON has not, become null.
    public mutating func double(_ value: Double, _ out: inout [UInt8]) {
        separate(&out)
        out.append(ascii: value.isFinite ? value.description : "null")
        needsComma = true
    }

    /// Writes true or false.
    public mutating func bool(_ value: Bool, _ out: inout [UInt8]) {
        separate(&out)
        out.append(ascii: value ? "true" : "false")
        needsComma = true
    }

    /// Writes null.
    public mutating func null(_ out: inout [UInt8]) {
        separate(&out)
        out.append(ascii: "null")
        needsComma = true
    }

    /// Writes the comma when one is due and expects the caller to append one value in JSON form right behind it.
    public mutating func prepareRaw(_ out: inout [UInt8]) {
        separate(&out)
        needsComma = true
    }

    @inline(always)
    private mutating func begin(_ bracket: UInt8, _ out: inout [UInt8]) {
        separate(&out)
        out.append(bracket)
        needsComma = false
    }

    @inline(always)
    private mutating func end(_ bracket: UInt8, _ out: inout [UInt8]) {
        out.append(bracket)
        needsComma = true
    }

    @inline(always)
    private func separate(_ out: inout [UInt8]) {
        if needsComma { out.append(Ascii.comma) }
    }
}
