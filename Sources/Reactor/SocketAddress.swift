// An IP address and a port as a small value: compared, hashed and printed without touching a sockaddr.
//
// It knows no names (that is the resolver's work) and no zone ids: a scope that the system reports is kept for connect
// and never printed.

import CLinux

/// An IPv4 or IPv6 address with a port.
public struct SocketAddress: Equatable, Hashable, Sendable, CustomStringConvertible {
    /// The two families.
    public enum Family: UInt8, Sendable {
        /// IPv4.
        case v4 = 4
        /// IPv6.
        case v6 = 6
    }

    /// Which family it is of.
    public let family: Family
    private let high: UInt64
    private let low: UInt64
    private let scope: UInt32
    /// The port.
    public var port: UInt16

    init?(_ raw: hl_address) {
        guard let family = Family(rawValue: raw.family) else { return nil }
        self.family = family
        high = raw.high
        low = raw.low
        scope = raw.scope
        port = raw.port
    }

    var raw: hl_address {
        hl_address(high: high, low: low, scope: scope, port: port, family: family.rawValue)
    }

    /// Reads a numeric host (`127.0.0.1`, `::1` or `[::1]`); nil for names, zone ids and anything malformed.
    public init?(numericHost host: String, port: UInt16) {
        var text = host
        if text.utf8.first == UInt8(ascii: "["), text.utf8.last == UInt8(ascii: "]") {
            text = String(text.dropFirst().dropLast())
            guard text.utf8.contains(UInt8(ascii: ":")) else { return nil }
        }
        guard !text.utf8.contains(0) else { return nil }
        var raw = unsafe text.withCString { unsafe hl_parse_address($0) }
        raw.port = port
        self.init(raw)
    }

    /// Reads `127.0.0.1:80` or `[::1]:80`.
    public init?(_ text: String) {
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        let host = text[..<colon]
        let digits = text[text.utf8.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let port = UInt16(digits)
        else { return nil }
        // An IPv6 literal without brackets is ambiguous: its last group would be taken for the port.
        if host.utf8.contains(UInt8(ascii: ":")), host.utf8.first != UInt8(ascii: "[") { return nil }
        self.init(numericHost: String(host), port: port)
    }

    /// 127.0.0.1 with a port.
    public static func loopback(port: UInt16 = 0) -> SocketAddress {
        SocketAddress(family: .v4, high: 0, low: 0x7F00_0001, scope: 0, port: port)
    }

    private init(family: Family, high: UInt64, low: UInt64, scope: UInt32, port: UInt16) {
        self.family = family
        self.high = high
        self.low = low
        self.scope = scope
        self.port = port
    }

    /// The same host with another port.
    public func with(port: UInt16) -> SocketAddress {
        var copy = self
        copy.port = port
        return copy
    }

    // MARK: Kinds

    /// Whether it is an IPv4 address in IPv6 clothes (::ffff:0:0/96).
    private var isMapped: Bool { family == .v6 && high == 0 && low >> 32 == 0xFFFF }

    /// The plain IPv4 address when it is a mapped one, else itself; a listener of both families reports mapped ones.
    public var unmapped: SocketAddress {
        isMapped ? SocketAddress(family: .v4, high: 0, low: low & 0xFFFF_FFFF, scope: 0, port: port) : self
    }

    /// Whether only this machine can reach it: 127.0.0.0/8 or ::1.
    public var isLoopback: Bool {
        let plain = unmapped
        return plain.family == .v4 ? plain.low >> 24 == 127 : high == 0 && low == 1
    }

    /// Whether it stands for every address of the machine: 0.0.0.0 or ::.
    public var isWildcard: Bool {
        let plain = unmapped
        return plain.high == 0 && plain.low == 0
    }

    /// Whether it is the same host, whatever the ports; a mapped address equals the plain one.
    public func hasSameHost(as other: SocketAddress) -> Bool {
        let (a, b) = (unmapped, other.unmapped)
        return a.family == b.family && a.high == b.high && a.low == b.low
    }

    // MARK: Text

    /// `127.0.0.1:80` or `[::1]:80`.
    public var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The address without port and brackets.
    public var host: String {
        var bytes: [UInt8] = []
        appendHost(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends `127.0.0.1:80` or `[::1]:80`; no allocation when there is room.
    public func append(to bytes: inout [UInt8]) {
        if family == .v6 { bytes.append(UInt8(ascii: "[")) }
        appendHost(to: &bytes)
        if family == .v6 { bytes.append(UInt8(ascii: "]")) }
        bytes.append(UInt8(ascii: ":"))
        appendDecimal(UInt32(port), to: &bytes)
    }

    /// Appends the address without port and brackets, IPv6 as RFC 5952 wants it.
    public func appendHost(to bytes: inout [UInt8]) {
        if family == .v4 {
            appendDotted(UInt32(truncatingIfNeeded: low), to: &bytes)
            return
        }
        if isMapped {
            // RFC 5952 section 5: a known IPv4 prefix is written in mixed notation.
            for byte in "::ffff:".utf8 { bytes.append(byte) }
            appendDotted(UInt32(truncatingIfNeeded: low), to: &bytes)
            return
        }
        let zeros = longestZeroRun()
        var index = 0
        while index < 8 {
            if index == zeros.start {
                bytes.append(UInt8(ascii: ":"))
                bytes.append(UInt8(ascii: ":"))
                index += zeros.count
                continue
            }
            if index > 0, index != zeros.start + zeros.count { bytes.append(UInt8(ascii: ":")) }
            appendHex(group(index), to: &bytes)
            index += 1
        }
    }

    private func group(_ index: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: index < 4 ? high >> UInt64(48 - index * 16) : low >> UInt64(112 - index * 16))
    }

    /// The first of the longest runs of two or more zero groups (RFC 5952 sections 4.2.2 and 4.2.3); start -9 if none.
    private func longestZeroRun() -> (start: Int, count: Int) {
        var best = (start: -9, count: 1)
        var index = 0
        while index < 8 {
            var end = index
            while end < 8, group(end) == 0 { end += 1 }
            if end - index > best.count { best = (index, end - index) }
            index = max(end, index + 1)
        }
        return best
    }
}

private func appendDotted(_ value: UInt32, to bytes: inout [UInt8]) {
    for position: UInt32 in 0..<4 {
        if position > 0 { bytes.append(UInt8(ascii: ".")) }
        appendDecimal(value >> (24 - position * 8) & 0xFF, to: &bytes)
    }
}

private func appendDecimal(_ value: UInt32, to bytes: inout [UInt8]) {
    if value >= 10 { appendDecimal(value / 10, to: &bytes) }
    bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
}

private func appendHex(_ value: UInt16, to bytes: inout [UInt8]) {
    if value >= 16 { appendHex(value >> 4, to: &bytes) }
    let digit = UInt8(value & 15)
    bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
}
