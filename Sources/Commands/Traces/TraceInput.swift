// Where the lines of a capture come from: a file, the segments of a folder in the order of their age, or standard input;
// plain or gzip, told by the first bytes. Memory is that of one piece and one line. Whatever is wrong with a file or a line
// is said with its place, and reading goes on.

import Glibc
import Inflate
import JSON
import Proxy
import Reactor
import Report
import Review
import Trace

/// Where a line stands.
struct TracePlace {
    /// The file, as it was named or found.
    var file: String
    /// The line's number.
    var line: Int

    var text: String { "\(file):\(line)" }
}

/// Reads the lines of captures.
final class TraceInput {
    /// How many bytes are read at once.
    private static let piece = 512 * 1024
    /// More damaged lines than this are only counted.
    private static let damageTold = 20

    private let paths: [String]
    private let progress: ProgressLine
    private(set) var damaged = 0
    /// Whether a file could not be read at all.
    private(set) var isIncomplete = false
    /// Lines that were torn off at the end of a file.
    private(set) var torn = 0
    private(set) var bytesRead = 0
    private(set) var gaps: Int64 = 0

    init(_ operands: [String]) throws(UsageError) {
        if operands.isEmpty {
            guard !Platform.isTerminal(STDIN_FILENO) else {
                throw UsageError("no capture given", hint: "name a file or a folder, or - for standard input")
            }
            paths = ["-"]
        } else {
            paths = operands
        }
        progress = ProgressLine()
    }

    /// The files behind the operands, the oldest segments of a folder first.
    func files(quietly: Bool = false) -> [String] {
        var files: [String] = []
        for path in paths {
            if path != "-", let status = try? SystemFiles().status(path), status.isFolder {
                let found = CaptureFolder.segments(in: path)
                if found.isEmpty, !quietly {
                    say("\(path): holds no segment (hoplens-NODE-TIME-NUMBER.ndjson) and no other .ndjson file")
                }
                files += found
            } else {
                files.append(path)
            }
        }
        return files
    }

    /// Walks through every line; ends early when `body` says so.
    ///
    /// - Parameter body: is given the bytes, the line and the file; false ends the reading.
    func forEachLine(_ body: (Span<UInt8>, TraceLine, String) -> Bool) {
        let files = files()
        progress.begin(total: TraceInput.size(of: files))
        defer { progress.end() }
        for file in files {
            do throws(FileError) {
                guard try read(file, body) else { return }
            } catch {
                isIncomplete = true
                say("\(error)")
            }
        }
    }

    /// Walks through everything, filtered and judged.
    func forEach(_ walk: inout TraceWalk, _ body: (Reviewed, TracePlace, Span<UInt8>, Range<Int>) -> Bool) {
        var mine = walk
        forEachLine { bytes, line, file in
            switch mine.take(bytes, line) {
            case .left: return true
            case .exchange(let reviewed):
                return body(reviewed, TracePlace(file: file, line: line.number), bytes, line.range)
            case .notice(let notice):
                note(notice, file)
                return true
            case .damaged(let damage):
                note(damage, file)
                return true
            }
        }
        walk = mine
    }

    /// Says something without tearing the progress line.
    func say(_ text: String) {
        progress.clear()
        Terminal.say(text)
    }

    /// The exit code when everything asked for was done.
    var code: Int32 { isIncomplete ? ExitCode.usage : ExitCode.fine }

    /// Says how many damaged lines were not told one by one.
    func account() {
        if damaged > TraceInput.damageTold {
            say("\(damaged) lines could not be read; 'hoplens traces verify' looks at all of them")
        }
    }

    func note(_ damage: DamagedLine, _ file: String) {
        if damage.isTorn {
            torn += 1
            say("\(file):\(damage.number): the last line is torn and left out (a crash, or a capture that still runs)")
            return
        }
        damaged += 1
        guard damaged <= TraceInput.damageTold else { return }
        say(
            "\(file):\(damage.number): left out: column \(damage.error.position.column): \(damage.error.message)")
    }

    private func note(_ notice: TraceNotice, _ file: String) {
        switch notice {
        case .gap(_, _, let lost, let why):
            gaps += lost
            say("\(file): \(Human.count(Int(clamping: lost), "exchange")) lost while capturing: \(why)")
        case .raw(let until): say("\(file): a raw segment, with secrets in the clear, to be removed at \(until)")
        }
    }

    // MARK: One file

    private func read(_ path: String, _ body: (Span<UInt8>, TraceLine, String) -> Bool) throws(FileError) -> Bool {
        let input = try InputFile(path)
        var stream = LineStream()
        var packed: GzipStream?
        var isFirst = true
        var piece: [UInt8] = []
        while true {
            stream.makeRoom()
            if let number = stream.takeTooLong() {
                damaged += 1
                say("\(path):\(number): left out: longer than \(LineStream.longestLine >> 20) MiB")
            }
            let before = stream.bytes.count
            let goesOn: Bool
            if packed == nil {
                goesOn = try input.read(TraceInput.piece, into: &stream.bytes)
                bytesRead += stream.bytes.count - before
                if isFirst, GzipStream.begins(stream.bytes) {
                    packed = GzipStream()
                    packed?.take(stream.bytes[...])
                    stream.bytes.removeAll()
                }
                isFirst = false
                if packed != nil { continue }
            } else {
                goesOn = try unpack(&packed, input, &piece, &stream, path)
            }
            progress.show(bytesRead)
            while let line = stream.next() {
                if !body(stream.bytes.span, line, input.name) { return false }
            }
            if !goesOn {
                if let line = stream.rest() { return body(stream.bytes.span, line, input.name) }
                return true
            }
        }
    }

    /// Adds what the next piece of a compressed file holds; false at its end.
    private func unpack(
        _ packed: inout GzipStream?, _ input: InputFile, _ piece: inout [UInt8], _ stream: inout LineStream,
        _ path: String
    ) throws(FileError) -> Bool {
        guard var gzip = packed else { return false }
        packed = nil
        defer { packed = gzip }
        while true {
            let before = stream.bytes.count
            switch gzip.read(into: &stream.bytes) {
            case .output: if stream.bytes.count > before { return true }
            case .ended(.complete): return false
            case .ended(let end):
                isIncomplete = true
                say(
                    "\(path): the gzip stream is \(end == .truncated ? "cut off" : "damaged"); what came before is read"
                )
                return false
            case .hungry:
                piece.removeAll(keepingCapacity: true)
                if try input.read(TraceInput.piece, into: &piece) {
                    bytesRead += piece.count
                    gzip.take(piece[...])
                } else {
                    gzip.finish()
                }
            }
        }
    }

    private static func size(of files: [String]) -> Int {
        files.reduce(0) { $0 + ((try? SystemFiles().status($1))?.size ?? 0) }
    }
}
