// What is on its way to one side: pieces of the session's own bytes (what the core wrote, and small pieces of bodies) and
// pieces of the other side's input, in order. The latter are not copied; they hold their block until the kernel has taken
// them. While the queue is not empty nothing more is read from the other side, so it holds at most one block.

struct OutQueue {
    /// One piece: of the session's own bytes (`block` is nil) or of a block.
    struct Piece {
        var block: Block?
        var start: Int
        var end: Int
    }

    private(set) var pieces: [Piece] = []
    private(set) var first = 0
    /// Half-close when empty.
    var finishes = false

    var isEmpty: Bool { first == pieces.count }
    var count: Int { pieces.count - first }

    mutating func append(own start: Int, _ end: Int) {
        guard end > start else { return }
        if let last = pieces.last, last.block == nil, last.end == start, first < pieces.count {
            pieces[pieces.count - 1].end = end
        } else {
            pieces.append(Piece(block: nil, start: start, end: end))
        }
    }

    mutating func append(_ block: Block, _ start: Int, _ end: Int) {
        guard end > start else { return }
        pieces.append(Piece(block: block, start: start, end: end))
    }

    func piece(_ index: Int) -> Piece { pieces[first + index] }

    /// Takes bytes off the front that the kernel has accepted.
    mutating func remove(_ count: Int, _ pool: BlockPool) {
        var left = count
        while left > 0, first < pieces.count {
            let size = pieces[first].end - pieces[first].start
            if left < size {
                pieces[first].start += left
                return
            }
            left -= size
            dropFirst(pool)
        }
    }

    /// Forgets everything.
    mutating func removeAll(_ pool: BlockPool) {
        while !isEmpty { dropFirst(pool) }
        finishes = false
    }

    private mutating func dropFirst(_ pool: BlockPool) {
        if let block = pieces[first].block {
            pieces[first].block = nil
            pool.recycle(block)
        }
        first += 1
        if first == pieces.count {
            pieces.removeAll(keepingCapacity: true)
            first = 0
        }
    }

    /// Gives the storage back, for a connection that goes idle.
    mutating func shrink() {
        guard isEmpty else { return }
        pieces = []
        first = 0
    }
}
