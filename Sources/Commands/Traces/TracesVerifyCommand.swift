// `hoplens traces verify`: whether a capture is whole, in order, described by the schema, closed to others, and without
// anything that looks like a secret.

import JSON
import Proxy
import Report
import Review
import Trace

enum TracesVerifyCommand {
    static func run(_ operands: [String], _ asked: TraceArguments) throws(UsageError) -> Int32 {
        let input = try TraceInput(operands)
        let output = TracesOutput(asked)
        var report = VerifyReport(output)
        for operand in operands where operand != "-" { report.modes(of: operand, inside: input.files(quietly: true)) }
        var reader = TraceReader()
        input.forEachLine { bytes, line, file in
            report.line(bytes, line, file, &reader)
            return !output.isClosed
        }
        report.end()
        output.flush()
        return output.code
            ?? (input.code != ExitCode.fine ? input.code : report.isFine ? ExitCode.fine : ExitCode.findings)
    }
}

/// What is wrong with a capture, told as it is found, the like of it only counted.
private struct VerifyReport {
    private static let toldEach = 10

    private let output: TracesOutput
    private var kinds: [String: Int] = [:]
    private var records = 0
    private var files: Set<String> = []
    private var latest: [String: Int64] = [:]
    private var versions: [Int: Int] = [:]

    init(_ output: TracesOutput) { self.output = output }

    /// Notes are no faults.
    var isFine: Bool { kinds.allSatisfy { $0.key == "note" } }

    private mutating func tell(_ kind: String, _ place: String, _ text: String) {
        kinds[kind, default: 0] += 1
        guard kinds[kind] ?? 0 <= VerifyReport.toldEach else { return }
        output.write(output.reporter.plain("\(kind): \(place): \(text)") + [0x0A])
    }

    mutating func modes(of operand: String, inside files: [String]) {
        let system = SystemFiles()
        guard let status = try? system.status(operand) else { return }
        if status.isFolder {
            if status.mode & 0o077 != 0 {
                tell("mode", operand, "others may look into it (0\(String(status.mode, radix: 8))); chmod 700")
            }
            let key = operand.hasSuffix("/") ? operand + KeyFile.name : "\(operand)/\(KeyFile.name)"
            if let key = try? system.status(key), key.mode & 0o077 != 0 {
                tell("mode", "\(operand)/\(KeyFile.name)", "others may read the key of the fingerprints; chmod 600")
            }
        }
        for file in files where status.isFolder || file == operand {
            if let status = try? system.status(file), status.isFile, status.mode & 0o077 != 0 {
                tell("mode", file, "others may read it (0\(String(status.mode, radix: 8))); chmod 600")
            }
        }
    }

    mutating func line(_ bytes: Span<UInt8>, _ line: TraceLine, _ file: String, _ reader: inout TraceReader) {
        let place = "\(file):\(line.number)"
        files.insert(file)
        do throws(TraceError) {
            switch try reader.entry(bytes, line.range) {
            case .notice(.gap(_, _, let lost, let why)): tell("gap", place, "\(lost) exchanges were lost: \(why)")
            case .notice(.raw(let until)):
                tell("raw", place, "secrets are in the clear here; the segment is to be removed at \(until)")
            case .record(let record):
                records += 1
                versions[record.version, default: 0] += 1
                for fault in RecordCheck.faults(bytes, line.range) {
                    tell(fault.isUnknownMember ? "note" : "schema", place, "\(fault)")
                }
                // Records are written when exchanges end, so their beginnings may be out of order by a long answer's time.
                let end = record.time + record.durationMicroseconds
                if let before = latest[file], end + 5_000_000 < before {
                    tell(
                        "order", place,
                        "ended \((before - end) / 1_000_000) s before the record above it; the clock was set back")
                }
                latest[file] = end
                if !record.raw {
                    for secret in SecretGuard.places(in: record) { tell("secret", place, "\(secret)") }
                }
            }
        } catch {
            if !line.isWhole {
                tell("torn", place, "the last line is not whole: a crash, or the capture still runs")
            } else {
                tell("damaged", place, "column \(column(bytes, line, error)): \(error.message)")
            }
        }
    }

    private func column(_ bytes: Span<UInt8>, _ line: TraceLine, _ error: TraceError) -> Int {
        error.position.offset - line.range.lowerBound + 1
    }

    mutating func end() {
        for (kind, count) in kinds.sorted(by: { $0.key < $1.key }) where count > VerifyReport.toldEach {
            output.write("\(kind): and \(count - VerifyReport.toldEach) more\n")
        }
        let versions = self.versions.keys.sorted().map { "v\($0)" }.joined(separator: ", ")
        let faults = kinds.filter { $0.key != "note" }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        output.write(
            "\(Human.count(records, "record"))\(versions.isEmpty ? "" : " (\(versions))") in \(Human.count(files.count, "file")): "
                + (faults.isEmpty ? "nothing wrong" : faults.joined(separator: ", ")) + "\n")
    }
}
