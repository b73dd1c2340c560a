// Heads that came before and what was made of them. On a kept connection the next request is often the one before, byte
// for byte (a page that polls, a health check, an API client), and so is its answer within the same second. Comparing
// 700 bytes costs a twentieth of parsing, checking and rewriting them.
//
// What is found is what the clear way would give, because the key is everything it looks at: all bytes of the head (a
// parser of heads reads nothing behind the empty line), the settings, and what the conversation brings in (the caller
// puts that into `text` and `flags`). Strict framing is not bypassed: only what was parsed, checked and forwarded once
// is remembered, and an equal head is the same head. HeadMemoryTests plays conversations both ways and compares.
//
// Bounded: 32 heads of 4 KiB at most for each loop. What is never found again is soon not stored any more.
import Fields
import Wire

/// A head that can be copied into storage that is kept.
protocol StoredHead: Sendable {
    init()
    mutating func assign(_ other: Self)
}

extension RequestHead: StoredHead {}
extension ResponseHead: StoredHead {}

/// The heads of one direction that a loop remembers.
struct HeadMemory<Head: StoredHead>: Sendable {
    /// One head, and what it came to.
    struct Entry: Sendable {
        /// The head up to and with its empty line.
        fileprivate var bytes: [UInt8] = []
        fileprivate var settings: ExchangeSettings
        fileprivate var text: [UInt8] = []
        fileprivate var flags: UInt64 = 0
        fileprivate var head = Head()
        fileprivate var closes = false
        fileprivate var keepsAlive = false
        fileprivate var edits: [FieldEdit] = []
        fileprivate var written: [UInt8] = []
        /// How its body is delimited.
        var framing = Framing.none
        /// Whether the answer to it is rewritten (Host policy `auto`).
        var staysBehind = false
        /// Where it ends.
        var end: Int { bytes.count }
    }

    private static var slots: Int { 32 }
    private static var longest: Int { 4096 }

    private var entries: [Entry] = []
    /// The slot that was found or filled last, and the one that is filled next.
    private var last = 0
    private var next = 0
    private var worth = Worth()
    /// How often a head was found; for tests.
    private(set) var hits = 0

    init() {}

    subscript(slot: Int) -> Entry { _read { yield entries[slot] } }

    /// The slot of the head that bytes begin with; what the connection had before is tried first, then what any had.
    mutating func find(
        _ bytes: Span<UInt8>, _ settings: ExchangeSettings, _ text: [UInt8], flags: UInt64, hint: Int
    ) -> Int? {
        var slot = hint
        if !holds(slot, bytes, settings, text, flags) {
            slot = last
            guard slot != hint, holds(slot, bytes, settings, text, flags) else { return nil }
        }
        last = slot
        worth.found()
        hits &+= 1
        return slot
    }

    private func holds(
        _ slot: Int, _ bytes: Span<UInt8>, _ settings: ExchangeSettings, _ text: [UInt8], _ flags: UInt64
    ) -> Bool {
        guard slot >= 0, slot < entries.count else { return false }
        let key = entries[slot].bytes
        let count = key.count
        guard bytes.count >= count, entries[slot].flags == flags, entries[slot].text == text else { return false }
        let one = bytes.extracting(0..<count)
        let other = key.span
        // Another head seldom ends in the same place, and what ends elsewhere has no empty line here.
        guard count > 4, one[count - 1] == other[count - 1], one[count - 3] == other[count - 3] else { return false }
        var difference: UInt8 = 0
        for i in 0..<one.count { difference |= one[i] ^ other[i] }
        return difference == 0 && entries[slot].settings == settings
    }

    /// Puts what a head came to where the clear way would have put it.
    func take(
        _ slot: Int, head: inout Head, options: inout ConnectionOptions, edits: inout [FieldEdit],
        into out: inout [UInt8]
    ) {
        let start = Int32(truncatingIfNeeded: out.count)
        head.assign(entries[slot].head)
        options.assign(close: entries[slot].closes, keepAlive: entries[slot].keepsAlive)
        edits.removeAll(keepingCapacity: true)
        for edit in entries[slot].edits { edits.append(edit.moved(by: start)) }
        out.append(contentsOf: entries[slot].written)
    }

    /// Remembers a head when that promises anything, and says where.
    ///
    /// - Parameters:
    ///   - start: where in `out` the written head begins; it goes to the end.
    mutating func store(
        _ bytes: Span<UInt8>, headEnd: Int, _ settings: ExchangeSettings, _ text: [UInt8], flags: UInt64,
        head: Head, options: ConnectionOptions, edits: [FieldEdit], framing: Framing, staysBehind: Bool,
        from start: Int, of out: [UInt8]
    ) -> Int? {
        guard headEnd <= Self.longest, out.count - start <= 2 * Self.longest, options.isPlain, worth.mayStore() else {
            return nil
        }
        let slot = next
        next = (next + 1) % Self.slots
        if slot == entries.count { entries.append(Entry(settings: settings)) }
        entries[slot].bytes.removeAll(keepingCapacity: true)
        entries[slot].bytes.append(Extent(0, headEnd), of: bytes)
        entries[slot].settings = settings
        entries[slot].text = text
        entries[slot].flags = flags
        entries[slot].head.assign(head)
        entries[slot].closes = options.close
        entries[slot].keepsAlive = options.keepAlive
        entries[slot].edits.removeAll(keepingCapacity: true)
        for edit in edits { entries[slot].edits.append(edit.moved(by: -Int32(truncatingIfNeeded: start))) }
        entries[slot].written.removeAll(keepingCapacity: true)
        entries[slot].written.append(Extent(start, out.count), of: out.span)
        entries[slot].framing = framing
        entries[slot].staysBehind = staysBehind
        last = slot
        return slot
    }
}

/// What a conversation keeps to find its last head again.
struct HeadHint: Sendable {
    var slot = -1
    /// How long the last head was that was not found.
    private var length = 0

    /// Whether a head that was not found is as long as the one before: only then may it come a third time.
    mutating func mayRepeat(_ headEnd: Int) -> Bool {
        let isAlike = headEnd == length
        length = headEnd
        return isAlike
    }
}

extension FieldEdit {
    /// The same edit in a head that was written elsewhere.
    fileprivate func moved(by offset: Int32) -> FieldEdit {
        guard operation != .drop else { return self }
        var edit = self
        edit.name.start &+= offset
        edit.name.end &+= offset
        edit.value.start &+= offset
        edit.value.end &+= offset
        return edit
    }
}
