// Moving bytes between sockets and arrays: the two hottest calls of the program. They allocate nothing.
//
// Invariant of all of them: the range is checked against the array before a pointer exists, and the pointer does not
// outlive the call.

import CLinux
import Glibc

/// What a read or write did.
public enum IOResult: Equatable, Sendable {
    /// So many bytes were moved, at least one.
    case bytes(Int)
    /// Nothing now; an event will tell.
    case wouldBlock
    /// Reading: the peer has finished sending.
    case closed
    /// The connection is broken (the errno).
    case failed(Int32)

    @inline(__always)
    init(read count: Int) {
        if count > 0 {
            self = .bytes(count)
        } else if count == 0 {
            self = .closed
        } else {
            self = count == -Int(EAGAIN) ? .wouldBlock : .failed(Int32(-count))
        }
    }

    @inline(__always)
    init(written count: Int) {
        self = count >= 0 ? .bytes(count) : count == -Int(EAGAIN) ? .wouldBlock : .failed(Int32(-count))
    }
}

extension Socket {
    /// Reads into an array's elements from `start` to its end.
    ///
    /// There must be room for at least one byte.
    @inline(__always)
    public static func receive(_ descriptor: Int32, into bytes: inout [UInt8], from start: Int = 0) -> IOResult {
        receive(descriptor, into: &bytes, start..<bytes.count)
    }

    /// Reads into a range of an array's elements, which must not be empty.
    public static func receive(_ descriptor: Int32, into bytes: inout [UInt8], _ range: Range<Int>) -> IOResult {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count && !range.isEmpty)
        let count = unsafe bytes.withUnsafeMutableBytes { space -> Int in
            guard let base = space.baseAddress else { return 0 }
            return unsafe hl_recv(descriptor, base + range.lowerBound, range.count)
        }
        return IOResult(read: count)
    }

    /// Writes a range of an array; an empty range writes nothing and says `.bytes(0)`.
    public static func send(_ descriptor: Int32, _ bytes: borrowing [UInt8], _ range: Range<Int>) -> IOResult {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        let count = unsafe bytes.withUnsafeBytes { space -> Int in
            guard let base = space.baseAddress, !range.isEmpty else { return 0 }
            return unsafe hl_send(descriptor, base + range.lowerBound, range.count)
        }
        return IOResult(written: count)
    }

    /// Writes a range of one array and then a range of another with one system call; the count runs through both.
    public static func send(
        _ descriptor: Int32, _ first: borrowing [UInt8], _ firstRange: Range<Int>,
        _ second: borrowing [UInt8], _ secondRange: Range<Int>
    ) -> IOResult {
        if secondRange.isEmpty { return send(descriptor, first, firstRange) }
        if firstRange.isEmpty { return send(descriptor, second, secondRange) }
        precondition(firstRange.lowerBound >= 0 && firstRange.upperBound <= first.count)
        precondition(secondRange.lowerBound >= 0 && secondRange.upperBound <= second.count)
        let count = unsafe first.withUnsafeBytes { head -> Int in
            unsafe second.withUnsafeBytes { tail -> Int in
                guard let a = head.baseAddress, let b = tail.baseAddress else { return 0 }
                return unsafe hl_send_two(
                    descriptor, a + firstRange.lowerBound, firstRange.count, b + secondRange.lowerBound,
                    secondRange.count)
            }
        }
        return IOResult(written: count)
    }
}
