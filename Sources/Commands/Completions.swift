// Completions for bash, zsh and fish, from the same tables as the help.

/// A shell completions are made for.
package enum Shell: String, Sendable, CaseIterable {
    case bash, zsh, fish
}

/// Renders completions.
package enum Completions {
    /// The text to load into a shell.
    package static func of(_ shell: Shell) -> String {
        switch shell {
        case .bash: bash()
        case .zsh: zsh()
        case .fish: fish()
        }
    }

    private static var commandNames: String { CommandTable.all.map(\.name).joined(separator: " ") }

    // MARK: bash

    private static func bash() -> String {
        var text = """
            # bash completion for hoplens: source <(hoplens completions bash)
            _hoplens() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]}
                # Bash splits words at '=', so a value behind --flag= arrives with the '=' as the word before it.
                if [[ $current == "=" ]]; then current=""; elif [[ $previous == "=" ]]; then
                    previous=${COMP_WORDS[COMP_CWORD-2]}
                fi
                COMPREPLY=()
                if (( COMP_CWORD == 1 )); then
                    COMPREPLY=($(compgen -W "\(commandNames) --help --version" -- "$current"))
                    return
                fi

            """
        for group in CommandTable.all where !group.subcommands.isEmpty {
            let names = group.subcommands.map(\.lastName).joined(separator: " ")
            text += """
                    if [[ $command == \(group.name) ]]; then
                        if (( COMP_CWORD == 2 )); then
                            COMPREPLY=($(compgen -W "\(names) --help" -- "$current"))
                            return
                        fi
                        command="$command ${COMP_WORDS[2]}"
                    fi

                """
        }
        text += "    case $command in\n"
        for command in CommandTable.leaves {
            text += "    \"\(command.name)\")\n        case $previous in\n"
            for flag in command.allFlags where flag.value != nil {
                let names = (flag.short.map { "-\($0)|" } ?? "") + "--\(flag.long)"
                text += "        \(names)) \(bashAction(flag.completion)) return ;;\n"
            }
            text += "        esac\n"
            let flags = command.allFlags.map { "--\($0.long)" }.joined(separator: " ")
            text +=
                "        if [[ $current == -* ]]; then COMPREPLY=($(compgen -W \"\(flags)\" -- \"$current\")); return; fi\n"
            text += "        \(bashAction(command.completion))\n        ;;\n"
        }
        text += """
                esac
            }
            complete -F _hoplens hoplens

            """
        return text
    }

    private static func bashAction(_ completion: Flag.Completion) -> String {
        switch completion {
        case .nothing: ":;"
        case .file: "compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\"));"
        case .directory: "compopt -o filenames; COMPREPLY=($(compgen -d -- \"$current\"));"
        case .words(let words):
            (words.contains { $0.hasSuffix("/") } ? "compopt -o nospace; " : "")
                + "COMPREPLY=($(compgen -W \"\(words.joined(separator: " "))\" -- \"$current\"));"
        case .names(let names):
            (names.contains { $0.hasSuffix("=") } ? "compopt -o nospace; " : "")
                + "COMPREPLY=($(compgen -W \"\(names.joined(separator: " "))\" -- \"$current\"));"
        }
    }

    // MARK: zsh

    private static func zsh() -> String {
        var text = """
            #compdef hoplens
            # zsh completion for hoplens: put this file into a folder of fpath as _hoplens
            _hoplens() {
                local -a commands
                commands=(

            """
        for command in CommandTable.all { text += "        '\(command.name):\(zshText(command.summary))'\n" }
        text += """
                )
                if (( CURRENT == 2 )); then
                    _describe -t commands command commands
                    _arguments '--help[print help]' '--version[print the version]'
                    return
                fi
                local command=$words[2]
                shift words
                (( CURRENT-- ))
                case $command in

            """
        for command in CommandTable.all {
            text += "    \(command.name))\n"
            if command.subcommands.isEmpty {
                text += zshArguments(command)
            } else {
                text += "        local -a subcommands\n        subcommands=(\n"
                for sub in command.subcommands { text += "            '\(sub.lastName):\(zshText(sub.summary))'\n" }
                text += """
                            )
                            if (( CURRENT == 2 )); then
                                _describe -t commands command subcommands
                                _arguments '--help[print help]'
                                return
                            fi
                            local subcommand=$words[2]
                            shift words
                            (( CURRENT-- ))
                            case $subcommand in

                    """
                for sub in command.subcommands {
                    text += "        \(sub.lastName))\n" + zshArguments(sub) + "        ;;\n"
                }
                text += "        esac\n"
            }
            text += "        ;;\n"
        }
        return text + """
                esac
            }
            _hoplens "$@"

            """
    }

    private static func zshArguments(_ command: CommandInfo) -> String {
        var text = "        _arguments -s -S"
        for flag in command.allFlags { text += " \\\n            \(zshFlag(flag))" }
        if command.mostOperands > 0 { text += " \\\n            '1:operand:\(zshAction(command.completion))'" }
        return text + "\n"
    }

    private static func zshFlag(_ flag: Flag) -> String {
        let help = "[\(zshText(flag.summary))]"
        let value = flag.value.map { ":\(zshText($0)):\(zshAction(flag.completion))" } ?? ""
        let long = "--\(flag.long)\(flag.value == nil ? "" : "=")"
        if flag.isRepeatable {
            return flag.short.map { "'*-\($0)+\(help)\(value)' '*\(long)\(help)\(value)'" }
                ?? "'*\(long)\(help)\(value)'"
        }
        guard let short = flag.short else { return "'\(long)\(help)\(value)'" }
        let shortSpec = "-\(short)\(flag.value == nil ? "" : "+")"
        return "'(-\(short) --\(flag.long))'{'\(shortSpec)','\(long)'}'\(help)\(value)'"
    }

    private static func zshAction(_ completion: Flag.Completion) -> String {
        switch completion {
        case .nothing: ""
        case .file: "_files"
        case .directory: "_files -/"
        case .words(let words): "(\(zshText(words.joined(separator: " "))))"
        case .names(let names): "(\(zshText(names.joined(separator: " "))))"
        }
    }

    /// Text inside single quotes of a specification: quotes, brackets and colons would end it.
    private static func zshText(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "'": result += "'\\''"
            case "[", "]", ":", "\\": result += "\\\(character)"
            default: result.append(character)
            }
        }
        return result
    }

    // MARK: fish

    private static func fish() -> String {
        var text = """
            # fish completion for hoplens: save as ~/.config/fish/completions/hoplens.fish
            complete -c hoplens -f
            complete -c hoplens -n __fish_use_subcommand -l help -s h -d 'Print help'
            complete -c hoplens -n __fish_use_subcommand -l version -s V -d 'Print the version'

            """
        for command in CommandTable.all {
            text +=
                "complete -c hoplens -n __fish_use_subcommand -a \(command.name) -d '\(fishText(command.summary))'\n"
        }
        for group in CommandTable.all where !group.subcommands.isEmpty {
            let names = group.subcommands.map(\.lastName).joined(separator: " ")
            for sub in group.subcommands {
                text += "complete -c hoplens -n '__fish_seen_subcommand_from \(group.name);"
                text +=
                    " and not __fish_seen_subcommand_from \(names)' -a \(sub.lastName) -d '\(fishText(sub.summary))'\n"
            }
        }
        for command in CommandTable.leaves {
            let words = command.name.split(separator: " ")
            let condition =
                "-n '" + words.map { "__fish_seen_subcommand_from \($0)" }.joined(separator: "; and ") + "'"
            for flag in command.allFlags {
                text += "complete -c hoplens \(condition) -l \(flag.long)"
                if let short = flag.short { text += " -s \(short)" }
                if flag.value != nil { text += " -x\(fishAction(flag.completion))" }
                text += " -d '\(fishText(flag.summary))'\n"
            }
            let action = fishAction(command.completion)
            if !action.isEmpty { text += "complete -c hoplens \(condition)\(action)\n" }
        }
        return text
    }

    private static func fishAction(_ completion: Flag.Completion) -> String {
        switch completion {
        case .nothing: ""
        case .file: " -F"
        case .directory: " -a '(__fish_complete_directories)'"
        case .words(let words): " -a '\(words.joined(separator: " "))'"
        case .names(let names): " -a '\(names.joined(separator: " "))'"
        }
    }

    private static func fishText(_ text: String) -> String {
        text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'")
    }
}
