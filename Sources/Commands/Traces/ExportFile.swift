// Where an export goes: a file that is new and closed to others, or standard output.

import Glibc
import Proxy
import Reactor

struct ExportFile {
    private let path: String?

    /// A path; nil or `-` for standard output, which must not be a terminal's worth of HTML by accident.
    init(_ path: String?) throws(UsageError) {
        self.path = path == "-" ? nil : path
        if let path = self.path, (try? SystemFiles().status(path)) != nil {
            throw UsageError("\(Wording.shown(path)) exists already", hint: "choose another name, or remove it first")
        }
    }

    /// Writes the whole.
    func write(_ bytes: [UInt8]) throws(UsageError) {
        guard let path else {
            do throws(SystemError) { try Files.write(STDOUT_FILENO, bytes) } catch {
                if error.code != EPIPE { throw UsageError("standard output cannot be written: \(error.text)") }
            }
            return
        }
        let files = SystemFiles()
        do throws(FileFailure) {
            let descriptor = try files.create(path)
            defer { files.close(descriptor) }
            do throws(SystemError) { try Files.write(descriptor, bytes) } catch {
                throw FileFailure(error.code)
            }
        } catch {
            throw UsageError("\(Wording.shown(path)) cannot be written: \(SystemError("open", error.code).text)")
        }
    }
}
