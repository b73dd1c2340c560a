// Records and lines for the tests of a review, made of the examples' own text.

import Diagnosis
import Trace

/// A line of a trace as the recorder writes it, with what a test wants to vary.
struct Line {
    var id = "38fvtkeje00009mj"
    var node = "outer"
    var time = "2026-11-28T03:10:18.000001Z"
    var client = "127.0.0.1:53012"
    var method = "GET"
    var target = "/wp-json/wp/v2/users/me"
    var fields = #"{"n":"Host","v":"example.test"}"#
    var edits = ""
    var interim = ""
    var status: Int? = 401
    var answer = #"{"n":"Content-Type","v":"application/json"}"#
    var duration = 591
    var sample = ""

    var text: String {
        let response = status.map {
            #","response":{"status":\#($0),"reason":"R","version":"1.1","fields":[\#(answer)],"edits":[]},"response_body":{"framing":"length","bytes":12\#(sample)}"#
        }
        return
            #"{"v":1,"id":"\#(id)","node":"\#(node)","time":"\#(time)","client":{"address":"\#(client)","connection":1,"exchange":1},"#
            + #""origin":{"url":"http://example.test:80","address":"127.0.0.1:80","connection":2,"reused":false},"#
            + #""request":{"method":"\#(method)","target":"\#(target)","version":"1.1","fields":[\#(fields)],"edits":[\#(edits)]}\#(interim)"#
            + (response ?? "") + #","duration_us":\#(duration),"end":"complete"}"#
    }

    var bytes: [UInt8] { Array(text.utf8) }

    func record() throws -> Record { try read(text) }

    static func make(_ change: (inout Line) -> Void) -> Line {
        var line = Line()
        change(&line)
        return line
    }
}

func read(_ text: String) throws -> Record {
    let bytes = Array(text.utf8)
    var reader = TraceReader()
    return try reader.record(bytes.span, 0..<bytes.count)
}
