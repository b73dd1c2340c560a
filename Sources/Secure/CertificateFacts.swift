// What a person wants to know about a certificate, copied out as values: nothing here keeps libcrypto memory alive.
import COpenSSL

/// A certificate in words.
public struct CertificateFacts: Equatable, Sendable {
    /// Whose it is, as `CN = example.test, O = Example`.
    public let subject: String
    /// Who signed it.
    public let issuer: String
    /// Valid from, in Unix seconds.
    public let notBefore: Int64
    /// Valid until, in Unix seconds.
    public let notAfter: Int64
    /// The DNS names and addresses of subjectAltName; the only names that count (RFC 9110 section 4.3.4).
    public let names: [String]

    init(_ certificate: OpaquePointer) {
        unsafe subject = Self.text(X509_get_subject_name(certificate))
        unsafe issuer = Self.text(X509_get_issuer_name(certificate))
        unsafe notBefore = Self.seconds(X509_get0_notBefore(certificate))
        unsafe notAfter = Self.seconds(X509_get0_notAfter(certificate))
        unsafe names = Self.names(certificate)
    }

    private static func text(_ name: OpaquePointer?) -> String {
        guard let name = unsafe name, let bio = unsafe BIO_new(BIO_s_mem()) else { return "" }
        defer { unsafe _ = BIO_free(bio) }
        guard unsafe shim_print_name(bio, name) >= 0 else { return "" }
        var bytes: UnsafeMutablePointer<CChar>?
        let count = unsafe shim_bio_bytes(bio, &bytes)
        guard let bytes = unsafe bytes, count > 0 else { return "" }
        let buffer = unsafe UnsafeRawBufferPointer(start: bytes, count: count)
        return unsafe String(decoding: buffer, as: UTF8.self)
    }

    static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64 {
        guard let time = unsafe time, let epoch = unsafe ASN1_TIME_set(nil, 0) else { return 0 }
        defer { unsafe ASN1_TIME_free(epoch) }
        var days: Int32 = 0
        var rest: Int32 = 0
        guard unsafe ASN1_TIME_diff(&days, &rest, epoch, time) == 1 else { return 0 }
        return Int64(days) * 86_400 + Int64(rest)
    }

    private static func names(_ certificate: OpaquePointer) -> [String] {
        guard let list = unsafe shim_subject_names(certificate) else { return [] }
        defer { unsafe GENERAL_NAMES_free(list) }
        var names: [String] = []
        for index in 0..<max(0, unsafe shim_names_count(list)) {
            var type: Int32 = 0
            var length: Int32 = 0
            guard let bytes = unsafe shim_name_at(list, index, &type, &length) else { continue }
            let buffer = unsafe UnsafeBufferPointer(start: bytes, count: Int(length))
            if type == GEN_DNS {
                unsafe names.append(String(decoding: buffer, as: UTF8.self))
            } else {
                unsafe names.append(address(Array(buffer)))
            }
        }
        return names
    }

    private static func address(_ bytes: [UInt8]) -> String {
        if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
        // The longest run of zero groups becomes "::" (RFC 5952 section 4.2).
        let groups = stride(from: 0, to: bytes.count - 1, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
        var best = 0..<0
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > max(1, best.count) { best = start..<end }
            start = max(end, start + 1)
        }
        let words = groups.map { String($0, radix: 16) }
        guard !best.isEmpty else { return words.joined(separator: ":") }
        return words[..<best.lowerBound].joined(separator: ":") + "::"
            + words[best.upperBound...].joined(separator: ":")
    }
}
