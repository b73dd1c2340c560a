// A second opinion on HTTP/1 messages, written from the grammar (RFC 9112) and sharing no line with the code under
// test: slow, over arrays, and as strict as a message that hoplens sends must be. It also reads what clients and origins
// send; what it accepts there beyond the strict form is said at the place.

/// A head or trailer section as the second reader understands it.
struct StrictHead: Equatable {
    /// The parts of the first line; empty for trailers.
    var first: [[UInt8]] = []
    var lines: [StrictLine] = []
    /// The offset behind the empty line.
    var end = 0

    /// The values of a field, the name in lower case.
    func values(_ name: String) -> [[UInt8]] {
        lines.filter { StrictReader.lower($0.name) == Array(name.utf8) }.map(\.value)
    }
}

struct StrictLine: Hashable {
    var name: [UInt8]
    var value: [UInt8]
}

/// How the second reader finds the end of a body.
enum StrictFraming: Equatable {
    case none, chunked, untilClose
    case length(Int)
}

/// A body as far as it is there.
enum StrictBody: Equatable {
    case whole(content: [UInt8], trailers: [StrictLine], end: Int)
    case partial(content: [UInt8])
    case bad(content: [UInt8])

    var content: [UInt8] {
        switch self {
        case .whole(let content, _, _), .partial(let content), .bad(let content): content
        }
    }
}

enum StrictReader {
    /// For each byte whether it may stand in a token; a table, because the fuzzer asks often.
    private static let tokenBytes: [Bool] = {
        let letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
        var table = [Bool](repeating: false, count: 256)
        for byte in ("!#$%&'*+-.^_`|~" + letters).utf8 { table[Int(byte)] = true }
        return table
    }()

    static func lower(_ bytes: [UInt8]) -> [UInt8] { bytes.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 } }

    static func isToken(_ bytes: some Collection<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { tokenBytes[Int($0)] }
    }

    /// A request head at an offset, nil when there is none or it is not well formed.
    static func request(_ bytes: [UInt8], from start: Int) -> StrictHead? {
        guard let (first, head) = head(bytes, from: start) else { return nil }
        let parts = first.split(separator: 0x20, omittingEmptySubsequences: false).map(Array.init)
        guard parts.count == 3, isToken(parts[0]), !parts[1].isEmpty,
            parts[1].allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x23 }), version(parts[2]) != nil
        else { return nil }
        var result = head
        result.first = parts
        return result
    }

    /// A response head at an offset; the parts of the first line are version, status and reason.
    static func response(_ bytes: [UInt8], from start: Int) -> StrictHead? {
        guard let (first, head) = head(bytes, from: start) else { return nil }
        var parts = first.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false).map(Array.init)
        if parts.count == 2 { parts.append([]) }
        guard parts.count == 3, version(parts[0]) != nil, parts[1].count == 3,
            parts[1].allSatisfy({ (0x30...0x39).contains($0) }), parts[1][0] != 0x30
        else { return nil }
        var result = head
        result.first = parts
        return result
    }

    static func version(_ word: [UInt8]) -> Int? {
        guard word.count == 8, word.starts(with: "HTTP/1.".utf8), (0x30...0x39).contains(word[7]) else { return nil }
        return min(1, Int(word[7]) - 0x30)
    }

    /// The field lines of a section at an offset, and the offset behind its empty line.
    static func section(_ bytes: [UInt8], from start: Int) -> StrictHead? {
        var head = StrictHead()
        var at = start
        while let end = lineEnd(bytes, from: at) {
            let line = bytes[at..<end]
            at = end + 2
            if line.isEmpty {
                head.end = at
                return head
            }
            guard let colon = line.firstIndex(of: 0x3A), isToken(line[..<colon]) else { return nil }
            var value = line[(colon + 1)...]
            guard value.allSatisfy(isContent) else { return nil }
            while let byte = value.first, isBlank(byte) { value.removeFirst() }
            while let byte = value.last, isBlank(byte) { value.removeLast() }
            head.lines.append(StrictLine(name: Array(line[..<colon]), value: Array(value)))
        }
        return nil
    }

    private static func head(_ bytes: [UInt8], from start: Int) -> (first: [UInt8], StrictHead)? {
        guard let end = lineEnd(bytes, from: start), bytes[start..<end].allSatisfy(isContent),
            let section = section(bytes, from: end + 2)
        else { return nil }
        return (Array(bytes[start..<end]), section)
    }

    /// The offset of the next CR LF; nil when a CR or LF stands alone before it or there is none.
    private static func lineEnd(_ bytes: [UInt8], from start: Int) -> Int? {
        guard start <= bytes.count else { return nil }
        for i in start..<bytes.count {
            if bytes[i] == 0x0A { return nil }
            if bytes[i] == 0x0D { return i + 1 < bytes.count && bytes[i + 1] == 0x0A ? i : nil }
        }
        return nil
    }

    private static func isContent(_ byte: UInt8) -> Bool { byte == 9 || (byte >= 0x20 && byte != 0x7F) }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 9 || byte == 0x20 }

    // MARK: bodies

    /// The framing of a request or response; nil when it is not beyond doubt.
    ///
    /// - Parameter strict: exactly as hoplens must write it; else equal repetitions of Content-Length and any case of
    ///   `chunked` are taken, as hoplens takes them.
    static func framing(_ head: StrictHead, isRequest: Bool, strict: Bool) -> StrictFraming? {
        let lengths = head.values("content-length")
        let codings = head.values("transfer-encoding")
        if !codings.isEmpty {
            guard lengths.isEmpty, codings.count == 1,
                (strict ? codings[0] : lower(codings[0])) == Array("chunked".utf8)
            else { return nil }
            return .chunked
        }
        guard !lengths.isEmpty else { return isRequest ? StrictFraming.none : .untilClose }
        if strict, lengths.count != 1 { return nil }
        var numbers = Set<Int>()
        for value in lengths {
            for member in value.split(separator: 0x2C, omittingEmptySubsequences: false) {
                let digits = strict ? Array(member) : member.filter { !isBlank($0) }
                guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }),
                    let number = Int(String(decoding: digits, as: UTF8.self))
                else { return nil }
                numbers.insert(number)
            }
        }
        guard numbers.count == 1, let length = numbers.first else { return nil }
        return length == 0 ? StrictFraming.none : .length(length)
    }

    /// A body at an offset.
    static func body(_ bytes: [UInt8], from start: Int, _ framing: StrictFraming, strict: Bool) -> StrictBody {
        switch framing {
        case .none: return .whole(content: [], trailers: [], end: start)
        case .untilClose: return .partial(content: Array(bytes[start...]))
        case .length(let length):
            let rest = bytes[start...]
            guard rest.count >= length else { return .partial(content: Array(rest)) }
            return .whole(content: Array(rest.prefix(length)), trailers: [], end: start + length)
        case .chunked: return chunked(bytes, from: start, strict: strict)
        }
    }

    /// A chunked body (RFC 9112 section 7.1).
    ///
    /// - Parameter strict: no extensions and no blanks, as hoplens writes it.
    static func chunked(_ bytes: [UInt8], from start: Int, strict: Bool) -> StrictBody {
        var content: [UInt8] = []
        var at = start
        while true {
            var end = at
            while end < bytes.count, bytes[end] != 0x0D, bytes[end] != 0x0A { end += 1 }
            guard end < bytes.count else {
                return sizeLineMayBegin(bytes[at...], strict) ? .partial(content: content) : .bad(content: content)
            }
            guard bytes[end] == 0x0D, let size = size(bytes[at..<end], strict) else { return .bad(content: content) }
            guard end + 1 < bytes.count else { return .partial(content: content) }
            guard bytes[end + 1] == 0x0A else { return .bad(content: content) }
            at = end + 2
            if size == 0 {
                if let section = section(bytes, from: at) {
                    return .whole(content: content, trailers: section.lines, end: section.end)
                }
                return sectionMayBegin(bytes[at...]) ? .partial(content: content) : .bad(content: content)
            }
            let taken = Int(min(UInt64(bytes.count - at), size))
            content += bytes[at..<(at + taken)]
            at += taken
            guard UInt64(taken) == size, at + 2 <= bytes.count else {
                let isWrong = UInt64(taken) == size && at < bytes.count && bytes[at] != 0x0D
                return isWrong ? .bad(content: content) : .partial(content: content)
            }
            guard bytes[at] == 0x0D, bytes[at + 1] == 0x0A else { return .bad(content: content) }
            at += 2
        }
    }

    private static func size(_ line: ArraySlice<UInt8>, _ strict: Bool) -> UInt64? {
        let digits = line.prefix { isHex($0) }
        guard (1...16).contains(digits.count), let size = UInt64(String(decoding: digits, as: UTF8.self), radix: 16)
        else { return nil }
        var rest = line.dropFirst(digits.count)
        if rest.isEmpty { return size }
        guard !strict, rest.allSatisfy(isContent) else { return nil }
        while let byte = rest.first, isBlank(byte) { rest.removeFirst() }
        return rest.isEmpty || rest.first == 0x3B ? size : nil
    }

    private static func sizeLineMayBegin(_ line: ArraySlice<UInt8>, _ strict: Bool) -> Bool {
        line.isEmpty || size(line, strict) != nil
    }

    /// Whether a trailer section without an end can still become one.
    private static func sectionMayBegin(_ rest: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(rest)
        for tail in ["\r\n\r\n", "\n\r\n", "\r\n", "\n", ":\r\n\r\n", "x:\r\n\r\n", ""]
        where section(bytes + Array(tail.utf8), from: 0) != nil { return true }
        return false
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
}
