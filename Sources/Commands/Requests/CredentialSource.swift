// Credentials from where they may be kept: the environment, a file, a netrc, or somebody at the terminal. What is wrong is
// said without the secret, and by the name of where it was looked for.
import Glibc
import Probes
import Reactor

enum CredentialSource {
    /// A file with a secret is short.
    private static let largestFile = 1 << 20

    /// The credential that was asked for; nil when none was.
    ///
    /// - Parameter host: whose entry of a netrc is meant.
    static func credential(_ asked: RequestArguments, host: String) throws(UsageError) -> ProbeCredential? {
        let sources = [
            asked.userVariable, asked.userFile, asked.bearerVariable, asked.bearerFile, asked.user ?? asked.netrc,
        ].compactMap { $0 }
        guard sources.count < 2 else {
            throw UsageError("more than one credential is given", hint: "one request carries one Authorization")
        }
        if let name = asked.userVariable { return try basic(try variable(name, "--user-env"), "the variable \(name)") }
        if let path = asked.userFile { return try basic(try firstLine(path, "--user-file"), path) }
        if let name = asked.bearerVariable { return .bearer(try variable(name, "--bearer-env")) }
        if let path = asked.bearerFile { return .bearer(try firstLine(path, "--bearer-file")) }
        if let user = asked.user, user.contains(":") {
            throw UsageError(
                "--user takes a name without a password, which everyone on this machine could read",
                hint: "put USER:PASSWORD into a variable and give its name with --user-env")
        }
        if let path = asked.netrc { return try fromNetrc(path, host, asked.user) }
        return try asked.user.map { user throws(UsageError) in try ask(user) }
    }

    /// The value of a variable that was named, without line ends.
    static func variable(_ name: String, _ flag: String) throws(UsageError) -> String {
        guard let value = Platform.environment(name), !value.isEmpty else {
            // Whoever types the secret itself here must not see it again.
            let shown =
                name.utf8.count <= 40 && name.utf8.allSatisfy { $0 == 0x5F || isLetterOrDigit($0) } ? name : "that"
            throw UsageError(
                "\(flag): the environment has no variable \(shown)",
                hint: "\(flag) takes the name of a variable, not its value")
        }
        return try clean(value, flag)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func clean(_ value: String, _ flag: String) throws(UsageError) -> String {
        var text = Substring(value)
        while let last = text.last, last.isNewline { text.removeLast() }
        guard !text.isEmpty, !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw UsageError("\(flag): the value is empty or holds a control character")
        }
        return String(text)
    }

    private static func basic(_ text: String, _ place: String) throws(UsageError) -> ProbeCredential {
        guard let found = ProbeCredential(userAndPassword: text) else {
            throw UsageError("\(place) holds no USER:PASSWORD", hint: "a token is given with --bearer-env")
        }
        return found
    }

    private static func firstLine(_ path: String, _ flag: String) throws(UsageError) -> String {
        let text = try read(path, flag)
        return try clean(String(text.prefix { !$0.isNewline }), flag)
    }

    private static func read(_ path: String, _ flag: String) throws(UsageError) -> String {
        do throws(FileError) {
            return String(decoding: try Files.read(path, limit: largestFile), as: UTF8.self)
        } catch {
            throw UsageError("\(flag): \(error)")
        }
    }

    private static func fromNetrc(
        _ given: String, _ host: String, _ user: String?
    ) throws(UsageError) -> ProbeCredential {
        var path = given
        if path.isEmpty {
            guard let home = Platform.environment("HOME"), !home.isEmpty else {
                throw UsageError("--netrc: HOME is not set", hint: "name the file with --netrc-file")
            }
            path = home + "/.netrc"
        }
        guard let found = Netrc.credential(in: try read(path, "--netrc"), for: host, user: user) else {
            throw UsageError(
                "\(path) has no entry with a password for \(host)" + (user == nil ? "" : " and that user"),
                hint: "a line such as 'machine \(host) login USER password PASSWORD'")
        }
        return found
    }

    private static func ask(_ user: String) throws(UsageError) -> ProbeCredential {
        guard Platform.isTerminal(STDIN_FILENO), Platform.setEcho(STDIN_FILENO, false) else {
            throw UsageError(
                "--user asks for the password, and there is no terminal to ask at",
                hint: "use --user-env, --user-file or --netrc")
        }
        Terminal.write(Array("Password of \(Wording.shown(user)): ".utf8))
        var bytes: [UInt8] = []
        defer {
            Platform.setEcho(STDIN_FILENO, true)
            Terminal.write([0x0A])
        }
        do throws(FileError) {
            let input = try InputFile("-")
            while !bytes.contains(0x0A), try input.read(1024, into: &bytes) {}
        } catch {
            throw UsageError("the password cannot be read: \(error)")
        }
        let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
        guard !line.isEmpty, !line.contains(3) else { throw UsageError("no password was given") }
        return .basic(user: user, password: String(decoding: line, as: UTF8.self))
    }
}
