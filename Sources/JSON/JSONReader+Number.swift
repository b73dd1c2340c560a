// The grammar of numbers: RFC 8259 section 6, and JSON5 section 6 which adds a plus sign, a point at either end,
// hexadecimal, Infinity and NaN.

extension JSONReader {
    /// Reads a number and says where its bytes are and how it is written.
    public mutating func readNumber(in bytes: Span<UInt8>) throws(JSONError) -> JSONNumber {
        try need(.number, in: bytes)
        return try scanNumber(in: bytes)
    }

    /// Reads the number the reader stands at.
    mutating func scanNumber(in bytes: Span<UInt8>) throws(JSONError) -> JSONNumber {
        let begin = offset
        var i = begin
        if bytes[i] == Ascii.minus || bytes[i] == Ascii.plus { i += 1 }
        guard i < bytes.count else { throw failure("a digit after the sign", at: i, in: bytes) }
        if dialect == .json5, let form = try readNamedNumber(at: i, in: bytes) {
            return JSONNumber(start: begin, end: offset, form: form)
        }
        if dialect == .json5, bytes[i] == Ascii.zero, i + 1 < bytes.count, bytes[i + 1] | 0x20 == UInt8(ascii: "x") {
            i += 2
            let digits = i
            while i < bytes.count, hexValue(bytes[i]) != nil { i += 1 }
            guard i > digits else { throw failure("a hexadecimal digit after 0x", at: i, in: bytes) }
            return try number(from: begin, to: i, .hexadecimal, in: bytes)
        }
        var form = JSONNumber.Form.integer
        let whole = i
        while i < bytes.count, isDigit(bytes[i]) { i += 1 }
        if i > whole + 1, bytes[whole] == Ascii.zero {
            throw failure("a number without leading zeros", at: whole, in: bytes)
        }
        let hasWhole = i > whole
        guard hasWhole || (dialect == .json5 && i < bytes.count && bytes[i] == Ascii.dot) else {
            throw failure("a digit", at: i, in: bytes)
        }
        if i < bytes.count, bytes[i] == Ascii.dot {
            form = .decimal
            i += 1
            let fraction = i
            while i < bytes.count, isDigit(bytes[i]) { i += 1 }
            guard i > fraction || (dialect == .json5 && hasWhole) else {
                throw failure("a digit after the decimal point", at: i, in: bytes)
            }
        }
        if i < bytes.count, bytes[i] | 0x20 == UInt8(ascii: "e") {
            form = .decimal
            i += 1
            if i < bytes.count, bytes[i] == Ascii.plus || bytes[i] == Ascii.minus { i += 1 }
            let exponent = i
            while i < bytes.count, isDigit(bytes[i]) { i += 1 }
            guard i > exponent else { throw failure("a digit in the exponent", at: i, in: bytes) }
        }
        return try number(from: begin, to: i, form, in: bytes)
    }

    /// Reads a whole number.
    public mutating func readInteger(in bytes: Span<UInt8>) throws(JSONError) -> Int64 {
        let number = try readNumber(in: bytes)
        if let value = number.integer(in: bytes) { return value }
        let isWhole = number.form == .integer || number.form == .hexadecimal
        throw failure(
            isWhole ? .outOfRange : .wrongKind, isWhole ? "a whole number of at most 64 bits" : "a whole number",
            at: number.start, in: bytes)
    }

    /// Reads a number as a Double; one that is too large for it is an error, one that is too small becomes zero.
    public mutating func readDouble(in bytes: Span<UInt8>) throws(JSONError) -> Double {
        let number = try readNumber(in: bytes)
        let value = number.double(in: bytes)
        if value.isInfinite, number.form != .infinity {
            throw failure(.outOfRange, "a number that a 64-bit float can hold", at: number.start, in: bytes)
        }
        return value
    }

    private mutating func number(
        from begin: Int, to end: Int, _ form: JSONNumber.Form, in bytes: Span<UInt8>
    ) throws(JSONError) -> JSONNumber {
        if end < bytes.count, isIdentifierByte(bytes[end]) || bytes[end] == Ascii.dot {
            throw failure("the end of the number", at: end, in: bytes)
        }
        offset = end
        return JSONNumber(start: begin, end: end, form: form)
    }

    private mutating func readNamedNumber(
        at place: Int, in bytes: Span<UInt8>
    ) throws(JSONError) -> JSONNumber.Form? {
        let isInfinity = bytes[place] == UInt8(ascii: "I")
        guard isInfinity || bytes[place] == UInt8(ascii: "N") else { return nil }
        offset = place
        try readWord(isInfinity ? "Infinity" : "NaN", in: bytes)
        return isInfinity ? .infinity : .notANumber
    }
}
