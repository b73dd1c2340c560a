// What is on its way to one side: pieces of the session's own bytes (what the core wrote, and small pieces of bodies) and
// pieces of the other side's input, in order. The latter are not copied; they hold their block until the kernel has taken
// them. While the queue is not empty nothing more is read from the other side, so it holds at most one block.
//
// Nearly always there is one piece, or a head and a piece of a body: two have their place in the queue itself, so that
// an exchange allocates nothing; more go into an array.

struct OutQueue {
    /// One piece: of the session's own bytes (`block` is nil) or of a block.
    struct Piece {
        var block: Block?
        var start = 0
        var end = 0
    }

    private var one = Piece()
    private var two = Piece()
    private var others: [Piece] = []
    private(set) var count = 0
    /// Half-close when empty.
    var finishes = false

    var isEmpty: Bool { count == 0 }

    mutating func append(own start: Int, _ end: Int) {
        guard end > start else { return }
        if count > 0 {
            let last = piece(count - 1)
            if last.block == nil, last.end == start {
                replace(count - 1, Piece(block: nil, start: last.start, end: end))
                return
            }
        }
        append(Piece(block: nil, start: start, end: end))
    }

    mutating func append(_ block: Block, _ start: Int, _ end: Int) {
        guard end > start else { return }
        append(Piece(block: block, start: start, end: end))
    }

    func piece(_ index: Int) -> Piece {
        switch index {
        case 0: one
        case 1: two
        default: others[index - 2]
        }
    }

    /// Takes bytes off the front that the kernel has accepted.
    mutating func remove(_ bytes: Int, _ pool: BlockPool) {
        var left = bytes
        while left > 0, count > 0 {
            let size = one.end - one.start
            if left < size {
                one.start += left
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

    private mutating func append(_ piece: Piece) {
        switch count {
        case 0: one = piece
        case 1: two = piece
        default: others.append(piece)
        }
        count += 1
    }

    private mutating func replace(_ index: Int, _ piece: Piece) {
        switch index {
        case 0: one = piece
        case 1: two = piece
        default: others[index - 2] = piece
        }
    }

    private mutating func dropFirst(_ pool: BlockPool) {
        if let block = one.block {
            one.block = nil
            pool.recycle(block)
        }
        count -= 1
        if count == 0 { return }
        one = two
        two = Piece()
        if count > 1 { two = others.removeFirst() }
    }

    /// Gives the storage back, for a connection that goes idle.
    mutating func shrink() {
        guard isEmpty, others.capacity > 0 else { return }
        others = []
    }
}
