// Captures of several nodes put together: which records are of one exchange. The trace of a chain says so for certain. Where
// it was lost (a node without the key, a box that took the field away) method, target, time and the fingerprints of
// credentials make a guess, and it is marked as one: two equal requests of one client in the same moment look alike.
//
// A guess never overrules what is known: a record whose trace belongs to another exchange is not guessed about, and one
// that carries another credential is another client's.

import Fields
public import Trace

/// Records of one exchange, the outermost first.
public struct JoinedExchange: Sendable {
    /// The records.
    public var records: [Record]
    /// Why they were put together, when that is a guess: what agreed, in words; nil when the trace says so, or when
    /// nothing was put together.
    public var guess: String?
    /// How many other records would have fitted the guess as well.
    public var rivals = 0

    /// Whether more than one node saw it, as far as the captures tell.
    public var isJoined: Bool { records.count > 1 }
}

/// Puts captures together.
public struct ChainJoin {
    /// How far the clocks of two nodes may be apart in a guess, in microseconds.
    public static let slack: Int64 = 2_000_000

    private struct Capture {
        var records: [Record]
        var isTaken: [Bool]
        var byTrace: [String: Int] = [:]
        var byRequest: [String: [Int]] = [:]

        init(_ records: [Record]) {
            self.records = records
            isTaken = [Bool](repeating: false, count: records.count)
            for (n, record) in records.enumerated() {
                if let trace = record.chain?.trace, !trace.isEmpty, byTrace[trace] == nil { byTrace[trace] = n }
                byRequest[ChainJoin.key(record), default: []].append(n)
            }
        }
    }

    private var inners: [Capture]

    /// A join with the captures of the nodes farther in, the outermost of them first.
    public init(inners: [[Record]]) {
        self.inners = inners.map(Capture.init)
    }

    /// The records that belong to one of the outermost node; each is given out once.
    public mutating func take(_ outer: Record) -> JoinedExchange {
        var joined = JoinedExchange(records: [outer])
        var agreed: [String] = []
        for n in inners.indices {
            if let trace = outer.chain?.trace, let found = inners[n].byTrace[trace], !inners[n].isTaken[found] {
                inners[n].isTaken[found] = true
                joined.records.append(inners[n].records[found])
                continue
            }
            guard let before = joined.records.last, let (found, words, rivals) = guess(before, inners[n]) else {
                continue
            }
            inners[n].isTaken[found] = true
            joined.records.append(inners[n].records[found])
            joined.rivals += rivals
            for word in words where !agreed.contains(word) { agreed.append(word) }
        }
        if !agreed.isEmpty { joined.guess = agreed.joined(separator: ", ") }
        return joined
    }

    /// The records of the inner captures that belong to none that was taken.
    public var rest: [Record] {
        inners.flatMap { capture in capture.records.indices.filter { !capture.isTaken[$0] }.map { capture.records[$0] }
        }
    }

    private static func key(_ record: Record) -> String {
        (record.request?.method ?? "") + " " + (record.request?.target ?? "")
    }

    /// The best of the records that could be the same exchange farther in.
    private func guess(_ outer: Record, _ capture: Capture) -> (Int, [String], Int)? {
        guard outer.request?.target != nil else { return nil }
        let mine = Traits(outer)
        var best: (n: Int, traits: Int, apart: Int64)?
        var rivals = 0
        for n in capture.byRequest[ChainJoin.key(outer)] ?? [] where !capture.isTaken[n] {
            let inner = capture.records[n]
            // What says itself that it belongs to another exchange is believed.
            if let chain = inner.chain, !chain.began { continue }
            let earliest = outer.time - ChainJoin.slack
            let latest = outer.time + outer.durationMicroseconds + ChainJoin.slack
            guard (earliest...latest).contains(inner.time), let shared = mine.shared(with: Traits(inner)) else {
                continue
            }
            let apart = abs(inner.time - outer.time)
            if let known = best {
                if shared > known.traits || shared == known.traits && apart < known.apart {
                    rivals = shared == known.traits ? rivals + 1 : 0
                    best = (n, shared, apart)
                } else if shared == known.traits {
                    rivals += 1
                }
            } else {
                best = (n, shared, apart)
            }
        }
        guard let best else { return nil }
        return (
            best.n, ["method", "target", "time"] + (best.traits > 0 ? ["fingerprints"] : []), rivals
        )
    }
}

/// What tells one client's request from another's of the same target.
private struct Traits {
    private var prints: Set<String> = []
    private var credentials: [String: UInt32] = [:]

    init(_ record: Record) {
        for line in record.request?.head.lines ?? [] {
            let name = line.name.lowercased()
            if let shape = line.shape {
                prints.insert("\(name) \(shape.fingerprint) \(shape.length)")
                if name == "authorization" { credentials[name] = shape.fingerprint }
            } else if name == "x-request-id" || name == "traceparent" {
                prints.insert("\(name) \(line.value)")
            }
        }
    }

    /// How many of them two requests share; nil when they cannot be one.
    func shared(with other: Traits) -> Int? {
        for (name, print) in credentials {
            if let theirs = other.credentials[name], theirs != print { return nil }
        }
        return prints.intersection(other.prints).count
    }
}
