// What a fuzz target is: a name, and one pure function that is given any bytes and says which promises were broken. The
// fuzzer runs it on inputs it makes up (Entry), the unit tests run it on the corpora (Replay); both get the same code.
// A trap inside the function is a broken promise too.

/// One way into the code under test.
struct FuzzTarget: Sendable, CustomStringConvertible {
    /// The name of the target, of its corpus folder, and of its argument to scripts/fuzz.
    let name: String
    /// The longest input that is worth trying: past it only time grows.
    let longest: Int
    /// The dictionary in Tests/Fuzz/Dictionaries that helps the fuzzer past the grammar.
    let dictionary: String
    /// Feeds the code and gives the promises it broke, none if all is well.
    let run: @Sendable ([UInt8]) -> [String]

    var description: String { name }

    /// Every target; the table of scripts/fuzz has this order.
    static let all = [
        FuzzTarget(name: "request-head", longest: 2048, dictionary: "http", run: HeadBodies.request),
        FuzzTarget(name: "response-head", longest: 2048, dictionary: "http", run: HeadBodies.response),
        FuzzTarget(name: "chunks", longest: 1024, dictionary: "http", run: ChunkBody.run),
        FuzzTarget(name: "exchange", longest: 2048, dictionary: "http", run: ExchangeBody.run),
        FuzzTarget(name: "url", longest: 256, dictionary: "http", run: URLBody.run),
        FuzzTarget(
            name: "structured-fields", longest: 512, dictionary: "structured-fields", run: StructuredFieldsBody.run),
        FuzzTarget(name: "meaning", longest: 512, dictionary: "meaning", run: MeaningBody.run),
        FuzzTarget(name: "inflate", longest: 1024, dictionary: "inflate", run: InflateBody.run),
        FuzzTarget(name: "json", longest: 1024, dictionary: "json", run: JSONBody.run),
        FuzzTarget(name: "settings", longest: 1024, dictionary: "settings", run: SettingsBody.run),
        FuzzTarget(name: "trace", longest: 2048, dictionary: "trace", run: TraceBody.run),
        FuzzTarget(name: "har", longest: 3072, dictionary: "har", run: HARBody.run),
        FuzzTarget(name: "record", longest: 2048, dictionary: "secrets", run: RecordBody.run),
        FuzzTarget(name: "redaction", longest: 1024, dictionary: "secrets", run: RedactionBody.run),
    ]
}

/// Collects broken promises.
struct Promises {
    private(set) var broken: [String] = []

    /// Notes a promise that does not hold; the text is made only then.
    mutating func expect(_ holds: Bool, _ text: @autoclosure () -> String) {
        if !holds { broken.append(text()) }
    }

    mutating func add(_ other: [String]) { broken += other }
}

/// Bytes as text in which every byte can be seen.
func shown(_ bytes: some Sequence<UInt8>) -> String {
    var text = "\""
    for byte in bytes {
        switch byte {
        case 0x0D: text += "\\r"
        case 0x0A: text += "\\n"
        case 0x22, 0x5C: text += "\\" + String(Unicode.Scalar(byte))
        case 0x20...0x7E: text += String(Unicode.Scalar(byte))
        default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }
    return text + "\""
}
