// Memory for bytes on their way. A block is filled by one channel and may be read by the queue of the other side at the
// same time; whoever lets go last gives it back. Blocks are recycled per loop, so the steady state allocates nothing, and
// an idle connection holds none.

/// A piece of memory bytes are received into.
final class Block {
    var bytes: [UInt8]

    init(size: Int) {
        bytes = [UInt8](repeating: 0, count: size)
    }
}

/// The spare blocks of one loop.
final class BlockPool {
    /// Enough for heads and small bodies.
    static let small = 16_384

    /// For bodies: a fuller pipe costs fewer system calls.
    ///
    /// Two of them may wait in one direction, one being sent and one being filled, which together are the limit `buffer`;
    /// but at least as large as the largest head allowed.
    let large: Int
    private var spareSmall: [Block] = []
    private var spareLarge: [Block] = []

    init(largestHead: Int, buffer: Int) {
        large = max(buffer / 2, largestHead + BlockPool.small)
        spareSmall.reserveCapacity(64)
        spareLarge.reserveCapacity(16)
    }

    func take(large wantsLarge: Bool) -> Block {
        if wantsLarge { return spareLarge.popLast() ?? Block(size: large) }
        return spareSmall.popLast() ?? Block(size: BlockPool.small)
    }

    /// Gives a block back if nobody else holds it; else the last holder does.
    func recycle(_ block: consuming Block) {
        var block = block
        guard isKnownUniquelyReferenced(&block) else { return }
        if block.bytes.count == BlockPool.small {
            if spareSmall.count < 64 { spareSmall.append(block) }
        } else if block.bytes.count == large, spareLarge.count < 16 {
            spareLarge.append(block)
        }
    }
}
