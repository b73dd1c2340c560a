// Two field sections laid side by side: what became of each name between them. The aligner knows no edits and no
// nodes; it sees two lists of lines. Names are compared without case, values byte by byte as shown (a redacted value
// is shown with its length and keyed fingerprint, so equal marks mean equal secrets when both used the same key).
//
// Invariants:
//  1. The fate of a name is `kept` exactly when its lines are the same in number, order, spelling and value; it is
//     `absent` exactly when it has no line on either side.
//  2. Every line that is not kept stands in exactly one line fate; a doubled value also names the line it repeats.
//  3. The relation of lines with different names is no fate: only the order of lines of one name carries meaning
//     (RFC 9110 section 5.3).

public import Trace

/// What became of one field name between two sections.
public struct Alignment: Equatable, Sendable {
    /// The name as first spelled.
    public var name: String
    /// What became of it.
    public var fate: Fate
    /// Every line that was not kept.
    public var lines: [LineFate]
}

/// Compares two field sections.
public enum Aligner {
    /// What became of every name of either section, in order of first appearance.
    public static func align(_ before: [RecordedLine], _ after: [RecordedLine]) -> [Alignment] {
        let earlier = FieldGroups(before)
        let later = FieldGroups(after)
        var keys = earlier.keys
        for key in later.keys where earlier[key].isEmpty { keys.append(key) }
        return keys.map { key in
            let crossing = cross(earlier[key], later[key])
            let name = (earlier[key].first ?? later[key].first)?.name ?? key
            return Alignment(name: name, fate: crossing.fate, lines: crossing.lines)
        }
    }

    /// What became of the lines of one name.
    public static func cross(_ before: [RecordedLine], _ after: [RecordedLine]) -> Crossing {
        if before.isEmpty && after.isEmpty { return Crossing(.absent) }
        // Nearly always: nothing happened.
        if before.count == after.count,
            before.indices.allSatisfy({ same(before[$0], after[$0]) && same(before[$0].name, after[$0].name) })
        {
            return Crossing(.kept)
        }
        var search = LineSearch(before, after)
        search.run()
        let fate = search.fates.map(\.fate).max { $0.rawValue < $1.rawValue } ?? .kept
        return Crossing(fate, lines: search.fates)
    }

    /// Whether two texts are the same bytes; `==` on strings would take different spellings of a letter for one.
    static func same(_ one: String, _ two: String) -> Bool {
        one.utf8.count == two.utf8.count && one.utf8.elementsEqual(two.utf8)
    }

    static func same(_ one: RecordedLine, _ two: RecordedLine) -> Bool {
        one.latin1 == two.latin1 && same(one.value, two.value)
    }
}

/// The lines of a section by lower-case name.
struct FieldGroups {
    private(set) var keys: [String] = []
    private var groups: [String: [RecordedLine]] = [:]

    init(_ lines: [RecordedLine]) {
        for line in lines {
            let key = line.name.lowercased()
            if groups[key] == nil { keys.append(key) }
            groups[key, default: []].append(line)
        }
    }

    subscript(key: String) -> [RecordedLine] { groups[key] ?? [] }
}

/// The search for the least that could have happened to the lines of one name.
private struct LineSearch {
    let before: [RecordedLine]
    let after: [RecordedLine]
    /// Positions that no line fate accounts for yet, ascending.
    var openBefore: [Int]
    var openAfter: [Int]
    var fates: [LineFate] = []

    init(_ before: [RecordedLine], _ after: [RecordedLine]) {
        self.before = before
        self.after = after
        openBefore = Array(before.indices)
        openAfter = Array(after.indices)
    }

    mutating func run() {
        takeKept()
        takeReordered()
        takeMerged()
        takeDuplicated()
        for (b, a) in zip(openBefore, openAfter) { fates.append(LineFate(.changed, before: [b], after: [a])) }
        let pairs = min(openBefore.count, openAfter.count)
        for b in openBefore[pairs...] { fates.append(LineFate(.dropped, before: [b])) }
        for a in openAfter[pairs...] { fates.append(LineFate(.added, after: [a])) }
    }

    /// The longest run of equal lines in order; only a spelling may have changed among them.
    private mutating func takeKept() {
        let pairs = commonLines()
        for (b, a) in pairs where !Aligner.same(before[b].name, after[a].name) {
            fates.append(LineFate(.caseChanged, before: [b], after: [a]))
        }
        let keptBefore = Set(pairs.map(\.0))
        let keptAfter = Set(pairs.map(\.1))
        openBefore.removeAll { keptBefore.contains($0) }
        openAfter.removeAll { keptAfter.contains($0) }
    }

    private func commonLines() -> [(Int, Int)] {
        var head = 0
        while head < before.count, head < after.count, Aligner.same(before[head], after[head]) { head += 1 }
        var pairs = (0..<head).map { ($0, $0) }
        let rows = before.count - head
        let columns = after.count - head
        // A section this long comes from a file that no node wrote; without the table the lines count as reordered.
        guard rows > 0, columns > 0, rows <= 1_000, columns <= 1_000 else { return pairs }
        var length = [Int](repeating: 0, count: (rows + 1) * (columns + 1))
        for b in stride(from: rows - 1, through: 0, by: -1) {
            for a in stride(from: columns - 1, through: 0, by: -1) {
                length[b * (columns + 1) + a] =
                    Aligner.same(before[head + b], after[head + a])
                    ? length[(b + 1) * (columns + 1) + a + 1] + 1
                    : max(length[(b + 1) * (columns + 1) + a], length[b * (columns + 1) + a + 1])
            }
        }
        var b = 0
        var a = 0
        while b < rows, a < columns {
            if Aligner.same(before[head + b], after[head + a]) {
                pairs.append((head + b, head + a))
                b += 1
                a += 1
            } else if length[(b + 1) * (columns + 1) + a] >= length[b * (columns + 1) + a + 1] {
                b += 1
            } else {
                a += 1
            }
        }
        return pairs
    }

    private mutating func takeReordered() {
        for b in openBefore {
            guard let found = openAfter.firstIndex(where: { Aligner.same(before[b], after[$0]) }) else { continue }
            fates.append(LineFate(.reordered, before: [b], after: [openAfter[found]]))
            openAfter.remove(at: found)
            openBefore.removeAll { $0 == b }
        }
    }

    private mutating func takeMerged() {
        for a in openAfter {
            guard let run = runJoined(into: after[a]) else { continue }
            fates.append(LineFate(.merged, before: Array(openBefore[run]), after: [a]))
            openBefore.removeSubrange(run)
            openAfter.removeAll { $0 == a }
        }
    }

    /// The run of open lines whose values, joined as a list or as cookies are, give the line's value.
    private func runJoined(into line: RecordedLine) -> Range<Int>? {
        guard openBefore.count > 1 else { return nil }
        for start in 0..<(openBefore.count - 1) {
            // Most lines fail here, which keeps long sections cheap.
            guard line.value.utf8.starts(with: before[openBefore[start]].value.utf8) else { continue }
            for separator in [", ", ",", "; ", ";"] {
                var joined = before[openBefore[start]].value
                for next in (start + 1)..<openBefore.count {
                    joined += separator + before[openBefore[next]].value
                    if joined.utf8.count > line.value.utf8.count { break }
                    if Aligner.same(joined, line.value) { return start..<(next + 1) }
                }
            }
        }
        return nil
    }

    private mutating func takeDuplicated() {
        for a in openAfter {
            if let b = before.indices.first(where: { Aligner.same(before[$0], after[a]) }) {
                fates.append(LineFate(.duplicated, before: [b], after: [a]))
            } else if let found = openBefore.firstIndex(where: { isRepeated(before[$0].value, in: after[a].value) }) {
                fates.append(LineFate(.duplicated, before: [openBefore[found]], after: [a]))
                openBefore.remove(at: found)
            } else {
                continue
            }
            openAfter.removeAll { $0 == a }
        }
    }

    /// Whether a value is a list of nothing but another value, twice or more.
    private func isRepeated(_ value: String, in list: String) -> Bool {
        guard !value.isEmpty else { return false }
        var rest = Substring(list).utf8
        var times = 0
        while true {
            guard rest.starts(with: value.utf8) else { return false }
            rest = rest.dropFirst(value.utf8.count)
            times += 1
            if rest.isEmpty { return times > 1 }
            guard rest.first == 0x2C else { return false }
            rest = rest.dropFirst()
            while rest.first == 0x20 { rest = rest.dropFirst() }
        }
    }
}
