// Small questions to the operating system that have no better home.

import CLinux
import Glibc

/// Facts about the process, its machine and its terminal.
public enum Platform {
    /// Raises the soft limit of open descriptors to the hard one; the limit now in force.
    @discardableResult
    public static func raiseDescriptorLimit() throws(SystemError) -> Int {
        let limit = hl_raise_descriptor_limit()
        if limit < 0 { throw SystemError("getrlimit", Int32(-limit)) }
        return Int(limit)
    }

    /// Keeps the memory of this process out of core dumps: it holds what is on its way, keys and credentials included.
    public static func forbidCoreDumps() throws(SystemError) {
        let code = hl_forbid_core_dumps()
        if code < 0 { throw SystemError("setrlimit", -code) }
    }

    /// An environment variable.
    ///
    /// Call it before threads start: the C library's table has no lock.
    public static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// The machine's name as the kernel has it, without promise that it resolves; empty when there is none.
    public static func hostName() -> String {
        // Invariant: the last byte stays 0 whatever the call writes, because it is told of one byte less.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 256) { space, count in
            unsafe space.initialize(repeating: 0)
            let code = unsafe hl_host_name(space.baseAddress, 255)
            count = code == 0 ? (unsafe space.firstIndex(of: 0) ?? 0) : 0
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a descriptor is a terminal.
    public static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// The columns of the terminal behind a descriptor; nil when there is none or it does not say.
    public static func terminalWidth(_ descriptor: Int32) -> Int? {
        let width = Int(hl_terminal_width(descriptor))
        return width > 0 ? width : nil
    }

    /// Switches the echo of a terminal off or on again, for typing a secret; Ctrl-C is a byte while it is off.
    ///
    /// - Returns: whether the descriptor is a terminal that does so.
    @discardableResult
    public static func setEcho(_ descriptor: Int32, _ isOn: Bool) -> Bool { hl_set_echo(descriptor, isOn ? 1 : 0) == 0 }
}
