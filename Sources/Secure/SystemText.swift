// The C library's words for an errno, in one place.
import Glibc

/// `Permission denied` and the like.
func errorText(_ code: Int32) -> String {
    // strerror is safe between threads since glibc 2.32: its buffer is per thread.
    guard let words = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: words)
}
