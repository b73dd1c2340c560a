// Which known name somebody probably meant.

/// The nearest of some names to a mistyped one, or nil when none is near enough to be worth suggesting.
///
/// Case, and hyphens written as underscores or left out, count for nothing; swapping two letters counts as one mistake.
public func nearestName(to typed: String, among names: some Sequence<String>) -> String? {
    let wanted = folded(typed)
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for name in names {
        let candidate = folded(name)
        let distance = editDistance(wanted, candidate)
        // A third of the letters may be wrong, and one in a short name; never all of them.
        let longest = max(wanted.count, candidate.count)
        guard distance <= max(1, longest / 3), distance < longest else { continue }
        if best.map({ distance < $0.distance }) ?? true { best = (name, distance) }
    }
    if let best { return best.name }
    // A word cut short or written out: `color-mode` for color, `cert` for tls-cert.
    guard wanted.count >= 4 else { return nil }
    let parts = names.filter { name in
        let candidate = folded(name)
        return candidate.count >= 4 && (contains(candidate, wanted) || contains(wanted, candidate))
    }
    return parts.count == 1 ? parts[0] : nil
}

private func folded(_ text: String) -> [UInt8] {
    text.utf8.compactMap { byte in
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "_"): nil
        case 0x41...0x5A: byte | 0x20
        default: byte
        }
    }
}

private func contains(_ whole: [UInt8], _ part: [UInt8]) -> Bool {
    guard part.count <= whole.count else { return false }
    return (0...whole.count - part.count).contains { whole[$0..<$0 + part.count].elementsEqual(part) }
}

/// Insertions, deletions, replacements and swaps of neighbours that make one of the other.
private func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var row = last
    for i in 0..<a.count {
        row[0] = i + 1
        for j in 0..<b.count {
            row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1) }
        }
        (beforeLast, last, row) = (last, row, beforeLast)
    }
    return last[b.count]
}
