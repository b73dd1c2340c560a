// What a request asks of the echo by its query. Everything is bounded: the echo stands where strangers may reach it, and
// must not be something to hurt others, or itself, with.

import Wire

/// What is asked of the echo.
struct EchoAsk: Equatable {
    /// The longest delay, in milliseconds.
    static let longestDelay = 30_000
    /// Statuses that are answered: interim ones are no final answers.
    static let statuses = 200...599

    var status = 200
    var delay = 0
    var isChunked = false
    var hasTrailers = false
    var isText = false
    /// Whether a 103 comes first.
    var isEarly = false
    /// What was asked for and is not done, in words.
    var refused: [String] = []

    /// Reads the query of a request target; what it does not know is left alone.
    init(target: [UInt8]) {
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return }
        for part in target[(mark + 1)...].split(separator: UInt8(ascii: "&")) {
            let cut = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let name = String(decoding: part[..<cut], as: UTF8.self)
            let value = String(decoding: cut < part.endIndex ? part[(cut + 1)...] : [], as: UTF8.self)
            switch name {
            case "status":
                if let number = Int(value), EchoAsk.statuses.contains(number) {
                    status = number
                } else {
                    refused.append("status is a number from 200 to 599")
                }
            case "delay":
                if let number = Int(value), (0...EchoAsk.longestDelay).contains(number) {
                    delay = number
                } else {
                    refused.append("delay is in milliseconds, up to \(EchoAsk.longestDelay)")
                }
            case "chunked": isChunked = value != "0"
            case "trailers": hasTrailers = value != "0"
            case "text": isText = value != "0"
            case "early":
                if value == "103" || value.isEmpty {
                    isEarly = true
                } else {
                    refused.append("early knows 103 only")
                }
            default: break
            }
        }
        // Trailers stand behind the last chunk, so there has to be one.
        if hasTrailers { isChunked = true }
    }
}
