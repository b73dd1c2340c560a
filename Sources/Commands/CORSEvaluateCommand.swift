// `hoplens cors evaluate`: lines in, lines out. One line is in memory at a time, and what was written is out before the
// next piece is read, so any number of cases passes through.
import CORS
import Glibc
import Reactor

enum CORSEvaluateCommand {
    /// A case is a few kilobytes; a longer line is something else.
    static let longestLine = 4 << 20

    static func run(_ path: String) -> Int32 {
        do throws(FileError) {
            let input = try InputFile(path)
            var lines = EvaluatedLines(input.name)
            var piece: [UInt8] = []
            while true {
                let goesOn = try input.read(into: &piece)
                lines.take(piece, isEnd: !goesOn)
                piece.removeAll(keepingCapacity: true)
                do throws(SystemError) {
                    try Files.write(STDOUT_FILENO, lines.output)
                } catch {
                    if error.code == EPIPE { return ExitCode.fine }
                    Terminal.say("standard output cannot be written: \(error.text)")
                    return ExitCode.unreachable
                }
                lines.output.removeAll(keepingCapacity: true)
                if !goesOn { return lines.bad == 0 ? ExitCode.fine : ExitCode.usage }
            }
        } catch {
            Terminal.say("the cases cannot be read: \(error)")
            return ExitCode.usage
        }
    }
}

/// Lines on their way through.
private struct EvaluatedLines {
    var output: [UInt8] = []
    var bad = 0
    private let name: String
    private var line: [UInt8] = []
    private var number = 0
    private var isTooLong = false

    init(_ name: String) { self.name = name }

    mutating func take(_ piece: [UInt8], isEnd: Bool) {
        var start = 0
        while let feed = piece[start...].firstIndex(of: 0x0A) {
            add(piece[start..<feed])
            finish()
            start = feed + 1
        }
        add(piece[start...])
        if isEnd, !line.isEmpty || isTooLong { finish() }
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>) {
        if line.count + bytes.count > CORSEvaluateCommand.longestLine { isTooLong = true }
        if isTooLong { line.removeAll() } else { line += bytes }
    }

    private mutating func finish() {
        number += 1
        defer {
            line.removeAll(keepingCapacity: line.capacity <= 1 << 20)
            isTooLong = false
        }
        if isTooLong { return complain("longer than \(CORSEvaluateCommand.longestLine >> 20) MiB") }
        if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }) { return }
        let before = output.count
        let line = line
        do throws(CaseError) {
            try Evaluation.evaluate(line.span, into: &output)
        } catch {
            output.removeSubrange(before...)
            complain(error.text)
        }
    }

    private mutating func complain(_ text: String) {
        bad += 1
        Terminal.say("\(name), line \(number): \(text)")
    }
}
