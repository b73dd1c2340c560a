// Secrets known by their own bytes: a JWT, the keys of well-known services, an application password, Base64 or
// hexadecimal that hides readable text, and, where asked for, anything that looks random.

import Wire

extension SecretScan {
    /// Finds runs of token bytes that are, or hide, a secret.
    mutating func findRuns() {
        let bytes = view.bytes
        var i = 0
        while i < bytes.count {
            guard isRunByte(bytes[i]) else {
                i += 1
                continue
            }
            let begin = i
            while i < bytes.count, isRunByte(bytes[i]) { i += 1 }
            judge(begin..<i)
            findPadded(begin..<i)
        }
    }

    /// Padding says that a run is Base64, so that even a short one is decoded.
    private mutating func findPadded(_ run: Range<Int>) {
        let bytes = view.bytes
        var end = run.upperBound
        while end < bytes.count, bytes[end] == UInt8(ascii: "=") { end += 1 }
        guard end > run.upperBound, end - run.upperBound <= 2, run.count >= 8,
            end == bytes.count || !isAlphanumeric(bytes[end])
        else { return }
        // In a path the digits may begin behind any slash.
        var begin = run.lowerBound
        while begin < run.upperBound {
            if let decoded = Base64(bytes[begin..<end]), decoded.bytes.count >= 5, decoded.bytes.allSatisfy(isReadable)
            {
                mark(begin..<end, .secret)
                return
            }
            guard let slash = bytes[begin..<run.upperBound].firstIndex(where: { $0 == 0x2F || $0 == 0x2E }) else {
                return
            }
            begin = slash + 1
        }
    }

    private mutating func judge(_ run: Range<Int>) {
        guard run.count >= 12 else { return }
        let bytes = view.bytes[run]
        if let found = jwtRange(bytes) {
            mark(found, .jwt)
            judge(run.lowerBound..<found.lowerBound)
            judge(found.upperBound..<run.upperBound)
            return
        }
        // The pieces between slashes and dots: a path or a host name is not one token.
        let pieces = bytes.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }
        for piece in pieces
        where hasServicePrefix(piece) || (options.randomRuns && looksRandom(piece)) || hidesTextInHex(piece)
            || hidesTextInBase64(piece)
        {
            mark(piece.startIndex..<piece.endIndex, .secret)
        }
        findPrefixes(run)
        // Base64 has a slash of its own, so the run is looked at whole as well.
        if bytes.contains(UInt8(ascii: "/")), hidesTextInBase64(bytes) { mark(run, .secret) }
    }

    /// Finds keys that begin anywhere behind a byte that joins words, and those whose own beginning holds a dot.
    private mutating func findPrefixes(_ run: Range<Int>) {
        let bytes = view.bytes
        for i in run where i == run.lowerBound || !isAlphanumeric(bytes[i - 1]) {
            let rest = bytes[i..<run.upperBound].prefix { $0 != UInt8(ascii: "/") }
            if dottedPrefixes.contains(where: { rest.count >= $0.utf8.count + 8 && rest.starts(with: $0.utf8) }) {
                mark(rest.startIndex..<rest.endIndex, .secret)
                continue
            }
            let piece = rest.prefix { $0 != UInt8(ascii: ".") }
            if hasServicePrefix(piece)
                || plainPrefixes.contains(where: { piece.count >= $0.utf8.count + 8 && piece.starts(with: $0.utf8) })
            {
                mark(piece.startIndex..<piece.endIndex, .secret)
            }
        }
    }

    /// Finds six groups of four letters or digits with blanks between them, the form of an application password.
    mutating func findApplicationPasswords() {
        let bytes = view.bytes
        var i = 0
        while i + 29 <= bytes.count {
            guard i == 0 || !isAlphanumeric(bytes[i - 1]), isApplicationPassword(bytes[i..<(i + 29)]),
                i + 29 == bytes.count || !isAlphanumeric(bytes[i + 29])
            else {
                i += 1
                continue
            }
            mark(i..<(i + 29), .applicationPassword)
            i += 29
        }
    }

    private func isRunByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "~")
    }

    /// The part of a run that is a JWT, or the beginning of one: from the segment that opens a JSON object.
    private func jwtRange(_ run: ArraySlice<UInt8>) -> Range<Int>? {
        guard run.count >= 12 else { return nil }
        for i in run.startIndex...(run.endIndex - 12) where beginsObject(run[i...]) {
            // What stands before it in the same segment cannot be told apart from it.
            let before = run[run.startIndex..<i].lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }
            // A whole token has dots and no slash; anything else may be one in the alphabet that has.
            let slash = run[i...].firstIndex(of: UInt8(ascii: "/")) ?? run.endIndex
            let end = run[i..<slash].contains(UInt8(ascii: ".")) ? slash : run.endIndex
            return (before.map { $0 + 1 } ?? run.startIndex)..<end
        }
        return nil
    }
}

/// Whether Base64 text begins with a JSON object: `{"`, or `{` and white space.
private func beginsObject(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count >= 3, text[text.startIndex] == UInt8(ascii: "e") else { return false }
    return ["eyJ", "eyA", "ewo", "ew0", "ewk", "eyI"].contains { text.starts(with: $0.utf8) }
}

/// Whether a value has the form of a JWT: three parts (five when encrypted), the first of them a JSON object.
func looksLikeJWT(_ value: ArraySlice<UInt8>) -> Bool {
    guard value.count >= 12, beginsObject(value) else { return false }
    return value.allSatisfy { isAlphanumeric($0) || "-_.+/=".utf8.contains($0) }
}

/// Whether a value has the form of a WordPress nonce: ten hexadecimal digits.
func isNonceShaped(_ value: ArraySlice<UInt8>) -> Bool {
    value.count == 10 && value.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x66) }
        && value.contains { $0 <= 0x39 }
}

/// Whether a password has the form of a WordPress application password, with or without the blanks it is shown with.
func isApplicationPassword(_ value: ArraySlice<UInt8>) -> Bool {
    if value.count == 24 { return value.allSatisfy(isAlphanumeric) }
    guard value.count == 29 else { return false }
    for (i, byte) in value.enumerated() {
        if i % 5 == 4 ? byte != 0x20 : !isAlphanumeric(byte) { return false }
    }
    return true
}

/// Whether a word is a secret by its looks: a JWT, a service's key, or random.
func looksSecret(_ value: ArraySlice<UInt8>) -> Bool {
    looksLikeJWT(value) || hasServicePrefix(value) || looksRandom(value)
}

/// Whether a byte is an ASCII letter or digit.
func isAlphanumeric(_ byte: UInt8) -> Bool {
    (byte >= 0x30 && byte <= 0x39) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
}

/// Beginnings of keys that services hand out, each with enough behind it to be one.
private func hasServicePrefix(_ value: ArraySlice<UInt8>) -> Bool {
    guard value.count >= 16, value.contains(where: { $0 >= 0x30 && $0 <= 0x39 }) else { return false }
    return servicePrefixes.contains { value.starts(with: $0.utf8) }
}

/// Beginnings that hold a dot.
private let dottedPrefixes = ["hvs.", "hvb.", "hvr.", "SG.", "ya29."]
/// Beginnings that nothing but a key has, so that no digit is asked for.
private let plainPrefixes = [
    "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-",
    "sk_live_", "sk_test_", "rk_live_", "pk_live_", "shpat_", "dop_v1_", "whsec_",
]

private let servicePrefixes = [
    "ck_", "cs_", "sk_", "pk_", "rk_", "sk-", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-",
    "xoxp-", "xoxa-", "xapp-", "AKIA", "ASIA", "AIza", "ya29", "SG", "shpat_", "shpss_", "hf_", "npm_", "pypi-",
    "dop_v1_",
    "whsec_", "key-", "EAAC", "NRAK-", "lin_api_", "r8_", "SK",
]

/// Whether a piece looks random: long, with digits among letters in no order a word would have, or a UUID.
///
/// A slug (`my-post-about-http-2-in-2024`) is long too, but its words are short and its digits stand together.
func looksRandom(_ value: ArraySlice<UInt8>) -> Bool {
    guard value.count >= 20 else { return false }
    var digits = 0
    var uppers = 0
    var lowers = 0
    var changes = 0
    var run = 0
    var longest = 0
    var isHex = true
    var previous: UInt8 = 0
    for byte in value {
        var group: UInt8 = 0
        switch byte {
        case 0x30...0x39:
            digits += 1
            group = 1
        case 0x41...0x5A:
            uppers += 1
            group = 2
        case 0x61...0x7A:
            lowers += 1
            group = 3
        default: break
        }
        if group == 0 {
            run = 0
            if byte != UInt8(ascii: "-") { isHex = false }
        } else {
            run += 1
            longest = max(longest, run)
            if group != previous, previous != 0 { changes += 1 }
            if group != 1, (byte | 0x20) > 0x66 { isHex = false }
        }
        previous = group
    }
    let letters = uppers + lowers
    // Capitals and small letters in turn: words that are joined by capitals have longer ones.
    if longest >= 20, uppers >= 4, lowers >= 4, changes * 5 >= longest * 2 { return true }
    guard digits >= 2, letters >= 2 else { return isHex && longest >= 32 }
    if isHex, value.count >= 32 { return true }
    if longest >= 16 { return changes >= (uppers > 0 && lowers > 0 ? 6 : 4) }
    return value.count >= 28 && digits >= 3 && uppers >= 3 && lowers >= 3 && changes >= 10
}

/// Whether Base64 digits, from any of the four places a group can begin, hide a stretch of readable text.
private func hidesTextInBase64(_ run: ArraySlice<UInt8>) -> Bool {
    guard run.count >= 12 else { return false }
    for offset in 0..<4 {
        var readable = 0
        var bits: UInt32 = 0
        var held = 0
        for byte in run.dropFirst(offset) {
            guard let digit = Base64.digit(byte) else {
                readable = 0
                held = 0
                continue
            }
            bits = bits << 6 | UInt32(digit)
            held += 6
            guard held >= 8 else { continue }
            held -= 8
            readable = isReadable(UInt8(truncatingIfNeeded: bits >> UInt32(held))) ? readable + 1 : 0
            if readable >= 9 { return true }
        }
    }
    return false
}

/// Whether hexadecimal digits hide a stretch of readable text.
private func hidesTextInHex(_ run: ArraySlice<UInt8>) -> Bool {
    guard run.count >= 14 else { return false }
    for offset in 0..<2 {
        var readable = 0
        var high: UInt8?
        for byte in run.dropFirst(offset) {
            guard let digit = Octet.hexValue(byte) else {
                readable = 0
                high = nil
                continue
            }
            guard let first = high else {
                high = digit
                continue
            }
            high = nil
            readable = isReadable(first << 4 | digit) ? readable + 1 : 0
            if readable >= 7 { return true }
        }
    }
    return false
}

private func isReadable(_ byte: UInt8) -> Bool { byte >= 0x20 && byte < 0x7F }
