// The memory that makes a trace good for one use.
import NodeChain
import Proxy
import Synchronization
import Testing

@Suite struct ChainKeeperTests {
    private final class Clock: Sendable {
        let seconds = Mutex<Int64>(1_764_367_201)
        let said = Mutex<[String]>([])
    }

    private let clock = Clock()

    private func keeper(mostIDs: Int = 4) -> ChainKeeper {
        let clock = clock
        return ChainKeeper(
            key: [UInt8](repeating: 1, count: 32), mostIDs: mostIDs, clock: { clock.seconds.withLock { $0 } },
            notices: { text in clock.said.withLock { $0.append(text) } })
    }

    private func id(_ n: UInt8) -> [UInt8] { [UInt8](repeating: n, count: 16) }

    @Test func anIDIsNewOnceAtEachPlaceForAsLongAsItCanBeValid() {
        let keeper = keeper()
        #expect(keeper.isFirstUse(of: id(1), at: 0))
        #expect(!keeper.isFirstUse(of: id(1), at: 0))
        #expect(keeper.isFirstUse(of: id(1), at: 1))
        // Made by a clock a minute ahead it is valid for two; whenever in that time it comes again, it is known.
        for _ in 0..<4 {
            clock.seconds.withLock { $0 += ChainTrace.window / 2 }
            #expect(!keeper.isFirstUse(of: id(1), at: 0))
        }
        clock.seconds.withLock { $0 += 4 * ChainTrace.window }
        _ = keeper.isFirstUse(of: id(9), at: 0)
        clock.seconds.withLock { $0 += 4 * ChainTrace.window }
        #expect(keeper.isFirstUse(of: id(1), at: 0))
    }

    @Test func whenItIsFullNothingMoreIsAnsweredAndThatIsSaidOnce() {
        let keeper = keeper()
        for n in UInt8(0)..<4 { #expect(keeper.isFirstUse(of: id(n), at: 0)) }
        for n in UInt8(4)..<8 { #expect(!keeper.isFirstUse(of: id(n), at: 0)) }
        #expect(clock.said.withLock { $0.count } == 1)
        clock.seconds.withLock { $0 += 2 * ChainTrace.window }
        #expect(keeper.isFirstUse(of: id(4), at: 0))
    }

    @Test func clocksThatAreApartAreSaidOnceAMinute() {
        let keeper = keeper()
        keeper.noteSkew(75)
        keeper.noteSkew(-80)
        #expect(clock.said.withLock { $0.count } == 1)
        #expect(clock.said.withLock { $0[0].contains("75 s behind") })
        clock.seconds.withLock { $0 += ChainTrace.window }
        keeper.noteSkew(-80)
        #expect(clock.said.withLock { $0.last?.contains("80 s ahead of") ?? false })
    }

    @Test func eachUseHasAKeyOfItsOwn() {
        let key = [UInt8](repeating: 1, count: 32)
        let keys = ChainPurpose.allCases.map { ChainKeeper.derived(key, $0) }
        #expect(Set(keys).count == 4)
        #expect(!keys.contains(key))
        let keeper = keeper()
        #expect(keeper.code(.trace, [1]) != keeper.code(.report, [1]))
    }
}
