// Child processes for the tests by posix_spawn: Foundation's Process waits in a run loop, which blocks for good when
// several tests wait at once.
import Foundation

final class Child {
    private var pid: pid_t = 0
    /// Where its standard output (and error output) can be read.
    let output: Int32

    /// Starts a program found in PATH.
    init(_ arguments: [String]) {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { fatalError("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        output = ends[0]
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
        var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
        let result = unsafe posix_spawnp(&pid, arguments[0], &actions, nil, &words, environ)
        unsafe words.forEach { unsafe free($0) }
        unsafe posix_spawn_file_actions_destroy(&actions)
        close(ends[1])
        guard result == 0 else { fatalError("\(arguments[0]) does not start: \(result)") }
    }

    /// Reads its output until a condition holds or it ends; gives up after so many seconds of silence.
    func read(seconds: Int32 = 20, until isEnough: (String) -> Bool = { _ in false }) -> String {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while !isEnough(String(decoding: bytes, as: UTF8.self)) {
            var entry = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&entry, 1, seconds * 1000) == 1 else { break }
            let count = unsafe Glibc.read(output, &chunk, chunk.count)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Waits for its end; whether it ended well.
    func wait() -> Bool {
        var status: Int32 = -1
        guard pid > 0, unsafe waitpid(pid, &status, 0) == pid else { return false }
        pid = 0
        return status == 0
    }

    deinit {
        if pid > 0 {
            kill(pid, SIGKILL)
            _ = wait()
        }
        close(output)
    }
}
