// Text with its encodings taken off, and for each byte the place it came from. A secret that is percent-encoded, hidden
// behind JSON escapes or behind HTML entities is found in the view, and what is taken out is its place in the original.
// All three are undone in one pass, wherever they occur: taking too much for an encoding costs nothing but a look.

import Wire

/// A decoded copy of text that remembers where each byte came from.
struct DecodedView {
    /// The decoded bytes.
    var bytes: [UInt8]
    /// For each decoded byte the offset it begins at in the original, and one more for the end.
    var origins: [Int]

    /// The text as it is.
    init(_ text: [UInt8]) {
        bytes = text
        origins = Array(0...text.count)
    }

    /// The place in the original of a range of the view.
    func original(_ range: Range<Int>) -> Range<Int> {
        origins[range.lowerBound]..<max(origins[range.lowerBound], origins[range.upperBound])
    }

    /// The view with one layer of encoding taken off, or nil when there was none.
    func decoded() -> DecodedView? {
        guard bytes.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "&") })
        else { return nil }
        var result = DecodedView([])
        result.origins.removeAll()
        result.bytes.reserveCapacity(bytes.count)
        result.origins.reserveCapacity(bytes.count + 1)
        var changed = false
        var value: [UInt8] = []
        var i = 0
        while i < bytes.count {
            var length = 1
            value.removeAll(keepingCapacity: true)
            switch bytes[i] {
            case UInt8(ascii: "%"): percent(at: i, &value, &length)
            case UInt8(ascii: "\\"): escape(at: i, &value, &length)
            case UInt8(ascii: "&"): entity(at: i, &value, &length)
            default: break
            }
            if length > 1 {
                changed = true
                for byte in value {
                    result.bytes.append(byte)
                    result.origins.append(origins[i])
                }
            } else {
                result.bytes.append(bytes[i])
                result.origins.append(origins[i])
            }
            i += length
        }
        guard changed else { return nil }
        result.origins.append(origins[bytes.count])
        return result
    }

    private func hex(at i: Int, digits: Int) -> UInt32? {
        guard i + digits <= bytes.count else { return nil }
        var value: UInt32 = 0
        for k in i..<(i + digits) {
            guard let digit = Octet.hexValue(bytes[k]) else { return nil }
            value = value << 4 | UInt32(digit)
        }
        return value
    }

    private func percent(at i: Int, _ value: inout [UInt8], _ length: inout Int) {
        if let byte = hex(at: i + 1, digits: 2) {
            value = [UInt8(truncatingIfNeeded: byte)]
            length = 3
        } else if i + 1 < bytes.count, bytes[i + 1] | 0x20 == UInt8(ascii: "u"), let unit = hex(at: i + 2, digits: 4) {
            // The form of JavaScript's old escape().
            value = utf8(unit)
            length = 6
        }
    }

    private func escape(at i: Int, _ value: inout [UInt8], _ length: inout Int) {
        guard i + 1 < bytes.count else { return }
        switch bytes[i + 1] {
        case UInt8(ascii: "u"):
            guard let unit = hex(at: i + 2, digits: 4) else { return }
            value = utf8(unit)
            length = 6
        case UInt8(ascii: "x"):
            guard let byte = hex(at: i + 2, digits: 2) else { return }
            value = utf8(byte)
            length = 4
        case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            value = [0x0A]
            length = 2
        case UInt8(ascii: "/"), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"):
            value = [bytes[i + 1]]
            length = 2
        default: return
        }
    }

    private func entity(at i: Int, _ value: inout [UInt8], _ length: inout Int) {
        guard let end = bytes[i..<min(i + 12, bytes.count)].firstIndex(of: UInt8(ascii: ";")), end > i + 1 else {
            return
        }
        let name = bytes[(i + 1)..<end]
        if name.first == UInt8(ascii: "#") {
            let isHex = name.dropFirst().first.map { $0 | 0x20 } == UInt8(ascii: "x")
            var code: UInt32 = 0
            for byte in name.dropFirst(isHex ? 2 : 1) {
                guard let digit = Octet.hexValue(byte), isHex || digit < 10, code < 0x11_0000 else { return }
                code = code * (isHex ? 16 : 10) + UInt32(digit)
            }
            value = utf8(code)
        } else if let (_, byte) = DecodedView.entities.first(where: { name.elementsEqual($0.0.utf8) }) {
            value = [byte]
        } else {
            return
        }
        length = end + 1 - i
    }

    private static let entities: [(String, UInt8)] = [
        ("amp", UInt8(ascii: "&")), ("quot", UInt8(ascii: "\"")), ("apos", UInt8(ascii: "'")),
        ("lt", UInt8(ascii: "<")), ("gt", UInt8(ascii: ">")), ("equals", UInt8(ascii: "=")),
        ("colon", UInt8(ascii: ":")), ("nbsp", 0x20),
    ]

    private func utf8(_ code: UInt32) -> [UInt8] {
        guard let scalar = Unicode.Scalar(code) else { return [UInt8(ascii: "?")] }
        return Array(String(Character(scalar)).utf8)
    }
}
