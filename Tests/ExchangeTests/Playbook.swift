// A conversation written as a script: what arrives, and what the core then asks for. A mismatch prints both scripts side
// by side. Every playbook is played whole, byte by byte, and (on request) with the start of a next request behind the
// last bytes of the client, which must be left alone; what reaches either side must be the same each time.
import Exchange
import Testing
import Wire

/// One line of a script.
enum Step {
    /// Bytes arrive from a side.
    case from(Side, String)
    /// Something else happens.
    case event(Event)
    /// The core asks for this.
    case expect(String)

    static func openOrigin(fresh: Bool = false) -> Step { .expect("openOrigin fresh: \(fresh)") }
    static func send(_ side: Side, _ text: String) -> Step { .expect("send \(side) \(shown(bytes(text)))") }
    static func forward(_ side: Side, _ text: String) -> Step { .expect("forward \(side) \(shown(bytes(text)))") }
    /// An answer of our own is sent to the client.
    static func answer(_ status: Int) -> Step { .expect("answer \(status)") }
    static func arm(_ phase: Phase) -> Step { .expect("arm \(phase)") }
    static func observe(_ what: String) -> Step { .expect("observe \(what)") }
    static func finishSending(_ side: Side) -> Step { .expect("finishSending \(side)") }
    static func release(reusable: Bool) -> Step { .expect("releaseOrigin reusable: \(reusable)") }
    static func finish(_ ending: Ending, _ cause: Failure.Cause? = nil) -> Step {
        .expect("finish \(ending)" + (cause.map { " " + $0.word } ?? ""))
    }
    static func close(_ closing: Closing) -> Step { .expect("close \(closing)") }

    var line: String {
        switch self {
        case .from(let side, let text): "\(side)> \(shown(bytes(text)))"
        case .event(let event): "event \(event)"
        case .expect(let line): line
        }
    }
}

/// What of the commands a script spells out besides bytes and connections.
struct Shown: OptionSet {
    let rawValue: Int
    static let arms = Shown(rawValue: 1)
    static let observations = Shown(rawValue: 2)
}

extension ExchangeSettings {
    /// The listener is `127.0.0.1:8080`, the origin `http://origin.test`, the node `hoplens-t`.
    static var usual: ExchangeSettings {
        ExchangeSettings(
            pseudonym: bytes("hoplens-t"), originAuthority: bytes("origin.test"), originIsTLS: false,
            listenerPort: 8080,
            listenerIsTLS: false)
    }

    /// The usual settings with a change.
    static func usual(_ change: (inout ExchangeSettings) -> Void) -> ExchangeSettings {
        var settings = usual
        change(&settings)
        return settings
    }
}

/// Plays a script and gives the stage it was played on, for a closer look.
///
/// - Parameter trailing: also play it with half a request behind the client's last bytes.
/// - Parameter faulty: bytes of a body break off at a fault; where they were cut decides how much of what is before the
///   fault was forwarded already.
@discardableResult
func play(
    with settings: ExchangeSettings = .usual, shows: Shown = [], trailing: Bool = false, faulty: Bool = false,
    sourceLocation: SourceLocation = #_sourceLocation, _ steps: [Step]
) -> Stage {
    let whole = run(settings, shows, steps) { [$0] }
    if whole.log != steps.map(\.line) {
        Issue.record("\n\(aligned(expected: steps.map(\.line), actual: whole.log))", sourceLocation: sourceLocation)
    }
    for problem in whole.problems { Issue.record("\(problem)", sourceLocation: sourceLocation) }

    let single = run(settings, shows, steps) { piece in piece.map { [$0] } }
    compare(whole, single, "byte by byte", faulty, sourceLocation)
    if trailing {
        let behind = bytes("GET /behind HTTP/1.1\r\nX-Pa")
        let last = steps.lastIndex { if case .from(.client, _) = $0 { true } else { false } }
        let trailed = run(settings, shows, steps, behind: behind, step: last) { [$0] }
        compare(whole, trailed, "with half a request behind", faulty, sourceLocation)
        #expect(trailed.waitingFromClient == behind, sourceLocation: sourceLocation)
    }
    return whole
}

private func run(
    _ settings: ExchangeSettings, _ shows: Shown, _ steps: [Step], behind: [UInt8] = [], step: Int? = nil,
    cut: ([UInt8]) -> [[UInt8]]
) -> Stage {
    let stage = Stage(
        settings, showsArms: shows.contains(.arms), showsObservations: shows.contains(.observations))
    for (index, next) in steps.enumerated() {
        switch next {
        case .from(let side, let text):
            stage.note(next.line)
            for piece in cut(bytes(text)) { stage.arrive(side, piece) }
            if index == step { stage.arrive(.client, behind) }
        case .event(let event):
            stage.note(next.line)
            stage.happen(event)
        case .expect: break
        }
    }
    return stage
}

private func compare(_ one: Stage, _ two: Stage, _ how: String, _ faulty: Bool, _ sourceLocation: SourceLocation) {
    for problem in two.problems { Issue.record("\(how): \(problem)", sourceLocation: sourceLocation) }
    let (a, b) = (one.transcript, two.transcript)
    #expect(a.others == b.others, "\(how)", sourceLocation: sourceLocation)
    if faulty {
        #expect(b.toClient.starts(with: a.toClient), "\(how)", sourceLocation: sourceLocation)
        #expect(a.toOrigin.count == b.toOrigin.count, "\(how)", sourceLocation: sourceLocation)
        for (first, second) in zip(a.toOrigin, b.toOrigin) {
            #expect(second.starts(with: first), "\(how)", sourceLocation: sourceLocation)
        }
        return
    }
    #expect(text(a.toClient) == text(b.toClient), "\(how): bytes for the client", sourceLocation: sourceLocation)
    #expect(
        a.toOrigin.map { text($0) } == b.toOrigin.map { text($0) }, "\(how): bytes for the origin",
        sourceLocation: sourceLocation)
    #expect(a.content == b.content, "\(how): content", sourceLocation: sourceLocation)
}

/// Two scripts as one, with what is missing and what is too much in its place.
private func aligned(expected: [String], actual: [String]) -> String {
    // The longest common subsequence, from the end.
    var lengths = Array(repeating: Array(repeating: 0, count: actual.count + 1), count: expected.count + 1)
    for i in expected.indices.reversed() {
        for k in actual.indices.reversed() {
            lengths[i][k] =
                expected[i] == actual[k] ? lengths[i + 1][k + 1] + 1 : max(lengths[i + 1][k], lengths[i][k + 1])
        }
    }
    var lines: [String] = ["(- expected and missing, + came unexpected)"]
    var (i, k) = (0, 0)
    while i < expected.count || k < actual.count {
        if i < expected.count, k < actual.count, expected[i] == actual[k] {
            lines.append("    " + expected[i])
            i += 1
            k += 1
        } else if i < expected.count, k == actual.count || lengths[i + 1][k] >= lengths[i][k + 1] {
            lines.append("  - " + expected[i])
            i += 1
        } else {
            lines.append("  + " + actual[k])
            k += 1
        }
    }
    return lines.joined(separator: "\n")
}
