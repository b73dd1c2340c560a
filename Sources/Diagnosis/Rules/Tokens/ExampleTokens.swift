// Tokens for examples. Their signatures are the word "signature"; times are around the examples' clock, 1795221181.

enum ExampleTokens {
    /// Issued an hour ago, good for six days.
    static let valid =
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2V4YW1wbGUudGVzdCIsImlhdCI6MTc5N"
        + "TIxNzU4MSwibmJmIjoxNzk1MjE3NTgxLCJleHAiOjE3OTU3Mzk1ODEsImRhdGEiOnsidXNlciI6eyJpZCI6IjEifX1"
        + "9.c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlMDE"
    /// Expired an hour ago.
    static let expired =
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2V4YW1wbGUudGVzdCIsImlhdCI6MTc5N"
        + "DYxMjc4MSwibmJmIjoxNzk0NjEyNzgxLCJleHAiOjE3OTUyMTc1ODEsImRhdGEiOnsidXNlciI6eyJpZCI6IjEifX1"
        + "9.c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlMDE"
    /// Issued ten minutes from now.
    static let early =
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwczovL2V4YW1wbGUudGVzdCIsImlhdCI6MTc5N"
        + "TIyMTc4MSwibmJmIjoxNzk1MjIxNzgxLCJleHAiOjE3OTU4MjY1ODEsImRhdGEiOnsidXNlciI6eyJpZCI6IjEifX1"
        + "9.c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlMDE"
    /// Issued by another site.
    static let foreign =
        "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJodHRwOi8vc3RhZ2luZy5leGFtcGxlLm9yZyIsImlhd"
        + "CI6MTc5NTIxNzU4MSwibmJmIjoxNzk1MjE3NTgxLCJleHAiOjE3OTU3Mzk1ODEsImRhdGEiOnsidXNlciI6eyJpZCI"
        + "6IjEifX19.c2lnbmF0dXJlc2lnbmF0dXJlc2lnbmF0dXJlMDE"

    /// An opaque token larger than any usual server takes.
    static let huge = String(repeating: "ab12", count: 2_200)
    /// An opaque token that some servers take and others do not.
    static let large = String(repeating: "ab12", count: 1_900)

    /// A request with a token.
    static func request(_ token: String, _ line: String = "GET /wp-json/wp/v2/users/me HTTP/1.1") -> String {
        "\(line)\nHost: example.test\nAuthorization: Bearer \(token)"
    }
}
