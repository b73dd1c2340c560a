// Sec-WebSocket-Protocol (RFC 6455 section 11.3.4): a script in a browser cannot set Authorization for a WebSocket, so
// tokens travel among the names of subprotocols. Names look like names; what follows a word for a secret, or looks like
// no name, is taken out.

import Wire

enum ProtocolReader {
    /// The marks of a list of subprotocols.
    static func marks(_ bytes: [UInt8], _ options: ScanOptions) -> [SecretMark] {
        var marks = SecretScan.marks(bytes, options)
        var isAnnounced = false
        var begin = 0
        while begin < bytes.count {
            let stop = bytes[begin...].firstIndex(of: Octet.comma) ?? bytes.count
            var member = bytes[begin..<stop].drop { Octet.isBlank($0) }
            while let last = member.last, Octet.isBlank(last) { member = member.dropLast() }
            begin = stop + 1
            guard !member.isEmpty else { continue }
            if isAnnounced {
                marks.append(SecretMark(range: member.startIndex..<member.endIndex, kind: kind(member)))
                isAnnounced = false
            } else if let secret = behindName(member) {
                isAnnounced = secret.isEmpty
                if !secret.isEmpty {
                    marks.append(SecretMark(range: secret.startIndex..<secret.endIndex, kind: kind(secret)))
                }
            } else if member.count > 64 || !isWordy(member) {
                marks.append(SecretMark(range: member.startIndex..<member.endIndex, kind: kind(member)))
            }
        }
        return SecretScan.merged(marks)
    }

    /// What stands behind a name that announces a secret in a member; empty when the member is that name alone.
    private static func behindName(_ member: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let kubernetes = "base64url.bearer.authorization.k8s.io."
        if member.starts(with: kubernetes.utf8) { return member.dropFirst(kubernetes.utf8.count) }
        let name = member.prefix { $0 != UInt8(ascii: ".") && $0 != Octet.colon && $0 != UInt8(ascii: "|") }
        guard name.count <= 32, SecretName(name, assigned: true) != .plain else { return nil }
        return member.dropFirst(name.count + 1)
    }

    private static func kind(_ value: ArraySlice<UInt8>) -> ShapeKind { looksLikeJWT(value) ? .jwt : .secret }
}
