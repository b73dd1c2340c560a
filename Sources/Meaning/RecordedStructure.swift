// Structured Fields out of records. A record has markers where secrets stood, and a marker is no Structured Field; in
// its place goes a word that is one wherever the secret could have been one, inside a string or as a token.

import StructuredFields

enum RecordedStructure {
    /// The bytes of lines with each marker `‹kind,length,#fingerprint›` as the token `*kind.length.fingerprint*`.
    static func bytes(_ lines: [String]) -> [[UInt8]] {
        lines.map { line in
            guard line.unicodeScalars.contains("\u{2039}") else { return Array(line.utf8) }
            var out: [UInt8] = []
            var isInside = false
            for scalar in line.unicodeScalars {
                switch scalar {
                case "\u{2039}", "\u{203A}":
                    isInside = scalar == "\u{2039}"
                    out.append(UInt8(ascii: "*"))
                case "," where isInside: out.append(UInt8(ascii: "."))
                case "#" where isInside: break
                default: out += Array(String(scalar).utf8)
                }
            }
            return out
        }
    }
}
