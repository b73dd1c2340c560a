// Deflate blocks (RFC 1951). The input may end anywhere, so every reading of bits says whether they were there; the
// output is bounded; every back reference is checked. Time is linear in input and output.

/// Reads bits, the lowest of each byte first (section 3.1.1).
struct BitReader {
    private(set) var bytes: [UInt8]
    /// The next byte to take.
    private(set) var at: Int
    private var held: UInt32 = 0
    private var count: UInt32 = 0

    init(_ bytes: [UInt8], at: Int) {
        self.bytes = bytes
        self.at = at
    }

    /// Adds input, and forgets what was taken.
    mutating func take(_ more: some Collection<UInt8>) {
        bytes.removeSubrange(..<at)
        at = 0
        bytes += more
    }

    /// How many bytes were not taken yet.
    var left: Int { bytes.count - at }

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
///
/// It stops between two symbols when its input runs low or its output is enough, and goes on from there.
struct BlockReader {
    /// Where it stands.
    private enum Stage {
        case header
        case stored(Int)
        case compressed
        case ended
    }

    /// More input than any step needs: the codes of a dynamic block take 320 bytes at most.
    static let lookahead = 1024

    var input: BitReader
    private(set) var output: [UInt8] = []
    private let limit: Int
    /// Where the current stream's output begins: nothing is copied from before it.
    private var base = 0
    private var stage = Stage.header
    private var isLast = false
    private var literals = BlockReader.fixedSymbols
    private var distances = BlockReader.fixedDistances

    init(_ input: BitReader, output: [UInt8], limit: Int) {
        self.input = input
        self.output = output
        self.limit = limit
        base = output.count
    }

    /// Reads blocks to the last one; `complete` when it ended there.
    mutating func run() -> Inflated.End { run(isWhole: true, enough: .max) ?? .truncated }

    /// Reads on: nil when it needs more input or has put out enough.
    ///
    /// - Parameters:
    ///   - isWhole: whether no more input will come.
    ///   - enough: the length of the output at which it pauses.
    mutating func run(isWhole: Bool, enough: Int) -> Inflated.End? {
        while true {
            if !isWhole, input.left < BlockReader.lookahead { return nil }
            if output.count >= enough { return nil }
            let end: Inflated.End?
            switch stage {
            case .ended: return .complete
            case .header: end = header()
            case .stored(let rest): end = stored(rest, isWhole, enough)
            case .compressed: end = compressed(isWhole, enough)
            }
            if let end { return end }
        }
    }

    /// Forgets output that nothing can be copied from any more, and says what it was.
    mutating func takeOutput(keeping window: Int) -> [UInt8] {
        let count = max(0, output.count - window)
        let taken = Array(output[..<count])
        output.removeSubrange(..<count)
        base = max(0, base - count)
        return taken
    }

    private mutating func header() -> Inflated.End? {
        guard let last = input.bits(1), let kind = input.bits(2) else { return .truncated }
        isLast = last == 1
        switch kind {
        case 0: return storedHeader()
        case 1:
            literals = BlockReader.fixedSymbols
            distances = BlockReader.fixedDistances
            stage = .compressed
            return nil
        case 2: return dynamic()
        default: return .damaged(.block)
        }
    }

    private mutating func endBlock() { stage = isLast ? .ended : .header }

    /// The length of a block that stands there as it is (section 3.2.4).
    private mutating func storedHeader() -> Inflated.End? {
        input.alignToByte()
        guard let a = input.byte(), let b = input.byte(), let c = input.byte(), let d = input.byte() else {
            return .truncated
        }
        let count = Int(a) | Int(b) << 8
        guard count == ~(Int(c) | Int(d) << 8) & 0xFFFF else { return .damaged(.block) }
        stage = .stored(count)
        return nil
    }

    private mutating func stored(_ count: Int, _ isWhole: Bool, _ enough: Int) -> Inflated.End? {
        var rest = count
        while rest > 0 {
            guard output.count < limit else { return .limit }
            if output.count >= enough || !isWhole && input.left == 0 { break }
            guard let byte = input.byte() else { return .truncated }
            output.append(byte)
            rest -= 1
        }
        stage = .stored(rest)
        if rest == 0 { endBlock() }
        return nil
    }

    /// The codes of a block with codes of its own (section 3.2.7).
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
        self.literals = literals
        self.distances = copies
        stage = .compressed
        return nil
    }

    /// The content of a compressed block (section 3.2.3), as far as there is input and room.
    private mutating func compressed(_ isWhole: Bool, _ enough: Int) -> Inflated.End? {
        while output.count < enough, isWhole || input.left >= BlockReader.lookahead {
            switch literals.read(&input) {
            case .endOfInput: return .truncated
            case .noCode: return .damaged(.symbol)
            case .symbol(256):
                endBlock()
                return nil
            case .symbol(let literal) where literal < 256:
                guard output.count < limit else { return .limit }
                output.append(UInt8(truncatingIfNeeded: literal))
            case .symbol(let symbol):
                if let end = copy(symbol - 257) { return end }
            }
        }
        return nil
    }

    /// Copies from what was written (section 3.2.5).
    private mutating func copy(_ symbol: Int) -> Inflated.End? {
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
