// The canonical text of Structured Fields (RFC 9651 section 4.1): what a server would have to send. Values that the
// grammar cannot hold are refused, never bent.

import Fields

/// Writes Structured Fields.
struct StructuredSerialiser {
    private(set) var out: [UInt8] = []

    // MARK: Containers

    mutating func member(_ member: StructuredMember) throws(StructuredFieldError) {
        switch member {
        case .item(let item): try self.item(item)
        case .innerList(let list):
            out.append(UInt8(ascii: "("))
            for (i, item) in list.items.enumerated() {
                if i > 0 { out.append(UInt8(ascii: " ")) }
                try self.item(item)
            }
            out.append(UInt8(ascii: ")"))
            try parameters(list.parameters)
        }
    }

    mutating func item(_ item: StructuredItem) throws(StructuredFieldError) {
        try bareItem(item.value)
        try parameters(item.parameters)
    }

    mutating func dictionary(_ pairs: [(key: String, member: StructuredMember)]) throws(StructuredFieldError) {
        for (i, pair) in pairs.enumerated() {
            if i > 0 { separate() }
            try key(pair.key)
            if pair.member.value == .boolean(true) {
                try parameters(pair.member.parameters)
            } else {
                out.append(UInt8(ascii: "="))
                try member(pair.member)
            }
        }
    }

    mutating func separate() { out += [0x2C, 0x20] }

    private mutating func parameters(_ parameters: StructuredParameters) throws(StructuredFieldError) {
        for pair in parameters.pairs {
            out.append(UInt8(ascii: ";"))
            try key(pair.key)
            if pair.value == .boolean(true) { continue }
            out.append(UInt8(ascii: "="))
            try bareItem(pair.value)
        }
    }

    private mutating func key(_ key: String) throws(StructuredFieldError) {
        guard let first = key.utf8.first, Grammar.beginsKey(first), key.utf8.allSatisfy(Grammar.isKey) else {
            throw StructuredFieldError(
                offset: nil, "a key holds lower-case letters, digits, '_', '-', '.' and '*' only")
        }
        out += key.utf8
    }

    // MARK: Values

    private mutating func bareItem(_ value: BareItem) throws(StructuredFieldError) {
        switch value {
        case .integer(let number): try integer(number)
        case .decimal(let number): try decimal(number)
        case .string(let text): try string(text)
        case .token(let word):
            guard let first = word.utf8.first, Grammar.beginsToken(first), word.utf8.allSatisfy(Grammar.isToken) else {
                throw StructuredFieldError(
                    offset: nil, "a token begins with a letter or '*' and holds no blank or quote")
            }
            out += word.utf8
        case .bytes(let bytes):
            out.append(UInt8(ascii: ":"))
            Base64.append(bytes, to: &out)
            out.append(UInt8(ascii: ":"))
        case .boolean(let value): out += value ? "?1".utf8 : "?0".utf8
        case .date(let seconds):
            out.append(UInt8(ascii: "@"))
            try integer(seconds)
        case .displayString(let text): displayString(text)
        }
    }

    private static let largest: Int64 = 999_999_999_999_999

    private mutating func integer(_ number: Int64) throws(StructuredFieldError) {
        guard number.magnitude <= StructuredSerialiser.largest.magnitude else {
            throw StructuredFieldError(offset: nil, "a whole number has at most 15 digits")
        }
        out += String(number).utf8
    }

    private mutating func decimal(_ number: StructuredDecimal) throws(StructuredFieldError) {
        guard number.thousandths.magnitude <= StructuredSerialiser.largest.magnitude else {
            throw StructuredFieldError(offset: nil, "a decimal has at most 12 digits before its point")
        }
        if number.thousandths < 0 { out.append(UInt8(ascii: "-")) }
        let (whole, rest) = number.thousandths.magnitude.quotientAndRemainder(dividingBy: 1000)
        out += String(whole).utf8
        out.append(UInt8(ascii: "."))
        var digits = [UInt8(rest / 100), UInt8(rest / 10 % 10), UInt8(rest % 10)]
        while digits.count > 1, digits.last == 0 { digits.removeLast() }
        out += digits.map { 0x30 + $0 }
    }

    private mutating func string(_ text: String) throws(StructuredFieldError) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            guard byte >= 0x20, byte < 0x7F else {
                throw StructuredFieldError(offset: nil, "a string holds visible ASCII and spaces only")
            }
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { out.append(UInt8(ascii: "\\")) }
            out.append(byte)
        }
        out.append(UInt8(ascii: "\""))
    }

    private mutating func displayString(_ text: String) {
        out += "%\"".utf8
        for byte in text.utf8 {
            if byte == UInt8(ascii: "%") || byte == UInt8(ascii: "\"") || byte < 0x20 || byte >= 0x7F {
                out.append(UInt8(ascii: "%"))
                for digit in [byte >> 4, byte & 15] { out.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
            } else {
                out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }
}

extension StructuredItem {
    /// The canonical text.
    public func serialised() throws(StructuredFieldError) -> [UInt8] {
        var serialiser = StructuredSerialiser()
        try serialiser.item(self)
        return serialiser.out
    }
}

extension StructuredList {
    /// The canonical text; empty for an empty list, which is sent by not sending the field (section 4.1).
    public func serialised() throws(StructuredFieldError) -> [UInt8] {
        var serialiser = StructuredSerialiser()
        for (i, member) in members.enumerated() {
            if i > 0 { serialiser.separate() }
            try serialiser.member(member)
        }
        return serialiser.out
    }
}

extension StructuredDictionary {
    /// The canonical text; empty for an empty dictionary, which is sent by not sending the field (section 4.1).
    public func serialised() throws(StructuredFieldError) -> [UInt8] {
        var serialiser = StructuredSerialiser()
        try serialiser.dictionary(pairs)
        return serialiser.out
    }
}
