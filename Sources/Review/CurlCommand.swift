// A captured request as a command line of curl that sends it to the same place: the address is pinned with --connect-to, so
// that no name server decides where it goes, and what was secret comes from the environment and goes to curl through its
// standard input, so that nobody can read it in the list of processes.
//
// What a trace does not hold (a body, a secret of another kind) is said in a comment, never made up.

import Fields
public import Trace

/// Makes curl command lines.
public enum CurlCommand {
    /// Fields that curl makes itself, or that belong to one connection.
    private static let leftOut: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "keep-alive", "proxy-connection", "te", "trailer",
        "upgrade", "via", "expect",
    ]

    /// The request of a record as lines of a POSIX shell; nil when nothing of it could be read.
    public static func text(_ record: Record) -> String? {
        guard let request = record.request, let method = request.method, let target = request.target else { return nil }
        var comments = ["exchange \(record.id) at node \(plain(record.node))"]
        var secrets: [Secret] = []
        var arguments = ["--silent --show-error --include --http1.1 --path-as-is"]
        switch method {
        case "GET": break
        case "HEAD": arguments.append("--head")
        default: arguments.append("--request \(quoted(method))")
        }
        var names: Set<String> = []
        for line in request.head.lines where !leftOut.contains(line.name.lowercased()) {
            names.insert(line.name.lowercased())
            if line.shape != nil || line.value.contains("‹") {
                if let secret = Secret(line) {
                    secrets.append(secret)
                } else {
                    comments.append("\(plain(line.name)) held a secret, which a trace does not keep; it is left out")
                }
            } else if line.latin1 || line.value.utf8.contains(where: { $0 < 0x20 && $0 != 9 }) {
                comments.append("\(plain(line.name)) held bytes a shell cannot be trusted with; it is left out")
            } else {
                // A field without a value is written with a semicolon for curl.
                arguments.append(
                    "--header \(quoted(line.value.isEmpty ? "\(line.name);" : "\(line.name): \(line.value)"))")
            }
        }
        for name in ["User-Agent", "Accept"] where !names.contains(name.lowercased()) {
            arguments.append("--header \(quoted("\(name):"))")
        }
        if names.contains("accept-encoding") { arguments.append("--compressed") }
        if let body = record.requestBody, body.bytes > 0 {
            comments.append("the body (\(body.bytes) bytes) is not in the trace: put it into the file body")
            arguments.append("--data-binary @body")
        }
        let place = Place(record)
        if let pin = place.pin { arguments.append("--connect-to \(quoted(pin))") }
        if record.origin?.verified == false { arguments.append("--insecure") }
        if target.contains("‹") {
            comments.append("the URL held a secret: put it in the place of what stands in ‹ ›")
        }
        arguments.append(quoted(place.base + (target.hasPrefix("/") ? target : "/" + target)))
        return assemble(comments, secrets, arguments)
    }

    private static func assemble(_ comments: [String], _ secrets: [Secret], _ arguments: [String]) -> String {
        var lines = comments.map { "# \($0)" }
        for secret in secrets { lines.append(": \"${\(secret.variable):?\(secret.meaning)}\"") }
        let curl = "curl " + arguments.joined(separator: " \\\n    ")
        guard !secrets.isEmpty else { return (lines + [curl]).joined(separator: "\n") + "\n" }
        let config = secrets.map { "    printf 'header = \"\($0.format)\"\\n' \($0.value)" }.joined(separator: "\n")
        lines.append("{\n\(config)\n} | " + curl.replacing("curl ", with: "curl --config - ", maxReplacements: 1))
        return lines.joined(separator: "\n") + "\n"
    }

    /// A secret that comes from the environment.
    private struct Secret {
        let variable: String
        let meaning: String
        let format: String
        let value: String

        init?(_ line: RecordedLine) {
            let name = line.name.lowercased()
            let scheme = line.shape?.scheme ?? ""
            switch (name, line.shape?.kind) {
            case ("authorization", .basic?), ("authorization", .applicationPassword?):
                variable = "HOPLENS_USER_PASSWORD"
                meaning = "USER:PASSWORD, sent as Basic"
                format = "Authorization: Basic %s"
                value = "\"$(printf %s \"$HOPLENS_USER_PASSWORD\" | base64 -w 0)\""
            case ("authorization", _):
                variable = "HOPLENS_TOKEN"
                meaning = "the token, sent as \(scheme.isEmpty ? "Bearer" : plain(scheme))"
                format = "Authorization: \(scheme.isEmpty ? "Bearer" : plain(scheme)) %s"
                value = "\"$HOPLENS_TOKEN\""
            case ("cookie", _):
                variable = "HOPLENS_COOKIE"
                meaning = "the value of Cookie"
                format = "Cookie: %s"
                value = "\"$HOPLENS_COOKIE\""
            case ("x-wp-nonce", _):
                variable = "HOPLENS_NONCE"
                meaning = "the nonce"
                format = "X-WP-Nonce: %s"
                value = "\"$HOPLENS_NONCE\""
            default: return nil
            }
        }
    }

    /// Where the request went.
    private struct Place {
        let base: String
        /// `HOST:PORT:ADDRESS:PORT` for --connect-to; nil when no address was dialled.
        let pin: String?

        init(_ record: Record) {
            let url = record.origin?.url ?? "http://localhost:80"
            let scheme = url.hasPrefix("https:") ? "https" : "http"
            let authority = url.split(separator: "/").last.map(String.init) ?? "localhost:80"
            let sent = record.request?.head.sent().first { $0.name.lowercased() == "host" }?.value
            let named = sent.flatMap { $0.isEmpty || $0.contains("‹") ? nil : $0 } ?? authority
            let (host, port) = Place.split(named, scheme == "https" ? "443" : "80")
            base = "\(scheme)://\(host):\(port)"
            pin = record.origin?.address.map { "\(host):\(port):\($0)" }
        }

        private static func split(_ authority: String, _ standard: String) -> (String, String) {
            guard let colon = authority.lastIndex(of: ":"), !authority[colon...].contains("]") else {
                return (authority, standard)
            }
            return (String(authority[..<colon]), String(authority[authority.index(after: colon)...]))
        }
    }

    /// A word for a POSIX shell.
    static func quoted(_ text: String) -> String { "'" + text.replacing("'", with: "'\\''") + "'" }

    /// A stranger's word in a comment or a message: letters, digits and a few signs.
    private static func plain(_ text: String) -> String {
        String(
            text.unicodeScalars.prefix(60).map { scalar in
                let isPlain =
                    scalar.value < 0x7F
                    && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                        || "-_.".unicodeScalars.contains(scalar))
                return isPlain ? Character(scalar) : "_"
            })
    }
}
