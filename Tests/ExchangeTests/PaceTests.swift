// A client's stock of time: what uses it up, what buys it back, and that nobody can drip for ever or is cut who moves.
import Exchange
import Testing

@Suite struct PaceTests {
    private let limit = 30_000
    private let rate = 100

    private func started(at now: Int64 = 1000) -> Pace {
        var pace = Pace()
        pace.begin(limit: limit, rate: rate)
        pace.setWaiting(true, rate: rate, at: now)
        return pace
    }

    /// How long a client lives that moves so many bytes every so many milliseconds; nil when it outlives an hour.
    private func life(_ bytes: Int, every pause: Int64) -> Int64? {
        var pace = started(at: 0)
        var now: Int64 = 0
        while now < 3_600_000 {
            let left = Int64(pace.left(rate: rate, at: now))
            if left < pause { return now + left }
            now += pause
            pace.credit(bytes, limit: limit, rate: rate, at: now)
        }
        return nil
    }

    @Test func aPauseUsesUpTheStock() {
        let pace = started()
        #expect(pace.left(rate: rate, at: 1000) == limit)
        #expect(pace.left(rate: rate, at: 21_000) == 10_000)
        #expect(pace.left(rate: rate, at: 31_000) == 0 && pace.left(rate: rate, at: 99_000) == 0)
    }

    @Test func timeInWhichNobodyWaitsForTheClientDoesNotCount() {
        var pace = started()
        pace.setWaiting(false, rate: rate, at: 11_000)
        #expect(!pace.isWaiting && pace.left(rate: rate, at: 500_000) == 20_000)
        pace.setWaiting(true, rate: rate, at: 500_000)
        pace.setWaiting(true, rate: rate, at: 505_000)
        #expect(pace.left(rate: rate, at: 510_000) == 10_000)
    }

    @Test func whoeverKeepsTheRateGoesOnAndWhoeverDripsDoesNot() {
        #expect(life(100, every: 1000) == nil)
        #expect(life(3000, every: 29_900) == nil)
        #expect(life(0, every: 1000) == 30_000)
        // One byte buys 10 ms.
        #expect(life(1, every: 29_000) == 30_010)
        #expect(life(50, every: 1000) == 59_500)
    }

    /// The driver looks only when the stock is spent, and not more often than every so many milliseconds.
    @Test func whoeverIsLookedAtTooLateIsNotForgivenTheDelay() {
        var pace = started(at: 0)
        pace.credit(1, limit: limit, rate: rate, at: 30_000)
        #expect(pace.left(rate: rate, at: 30_000) == 10)
        pace.credit(1, limit: limit, rate: rate, at: 30_100)
        #expect(pace.left(rate: rate, at: 30_100) == 0)
    }

    @Test func noAmountOfBytesBuysMoreThanTheStockWasAtFirst() {
        var pace = started()
        pace.credit(1 << 30, limit: limit, rate: rate, at: 2000)
        #expect(pace.left(rate: rate, at: 2000) == limit)
        pace.credit(1 << 30, limit: limit, rate: rate, at: 200_000)
        #expect(pace.left(rate: rate, at: 200_000) == limit)
    }

    @Test func aSignOfLifeFromTheOriginFillsTheStock() {
        var pace = started()
        pace.refill(limit: limit, rate: rate, at: 30_000)
        #expect(pace.isWaiting && pace.left(rate: rate, at: 40_000) == 20_000)
    }
}
