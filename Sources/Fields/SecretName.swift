// Whether a name (of a field, a parameter, a form member, an attribute) announces a secret. The test errs towards
// secrecy: what it takes for a secret is still told apart by length and fingerprint. Names are compared in lower case
// without separators, and word by word: `X-Api-Key`, `apiKey`, `api_key` and `user[api.key]` are the same to it.

/// How much a name says about its value.
enum SecretName: Equatable {
    /// The value may be shown.
    case plain
    /// The value is secret when it is a scalar; a list or object under it is looked into.
    case scalar
    /// Whatever is under it is secret.
    case whole
    /// The value is secret and may contain spaces, so it goes on to the end of the line.
    case line

    /// Judges a name.
    ///
    /// - Parameters:
    ///   - assigned: whether `=` follows. `code=` carries an authorization code; `"code":` is how every REST error
    ///     begins.
    ///   - extra: more words, lower case without separators, that the user declared secret.
    init(_ name: ArraySlice<UInt8>, assigned: Bool, extra: [[UInt8]] = []) {
        self = .plain
        // A name is known by its end: `very.long.path.to.the[token]`.
        let name = name.suffix(256)
        var compact: [UInt8] = []
        var words: [ArraySlice<UInt8>] = []
        SecretName.split(name, into: &compact, &words)
        guard !compact.isEmpty, !SecretName.harmless.contains(where: { compact.elementsEqual($0.utf8) }) else { return }
        if extra.contains(compact) {
            self = .whole
        } else if SecretName.lineWords.contains(where: { contains(compact, $0) }) {
            self = .line
        } else if SecretName.wholeWords.contains(where: { contains(compact, $0) }) {
            self = .whole
        } else if words.contains(where: { word in SecretName.exactWords.contains { word.elementsEqual($0.utf8) } })
            || SecretName.scalarWords.contains(where: { contains(compact, $0) }) || SecretName.hasAuth(words)
        {
            self = .scalar
        } else if let last = words.last, last.elementsEqual("key".utf8) || last.elementsEqual("keys".utf8) {
            self = .scalar
        } else if assigned, SecretName.assignedNames.contains(where: { compact.elementsEqual($0.utf8) }) {
            self = .scalar
        }
    }

    /// Names that would match and carry no secret: cache tags, and words of HTML and HTTP.
    private static let harmless = ["surrogatekey", "xcachekey", "cachekey", "accesskey", "keywords", "metakey"]
    /// Parts of names whose values may hold spaces.
    private static let lineWords = ["password", "passwd", "passphrase", "passcode", "authorization", "cookie"]
    /// Parts of names whose values are secret whatever they are.
    private static let wholeWords = [
        "token", "secret", "apikey", "credential", "jwt", "nonce", "signature", "csrf", "xsrf", "privatekey",
        "consumerkey", "accesskeyid", "samlresponse", "wpnonce",
    ]
    /// Parts of names whose scalar values are secret.
    private static let scalarWords = ["session", "sessid", "ticket", "oauth"]
    /// Whole words of names whose scalar values are secret.
    private static let exactWords = [
        "pass", "pwd", "pw", "pin", "otp", "totp", "sig", "sid", "hmac", "bearer", "assertion", "passkey", "phpsessid",
        "salt",
    ]
    /// Names that carry a secret as a parameter (`name=value`) only.
    private static let assignedNames = [
        "code", "authcode", "devicecode", "usercode", "sign", "basic", "private", "skey", "hash", "loginhash", "policy",
        "opaque",
    ]

    /// `auth` and its relatives, without `author` and its.
    private static func hasAuth(_ words: [ArraySlice<UInt8>]) -> Bool {
        words.contains { word in
            guard contains(word, "auth") else { return false }
            return !["author", "authors", "authority", "authored", "coauthor", "coauthors", "authorname"]
                .contains { word.elementsEqual($0.utf8) }
        }
    }

    /// Lower case, separators gone, and the words between separators and camel humps.
    private static func split(
        _ name: ArraySlice<UInt8>, into compact: inout [UInt8], _ words: inout [ArraySlice<UInt8>]
    ) {
        compact.reserveCapacity(name.count)
        var begins: [Int] = []
        var wasLower = false
        var inWord = false
        for byte in name {
            let isUpper = byte >= 0x41 && byte <= 0x5A
            let isLower = byte >= 0x61 && byte <= 0x7A
            let isDigit = byte >= 0x30 && byte <= 0x39
            guard isUpper || isLower || isDigit else {
                inWord = false
                wasLower = false
                continue
            }
            if !inWord || (isUpper && wasLower) { begins.append(compact.count) }
            compact.append(isUpper ? byte | 0x20 : byte)
            inWord = true
            wasLower = isLower
        }
        for (i, begin) in begins.enumerated() {
            words.append(compact[begin..<(i + 1 < begins.count ? begins[i + 1] : compact.count)])
        }
    }
}

/// Whether bytes hold a word.
func contains(_ bytes: some RandomAccessCollection<UInt8>, _ word: String) -> Bool {
    let letters = word.utf8
    guard let first = letters.first, bytes.count >= letters.count else { return false }
    var at = bytes.startIndex
    let last = bytes.index(bytes.endIndex, offsetBy: -letters.count)
    while at <= last {
        if bytes[at] == first, bytes[at...].starts(with: letters) { return true }
        at = bytes.index(after: at)
    }
    return false
}
