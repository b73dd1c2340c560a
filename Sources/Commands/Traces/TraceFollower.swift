// Reading a capture while it is written: to the end of what is there, then again and again what has come since, and the
// segments that have been begun meanwhile. It looks five times a second, which a folder of segments does not notice.

import Glibc
import Inflate
import Proxy
import Reactor
import Review
import Trace

final class TraceFollower {
    private static let pause: UInt32 = 200_000

    private struct Open {
        let input: InputFile
        var stream = LineStream()
    }

    private let input: TraceInput
    private var open: [String: Open] = [:]
    private var failed: Set<String> = []

    init(_ input: TraceInput) { self.input = input }

    /// Goes on until the reader of the output has gone, or `body` has enough.
    func run(
        _ walk: inout TraceWalk, _ output: TracesOutput, _ body: (Reviewed, TracePlace, Span<UInt8>, Range<Int>) -> Bool
    ) {
        while true {
            var hasRead = false
            for file in input.files(quietly: true) where !failed.contains(file) {
                do throws(FileError) {
                    guard let more = try read(file, &walk, body) else { return }
                    hasRead = more || hasRead
                } catch {
                    failed.insert(file)
                    input.say("\(error)")
                }
            }
            output.flush()
            if output.isClosed { return }
            if !hasRead { usleep(TraceFollower.pause) }
        }
    }

    /// Reads what has come to a file: whether something has, or nil when `body` has enough.
    private func read(
        _ file: String, _ walk: inout TraceWalk, _ body: (Reviewed, TracePlace, Span<UInt8>, Range<Int>) -> Bool
    ) throws(FileError) -> Bool? {
        var one: Open
        if let known = open.removeValue(forKey: file) { one = known } else { one = Open(input: try InputFile(file)) }
        defer { open[file] = one }
        var hasRead = false
        while true {
            one.stream.makeRoom()
            guard try one.input.read(into: &one.stream.bytes) else { return hasRead }
            if !hasRead, GzipStream.begins(one.stream.bytes) {
                input.say("\(file): is compressed, and so cannot be followed")
                failed.insert(file)
                return true
            }
            hasRead = true
            while let line = one.stream.next() {
                switch walk.take(one.stream.bytes.span, line) {
                case .exchange(let found):
                    let place = TracePlace(file: file, line: line.number)
                    if !body(found, place, one.stream.bytes.span, line.range) { return nil }
                case .damaged(let damage): input.note(damage, file)
                case .notice, .left: break
                }
            }
        }
    }
}
