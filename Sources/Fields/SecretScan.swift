// The search for secrets in text of any kind: field values, targets, samples of bodies. It knows shapes (a JWT, a
// scheme and its credential, a parameter with a secret-like name, user information in a URL, keys of well-known
// services, an application password, random-looking runs, Base64 and hexadecimal that hide readable text) and looks
// through up to three layers of encoding. What it finds is a list of places in the original text.
//
// Invariants: 1. marks are sorted and do not overlap once `finish` has run; 2. no byte inside a mark is ever shown;
// 3. time is linear in the text for each layer, but for nested brackets, which are bounded.

/// A place in text that must not be shown.
struct SecretMark: Equatable {
    /// The offsets.
    var range: Range<Int>
    /// What stands there.
    var kind: ShapeKind
}

/// How closely to look.
struct ScanOptions {
    /// Random-looking runs are secrets (URLs and fields nobody here knows).
    var randomRuns = false
    /// Only words and numbers are none (fields nobody has heard of).
    var everydayOnly = false
    /// The text is a document (a sample of a body): tags are looked at.
    var markup = false
    /// More names the user declared secret.
    var extraNames: [[UInt8]] = []
}

/// One search.
struct SecretScan {
    /// The text as it came.
    private let text: [UInt8]
    /// How closely to look.
    let options: ScanOptions
    /// What was found.
    private(set) var marks: [SecretMark] = []
    /// Names that were judged already: a document repeats a dozen of them.
    private var judged: [[UInt8]: SecretName] = [:]
    /// The layer being looked at.
    private(set) var view: DecodedView

    /// Searches text.
    static func marks(_ text: [UInt8], _ options: ScanOptions) -> [SecretMark] {
        var scan = SecretScan(text, options)
        scan.run()
        return merged(scan.marks)
    }

    private init(_ text: [UInt8], _ options: ScanOptions) {
        self.text = text
        self.options = options
        view = DecodedView(text)
    }

    /// Looks at the text and at what is under its encodings.
    private mutating func run() {
        for layer in 0..<4 {
            lookAtLayer()
            guard layer < 3, let next = view.decoded() else { return }
            view = next
        }
    }

    private mutating func lookAtLayer() {
        findPairs()
        findSchemes()
        findUserInformation()
        findRuns()
        findApplicationPasswords()
        findCSPNonces()
        if options.markup {
            findInputs()
            findCells()
        }
        if options.markup || options.randomRuns {
            findSaid()
            findPathSecrets()
        }
        if options.randomRuns { findBareParameters() }
        findPrivateKeys()
        if options.everydayOnly { findOddRuns() }
    }

    /// What a name announces.
    mutating func judge(name: ArraySlice<UInt8>, assigned: Bool) -> SecretName {
        // The shortest words that announce something have two letters.
        guard name.count >= 2 || !options.extraNames.isEmpty else { return .plain }
        let key = Array(name.suffix(64)) + [assigned ? 1 : 0]
        if name.count <= 64, let known = judged[key] { return known }
        let answer = SecretName(name, assigned: assigned, extra: options.extraNames)
        if name.count <= 64, judged.count < 256 { judged[key] = answer }
        return answer
    }

    /// Notes a place in the current view.
    mutating func mark(_ range: Range<Int>, _ kind: ShapeKind) {
        guard !range.isEmpty else { return }
        marks.append(SecretMark(range: view.original(range), kind: kind))
    }

    /// Sorts marks and joins those that overlap; the kind of the longest wins.
    static func merged(_ marks: [SecretMark]) -> [SecretMark] {
        let sorted = marks.sorted {
            ($0.range.lowerBound, -$0.range.count) < ($1.range.lowerBound, -$1.range.count)
        }
        var result: [SecretMark] = []
        for mark in sorted {
            guard var last = result.last, mark.range.lowerBound < last.range.upperBound else {
                result.append(mark)
                continue
            }
            if mark.range.count > last.range.count
                || (mark.range.count == last.range.count && mark.kind.rawValue < last.kind.rawValue)
            {
                last.kind = mark.kind
            }
            last.range = last.range.lowerBound..<max(last.range.upperBound, mark.range.upperBound)
            result[result.count - 1] = last
        }
        return result
    }
}
