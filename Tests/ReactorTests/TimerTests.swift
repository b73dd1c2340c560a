import Reactor
import Testing

@Suite("Deadlines", .timeLimit(.minutes(1)))
struct TimerTests {
    /// Turns until a monotonic moment.
    private static func turn(_ loop: Loop, milliseconds: Int64) {
        let end = Time.monotonicMilliseconds() + milliseconds
        while Time.monotonicMilliseconds() < end { loop.turn(limit: end - Time.monotonicMilliseconds()) }
    }

    @Test func `a deadline fires once, not early, and not much too late`() throws {
        try onOwnThread {
            let loop = try Loop()
            var fired: [Int64] = []
            let alarm = Alarm { fired.append(Time.monotonicMilliseconds()) }
            let begin = loop.now
            loop.arm(alarm, after: 100)
            #expect(alarm.deadline.isArmed)
            Self.turn(loop, milliseconds: 400)
            #expect(fired.count == 1)
            let took = try #require(fired.first) - begin
            #expect(took >= 100)
            #expect(took < 350, "64 ms is the resolution; the rest is for a busy machine")
            #expect(!alarm.deadline.isArmed)
        }
    }

    @Test func `moved later it fires at the later moment only`() throws {
        try onOwnThread {
            let loop = try Loop()
            var fired: [Int64] = []
            let alarm = Alarm { fired.append(Time.monotonicMilliseconds()) }
            let begin = loop.now
            loop.arm(alarm, after: 50)
            loop.arm(alarm, after: 300)
            Self.turn(loop, milliseconds: 250)
            #expect(fired.isEmpty)
            Self.turn(loop, milliseconds: 300)
            #expect(fired.count == 1)
            #expect(fired.allSatisfy { $0 - begin >= 300 })
        }
    }

    @Test func `moved earlier it fires at the earlier moment`() throws {
        try onOwnThread {
            let loop = try Loop()
            var fired: [Int64] = []
            let alarm = Alarm { fired.append(Time.monotonicMilliseconds()) }
            let begin = loop.now
            loop.arm(alarm, after: 60_000)
            loop.arm(alarm, after: 100)
            Self.turn(loop, milliseconds: 400)
            #expect(fired.count == 1)
            #expect(fired.allSatisfy { $0 - begin >= 100 })
        }
    }

    @Test func `a disarmed deadline does not fire, and can be armed again`() throws {
        try onOwnThread {
            let loop = try Loop()
            var fired = 0
            let alarm = Alarm { fired += 1 }
            loop.arm(alarm, after: 50)
            loop.disarm(alarm)
            Self.turn(loop, milliseconds: 200)
            #expect(fired == 0)
            loop.arm(alarm, after: 50)
            Self.turn(loop, milliseconds: 300)
            #expect(fired == 1)
        }
    }

    @Test func `an alarm that arms itself again keeps firing, and a moment in the past fires soon`() throws {
        try onOwnThread {
            let loop = try Loop()
            var fired = 0
            var again: Alarm?
            let alarm = Alarm {
                fired += 1
                if fired < 3, let again { loop.arm(again, after: 0) }
            }
            again = alarm
            loop.arm(alarm, at: loop.now - 1000)
            Self.turn(loop, milliseconds: 600)
            #expect(fired == 3)
            again = nil
        }
    }

    @Test func `forget lets go of the object at once`() throws {
        try onOwnThread {
            let loop = try Loop()
            weak var watched: Alarm?
            do {
                let alarm = Alarm { Issue.record("a forgotten alarm fired") }
                watched = alarm
                loop.arm(alarm, after: 50)
                loop.forget(alarm)
            }
            #expect(watched == nil)
            Self.turn(loop, milliseconds: 200)
        }
    }

    @Test func `a disarmed object is let go when the wheel comes by, and its deinit may use the loop`() throws {
        final class Parent: Timed {
            var deadline = Deadline()
            let loop: Loop
            let child: Alarm
            init(_ loop: Loop, _ child: Alarm) { (self.loop, self.child) = (loop, child) }
            func deadlinePassed() { Issue.record("a disarmed deadline passed") }
            deinit { loop.forget(child) }
        }
        try onOwnThread {
            let loop = try Loop()
            weak var watched: Parent?
            let child = Alarm { Issue.record("a forgotten alarm fired") }
            do {
                let parent = Parent(loop, child)
                watched = parent
                loop.arm(parent, after: 50)
                loop.arm(child, after: 300)
                loop.disarm(parent)
            }
            #expect(watched != nil)
            Self.turn(loop, milliseconds: 500)
            #expect(watched == nil)
            #expect(!child.deadline.isArmed)
        }
    }

    @Test func `one alarm may forget another that is due in the same round`() throws {
        try onOwnThread {
            let loop = try Loop()
            var fired = 0
            var alarms: [Alarm] = []
            for _ in 0..<2 {
                alarms.append(
                    Alarm {
                        fired += 1
                        for alarm in alarms { loop.forget(alarm) }
                    })
            }
            for alarm in alarms { loop.arm(alarm, after: 60) }
            Self.turn(loop, milliseconds: 300)
            #expect(fired == 1)
            alarms = []
        }
    }

    @Test func `thousands of alarms at random moments, moved about, each fire once and never early`() throws {
        try onOwnThread {
            final class Noted: Timed {
                var deadline = Deadline()
                var wanted: Int64 = 0
                var fired: [Int64] = []
                let loop: Loop
                init(_ loop: Loop) { self.loop = loop }
                func deadlinePassed() { fired.append(loop.now) }
            }
            let loop = try Loop()
            var random = SystemRandomNumberGenerator()
            let alarms = (0..<5000).map { _ in Noted(loop) }
            for alarm in alarms {
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    alarm.wanted = loop.now + Int64.random(in: 0...900, using: &random)
                    loop.arm(alarm, at: alarm.wanted)
                }
            }
            for alarm in alarms.prefix(500) { loop.disarm(alarm) }
            for alarm in alarms.dropFirst(500).prefix(500) { loop.forget(alarm) }
            Self.turn(loop, milliseconds: 400)
            for alarm in alarms.suffix(1000) {
                alarm.fired = []
                alarm.wanted = loop.now + Int64.random(in: 0...300, using: &random)
                loop.arm(alarm, at: alarm.wanted)
            }
            Self.turn(loop, milliseconds: 1200)
            #expect(alarms.prefix(1000).allSatisfy { $0.fired.isEmpty })
            #expect(alarms.dropFirst(1000).allSatisfy { $0.fired.count == 1 })
            #expect(alarms.allSatisfy { alarm in alarm.fired.allSatisfy { $0 >= alarm.wanted } })
            #expect(alarms.allSatisfy { alarm in alarm.fired.allSatisfy { $0 - alarm.wanted < 400 } })
        }
    }

    @Test func `an armed deadline wakes a waiting loop by itself, and afterwards nothing wakes it`() throws {
        let fired = Counter()
        let rounds = Counter()
        let thread = try LoopThread.start(name: "alarm") { loop in
            loop.atBatchEnd = { rounds.add() }
            loop.arm(Alarm { fired.add() }, after: 50)
        }
        #expect(fired.reaches(1))
        let after = rounds.count
        _ = Counter().reaches(1, milliseconds: 300)
        #expect(rounds.count <= after + 1)
        thread.stop()
        #expect(thread.join(milliseconds: 5000))
    }
}
