// Sorting a stream in bounded memory: only the best so many lines are kept, in a heap whose root is the worst of them.

public import Trace

/// What exchanges can be sorted by.
public enum SortKey: String, CaseIterable, Sendable {
    case time, duration, status, size, path

    /// Whether the largest comes first unless the user says otherwise.
    public var largestFirst: Bool { self == .duration || self == .size }

    /// An exchange's place.
    public func value(_ record: Record) -> SortValue {
        switch self {
        case .time: .number(record.time)
        case .duration: .number(record.durationMicroseconds)
        case .status: .number(Int64(record.response?.status ?? 0))
        case .size: .number(record.responseBody?.bytes ?? 0)
        case .path: .text(record.request?.target ?? "")
        }
    }
}

/// A place in an order.
public enum SortValue: Comparable, Sendable {
    case number(Int64)
    case text(String)
}

/// The first so many of a stream, in an order.
public struct BestOf<Item> {
    private struct Entry {
        let value: SortValue
        let number: Int
        let item: Item
    }

    private let limit: Int
    private let isDescending: Bool
    private var heap: [Entry] = []
    /// How many were offered.
    public private(set) var offered = 0

    /// Keeps at most so many.
    public init(_ limit: Int, descending: Bool) {
        self.limit = max(1, limit)
        isDescending = descending
    }

    /// How many there is no room for.
    public var leftOut: Int { offered - heap.count }

    /// Whether an item of this value would be kept: what is not need not be made.
    public func takes(_ value: SortValue) -> Bool {
        guard heap.count >= limit, let worst = heap.first else { return true }
        return isBefore(value, .max, worst.value, worst.number)
    }

    /// Offers an item.
    public mutating func offer(_ value: SortValue, _ item: @autoclosure () -> Item) {
        defer { offered += 1 }
        if heap.count < limit {
            heap.append(Entry(value: value, number: offered, item: item()))
            rise()
        } else if takes(value) {
            heap[0] = Entry(value: value, number: offered, item: item())
            sink()
        }
    }

    /// What was kept, in order; items of equal value in the order they came.
    public func sorted() -> [Item] {
        heap.sorted { isBefore($0.value, $0.number, $1.value, $1.number) }.map(\.item)
    }

    private func isBefore(_ one: SortValue, _ oneNumber: Int, _ two: SortValue, _ twoNumber: Int) -> Bool {
        if one != two { return isDescending ? one > two : one < two }
        return oneNumber < twoNumber
    }

    private func isWorse(_ one: Int, _ two: Int) -> Bool {
        isBefore(heap[two].value, heap[two].number, heap[one].value, heap[one].number)
    }

    private mutating func rise() {
        var child = heap.count - 1
        while child > 0, isWorse(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isWorse(child, worst) {
                worst = child
            }
            if worst == parent { return }
            heap.swapAt(worst, parent)
            parent = worst
        }
    }
}
