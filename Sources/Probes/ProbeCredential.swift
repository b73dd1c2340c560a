// A credential as a person has it, and the field it becomes. It is never printed: there is no description.

import Fields

/// Who asks.
public enum ProbeCredential: Equatable, Sendable {
    /// A user name and a password, or an Application Password of WordPress.
    case basic(user: String, password: String)
    /// A token.
    case bearer(String)

    /// A credential written `USER:PASSWORD`; nil without a colon.
    public init?(userAndPassword text: String) {
        guard let colon = text.firstIndex(of: ":"), colon > text.startIndex else { return nil }
        self = .basic(user: String(text[..<colon]), password: String(text[text.index(after: colon)...]))
    }

    /// The value of Authorization (RFC 7617, RFC 6750).
    public var authorization: [UInt8] {
        switch self {
        case .basic(let user, let password):
            var out = Array("Basic ".utf8)
            Base64.append(Array("\(user):\(password)".utf8), to: &out)
            return out
        case .bearer(let token): return Array("Bearer \(token)".utf8)
        }
    }
}

/// Reads a netrc file as curl does: `machine NAME login USER password SECRET`, and `default` for every other machine.
public enum Netrc {
    /// The credential for a host; nil when the file has none.
    ///
    /// - Parameter user: only an entry for this user, when one is wanted.
    public static func credential(in text: String, for host: String, user: String? = nil) -> ProbeCredential? {
        var words = tokens(text)[...]
        while let word = words.popFirst() {
            guard word == "machine" || word == "default" else { continue }
            let name = word == "machine" ? words.popFirst() : nil
            var login = ""
            var password: String?
            while let key = words.first, key != "machine", key != "default" {
                words.removeFirst()
                switch key {
                case "login": login = words.popFirst() ?? ""
                case "password": password = words.popFirst()
                case "account": _ = words.popFirst()
                default: break
                }
            }
            guard name == nil || name?.lowercased() == host.lowercased(), let password else { continue }
            if let user, user != login { continue }
            return .basic(user: login, password: password)
        }
        return nil
    }

    /// The words of the file: comments and macros left out, quotation marks and what they escape undone.
    private static func tokens(_ text: String) -> [String] {
        var found: [String] = []
        var isMacro = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let bare = line.drop { $0 == " " || $0 == "\t" || $0 == "\r" }
            // A macro ends at the first empty line.
            if bare.isEmpty { isMacro = false }
            if isMacro || bare.hasPrefix("#") { continue }
            var rest = bare
            while let first = rest.first {
                if first == " " || first == "\t" || first == "\r" {
                    rest.removeFirst()
                } else if first == "\"" {
                    rest.removeFirst()
                    found.append(quoted(&rest))
                } else {
                    let word = rest.prefix { $0 != " " && $0 != "\t" && $0 != "\r" }
                    rest = rest.dropFirst(word.count)
                    if word == "macdef" {
                        isMacro = true
                        break
                    }
                    found.append(String(word))
                }
            }
        }
        return found
    }

    private static func quoted(_ rest: inout Substring) -> String {
        var word = ""
        while let next = rest.popFirst(), next != "\"" {
            if next == "\\", let escaped = rest.popFirst() { word.append(escaped) } else { word.append(next) }
        }
        return word
    }
}
