// `hoplens traces import --har FILE`: a browser's or a proxy's HAR as the lines of a capture, redacted on the way in, so that
// it can be listed, judged and reported like any other.

import Glibc
import HAR
import Proxy
import Reactor
import Report

enum TracesImportCommand {
    private static let largest = 1 << 30
    private static let notesTold = 10

    static func run(_ operands: [String], _ asked: TraceArguments) throws(UsageError) -> Int32 {
        guard asked.har else { throw UsageError("say what to import", hint: "hoplens traces import --har FILE") }
        guard operands.count == 1, let path = operands.first else {
            throw UsageError("import needs one FILE", hint: "- reads standard input")
        }
        let file = try ExportFile(asked.output)
        let bytes = try read(path)
        let key: FingerprintKey
        do throws(KeyFileError) { key = try KeyFile.load(file: asked.keyFile, captureDirectory: nil) } catch {
            throw UsageError(error.text)
        }
        var reader = HARReader(fingerprinting: key.fingerprinter(), node: asked.nodes.first ?? "har")
        var out: [UInt8] = []
        var failed = 0
        while true {
            do throws(HARError) {
                guard try reader.next(in: bytes.span) != nil else { break }
                out += reader.line
            } catch {
                failed += 1
                Terminal.say("\(path): \(error)")
                if error.kind != .entry { break }
            }
        }
        for note in reader.notes.prefix(notesTold) { Terminal.say("\(path): \(note)") }
        if reader.creator == Program.name {
            Terminal.say(
                "\(path): was exported by \(Program.name): its secrets were replaced before, so what is found about the form of a "
                    + "credential means nothing")
        }
        let rest = reader.notes.count + reader.notesLeftOut - notesTold
        if rest > 0 { Terminal.say("\(path): and \(rest) more notes of this kind") }
        try file.write(out)
        return failed == 0 ? ExitCode.fine : ExitCode.usage
    }

    private static func read(_ path: String) throws(UsageError) -> [UInt8] {
        var bytes: [UInt8] = []
        do throws(FileError) {
            let input = try InputFile(path)
            while try input.read(1 << 20, into: &bytes) {
                if bytes.count > largest { throw FileError.tooLarge(path: path, limit: largest) }
            }
        } catch {
            throw UsageError("\(error)")
        }
        return bytes
    }
}
