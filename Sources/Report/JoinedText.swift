// A joined exchange for people and for programs.

import JSON
public import Ledger
import Trace

/// Renders joined exchanges.
public enum JoinedText {
    /// The ledger over all nodes, and how sure it is that they saw the same exchange.
    public static func text(_ joined: JoinedExchange, _ ledger: Ledger, _ reporter: Reporter) -> [UInt8] {
        var bytes = reporter.joined(joined.records, ledger)
        if let guess = joined.guess {
            let rivals = joined.rivals > 0 ? "; \(joined.rivals) other records would fit as well" : ""
            bytes += reporter.plain("  guessed   these records agree in \(guess); no trace says so\(rivals)") + [0x0A]
        }
        return bytes + [0x0A]
    }

    /// One line of JSON: which records of which nodes, by what they were joined, and the news.
    public static func json(_ joined: JoinedExchange, _ ledger: Ledger) -> [UInt8] {
        var out = Array(#"{"v":1,"records":["#.utf8)
        for (n, record) in joined.records.enumerated() {
            out += Array((n > 0 ? #",{"node":"# : #"{"node":"#).utf8)
            out.appendJSON(string: record.node)
            out += Array(#","id":"#.utf8)
            out.appendJSON(string: record.id)
            out += Array("}".utf8)
        }
        out += Array(#"],"unseen":["#.utf8)
        for (n, node) in ledger.unseen.enumerated() {
            if n > 0 { out.append(0x2C) }
            out.appendJSON(string: node)
        }
        out += Array(#"],"joined_by":"#.utf8)
        if !joined.isJoined {
            out += Array("null".utf8)
        } else {
            out.appendJSON(string: joined.guess == nil ? "trace" : "guess")
        }
        if let guess = joined.guess {
            out += Array(#","agreed":"#.utf8)
            out.appendJSON(string: guess)
            out += Array(#","rivals":\#(joined.rivals)"#.utf8)
        }
        out += Array(#","news":["#.utf8)
        for (n, item) in ledger.news.enumerated() {
            if n > 0 { out.append(0x2C) }
            out.appendJSON(string: item.text)
        }
        return out + Array("]}\n".utf8)
    }
}
