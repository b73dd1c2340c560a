// The fixed parts of a trace line as bytes, put together once for each recorder. A string literal costs 19 ns where it is
// appended, a piece of one array of bytes 10, and a line has three dozen of them.

import Fields
import JSON
import Wire

/// The texts between the values of a line.
struct RecorderWords {
    /// All of them, one behind the other.
    private var bytes: [UInt8] = []

    let beforeID: Extent
    /// `,"node":"…","time":"`.
    let beforeTime: Extent
    let raw: Extent
    let beforeService: Extent
    let beforeClient: Extent
    let beforeConnection: Extent
    let beforeExchange: Extent

    let beforeMethod: Extent
    let beforeTarget: Extent
    /// From the target or the reason to the fields.
    private let versions: [Extent]
    let beforeStatus: Extent
    let beforeReason: Extent
    let byHoplens: Extent

    let edits: Extent
    let noEdits: Extent
    /// By operation: the beginning of an edit.
    let operations: [Extent]
    /// By reason: the end of an edit.
    let reasons: [Extent]
    let name: Extent
    let value: Extent

    let beforeURL: Extent
    let beforeAddress: Extent
    let reused: Extent
    let fresh: Extent

    /// By framing: a body up to its number of bytes.
    let requestBodies: [Extent]
    let responseBodies: [Extent]
    let beforeDuration: Extent
    let beforeTiming: Extent
    /// The phases of a timing.
    let phases: [Extent]
    /// By ending.
    let endings: [Extent]

    init(node: String) {
        var all: [UInt8] = []
        func add(_ text: String) -> Extent {
            let start = all.count
            all.append(text: text)
            return Extent(start, all.count)
        }
        func body(_ name: String, _ framing: BodyFraming) -> Extent {
            add(#","\#(name)":{"framing":"\#(framing.word)","bytes":"#)
        }
        var quotedNode: [UInt8] = []
        quotedNode.appendJSON(string: node)

        beforeID = add(#"{"v":1,"id":"#)
        beforeTime = add(#","node":"# + String(decoding: quotedNode, as: UTF8.self) + #","time":""#)
        raw = add(#","raw":true"#)
        beforeService = add(#","service":"#)
        beforeClient = add(#","client":{"address":"#)
        beforeConnection = add(#","connection":"#)
        beforeExchange = add(#","exchange":"#)
        beforeMethod = add(#","request":{"method":"#)
        beforeTarget = add(#","target":"#)
        versions = ["1.0", "1.1", "2.0", "3.0"].map { add(#","version":"\#($0)","fields":"#) }
        beforeStatus = add(#","response":{"status":"#)
        beforeReason = add(#","reason":"#)
        byHoplens = add(#","by":"hoplens""#)
        edits = add(#"],"edits":["#)
        noEdits = add(#"],"edits":[]"#)
        operations = [#"{"op":"drop","i":"#, #"{"op":"replace","i":"#, #"{"op":"add","#].map(add)
        reasons = EditReason.allCases.map { add(#","why":"\#($0.word)"}"#) }
        name = add(#""n":"#)
        value = add(#","v":"#)
        beforeURL = add(#","origin":{"url":"#)
        beforeAddress = add(#","address":"#)
        reused = add(#","reused":true"#)
        fresh = add(#","reused":false"#)
        requestBodies = BodyFraming.allCases.map { body("request_body", $0) }
        responseBodies = BodyFraming.allCases.map { body("response_body", $0) }
        beforeDuration = add(#","duration_us":"#)
        beforeTiming = add(#","timing":{"#)
        phases = ["connect_us", "tls_us", "first_byte_us", "request_us"].map { add(#""\#($0)":"#) }
        endings = Ending.allCases.map { add(#","end":"\#($0.word)""#) }
        bytes = all
    }

    /// Appends one of the texts.
    func put(_ text: Extent, to out: inout [UInt8]) { out.append(text, of: bytes.span) }

    /// From the target or the reason to the fields; 20 and 30 are HTTP/2 and 3, which only an import knows.
    func version(_ minorVersion: Int) -> Extent {
        switch minorVersion {
        case 0: versions[0]
        case 20: versions[2]
        case 30: versions[3]
        default: versions[1]
        }
    }
}

/// A moment as text in quotes and what stands before it, of which only the microseconds are new from one exchange to the next.
struct RecordedMoment {
    private var second = Int64.min
    /// What stands before the moment.
    private let opening: [UInt8]
    /// The opening and `2026-11-21T00:33:01.`.
    private var text: [UInt8] = []

    init(behind words: RecorderWords) {
        var opening: [UInt8] = []
        words.put(words.beforeTime, to: &opening)
        self.opening = opening
    }

    mutating func append(_ microseconds: Int64, to out: inout [UInt8]) {
        let (quotient, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let isNegative = rest < 0
        let now = isNegative ? quotient - 1 : quotient
        if now != second || text.isEmpty {
            second = now
            text.removeAll(keepingCapacity: true)
            text.append(contentsOf: opening)
            Timestamp.append(now * 1_000_000, to: &text)
            // Without `000000Z`.
            text.removeLast(7)
        }
        let micro = UInt32(truncatingIfNeeded: isNegative ? rest + 1_000_000 : rest)
        out.append(contentsOf: text)
        out.append(addingCapacity: 8) { out in
            var power: UInt32 = 100_000
            while power > 0 {
                out.append(0x30 + UInt8(truncatingIfNeeded: micro / power % 10))
                power /= 10
            }
            out.append(UInt8(ascii: "Z"))
            out.append(UInt8(ascii: "\""))
        }
    }
}
