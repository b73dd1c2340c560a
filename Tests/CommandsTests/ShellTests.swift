// What is made for other programs, tried with those programs where they are installed.

import Commands
import Foundation
import Testing

private func isInstalled(_ program: String) -> Bool {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
        FileManager.default.isExecutableFile(atPath: "\($0)/\(program)")
    }
}

/// Runs a program with text on standard input; its exit code and what it said on both outputs.
private func run(_ program: [String], _ input: String) throws -> (code: Int32, output: String) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hoplens-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("input")
    try Data(input.utf8).write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = program
    let output = Pipe()
    process.standardInput = try FileHandle(forReadingFrom: file)
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
}

@Suite("Shells and manual")
struct ShellTests {
    @Test("completions name every command and every flag", arguments: Shell.allCases)
    func complete(shell: Shell) {
        let text = Completions.of(shell)
        #expect(printed("completions \(shell.rawValue)") == text)
        for command in CommandTable.leaves {
            #expect(text.contains(command.lastName))
            for flag in command.allFlags {
                #expect(text.contains(shell == .fish ? "-l \(flag.long)" : "--\(flag.long)"))
            }
        }
    }

    @Test(
        "bash completes", .enabled(if: isInstalled("bash"), "bash is not installed"),
        arguments: [
            (["prox"], "proxy"), (["proxy", "--lis"], "--listen"), (["proxy", "--color", "al"], "always"),
            (["proxy", "--color", "=", "ne"], "never"), (["proxy", "--timeout", "conn"], "connect="),
            (["proxy", "htt"], "http:// https://"), (["completions", ""], "bash zsh fish"),
            (["demo", "--as"], "--ascii"),
            (["proxy", "--host", "c"], "client"), (["proxy", "--threads", ""], ""),
            (["co"], "compare cors completions"),
            (["cors", ""], "check evaluate --help"), (["cors", "check", "--page"], "--page-origin"),
            (["cors", "check", "htt"], "http:// https://"), (["cors", "check", "--color", "al"], "always"),
        ])
    func bash(typed: [String], offered: String) throws {
        let list = typed.map { "'\($0)'" }.joined(separator: " ")
        let script = """
            compopt() { :; }
            \(Completions.of(.bash))
            COMP_WORDS=(hoplens \(list)); COMP_CWORD=\(typed.count)
            _hoplens
            echo "${COMPREPLY[*]}"
            """
        let result = try run(["bash", "--norc", "-u", "-s"], script)
        #expect(result.output == offered + "\n")
        #expect(result.code == 0)
    }

    @Test("zsh accepts its completions", .enabled(if: isInstalled("zsh"), "zsh is not installed"))
    func zsh() throws {
        let result = try run(["zsh", "-f", "-n", "/dev/stdin"], Completions.of(.zsh))
        #expect(result.code == 0, "\(result.output)")
    }

    @Test("fish accepts its completions", .enabled(if: isInstalled("fish"), "fish is not installed"))
    func fish() throws {
        let result = try run(["fish", "--no-execute", "/dev/stdin"], Completions.of(.fish))
        #expect(result.code == 0, "\(result.output)")
    }

    @Test(
        "groff renders the manual page without a warning", .enabled(if: isInstalled("groff"), "groff is not installed"))
    func groff() throws {
        let page = try #require(printed("man"))
        let warnings = try run(["groff", "-man", "-ww", "-Tascii", "-z"], page)
        #expect(warnings.code == 0)
        #expect(warnings.output.isEmpty, "\(warnings.output)")
        let text = try run(["groff", "-man", "-Tascii", "-P-c", "-P-b", "-P-u"], page).output
        for command in CommandTable.leaves { #expect(text.contains("hoplens \(command.name)")) }
        for flag in CommandTable.proxy.allFlags { #expect(text.contains("--\(flag.long)"), "\(flag.long)") }
    }

    @Test("no line of the manual is a control line by accident")
    func roff() {
        let known = [".TH", ".SH", ".SS", ".TP", ".B", ".br", ".IP", ".RS", ".RE"]
        for line in ManPage.render().split(separator: "\n") where line.first == "." || line.first == "'" {
            #expect(known.contains(String(line.prefix { $0 != " " })), "\(line)")
        }
    }
}
