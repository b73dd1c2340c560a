// Clocks. Durations and deadlines use the monotonic clock only: a stepped wall clock must never fire or stretch a
// time-out. The wall clock is for stamping records.

import CLinux

/// Readings of the system's clocks, all in microseconds; each costs no system call (vDSO).
public enum Time {
    /// Microseconds on the monotonic clock; only differences mean something.
    public static func monotonicMicroseconds() -> Int64 { hl_monotonic_us() }

    /// Milliseconds on the monotonic clock.
    public static func monotonicMilliseconds() -> Int64 { hl_monotonic_us() / 1000 }

    /// Microseconds since 1970-01-01T00:00:00Z on the wall clock.
    public static func wallMicroseconds() -> Int64 { hl_wall_us() }

    /// CPU time this process has used, in microseconds; this one is a system call.
    public static func processorMicroseconds() -> Int64 { hl_cpu_us() }
}
