// One error type: where, what was expected there, what stands there instead. It is a value with the words ready to
// print, because the only thing anybody does with it is to show it to the person who wrote the text.

/// Why a text could not be read.
public struct JSONError: Error, Sendable, Equatable {
    /// The class of the failure, for code that must decide something.
    public enum Kind: Sendable, Equatable {
        /// The text breaks the grammar.
        case syntax
        /// The text ends in the middle of a value: the tail of a file whose writer died.
        case endOfText
        /// Bytes that are not UTF-8.
        case encoding
        /// Nested deeper than the reader was told to follow.
        case tooDeep
        /// Well-formed, but of another kind than the caller asked for.
        case wrongKind
        /// A number that does not fit the type it was asked for.
        case outOfRange
    }

    /// The class of the failure.
    public var kind: Kind
    /// Where it was noticed.
    public var position: JSONPosition
    /// What would have been right there, without a full stop.
    public var expected: String
    /// What stands there.
    public var found: String

    /// An error at a known place.
    public init(kind: Kind, position: JSONPosition, expected: String, found: String) {
        self.kind = kind
        self.position = position
        self.expected = expected
        self.found = found
    }

    /// The message without the place: `expected …, found …`.
    public var message: String { "expected \(expected), found \(found)" }
}

extension JSONError: CustomStringConvertible {
    /// Place and message in one line.
    public var description: String { "\(position): \(message)" }
}

/// Says what stands at an offset, for the second half of a message.
func describe(_ bytes: Span<UInt8>, at offset: Int) -> String {
    guard offset < bytes.count else { return "the end of the text" }
    let byte = bytes[offset]
    switch byte {
    case Ascii.lf, Ascii.cr: return "the end of the line"
    case Ascii.tab: return "a tab"
    case Ascii.quote: return "'\"'"
    case Ascii.apostrophe: return "a single quote"
    case 0x00...0x1F, 0x7F: return "the control character \(codePoint(UInt32(byte)))"
    case 0x80...:
        let length = utf8Length(bytes, at: offset)
        guard length > 0 else { return "the byte 0x\(hexadecimal(UInt32(byte), digits: 2)), which is not UTF-8" }
        let scalar = decodeScalar(bytes, at: offset, length: length)
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .spaceSeparator, .lineSeparator,
            .paragraphSeparator, .nonspacingMark, .enclosingMark:
            return codePoint(scalar.value)
        default: return "'\(Character(scalar))' (\(codePoint(scalar.value)))"
        }
    default: break
    }
    guard isWordByte(byte) else { return "'\(Character(Unicode.Scalar(byte)))'" }
    // A word reads better whole: found 'tru', not found 't'.
    var word = ""
    var i = offset
    while i < bytes.count, isWordByte(bytes[i]), word.utf8.count < 24 {
        word.unicodeScalars.append(Unicode.Scalar(bytes[i]))
        i += 1
    }
    return "'\(word)'"
}

private func isWordByte(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == Ascii.underscore
}

func codePoint(_ value: UInt32) -> String { "U+" + hexadecimal(value, digits: 4) }

func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
}
