// Time-outs. Thousands of connections each move their deadline several times per exchange, nearly always to a later
// moment, and nearly none ever fires. So moving a deadline is a store and a compare; the wheel looks at an object when
// the moment it remembered has come, finds out whether the deadline has really passed, and files it again when not.
//
// One wheel of 256 buckets, 64 ms each. What is due beyond the horizon (16 s) is filed at the horizon and looked at again.
//
// Invariants:
//  1. An object fires not before its deadline and at most about 64 ms (plus the length of a batch) after it.
//  2. A node is in exactly one bucket list while its object's `deadline.node` names it; a free node is in the free list.
//  3. `deadline.floor` is the latest moment that the bucket it sits in is NOT early enough for: due > floor means nothing
//     to do. It is Int64.max while the object is in no bucket, so that the same comparison sends it to `file`.
//  4. The wheel holds an object strongly while it is filed: at most one horizon after it was last armed or disarmed,
//     and not at all after `forget`. So nothing dead is ever touched.
//  5. No allocation in the steady state: nodes are reused.

/// A moment at which an object wants to be called; lives inside that object, one per object.
public struct Deadline: Sendable {
    @usableFromInline var moment = Int64.max
    @usableFromInline var floor = Int64.max
    @usableFromInline var node: Int32 = -1

    /// A deadline that is not armed.
    public init() {}

    /// Whether a moment is set.
    @inlinable public var isArmed: Bool { moment != .max }

    /// The moment in the loop's milliseconds, or Int64.max when nothing is armed.
    @inlinable public var due: Int64 { moment }

    /// Stores a moment; whether the wheel must look earlier than it would (or does not look at all), and then `Loop.file`
    /// is to be called.
    ///
    /// What `Loop.arm` does in two steps, for an object that moves its deadline many times an exchange.
    @inlinable @inline(__always)
    public mutating func set(_ moment: Int64) -> Bool {
        self.moment = moment
        return moment <= floor && moment != .max
    }
}

/// An object that can be called when its deadline has passed.
public protocol Timed: AnyObject {
    /// Storage for the wheel: a stored property `var deadline = Deadline()` that nobody else changes.
    var deadline: Deadline { get set }

    /// The deadline has passed. It is disarmed; arm it again if that is wanted.
    func deadlinePassed()
}

struct TimerWheel {
    /// 64 ms a bucket.
    private static let shift: Int64 = 6
    private static let buckets = 256
    private static let horizon = Int64(buckets - 1)

    private struct Node {
        var object: (any Timed)?
        var next: Int32
        var previous: Int32
        var bucket: Int32
    }

    private var nodes: [Node] = []
    private var free: Int32 = -1
    private var heads = [Int32](repeating: -1, count: buckets)
    /// One bit per bucket that is not empty.
    private var occupied: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    /// The last tick whose bucket has been looked at.
    private var tick: Int64 = 0
    /// How many objects are filed.
    private(set) var count = 0

    /// Files an object under its deadline, or moves it to an earlier bucket.
    mutating func file(_ object: any Timed, now: Int64) {
        if count == 0 { tick = max(tick, now >> Self.shift) }
        var node = object.deadline.node
        let target = bucketTick(for: object.deadline.due)
        let bucket = Int32(target & Self.horizon)
        if node >= 0 {
            guard nodes[Int(node)].bucket != bucket else { return }
            unlink(node)
        } else {
            node = takeNode(object)
            object.deadline.node = node
        }
        // Invariant 3: any moment later than the end of the bucket before is served early enough by this bucket.
        object.deadline.floor = (target - 1) << Self.shift
        link(node, bucket)
    }

    /// Takes an object out at once, so that the wheel no longer keeps it alive.
    mutating func forget(_ object: any Timed) {
        object.deadline.moment = .max
        let node = object.deadline.node
        guard node >= 0 else { return }
        unlink(node)
        release(node, object)
    }

    /// Milliseconds until the next bucket that holds something, or nil when there is none.
    func wait(now: Int64) -> Int64? {
        guard count > 0 else { return nil }
        var step: Int64 = 1
        while step <= Self.horizon {
            let index = Int((tick + step) & Self.horizon)
            // Bits of the same word from here on; whole empty words are skipped.
            let rest = word(index >> 6) >> UInt64(index & 63)
            if rest != 0 {
                let found = tick + step + Int64(rest.trailingZeroBitCount)
                return max(0, found << Self.shift - now)
            }
            step += Int64(64 - index & 63)
        }
        return max(0, (tick + Int64(Self.buckets)) << Self.shift - now)
    }

    /// The next object that leaves the wheel, or nil when there is none for now.
    ///
    /// It is disarmed now; `expired` says whether its deadline has passed or it had been disarmed before.
    ///
    /// Called in a loop, so that whatever the object does to the wheel, and be it in its deinit, happens between two
    /// calls and not during one.
    mutating func next(now: Int64) -> (object: any Timed, expired: Bool)? {
        let last = now >> Self.shift
        if count == 0 {
            tick = max(tick, last)
            return nil
        }
        // After a long sleep each bucket is looked at once, not once per missed round.
        tick = max(tick, last - Int64(Self.buckets))
        while true {
            // The bucket of `tick` may have been left half done by the previous call.
            let bucket = Int32(tick & Self.horizon)
            while heads[Int(bucket)] >= 0 {
                let node = heads[Int(bucket)]
                unlink(node)
                guard let object = nodes[Int(node)].object else { continue }
                let due = object.deadline.due
                if due > now && due != .max {
                    refile(node, object)
                    continue
                }
                object.deadline.moment = .max
                release(node, object)
                return (object, due != .max)
            }
            guard tick < last else { return nil }
            tick += 1
        }
    }

    /// Takes everything out, disarmed; the caller lets go of the objects.
    mutating func removeAll() -> [any Timed] {
        let objects = nodes.compactMap(\.object)
        for object in objects { object.deadline = Deadline() }
        self = TimerWheel()
        return objects
    }

    // MARK: Lists

    /// The tick whose bucket is the first to start at or after the moment, within the horizon.
    private func bucketTick(for due: Int64) -> Int64 {
        let width = Int64(1) << Self.shift
        let exact = due > Int64.max - width ? Int64.max : (due + width - 1) >> Self.shift
        return min(max(exact, tick + 1), tick + Self.horizon)
    }

    /// Files a node again whose object is not due yet.
    private mutating func refile(_ node: Int32, _ object: any Timed) {
        let target = bucketTick(for: object.deadline.due)
        object.deadline.floor = (target - 1) << Self.shift
        link(node, Int32(target & Self.horizon))
    }

    private mutating func takeNode(_ object: any Timed) -> Int32 {
        count += 1
        if free >= 0 {
            let node = free
            free = nodes[Int(node)].next
            nodes[Int(node)].object = object
            return node
        }
        nodes.append(Node(object: object, next: -1, previous: -1, bucket: -1))
        return Int32(nodes.count - 1)
    }

    private mutating func release(_ node: Int32, _ object: any Timed) {
        object.deadline.node = -1
        object.deadline.floor = .max
        nodes[Int(node)].object = nil
        nodes[Int(node)].next = free
        free = node
        count -= 1
    }

    private mutating func link(_ node: Int32, _ bucket: Int32) {
        let head = heads[Int(bucket)]
        nodes[Int(node)].next = head
        nodes[Int(node)].previous = -1
        nodes[Int(node)].bucket = bucket
        if head >= 0 { nodes[Int(head)].previous = node }
        heads[Int(bucket)] = node
        setBit(bucket, true)
    }

    private mutating func unlink(_ node: Int32) {
        let (next, previous, bucket) = (nodes[Int(node)].next, nodes[Int(node)].previous, nodes[Int(node)].bucket)
        if next >= 0 { nodes[Int(next)].previous = previous }
        if previous >= 0 {
            nodes[Int(previous)].next = next
        } else {
            heads[Int(bucket)] = next
            if next < 0 { setBit(bucket, false) }
        }
    }

    // MARK: Occupied buckets

    private func word(_ index: Int) -> UInt64 {
        switch index {
        case 0: occupied.0
        case 1: occupied.1
        case 2: occupied.2
        default: occupied.3
        }
    }

    private mutating func setBit(_ bucket: Int32, _ on: Bool) {
        let bit = UInt64(1) << UInt64(bucket & 63)
        func apply(_ word: inout UInt64) { if on { word |= bit } else { word &= ~bit } }
        switch bucket >> 6 {
        case 0: apply(&occupied.0)
        case 1: apply(&occupied.1)
        case 2: apply(&occupied.2)
        default: apply(&occupied.3)
        }
    }
}
