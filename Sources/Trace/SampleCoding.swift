// The content coding of an answer (RFC 9110 section 8.4) as far as samples need it: one coding that can be taken off a
// copy is, every other is named, so that nobody takes an unread body for an empty one.

import Wire

enum SampleCoding {
    /// The word for what one more Content-Encoding line adds to the coding so far; nil for none.
    static func adding(_ bytes: Span<UInt8>, _ value: Extent, to coding: String?) -> String? {
        if value.isEmpty || bytes.equals(value, ignoringCase: "identity") { return coding }
        guard coding == nil else { return "other" }
        // Literals of this length are no heap objects.
        for word in ["gzip", "deflate", "br", "zstd", "x-gzip", "compress", "dcb", "dcz"]
        where bytes.equals(value, ignoringCase: word) {
            return word
        }
        return "other"
    }
}
