// The parser of RFC 9651 section 4.2, one function for each algorithm there. It walks the bytes once and never back,
// so its time is linear whatever comes in; nesting is bounded by the grammar (an inner list holds no list).
//
// It is as strict as the RFC and lenient in the one place where the RFC asks for it: Base64 without padding, or with
// bits set behind the last byte, is read (section 4.2.7).

import Fields

/// Reads Structured Fields.
struct StructuredParser {
    let bytes: [UInt8]
    private(set) var at = 0

    /// A parser of the lines of one field, joined as RFC 9110 section 5.2 says.
    init(_ lines: [[UInt8]]) {
        bytes = Array(lines.joined(separator: [0x2C, 0x20]))
    }

    // MARK: Containers

    /// Section 4.2.1.
    mutating func list() throws(StructuredFieldError) -> [StructuredMember] {
        var members: [StructuredMember] = []
        while at < bytes.count {
            members.append(try member())
            if try !nextMember() { break }
        }
        return members
    }

    /// Section 4.2.2.
    mutating func dictionary() throws(StructuredFieldError) -> [(key: String, member: StructuredMember)] {
        var pairs: [(key: String, member: StructuredMember)] = []
        var places: [String: Int] = [:]
        while at < bytes.count {
            let key = try key()
            let value: StructuredMember
            if peek() == UInt8(ascii: "=") {
                at += 1
                value = try member()
            } else {
                value = .item(StructuredItem(.boolean(true), try parameters()))
            }
            if let place = places[key] {
                pairs[place].member = value
            } else {
                places[key] = pairs.count
                pairs.append((key, value))
            }
            if try !nextMember() { break }
        }
        return pairs
    }

    /// Steps over what stands between two members; false at the end.
    private mutating func nextMember() throws(StructuredFieldError) -> Bool {
        skipBlanks()
        guard at < bytes.count else { return false }
        guard bytes[at] == UInt8(ascii: ",") else { throw error("expected ',' or the end after a member") }
        at += 1
        skipBlanks()
        guard at < bytes.count else { throw error("expected another member after ','") }
        return true
    }

    /// Section 4.2.1.1.
    private mutating func member() throws(StructuredFieldError) -> StructuredMember {
        peek() == UInt8(ascii: "(") ? .innerList(try innerList()) : .item(try item())
    }

    /// Section 4.2.1.2.
    private mutating func innerList() throws(StructuredFieldError) -> StructuredInnerList {
        at += 1
        var items: [StructuredItem] = []
        while at < bytes.count {
            skipSpaces()
            if peek() == UInt8(ascii: ")") {
                at += 1
                return StructuredInnerList(items, try parameters())
            }
            items.append(try item())
            guard let next = peek(), next == UInt8(ascii: " ") || next == UInt8(ascii: ")") else {
                throw error("expected a space or ')' after an item of an inner list")
            }
        }
        throw error("expected ')' at the end of an inner list")
    }

    /// Section 4.2.3.
    mutating func item() throws(StructuredFieldError) -> StructuredItem {
        let value = try bareItem()
        return StructuredItem(value, try parameters())
    }

    /// Section 4.2.3.2.
    private mutating func parameters() throws(StructuredFieldError) -> StructuredParameters {
        var pairs: [(key: String, value: BareItem)] = []
        var places: [String: Int] = [:]
        while peek() == UInt8(ascii: ";") {
            at += 1
            skipSpaces()
            let key = try key()
            var value = BareItem.boolean(true)
            if peek() == UInt8(ascii: "=") {
                at += 1
                value = try bareItem()
            }
            if let place = places[key] {
                pairs[place].value = value
            } else {
                places[key] = pairs.count
                pairs.append((key, value))
            }
        }
        return StructuredParameters(pairs)
    }

    /// Section 4.2.3.3.
    private mutating func key() throws(StructuredFieldError) -> String {
        guard let first = peek(), Grammar.beginsKey(first) else {
            throw error("expected a key, which begins with a lower-case letter or '*'")
        }
        let begin = at
        while let byte = peek(), Grammar.isKey(byte) { at += 1 }
        return text(begin..<at)
    }

    // MARK: Values

    /// Section 4.2.3.1.
    private mutating func bareItem() throws(StructuredFieldError) -> BareItem {
        guard let first = peek() else { throw error("expected a value") }
        switch first {
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: ":"): return .bytes(try byteSequence())
        case UInt8(ascii: "?"): return .boolean(try boolean())
        case UInt8(ascii: "@"): return .date(try date())
        case UInt8(ascii: "%"): return .displayString(try displayString())
        case _ where Grammar.beginsToken(first):
            let begin = at
            while let byte = peek(), Grammar.isToken(byte) { at += 1 }
            return .token(text(begin..<at))
        default: throw error("expected a value")
        }
    }

    /// Section 4.2.4.
    private mutating func number() throws(StructuredFieldError) -> BareItem {
        let isNegative = peek() == UInt8(ascii: "-")
        if isNegative { at += 1 }
        guard let first = peek(), Grammar.isDigit(first) else { throw error("expected a digit") }
        var value: Int64 = 0
        var digits = 0
        while let byte = peek(), Grammar.isDigit(byte) {
            digits += 1
            guard digits <= 15 else { throw error("expected at most 15 digits in a number") }
            value = value * 10 + Int64(byte - 0x30)
            at += 1
        }
        guard peek() == UInt8(ascii: ".") else { return .integer(isNegative ? -value : value) }
        guard digits <= 12 else { throw error("expected at most 12 digits before the point of a decimal") }
        at += 1
        var places = 0
        while let byte = peek(), Grammar.isDigit(byte) {
            places += 1
            guard places <= 3 else { throw error("expected at most 3 digits behind the point of a decimal") }
            value = value * 10 + Int64(byte - 0x30)
            at += 1
        }
        guard places > 0 else { throw error("expected a digit behind the point of a decimal") }
        while places < 3 {
            value *= 10
            places += 1
        }
        return .decimal(StructuredDecimal(thousandths: isNegative ? -value : value))
    }

    /// Section 4.2.5.
    private mutating func string() throws(StructuredFieldError) -> String {
        at += 1
        var content: [UInt8] = []
        while let byte = peek() {
            at += 1
            switch byte {
            case UInt8(ascii: "\\"):
                guard let next = peek(), next == UInt8(ascii: "\"") || next == UInt8(ascii: "\\") else {
                    throw error("expected '\"' or '\\' after '\\' in a string")
                }
                content.append(next)
                at += 1
            case UInt8(ascii: "\""): return String(decoding: content, as: UTF8.self)
            case 0x20...0x7E: content.append(byte)
            default:
                at -= 1
                throw error("expected visible ASCII in a string")
            }
        }
        throw error("expected '\"' at the end of a string")
    }

    /// Section 4.2.7.
    private mutating func byteSequence() throws(StructuredFieldError) -> [UInt8] {
        at += 1
        let begin = at
        while let byte = peek(), byte != UInt8(ascii: ":") { at += 1 }
        guard at < bytes.count else { throw error("expected ':' at the end of a byte sequence") }
        guard let content = Base64(bytes[begin..<at]), content.alphabet == .standard else {
            at = begin
            throw error("expected Base64 between the colons of a byte sequence")
        }
        at += 1
        return content.bytes
    }

    /// Section 4.2.8.
    private mutating func boolean() throws(StructuredFieldError) -> Bool {
        at += 1
        guard let digit = peek(), digit == UInt8(ascii: "0") || digit == UInt8(ascii: "1") else {
            throw error("expected 0 or 1 after '?'")
        }
        at += 1
        return digit == UInt8(ascii: "1")
    }

    /// Section 4.2.9.
    private mutating func date() throws(StructuredFieldError) -> Int64 {
        at += 1
        guard case .integer(let seconds) = try number() else { throw error("expected whole seconds in a date") }
        return seconds
    }

    /// Section 4.2.10.
    private mutating func displayString() throws(StructuredFieldError) -> String {
        at += 1
        guard peek() == UInt8(ascii: "\"") else { throw error("expected '\"' after '%'") }
        at += 1
        var content: [UInt8] = []
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "%"):
                guard at + 2 < bytes.count, let high = Grammar.lowerHex(bytes[at + 1]),
                    let low = Grammar.lowerHex(bytes[at + 2])
                else { throw error("expected two lower-case hexadecimal digits after '%'") }
                content.append(high << 4 | low)
                at += 3
            case UInt8(ascii: "\""):
                guard let text = String(validating: content, as: UTF8.self) else {
                    throw error("expected UTF-8 in a display string")
                }
                at += 1
                return text
            case 0x20...0x7E:
                content.append(byte)
                at += 1
            default: throw error("expected visible ASCII in a display string")
            }
        }
        throw error("expected '\"' at the end of a display string")
    }

    // MARK: Small readings

    mutating func finish() throws(StructuredFieldError) {
        skipSpaces()
        guard at >= bytes.count else { throw error("expected the end of the value") }
    }

    mutating func skipSpaces() { while peek() == UInt8(ascii: " ") { at += 1 } }

    private mutating func skipBlanks() {
        while let byte = peek(), byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") { at += 1 }
    }

    private func peek() -> UInt8? { at < bytes.count ? bytes[at] : nil }

    private func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    private func error(_ message: String) -> StructuredFieldError { StructuredFieldError(offset: at, message) }
}
