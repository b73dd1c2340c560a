// PEM files read whole and decoded from memory: an errno for what the file system refuses, a typed error for what the
// content refuses, and never a passphrase prompt on the terminal.
import COpenSSL
import Glibc

/// A decoded certificate, freed with its last holder.
@safe final class Certificate {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe X509_free(pointer) }
}

/// A decoded private key, freed with its last holder.
@safe final class PrivateKey {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

    deinit { unsafe EVP_PKEY_free(pointer) }
}

/// The bytes of a PEM file, and what can be decoded from them.
struct PEMFile {
    let path: String
    let mode: UInt32
    private let bytes: [UInt8]

    /// More than any certificate bundle; a device or a wrong file must not be read for ever.
    private static let limit = 16 << 20

    init(_ path: String) throws(TLSSetupError) {
        self.path = path
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        let opened = errno
        guard descriptor >= 0 else {
            throw opened == ENOENT ? .missing(path) : .unreadable(path, errorText(opened))
        }
        defer { _ = close(descriptor) }
        var status = stat()
        _ = unsafe fstat(descriptor, &status)
        mode = status.st_mode & 0o777
        var all: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            let failed = errno
            if count == 0 { break }
            if count < 0 {
                if failed == EINTR { continue }
                throw .unreadable(path, errorText(failed))
            }
            all.append(contentsOf: chunk[..<count])
            if all.count > Self.limit { throw .unreadable(path, "larger than 16 MiB") }
        }
        bytes = all
    }

    /// All certificates in order of the file; at least one.
    func certificates() throws(TLSSetupError) -> [Certificate] {
        ErrorQueue.clear()
        let (list, code) = unsafe withMemory { bio in
            var list: [Certificate] = []
            while let one = unsafe PEM_read_bio_X509_AUX(bio, nil, nil, nil) { unsafe list.append(Certificate(one)) }
            return (list, ERR_peek_last_error())
        }
        defer { ErrorQueue.clear() }
        // The end of a PEM file is reported as "no start line"; anything else is a damaged certificate.
        if code != 0, !(shim_error_library(code) == ERR_LIB_PEM && shim_error_reason(code) == PEM_R_NO_START_LINE) {
            throw .malformed(path, ErrorQueue.words())
        }
        if list.isEmpty { throw .noCertificate(path) }
        return list
    }

    /// The first private key.
    func privateKey() throws(TLSSetupError) -> PrivateKey {
        ErrorQueue.clear()
        defer { ErrorQueue.clear() }
        var asked = false
        let key = unsafe withMemory { bio in
            unsafe PEM_read_bio_PrivateKey(bio, nil, refusePassphrase, &asked).map { unsafe PrivateKey($0) }
        }
        if let key { return key }
        if asked { throw .encryptedKey(path) }
        // libcrypto's decoders say "unsupported" to everything, so whether there is a key at all is seen here.
        guard holds("PRIVATE KEY-----") else { throw .noKey(path) }
        throw .malformed(path, ErrorQueue.words())
    }

    private func holds(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count else { return false }
        return (0...bytes.count - wanted.count).contains { bytes[$0...].starts(with: wanted) }
    }

    private func withMemory<R>(_ body: (OpaquePointer?) -> R) -> R {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            let bio = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count))
            defer { unsafe _ = BIO_free(bio) }
            return unsafe body(bio)
        }
    }
}

/// Called by libcrypto when a key is encrypted: notes that, and gives no passphrase.
private func refusePassphrase(
    _: UnsafeMutablePointer<CChar>?, _: Int32, _: Int32, asked: UnsafeMutableRawPointer?
) -> Int32 {
    unsafe asked?.assumingMemoryBound(to: Bool.self).pointee = true
    return -1
}
