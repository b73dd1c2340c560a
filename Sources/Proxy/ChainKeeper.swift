// The key of a chain, and the memory that makes a trace good for one use only. Both last as long as the process: a reload
// changes neither. All loops share one keeper; its lock is taken once for each request that brings a valid trace.
//
// The memory is two sets that take turns: when the younger is two windows old, or full, it becomes the older one. So a trace
// is remembered for at least as long as it can be valid (a window before now to a window ahead). Full means that more valid
// traces came in that time than are remembered; from then on none is answered until there is room, because a report given
// twice is worse than one missing.
import Fields
package import NodeChain
import Reactor
import Secure
import Synchronization
package import Wire

package final class ChainKeeper: ChainAuthority {
    /// More ids are not remembered in one set.
    package static let mostIDs = 131_072

    private struct Memory {
        var young: Set<ChainUse> = []
        var old: Set<ChainUse> = []
        var began: Int64 = 0
        var saidSkew: Int64 = 0
        var saidFull = false
    }

    private let keys: [Fingerprinter]
    private let memory = Mutex(Memory())
    private let notices: @Sendable (String) -> Void
    private let clock: @Sendable () -> Int64
    private let mostIDs: Int

    package init(
        key: [UInt8], mostIDs: Int = ChainKeeper.mostIDs,
        clock: @escaping @Sendable () -> Int64 = { Time.wallMicroseconds() / 1_000_000 },
        notices: @escaping @Sendable (String) -> Void
    ) {
        keys = ChainPurpose.allCases.map { Fingerprinter(key: ChainKeeper.derived(key, $0)) }
        self.mostIDs = mostIDs
        self.clock = clock
        self.notices = notices
    }

    /// The key of one use.
    package static func derived(_ key: [UInt8], _ purpose: ChainPurpose) -> [UInt8] {
        Fingerprinter(key: key).authenticationCode(Array(purpose.label.utf8).span)
    }

    private subscript(purpose: ChainPurpose) -> Fingerprinter { keys[Int(purpose.rawValue)] }

    package func code(_ purpose: ChainPurpose, _ bytes: [UInt8]) -> [UInt8] {
        self[purpose].authenticationCode(bytes.span)
    }

    package func fingerprint(_ bytes: Span<UInt8>, _ extent: Extent) -> UInt32 {
        self[.fingerprint].fingerprint(bytes, from: Int(extent.start), to: Int(extent.end))
    }

    package var seconds: Int64 { clock() }

    package func random(_ count: Int) -> [UInt8] { SecureRandom.bytes(count) }

    package func isFirstUse(of id: [UInt8], at place: UInt64) -> Bool {
        let now = clock()
        let use = ChainUse(id: id, place: place)
        let (isFirst, isNewlyFull) = memory.withLock { memory -> (Bool, Bool) in
            if now - memory.began >= 2 * ChainTrace.window || now < memory.began {
                memory.old = memory.young
                memory.young = []
                memory.began = now
                memory.saidFull = false
            }
            if memory.young.contains(use) || memory.old.contains(use) { return (false, false) }
            guard memory.young.count < mostIDs else {
                defer { memory.saidFull = true }
                return (false, !memory.saidFull)
            }
            memory.young.insert(use)
            return (true, false)
        }
        if isNewlyFull {
            notices(
                "chain: more than \(mostIDs) traces in \(2 * ChainTrace.window) s; until they are old no more reports are given"
            )
        }
        return isFirst
    }

    package func noteSkew(_ seconds: Int64) {
        let now = clock()
        let isDue = memory.withLock { memory -> Bool in
            guard now - memory.saidSkew >= ChainTrace.window || now < memory.saidSkew else { return false }
            memory.saidSkew = now
            return true
        }
        guard isDue else { return }
        let apart = seconds < 0 ? "\(-seconds) s ahead of" : "\(seconds) s behind"
        notices(
            "chain: a trace signed with the chain's key is \(apart) this node's clock and is not answered (at most"
                + " \(ChainTrace.window) s are accepted); set the clocks of the nodes, or a box on the way kept the request"
        )
    }
}

/// A trace as it was used at one place.
private struct ChainUse: Hashable {
    let high: UInt64
    let low: UInt64

    init(id: [UInt8], place: UInt64) {
        let half = id.count / 2
        high = id.prefix(half).reduce(0) { $0 << 8 | UInt64($1) } ^ place
        low = id.suffix(half).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
