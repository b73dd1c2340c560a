// Deflate blocks (RFC 1951). The input may end anywhere, so every reading of bits says whether they were there; the
// output is bounded; every back reference is checked. Time is linear in input and output.

/// Reads bits, the lowest of each byte first (section 3.1.1).
struct BitReader {
    let bytes: [UInt8]
    /// The next byte to take.
    private(set) var at: Int
    private var held: UInt32 = 0
    private var count: UInt32 = 0

    init(_ bytes: [UInt8], at: Int) {
        self.bytes = bytes
        self.at = at
    }

    /// A number of at most 16 bits; nil when the input ends first.
    mutating func bits(_ wanted: UInt32) -> UInt32? {
        while count < wanted {
            guard at < bytes.count else { return nil }
            held |= UInt32(bytes[at]) << count
            at += 1
            count += 8
        }
        let value = held & ((1 << wanted) - 1)
        held >>= wanted
        count -= wanted
        return value
    }

    /// Forgets the rest of a byte; whole bytes were never taken in advance.
    mutating func alignToByte() {
        held = 0
        count = 0
    }

    /// A whole byte of an aligned reader.
    mutating func byte() -> UInt8? {
        guard at < bytes.count else { return nil }
        at += 1
        return bytes[at - 1]
    }
}

/// A canonical Huffman code (section 3.2.2): how many codes there are of each length, and the symbols in code order.
struct HuffmanCode {
    private var counts: InlineArray<16, Int> = InlineArray(repeating: 0)
    private var symbols: [UInt16]
    /// Whether every sequence of bits is a code.
    private(set) var isComplete = true
    /// The length of the longest code; 0 when there is none.
    private(set) var longest = 0

    /// A code from the lengths of its symbols; nil when there are more codes than fit.
    init?(_ lengths: ArraySlice<UInt8>) {
        for length in lengths { counts[Int(length)] += 1 }
        let used = lengths.count - counts[0]
        counts[0] = 0
        var free = 1
        var starts: InlineArray<16, Int> = InlineArray(repeating: 0)
        for length in 1..<16 {
            free = free * 2 - counts[length]
            guard free >= 0 else { return nil }
            starts[length] = starts[length - 1] + counts[length - 1]
            if counts[length] > 0 { longest = length }
        }
        isComplete = free == 0
        symbols = Array(repeating: 0, count: used)
        for (symbol, length) in lengths.enumerated() where length > 0 {
            symbols[starts[Int(length)]] = UInt16(truncatingIfNeeded: symbol)
            starts[Int(length)] += 1
        }
    }

    /// What a reading of a symbol came to.
    enum Reading {
        case symbol(Int)
        case endOfInput
        case noCode
    }

    /// Reads one symbol.
    func read(_ input: inout BitReader) -> Reading {
        var code = 0
        var first = 0
        var index = 0
        for length in 1...max(1, longest) {
            guard let bit = input.bits(1) else { return .endOfInput }
            code = code << 1 | Int(bit)
            let number = counts[length]
            if code - first < number { return .symbol(Int(symbols[index + code - first])) }
            index += number
            first = (first + number) << 1
        }
        return .noCode
    }
}

/// Decompresses a sequence of blocks.
struct BlockReader {
    var input: BitReader
    private(set) var output: [UInt8] = []
    private let limit: Int
    /// Where the current stream's output begins: nothing is copied from before it.
    private var base = 0

    init(_ input: BitReader, output: [UInt8], limit: Int) {
        self.input = input
        self.output = output
        self.limit = limit
        base = output.count
    }

    /// Reads blocks to the last one; `complete` when it ended there.
    mutating func run() -> Inflated.End {
        while true {
            guard let isLast = input.bits(1), let kind = input.bits(2) else { return .truncated }
            let end: Inflated.End? =
                switch kind {
                case 0: stored()
                case 1: compressed(BlockReader.fixedSymbols, BlockReader.fixedDistances)
                case 2: dynamic()
                default: .damaged(.block)
                }
            if let end { return end }
            if isLast == 1 { return .complete }
        }
    }

    /// A block as it is (section 3.2.4); nil when it was whole.
    private mutating func stored() -> Inflated.End? {
        input.alignToByte()
        guard let a = input.byte(), let b = input.byte(), let c = input.byte(), let d = input.byte() else {
            return .truncated
        }
        let count = Int(a) | Int(b) << 8
        guard count == ~(Int(c) | Int(d) << 8) & 0xFFFF else { return .damaged(.block) }
        for _ in 0..<count {
            guard output.count < limit else { return .limit }
            guard let byte = input.byte() else { return .truncated }
            output.append(byte)
        }
        return nil
    }

    /// A block with codes of its own (section 3.2.7); nil when it was whole.
    private mutating func dynamic() -> Inflated.End? {
        guard let hlit = input.bits(5), let hdist = input.bits(5), let hclen = input.bits(4) else { return .truncated }
        let (symbols, distances) = (Int(hlit) + 257, Int(hdist) + 1)
        guard symbols <= 286, distances <= 30 else { return .damaged(.codes) }
        var lengths = [UInt8](repeating: 0, count: 19)
        for i in 0..<(Int(hclen) + 4) {
            guard let length = input.bits(3) else { return .truncated }
            lengths[BlockReader.order[i]] = UInt8(length)
        }
        guard let code = HuffmanCode(lengths[...]), code.isComplete else { return .damaged(.codes) }
        lengths = []
        while lengths.count < symbols + distances {
            var symbol: Int
            switch code.read(&input) {
            case .symbol(let found): symbol = found
            case .endOfInput: return .truncated
            case .noCode: return .damaged(.codes)
            }
            var value: UInt8 = 0
            var times = 1
            switch symbol {
            case 16:
                guard let last = lengths.last else { return .damaged(.codes) }
                value = last
                guard let more = input.bits(2) else { return .truncated }
                times = 3 + Int(more)
            case 17:
                guard let more = input.bits(3) else { return .truncated }
                times = 3 + Int(more)
            case 18:
                guard let more = input.bits(7) else { return .truncated }
                times = 11 + Int(more)
            default: value = UInt8(truncatingIfNeeded: symbol)
            }
            guard lengths.count + times <= symbols + distances else { return .damaged(.codes) }
            lengths += Array(repeating: value, count: times)
        }
        // There must be an end of the block; and only a single code of one bit may leave a bit without a meaning.
        guard lengths[256] > 0, let literals = HuffmanCode(lengths[..<symbols]),
            let copies = HuffmanCode(lengths[symbols...]), literals.isComplete || literals.longest <= 1,
            copies.isComplete || copies.longest <= 1
        else { return .damaged(.codes) }
        return compressed(literals, copies)
    }

    /// The content of a compressed block (section 3.2.3); nil when it was whole.
    private mutating func compressed(_ literals: HuffmanCode, _ distances: HuffmanCode) -> Inflated.End? {
        while true {
            switch literals.read(&input) {
            case .endOfInput: return .truncated
            case .noCode: return .damaged(.symbol)
            case .symbol(256): return nil
            case .symbol(let literal) where literal < 256:
                guard output.count < limit else { return .limit }
                output.append(UInt8(truncatingIfNeeded: literal))
            case .symbol(let symbol):
                if let end = copy(symbol - 257, distances) { return end }
            }
        }
    }

    /// Copies from what was written (section 3.2.5).
    private mutating func copy(_ symbol: Int, _ distances: HuffmanCode) -> Inflated.End? {
        guard symbol < 29 else { return .damaged(.symbol) }
        guard let more = input.bits(BlockReader.lengthBits(symbol)) else { return .truncated }
        let length = BlockReader.lengthBase(symbol) + Int(more)
        let far: Int
        switch distances.read(&input) {
        case .endOfInput: return .truncated
        case .noCode: return .damaged(.symbol)
        case .symbol(let found): far = found
        }
        guard far < 30 else { return .damaged(.symbol) }
        let extra = far < 4 ? 0 : UInt32(far / 2 - 1)
        guard let rest = input.bits(extra) else { return .truncated }
        let distance = (far < 4 ? far + 1 : (2 + far & 1) << Int(extra) + 1) + Int(rest)
        guard distance <= output.count - base else { return .damaged(.symbol) }
        for _ in 0..<length {
            guard output.count < limit else { return .limit }
            output.append(output[output.count - distance])
        }
        return nil
    }

    /// Lengths come in groups of four with one more bit each; 28 is the longest length alone.
    private static func lengthBits(_ symbol: Int) -> UInt32 {
        symbol < 8 || symbol == 28 ? 0 : UInt32(symbol / 4 - 1)
    }

    private static func lengthBase(_ symbol: Int) -> Int {
        if symbol == 28 { return 258 }
        return symbol < 8 ? symbol + 3 : ((4 + symbol % 4) << (symbol / 4 - 1)) + 3
    }

    /// The order in which the lengths of the code of lengths are sent (section 3.2.7).
    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

    /// The codes every reader knows (section 3.2.6).
    private static let fixedSymbols = fixed(
        Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112) + Array(repeating: 7, count: 24)
            + Array(repeating: 8, count: 8))
    private static let fixedDistances = fixed(Array(repeating: 5, count: 32))

    private static func fixed(_ lengths: [UInt8]) -> HuffmanCode {
        guard let code = HuffmanCode(lengths[...]) else { preconditionFailure("the fixed codes fit") }
        return code
    }
}
