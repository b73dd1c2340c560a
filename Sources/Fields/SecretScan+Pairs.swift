// Names with values: `token=…`, `"token": "…"`, `token: …`, `data-nonce='…'`, `'token' => '…'`, in URLs, forms, JSON,
// scripts and header-like text. Only a name that announces a secret is followed to its value.

import Wire

extension SecretScan {
    /// Finds the values of names that announce a secret.
    mutating func findPairs() {
        let bytes = view.bytes
        var i = 0
        while i < bytes.count {
            guard isNameByte(bytes[i]) else {
                i += 1
                continue
            }
            let begin = i
            while i < bytes.count, isNameByte(bytes[i]) { i += 1 }
            var at = i
            let isQuoted = begin > 0 && at < bytes.count && isQuote(bytes[at]) && bytes[begin - 1] == bytes[at]
            if isQuoted { at += 1 }
            at = skipBlanks(bytes, at)
            guard at < bytes.count, bytes[at] == UInt8(ascii: "=") || bytes[at] == Octet.colon else { continue }
            let isAssigned = bytes[at] == UInt8(ascii: "=")
            let name = judge(name: bytes[begin..<i], assigned: isAssigned && !isQuoted)
            guard name != .plain else { continue }
            // `==`, `=>`, `:=` and blanks up to the value.
            at += 1
            while at < bytes.count, bytes[at] == UInt8(ascii: "=") || bytes[at] == UInt8(ascii: ">") { at += 1 }
            at = skipBlanks(bytes, at)
            guard at < bytes.count else { continue }
            i = max(i, markValue(at, name))
        }
    }

    /// Marks the value that begins at an offset and returns where to go on.
    private mutating func markValue(_ start: Int, _ name: SecretName) -> Int {
        let bytes = view.bytes
        let first = bytes[start]
        if isQuote(first) {
            let end = closingQuote(bytes, start + 1, first)
            if !isVoid(bytes[(start + 1)..<end]) { mark((start + 1)..<end, kind(start + 1..<end)) }
            return end
        }
        if first == UInt8(ascii: "{") || first == UInt8(ascii: "[") {
            guard name == .whole || name == .line else { return start }
            let end = closingBracket(bytes, start)
            mark(start..<end, .secret)
            return end
        }
        var end = start
        while end < bytes.count, !endsValue(bytes[end], name) { end += 1 }
        // Blanks at the end of a line belong to the line.
        while end > start, Octet.isBlank(bytes[end - 1]) { end -= 1 }
        if !isVoid(bytes[start..<end]) { mark(start..<end, kind(start..<end)) }
        return start
    }

    private func kind(_ range: Range<Int>) -> ShapeKind {
        let value = view.bytes[range]
        if looksLikeJWT(value) { return .jwt }
        return isNonceShaped(value) ? .nonce : .secret
    }

    private func endsValue(_ byte: UInt8, _ name: SecretName) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), Octet.lineFeed,
            Octet.carriageReturn:
            true
        case Octet.space, Octet.tab: name != .line
        default: false
        }
    }

    /// Words that stand for the lack of a value, which a diagnosis wants to see.
    private func isVoid(_ value: ArraySlice<UInt8>) -> Bool {
        ["", "null", "undefined", "true", "false", "none"].contains { value.elementsEqual($0.utf8) }
    }

    private func closingQuote(_ bytes: [UInt8], _ start: Int, _ quote: UInt8) -> Int {
        var i = start
        while i < bytes.count, bytes[i] != quote {
            i += bytes[i] == 0x5C ? 2 : 1
        }
        return min(i, bytes.count)
    }

    /// The offset behind the bracket that closes the one at `start`, or the end of the text.
    private func closingBracket(_ bytes: [UInt8], _ start: Int) -> Int {
        var depth = 0
        var i = start
        while i < bytes.count {
            switch bytes[i] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return i + 1 }
            case UInt8(ascii: "\""): i = closingQuote(bytes, i + 1, bytes[i])
            default: break
            }
            i += 1
        }
        return bytes.count
    }

    private func skipBlanks(_ bytes: [UInt8], _ start: Int) -> Int {
        var i = start
        while i < bytes.count, Octet.isBlank(bytes[i]) || bytes[i] == 0x0A || bytes[i] == 0x0D { i += 1 }
        return i
    }

    private func isQuote(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x27 }

    /// Letters and digits, and what joins them into a name: `user[api_key]`, `data-token`, `$secret`.
    private func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "$"), UInt8(ascii: "["), UInt8(ascii: "]"):
            true
        default: byte >= 0x80
        }
    }
}
