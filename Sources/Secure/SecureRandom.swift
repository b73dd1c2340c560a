// Random bytes for keys and identifiers, from libcrypto's generator.
import COpenSSL

/// Unpredictable bytes.
public enum SecureRandom {
    /// So many random bytes.
    ///
    /// Ends the process when libcrypto cannot give any: a program that goes on with a guessable key is worse.
    public static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let done = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            unsafe RAND_bytes(buffer.baseAddress, Int32(count))
        }
        precondition(count == 0 || done == 1, "libcrypto has no random bytes")
        return bytes
    }
}
