// Secrets in the path and the query of a URL that no `name=value` gives away: the segment behind one that announces a
// secret (`/reset-password/…`), the tokens of bot and hook addresses, and a parameter that is nothing but a token.
// Words that routes are made of are shown: `/jwt-auth/v1/token/validate` is evidence.

import Wire

extension SecretScan {
    /// Finds segments that stand behind a name that announces a secret.
    mutating func findPathSecrets() {
        let bytes = view.bytes
        var i = 0
        while i < bytes.count {
            guard bytes[i] == Octet.slash else {
                i += 1
                continue
            }
            // One path: segments up to its end.
            var segments: [Range<Int>] = []
            while i < bytes.count, bytes[i] == Octet.slash {
                let begin = i + 1
                i = begin
                while i < bytes.count, !endsSegment(bytes[i]) { i += 1 }
                segments.append(begin..<i)
            }
            path(segments)
        }
    }

    private mutating func path(_ segments: [Range<Int>]) {
        let bytes = view.bytes
        for (i, segment) in segments.enumerated() where !segment.isEmpty {
            let name = bytes[segment].map(Octet.lowercased)
            if name.starts(with: "bot".utf8), let colon = bytes[segment].firstIndex(of: Octet.colon),
                colon > segment.lowerBound + 3,
                bytes[(segment.lowerBound + 3)..<colon].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
            {
                mark((colon + 1)..<segment.upperBound, .secret)
            }
            guard i + 1 < segments.count else { continue }
            let next = segments[i + 1]
            if name.elementsEqual("services".utf8), i + 2 < segments.count, let last = segments.last,
                bytes[next].first.map({ $0 == UInt8(ascii: "T") }) == true,
                bytes[segments[i + 2]].first.map({ $0 == UInt8(ascii: "B") }) == true
            {
                mark(next.lowerBound..<last.upperBound, .secret)
                continue
            }
            // The name of a plugin or a package says what the code is about.
            if i > 0, SecretScan.shelves.contains(where: { bytes[segments[i - 1]].elementsEqual($0.utf8) }) { continue }
            if name.elementsEqual("webhooks".utf8), i + 2 < segments.count,
                bytes[next].allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
            {
                mark(segments[i + 2], .secret)
            }
            if hides(bytes[next], behind: name) { mark(next, .secret) }
        }
    }

    /// Whether a segment is taken for a secret because of the one before it.
    private mutating func hides(_ segment: ArraySlice<UInt8>, behind name: [UInt8]) -> Bool {
        // A slug with many words is a title, not a name.
        guard !segment.isEmpty, name.split(whereSeparator: { !isAlphanumeric($0) }).count <= 3 else { return false }
        let word = segment.map(Octet.lowercased)
        if SecretScan.routeWords.contains(where: { word.elementsEqual($0.utf8) }) || isVersion(word) { return false }
        let isPlace = SecretScan.linkWords.contains { name.elementsEqual($0.utf8) }
        switch judge(name: name[...], assigned: false) {
        case .plain: return isPlace && segment.count >= 8 && !isWordy(segment)
        case .scalar: return !isWordy(segment)
        case .whole, .line:
            // These are parts of the names of many routes and pages, too.
            let isCommon = ["jwt", "cookie", "authorization"].contains { contains(name, $0) }
            return !isCommon || !isWordy(segment)
        }
    }

    /// Finds parameters that are nothing but a token: `?S`, `?S=`, `&S=`.
    mutating func findBareParameters() {
        let bytes = view.bytes
        var i = 0
        while i < bytes.count {
            guard bytes[i] == UInt8(ascii: "?") || bytes[i] == UInt8(ascii: "&") else {
                i += 1
                continue
            }
            let begin = i + 1
            i = begin
            while i < bytes.count, !endsSegment(bytes[i]), bytes[i] != UInt8(ascii: "=") { i += 1 }
            if looksMixed(bytes[begin..<i]) { mark(begin..<i, .secret) }
        }
    }

    private func endsSegment(_ byte: UInt8) -> Bool {
        switch byte {
        case Octet.slash, UInt8(ascii: "?"), UInt8(ascii: "#"), UInt8(ascii: "&"), UInt8(ascii: "\""),
            UInt8(ascii: "'"), UInt8(ascii: "<"), UInt8(ascii: ">"), Octet.semicolon:
            true
        default: byte <= 0x20
        }
    }

    private func isVersion(_ word: [UInt8]) -> Bool {
        word.count <= 4 && word.first == UInt8(ascii: "v")
            && word.dropFirst().allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == UInt8(ascii: ".") }
    }

    /// Folders whose entries are names of code.
    private static let shelves = ["plugins", "mu-plugins", "themes", "node_modules", "vendor", "packages", "modules"]
    /// Names of routes behind which links that were mailed to somebody carry a token.
    private static let linkWords = [
        "reset", "invite", "invites", "invitation", "activate", "activation", "verify", "verification", "confirm",
        "unsubscribe", "magic", "share", "recover", "hooks", "hook", "webhook", "webhooks", "keys", "key",
    ]
    /// What may stand behind such a name as a part of the route.
    private static let routeWords = [
        "validate", "refresh", "revoke", "introspect", "verify", "confirm", "reset", "change", "new", "edit", "create",
        "update", "delete", "list", "request", "sent", "done", "complete", "success", "error", "failed", "expired",
        "forgot", "lost", "login", "logout", "register", "authorize", "authorise", "token", "tokens", "access",
        "public", "assets", "static", "js", "css", "img", "images", "feed", "page", "amp", "embed", "api", "me", "info",
        "status", "settings", "users", "user", "admin", "index.html", "index.php", "password", "generate", "exchange",
        "callback", "rotate",
    ]
}

/// Whether text is made of words: small letters (or capitals only), each with at most two digits behind, and numbers.
func isWordy(_ text: ArraySlice<UInt8>) -> Bool {
    text.split(whereSeparator: { !isAlphanumeric($0) }).allSatisfy { word in
        // `k8s`, `mp4`, `2fa`.
        if word.count <= 4 { return true }
        let letters = word.prefix { !($0 >= 0x30 && $0 <= 0x39) }
        let digits = word.dropFirst(letters.count)
        guard digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return false }
        if letters.isEmpty { return digits.count <= 6 }
        let capitals = letters.dropFirst().count { $0 >= 0x41 && $0 <= 0x5A }
        return digits.count <= 2 && letters.count <= 16 && (capitals == 0 || capitals == letters.count - 1)
    }
}

/// Whether a word of ten bytes and more changes between small letters, capitals and digits as no word does.
func looksMixed(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count >= 10 else { return false }
    var changes = 0
    var previous = 0
    for byte in text {
        let group =
            switch byte {
            case 0x30...0x39: 1
            case 0x41...0x5A: 2
            case 0x61...0x7A: 3
            default: 0
            }
        if group != 0 {
            if previous != 0, group != previous { changes += 1 }
            previous = group
        } else if byte != UInt8(ascii: "-"), byte != UInt8(ascii: "_"), byte != UInt8(ascii: "."), byte < 0x80 {
            return false
        }
    }
    return changes >= max(4, text.count / 3)
}
