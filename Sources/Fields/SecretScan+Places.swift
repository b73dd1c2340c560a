// Secrets known by where they stand: behind a scheme, before the `@` of a URL, in a hidden input, in a policy.

import Wire

extension SecretScan {
    /// Finds credentials behind the name of their scheme, in whatever text they were pasted into.
    mutating func findSchemes() {
        let bytes = view.bytes
        var i = 0
        while i < bytes.count {
            guard isLetter(bytes[i]), i == 0 || !isLetter(bytes[i - 1]) else {
                i += 1
                continue
            }
            let begin = i
            while i < bytes.count, isLetter(bytes[i]) { i += 1 }
            let word = bytes[begin..<i].map(Octet.lowercased)
            guard SecretScan.schemes.contains(where: { word.elementsEqual($0.utf8) }) else { continue }
            var at = i
            while at < bytes.count, isGap(bytes[at]) { at += 1 }
            guard at > i else { continue }
            var end = at
            while end < bytes.count, !endsCredential(bytes[end]) { end += 1 }
            let credential = bytes[at..<end]
            // A parameter begins a challenge (RFC 9110 section 11.6.1), which is no secret.
            if let equals = credential.firstIndex(of: UInt8(ascii: "=")) {
                let name = credential[..<equals].map(Octet.lowercased)
                if SecretScan.challengeParameters.contains(where: { name.elementsEqual($0.utf8) }) { continue }
            }
            let plain = credential.map(Octet.lowercased)
            if SecretScan.prose.contains(where: { plain.elementsEqual($0.utf8) }) { continue }
            mark(at..<end, looksLikeJWT(credential) ? .jwt : .opaque)
        }
    }

    private static let schemes = ["bearer", "basic", "negotiate", "ntlm", "dpop"]
    private static let challengeParameters = [
        "realm", "charset", "error", "error_description", "error_uri", "scope", "algorithm", "qop", "stale", "title",
        "domain", "algs", "resource_metadata",
    ]
    /// What may follow the word in a sentence, and a scheme named again (its own credential follows).
    private static let prose = [
        "token", "tokens", "tokens.", "token.", "auth", "authentication", "authentication.", "authorization", "scheme",
        "realm", "credentials", "header", "header.", "is", "not", "was", "or", "and", "error", "undefined", "null",
        "bearer", "basic", "authenticate",
    ]

    private func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }

    private func isGap(_ byte: UInt8) -> Bool {
        Octet.isBlank(byte) || byte == UInt8(ascii: "+") || byte == Octet.colon || byte == UInt8(ascii: "\"")
            || byte == UInt8(ascii: "'")
    }

    private func endsCredential(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "<")
            || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "&") || byte == Octet.comma
    }

    /// Finds `user:password@` and `token@` in front of a host (RFC 3986 section 3.2.1).
    mutating func findUserInformation() {
        let bytes = view.bytes
        var i = 0
        while i < bytes.count {
            // One word: up to a blank, a quote or a bracket.
            let begin = i
            while i < bytes.count, !endsWord(bytes[i]) { i += 1 }
            if bytes[begin..<i].contains(UInt8(ascii: "@")) { userInformation(begin..<i) }
            i += 1
        }
    }

    private mutating func userInformation(_ word: Range<Int>) {
        let bytes = view.bytes
        var at = word.lowerBound
        while at < word.upperBound {
            // The authority begins behind "//" and ends at the next delimiter; without "//" any stretch may be one.
            var end = at
            while end < word.upperBound, !endsAuthority(bytes[end]) { end += 1 }
            let isURL = at >= word.lowerBound + 2 && bytes[at - 1] == Octet.slash && bytes[at - 2] == Octet.slash
            if let sign = bytes[at..<end].lastIndex(of: UInt8(ascii: "@")) {
                if let colon = bytes[at..<sign].firstIndex(of: Octet.colon) {
                    if isURL || !isAddressScheme(bytes[at..<colon]) {
                        mark((colon + 1)..<sign, .secret)
                        if looksSecret(bytes[at..<colon]) { mark(at..<colon, .secret) }
                    }
                } else if isURL {
                    mark(at..<sign, .secret)
                }
            }
            at = end + 1
        }
    }

    private func isAddressScheme(_ word: ArraySlice<UInt8>) -> Bool {
        ["mailto", "sip", "sips", "acct", "xmpp", "tel"].contains { word.elementsEqual($0.utf8) }
    }

    private func endsWord(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
    }

    private func endsAuthority(_ byte: UInt8) -> Bool {
        byte == Octet.slash || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") || byte == UInt8(ascii: "&")
            || byte == UInt8(ascii: "=")
    }

    /// Finds the nonces of a Content-Security-Policy.
    mutating func findCSPNonces() {
        let bytes = view.bytes
        let word = Array("'nonce-".utf8)
        var i = 0
        while i + word.count < bytes.count {
            guard bytes[i] == word[0], bytes[i...].starts(with: word) else {
                i += 1
                continue
            }
            let begin = i + word.count
            var end = begin
            while end < bytes.count, bytes[end] != UInt8(ascii: "'"), bytes[end] > 0x20 { end += 1 }
            mark(begin..<end, .nonce)
            i = end
        }
    }

    /// Finds the values of inputs and metas whose name announces a secret, and of password inputs.
    mutating func findInputs() {
        let bytes = view.bytes
        var i = 0
        while i < bytes.count {
            guard bytes[i] == UInt8(ascii: "<"), i + 1 < bytes.count, isLetter(bytes[i + 1]) else {
                i += 1
                continue
            }
            // Every `<` is tried, because a quote left open must not hide the tags behind it; so tags are bounded.
            let limit = min(bytes.count, i + 1024)
            var end = i + 1
            var quote: UInt8 = 0
            while end < limit, quote != 0 || bytes[end] != UInt8(ascii: ">") {
                if quote != 0 {
                    if bytes[end] == quote { quote = 0 }
                } else if bytes[end] == 0x22 || bytes[end] == 0x27 {
                    quote = bytes[end]
                }
                end += 1
            }
            tag((i + 1)..<end)
            element((i + 1)..<end)
            i += 1
        }
    }

    private mutating func tag(_ range: Range<Int>) {
        let attributes = self.attributes(range)
        func value(_ name: String) -> Range<Int>? {
            attributes.first { view.bytes[$0.name].map(Octet.lowercased).elementsEqual(name.utf8) }?.value
        }
        guard let secret = value("value") ?? value("content") else { return }
        var isSecret = false
        for key in ["name", "id", "property", "http-equiv"] {
            if let name = value(key), SecretName(view.bytes[name], assigned: true) != .plain { isSecret = true }
        }
        if let type = value("type") {
            let word = view.bytes[type].map(Octet.lowercased)
            if word.elementsEqual("password".utf8) { isSecret = true }
            if word.elementsEqual("hidden".utf8), isNonceShaped(view.bytes[secret]) || looksSecret(view.bytes[secret]) {
                isSecret = true
            }
        }
        if isSecret { mark(secret, isNonceShaped(view.bytes[secret]) ? .nonce : .secret) }
    }

    /// The text of an element whose name announces a secret (`<password>…`), as XML has them.
    private mutating func element(_ range: Range<Int>) {
        let bytes = view.bytes
        let name = bytes[range].prefix { $0 > 0x20 && $0 != Octet.slash }
        guard range.upperBound < bytes.count, bytes[range.upperBound] == UInt8(ascii: ">"),
            SecretName(name, assigned: false, extra: options.extraNames) != .plain
        else { return }
        let begin = range.upperBound + 1
        mark(begin..<(bytes[begin...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count), .secret)
    }

    private func attributes(_ range: Range<Int>) -> [(name: Range<Int>, value: Range<Int>)] {
        let bytes = view.bytes
        var found: [(name: Range<Int>, value: Range<Int>)] = []
        var i = range.lowerBound
        while i < range.upperBound, found.count < 64 {
            guard bytes[i] == UInt8(ascii: "=") else {
                i += 1
                continue
            }
            var last = i
            while last > range.lowerBound, bytes[last - 1] <= 0x20 { last -= 1 }
            var first = last
            while first > range.lowerBound, isLetter(bytes[first - 1]) || bytes[first - 1] == UInt8(ascii: "-") {
                first -= 1
            }
            var begin = i + 1
            while begin < range.upperBound, bytes[begin] <= 0x20 { begin += 1 }
            guard begin < range.upperBound else { break }
            var end = begin
            if bytes[begin] == 0x22 || bytes[begin] == 0x27 {
                begin += 1
                end = bytes[begin..<range.upperBound].firstIndex(of: bytes[begin - 1]) ?? range.upperBound
            } else {
                while end < range.upperBound, bytes[end] > 0x20 { end += 1 }
            }
            found.append((first..<last, begin..<end))
            i = max(end, i + 1)
        }
        return found
    }

    /// Finds private keys: everything behind the word is one.
    mutating func findPrivateKeys() {
        let bytes = view.bytes
        let word = Array("PRIVATE KEY-----".utf8)
        var i = 0
        while i + word.count < bytes.count {
            if bytes[i] == word[0], bytes[i...].starts(with: word) {
                mark((i + word.count)..<bytes.count, .secret)
                return
            }
            i += 1
        }
    }
}
