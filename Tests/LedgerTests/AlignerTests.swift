import Fields
import Ledger
import Testing
import Trace

@Suite("The aligner")
struct AlignerTests {
    private func fate(_ before: [String], _ after: [String]) -> Crossing {
        Aligner.cross(
            before.map { RecordedLine(name: "X", value: $0) }, after.map { RecordedLine(name: "X", value: $0) })
    }

    @Test(
        "finds the fate of the lines of one name",
        arguments: [
            (["a"], ["a"], Fate.kept), ([], [], .absent), (["a"], [], .dropped), ([], ["a"], .added),
            (["a"], ["b"], .changed), (["a"], ["a", "a"], .duplicated), (["a", "a"], ["a"], .dropped),
            (["a", "b"], ["b", "a"], .reordered), (["a", "b"], ["a, b"], .merged), (["a", "b"], ["a,b"], .merged),
            (["a=1", "b=2"], ["a=1; b=2"], .merged), (["a", "b", "c"], ["a", "b, c"], .merged),
            (["*"], ["*, *"], .duplicated), (["*"], ["*,*,*"], .duplicated), (["a", "b"], ["a"], .dropped),
            (["a"], ["a", "b"], .added), (["a, b"], ["a", "b"], .changed), ([""], [""], .kept), ([""], [], .dropped),
            (["a"], [""], .changed), (["*", "*"], ["*, *"], .merged), (["ab"], ["ab, abc"], .changed),
            (["a", "b", "c"], ["c", "a", "x"], .changed),
        ])
    func fateOfOneName(_ example: (before: [String], after: [String], fate: Fate)) {
        #expect(fate(example.before, example.after).fate == example.fate)
    }

    @Test("accounts for every line that was not kept exactly once")
    func lineFates() {
        let crossing = fate(["a", "b", "c", "d", "e"], ["e", "d", "b, c", "d", "x", "y"])
        #expect(
            crossing.lines == [
                LineFate(.reordered, before: [3], after: [1]), LineFate(.merged, before: [1, 2], after: [2]),
                LineFate(.duplicated, before: [3], after: [3]), LineFate(.changed, before: [0], after: [4]),
                LineFate(.added, after: [5]),
            ])
        #expect(crossing.fate == .changed)
    }

    @Test("compares names without case and reports another spelling as that")
    func spelling() {
        let found = Aligner.align(
            lines(["authorization": "x", "Vary": "a"]), lines(["Authorization": "x", "vary": "b"]))
        #expect(found.map(\.name) == ["authorization", "Vary"])
        #expect(found.map(\.fate) == [.caseChanged, .changed])
    }

    @Test("does not take the order of different names for a change")
    func orderAcrossNames() {
        let found = Aligner.align(lines(["A": "1", "B": "2"]), lines(["B": "2", "A": "1"]))
        #expect(found.map(\.fate) == [.kept, .kept])
    }

    @Test("compares bytes, not letters: two encodings of one letter differ")
    func bytes() {
        #expect(fate(["caf\u{E9}"], ["cafe\u{301}"]).fate == .changed)
        let latin = RecordedLine(name: "X", value: "\u{E9}", latin1: true)
        #expect(Aligner.cross([latin], [RecordedLine(name: "X", value: "\u{E9}")]).fate == .changed)
    }

    @Test("takes equal marks for equal secrets and different marks for different ones")
    func secrets() {
        #expect(fate(["Bearer ‹jwt 187 #5f2c9a01›"], ["Bearer ‹jwt 187 #5f2c9a01›"]).fate == .kept)
        #expect(fate(["Bearer ‹jwt 187 #5f2c9a01›"], ["Bearer ‹jwt 187 #5f2c9a02›"]).fate == .changed)
    }

    @Test("stays quick and right on sections far beyond any limit")
    func longSections() {
        let long = (0..<3_000).map { "v\($0)" }
        #expect(fate(long, long).fate == .kept)
        #expect(fate(long, Array(long.dropFirst())).lines.contains { $0.fate == .dropped && $0.before == [0] })
    }

    /// The invariant: of a section and the same section edited, the aligner finds exactly the edited names, each with
    /// the fate of its edit.
    @Test("finds exactly the edited names of random sections", arguments: 0..<300)
    func findsExactlyTheEdits(seed: Int) {
        var dice = Dice(state: UInt64(seed) &* 7919)
        let names = ["Authorization", "Cookie", "Vary", "X-One", "Set-Cookie", "Via", "Link", "Allow", "Age"]
        var section: [RecordedLine] = []
        for name in names {
            for n in 0..<Int.random(in: 0...3, using: &dice) {
                let name = Bool.random(using: &dice) ? name : name.lowercased()
                section.append(RecordedLine(name: name, value: "\(name.count)-\(n)-\(dice.next() % 1_000_000)"))
            }
        }
        section.shuffle(using: &dice)
        var edited = section
        var expected: [String: Fate] = [:]
        for name in names.shuffled(using: &dice).prefix(Int.random(in: 0...5, using: &dice)) {
            expected[name.lowercased()] = edit(name, &edited, &dice)
        }
        let found = Aligner.align(section, edited)
        let changed = found.filter { $0.fate.isChange }
        #expect(
            Dictionary(uniqueKeysWithValues: changed.map { ($0.name.lowercased(), $0.fate) }) == expected)
        #expect(found.filter { !$0.fate.isChange }.allSatisfy { $0.fate == .kept && $0.lines.isEmpty })
    }

    /// Edits the lines of a name in a way that fits their number; the fate it must be found with.
    private func edit(_ name: String, _ section: inout [RecordedLine], _ dice: inout Dice) -> Fate {
        let places = section.indices.filter { section[$0].name.lowercased() == name.lowercased() }
        guard let place = places.randomElement(using: &dice), let last = places.last else {
            section.insert(
                RecordedLine(name: name, value: "new"), at: Int.random(in: 0...section.count, using: &dice))
            return .added
        }
        switch Int.random(in: 0...(places.count > 1 ? 6 : 4), using: &dice) {
        case 0:
            section.remove(at: place)
            return .dropped
        case 1:
            section[place].value += "x"
            return .changed
        case 2:
            section.insert(section[place], at: last + 1)
            return .duplicated
        case 3:
            section[place].name = section[place].name.uppercased()
            return .caseChanged
        case 4:
            section.append(RecordedLine(name: name, value: "another"))
            return .added
        case 5:
            let moved = section[places[0]].value
            section[places[0]].value = section[places[1]].value
            section[places[1]].value = moved
            let spelling = section[places[0]].name
            section[places[0]].name = section[places[1]].name
            section[places[1]].name = spelling
            return .reordered
        default:
            section[places[0]].value += ", " + section[places[1]].value
            section.remove(at: places[1])
            return .merged
        }
    }
}
