// Names with values where no `=` or `:` joins them: members called name and value, the arguments of a call, cells of a
// table, and sentences (`invalid password '…'`, `the password is …`).

import Wire

extension SecretScan {
    /// Finds the values that stand beside the name of a secret.
    mutating func findSaid() {
        let bytes = view.bytes
        var i = 0
        while i < bytes.count {
            guard isWordByte(bytes[i]) else {
                i += 1
                continue
            }
            let begin = i
            while i < bytes.count, isWordByte(bytes[i]) { i += 1 }
            let word = begin..<i
            guard judge(name: bytes[word], assigned: true) != .plain else { continue }
            let isQuoted = begin > 0 && i < bytes.count && isQuoteByte(bytes[i]) && bytes[begin - 1] == bytes[i]
            if isQuoted {
                member(word)
                argument(word)
            } else {
                sentence(word)
            }
        }
    }

    /// `"name":"token","value":"…"`, in either order.
    private mutating func member(_ word: Range<Int>) {
        let bytes = view.bytes
        var at = word.lowerBound - 1
        while at > 0, bytes[at - 1] <= 0x20 || "=>:".utf8.contains(bytes[at - 1]) { at -= 1 }
        guard at > 1, at < word.lowerBound - 1, isQuoteByte(bytes[at - 1]) else { return }
        let label = bytes[..<(at - 1)].reversed().prefix { isWordByte($0) }.reversed().map(Octet.lowercased)
        guard
            ["name", "key", "field", "param", "header", "label", "id", "k", "n"].contains(where: {
                label.elementsEqual($0.utf8)
            })
        else { return }
        // The object around it; brackets in its texts may cut it short, never by more than a look costs.
        let from = max(0, at - 8192)
        let to = min(bytes.count, word.upperBound + 8192)
        let opens = bytes[from..<at].lastIndex { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") } ?? from
        var k = opens
        while k < to {
            guard isQuoteByte(bytes[k]) else {
                if k > word.upperBound, bytes[k] == UInt8(ascii: "}") { return }
                k += 1
                continue
            }
            let end = endOfQuote(k + 1, bytes[k])
            let name = bytes[(k + 1)..<end].map(Octet.lowercased)
            var next = min(end + 1, bytes.count)
            while next < bytes.count, bytes[next] <= 0x20 || "=>:".utf8.contains(bytes[next]) { next += 1 }
            if next > end + 1, next < bytes.count,
                ["value", "val", "v", "content", "data", "default"].contains(where: { name.elementsEqual($0.utf8) })
            {
                if isQuoteByte(bytes[next]) {
                    let close = endOfQuote(next + 1, bytes[next])
                    mark((next + 1)..<close, .secret)
                    next = close + 1
                } else {
                    var close = next
                    while close < bytes.count, !"},]".utf8.contains(bytes[close]) { close += 1 }
                    mark(next..<close, .secret)
                    next = close
                }
            } else {
                next = end + 1
            }
            k = next
        }
    }

    /// `define("AUTH_KEY", "…")` and `["token", "…"]`.
    private mutating func argument(_ word: Range<Int>) {
        let bytes = view.bytes
        var before = word.lowerBound - 1
        while before > 0, bytes[before - 1] <= 0x20 { before -= 1 }
        guard before > 0, bytes[before - 1] == UInt8(ascii: "(") || bytes[before - 1] == UInt8(ascii: "[") else {
            return
        }
        var at = gap(word.upperBound + 1)
        guard at < bytes.count, bytes[at] == Octet.comma else { return }
        at = gap(at + 1)
        guard at < bytes.count, isQuoteByte(bytes[at]) else { return }
        let end = endOfQuote(at + 1, bytes[at])
        // A list of names is not a pair.
        let behind = gap(min(end + 1, bytes.count))
        guard bytes[before - 1] == UInt8(ascii: "(") || behind >= bytes.count || bytes[behind] == UInt8(ascii: "]")
        else {
            return
        }
        mark((at + 1)..<end, .secret)
    }

    /// `invalid password '…'` and `password is …`.
    private mutating func sentence(_ word: Range<Int>) {
        let bytes = view.bytes
        let at = gap(word.upperBound)
        guard at > word.upperBound, at < bytes.count else { return }
        if isQuoteByte(bytes[at]) || bytes[at] == UInt8(ascii: "`") {
            let end = endOfQuote(at + 1, bytes[at])
            // `Unexpected token '<'` is how a parser complains.
            if end > at + 2 { mark((at + 1)..<end, .secret) }
            return
        }
        let verb = bytes[at...].prefix { isWordByte($0) }
        guard ["is", "was", "IS"].contains(where: { verb.elementsEqual($0.utf8) }) else { return }
        let begin = gap(verb.endIndex)
        guard begin > verb.endIndex, begin < bytes.count else { return }
        var first = bytes[begin...].prefix { isWordByte($0) }.map(Octet.lowercased)
        // The full stop of a sentence is no part of its last word.
        while first.last == UInt8(ascii: ".") { first.removeLast() }
        if SecretScan.verdicts.contains(where: { first.elementsEqual($0.utf8) }) { return }
        var end = begin
        while end < bytes.count, !"\"<\n\r".utf8.contains(bytes[end]) { end += 1 }
        mark(begin..<end, .secret)
    }

    /// Finds cells and elements that name a secret, and takes out the one that follows.
    mutating func findCells() {
        let bytes = view.bytes
        var i = 0
        while i + 1 < bytes.count {
            guard bytes[i] == UInt8(ascii: "<"), bytes[i + 1] == Octet.slash else {
                i += 1
                continue
            }
            let tag = bytes[(i + 2)...].prefix { isWordByte($0) }.map(Octet.lowercased)
            let close = tag.count + i + 2
            if ["name", "key", "td", "th", "dt"].contains(where: { tag.elementsEqual($0.utf8) }), close < bytes.count {
                let begin = (bytes[max(0, i - 128)..<i].lastIndex(of: UInt8(ascii: ">")) ?? i) + 1
                if begin < i, judge(name: bytes[begin..<i], assigned: true) != .plain,
                    bytes[begin..<i].allSatisfy({ isWordByte($0) || $0 <= 0x20 || "'\":".utf8.contains($0) }),
                    bytes[begin..<i].split(whereSeparator: { $0 <= 0x20 }).count == 1
                {
                    cell(behind: close)
                }
            }
            i = close
        }
    }

    private mutating func cell(behind close: Int) {
        let bytes = view.bytes
        var at = close
        while at < bytes.count, bytes[at] <= 0x20 || bytes[at] == UInt8(ascii: ">") { at += 1 }
        guard at < bytes.count else { return }
        guard bytes[at] == UInt8(ascii: "<") else {
            mark(at..<(bytes[at...].firstIndex(of: UInt8(ascii: "<")) ?? bytes.count), .secret)
            return
        }
        let tag = Array(bytes[(at + 1)...].prefix { isWordByte($0) })
        guard !tag.isEmpty, let open = bytes[at...].firstIndex(of: UInt8(ascii: ">")) else { return }
        var end = open + 1
        while end < bytes.count {
            if bytes[end] == UInt8(ascii: "<"), end + 1 < bytes.count, bytes[end + 1] == Octet.slash,
                bytes[(end + 2)...].starts(with: tag)
            {
                break
            }
            end += 1
        }
        mark((open + 1)..<end, .secret)
    }

    /// What is said of a secret without telling it.
    private static let verdicts = [
        "not", "invalid", "incorrect", "wrong", "required", "missing", "expired", "empty", "too", "malformed", "a",
        "an",
        "the", "already", "no", "being", "never", "only", "also", "set", "valid", "ok", "disabled",
        "enabled",
        "blocked", "unknown", "undefined", "null", "in", "on", "for", "used", "sent", "needed", "mandatory", "optional",
        "unsupported", "supported", "allowed", "denied", "forbidden", "rejected", "revoked", "absent", "blank", "bad",
        "out", "from", "of", "to", "unavailable", "unable", "broken", "stale", "old", "reset", "changed", "case",
        "currently", "now", "done", "about", "must", "unauthorized", "closed", "locked", "deprecated", "longer",
    ]

    private func gap(_ start: Int) -> Int {
        var i = start
        while i < view.bytes.count, view.bytes[i] <= 0x20 { i += 1 }
        return i
    }

    private func endOfQuote(_ start: Int, _ quote: UInt8) -> Int {
        var i = start
        while i < view.bytes.count, view.bytes[i] != quote { i += view.bytes[i] == 0x5C ? 2 : 1 }
        return min(i, view.bytes.count)
    }

    private func isQuoteByte(_ byte: UInt8) -> Bool { byte == 0x22 || byte == 0x27 }

    private func isWordByte(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
            || byte == UInt8(ascii: "$") || byte == UInt8(ascii: "[") || byte == UInt8(ascii: "]")
    }
}
