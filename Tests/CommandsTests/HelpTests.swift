import Commands
import Settings
import Testing

/// The text a command line prints, nil when it does something else.
func printed(_ line: String) -> String? {
    guard case .text(let text) = Invocation(words(line)) else { return nil }
    return text
}

@Suite("Help")
struct HelpTests {
    static let lines =
        ["--help", "-h", "help"]
        + commands.flatMap { ["\($0.name) -h", "\($0.name) --help", "help \($0.name)"] }

    /// Words that only begin commands included.
    static let commands = CommandTable.all + CommandTable.leaves.filter { $0.name != $0.lastName }

    @Test("every help fits in 80 columns and ends its last line", arguments: lines)
    func columns(line: String) throws {
        let text = try #require(printed(line))
        #expect(text.hasSuffix("\n") && !text.hasSuffix("\n\n"))
        for row in text.split(separator: "\n") {
            #expect(row.count <= 80, "\(row)")
            #expect(row.last != " ", "\(row)")
        }
    }

    @Test("-h is the short one, --help and help COMMAND are the long one", arguments: commands.map(\.name))
    func lengths(name: String) throws {
        let command = try #require(CommandTable.named(name))
        #expect(printed("\(name) -h") == Help.of(command, .short))
        #expect(printed("\(name) --help") == Help.of(command, .long))
        #expect(printed("help \(name)") == Help.of(command, .long))
        #expect(printed("--help \(name)") == Help.of(command, .long))
        #expect(printed("\(name) --help --frob") == nil)
    }

    @Test("both lengths name every flag with its value and default", arguments: [HelpLength.short, .long])
    func completeness(length: HelpLength) {
        for command in Self.commands {
            let text = Help.of(command, length)
            for flag in command.allFlags {
                #expect(text.contains("--\(flag.long)\(flag.value.map { " " + $0 } ?? "")"))
                if let standard = flag.standard {
                    #expect(text.contains(length == .short ? "[\(standard)]" : "Default: \(standard)."))
                }
            }
        }
    }

    @Test("the long help documents every limit and time-out with its default")
    func bounds() {
        let text = Help.of(CommandTable.proxy, .long)
        for name in LimitName.allCases { #expect(text.contains("          \(name.rawValue)=")) }
        for name in TimeoutName.allCases { #expect(text.contains("          \(name.rawValue)=")) }
        #expect(text.contains("keepalive=75s"))
        #expect(text.contains("client-connections=1000"))
    }

    @Test("every example is a command line that is understood")
    func examples() {
        var tried = 0
        for command in Self.commands {
            for example in command.examples {
                let line = example.line.split(whereSeparator: { "<>|()".contains($0) })
                    .map { $0.drop { $0 == " " } }.first { $0.hasPrefix("hoplens ") }
                let rest = words(String(line?.dropFirst("hoplens ".count) ?? ""))
                #expect(complaint(rest) == nil, "\(example.line)")
                if case .proxy(let arguments) = Invocation(rest), arguments.configFile == nil {
                    #expect(throws: Never.self) { _ = try ProxySettings(checking: arguments.settings) }
                }
                tried += 1
            }
        }
        #expect(tried >= 8)
    }

    @Test("the overview names every command and every exit code")
    func overview() throws {
        let text = try #require(printed("--help"))
        for command in CommandTable.all { #expect(text.contains("  \(command.name)")) }
        for (code, meaning) in CommandTable.exitCodes { #expect(text.contains("  \(code) ") && text.contains(meaning)) }
    }

    @Test("flags are declared once, with words for everybody")
    func declarations() {
        for command in Self.commands {
            let flags = command.allFlags
            #expect(Set(flags.map(\.long)).count == flags.count)
            let shorts = flags.compactMap(\.short)
            #expect(Set(shorts).count == shorts.count)
            for flag in flags {
                #expect(!flag.summary.isEmpty && flag.summary.last != "." && flag.summary.count <= 60, "\(flag.long)")
                #expect(flag.details.isEmpty || flag.details.last == ".", "\(flag.long)")
                #expect(flag.value != nil || flag.completion == .nothing)
            }
        }
    }

    @Test("the short help of a small command is this")
    func golden() {
        #expect(
            Help.of(CommandTable.checkConfig, .short) == """
                Check a settings file and print what it would run.

                Usage: hoplens check-config FILE

                General:
                  -h, --help                         Print help; -h is the short one, --help has
                                                     everything

                'hoplens check-config --help' says more.

                """)
    }

    @Test("what a settings file would run is one line a service")
    func configSummary() throws {
        let text = """
            {services:[{name:'a', listen:['127.0.0.1:1','[::1]:1'], origin:'https://a.test', 'tls-cert':'c', 'tls-key':'k'},
             {name:'b', listen:'0.0.0.0:2', origin:'http://b.test:8080', connect:'192.0.2.1:80', host:'client', forwarded:'x'}],
             capture:'d'}
            """
        let settings = try ProxySettings(checking: RawSettings(file: "f", bytes: text.utf8Span.span))
        #expect(
            ConfigSummary.text(settings, path: "f") == """
                a: https://127.0.0.1:1, https://[::1]:1 -> https://a.test
                b: http://0.0.0.0:2 -> http://b.test:8080 (connecting to 192.0.2.1:80; Host: the client's; forwarded: x)
                capture: d
                warning: 0.0.0.0:2 can be reached from other machines; everyone there can use this proxy

                """)
    }
}
