// Methods as Fetch section 2.2.1 sorts them. Methods are compared with case; only six of them are normalised, so
// `patch` stays `patch` and is another method than PATCH.

/// Questions about a method.
public enum Methods {
    /// The method as it will be sent: six well-known ones in upper case, all others as they are.
    ///
    /// Fetch section 2.2.1, "normalize" a method.
    public static func normalized(_ method: String) -> String {
        let upper = method.uppercasedASCII
        switch upper {
        case "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT": return upper
        default: return method
        }
    }

    /// Whether a page may not use it.
    ///
    /// Fetch section 2.2.1, "forbidden method".
    public static func isForbidden(_ method: String) -> Bool {
        ["CONNECT", "TRACE", "TRACK"].contains(method.uppercasedASCII)
    }

    /// Whether it needs no permission.
    ///
    /// Fetch section 2.2.1, "CORS-safelisted method".
    public static func isSafelisted(_ method: String) -> Bool {
        method == "GET" || method == "HEAD" || method == "POST"
    }
}
