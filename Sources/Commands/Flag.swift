// One flag, declared once. The parser, `-h`, `--help`, the man page and the completions all read this declaration and
// nothing else, so they cannot disagree.

package import Settings

/// A flag of one or more commands.
package struct Flag: Sendable {
    /// The heading a flag stands under.
    package enum Category: String, Sendable, CaseIterable {
        case request = "The page and its request"
        case filter = "Which exchanges"
        case targets = "The targets"
        case requests = "What is asked"
        case credentials = "Who asks"
        case service = "What is forwarded where"
        case security = "TLS"
        case node = "The node"
        case output = "What is shown"
        case capture = "What is kept"
        case bounds = "Bounds"
        case general = "General"
    }

    /// What a shell should offer as a value.
    package enum Completion: Sendable, Equatable {
        case nothing
        case file
        case directory
        case words([String])
        /// `NAME=`: the value behind the equals sign is up to the user.
        case names([String])
    }

    /// The long name without hyphens.
    package var long: String
    /// The one-letter name, if there is one.
    package var short: Character?
    /// What the value is called in help; nil for a switch.
    package var value: String?
    /// The heading.
    package var category: Category
    /// One line, without a full stop.
    package var summary: String
    /// More, for `--help` and the man page; sentences.
    package var details: String
    /// What happens without the flag, as it would be typed.
    package var standard: String?
    /// Whether it may be given more than once to some purpose.
    package var isRepeatable: Bool
    /// What a shell should offer.
    package var completion: Completion
    /// The names it knows with what each means, for `NAME=VALUE` flags.
    package var names: [(name: String, summary: String, standard: String)]
    /// What it does to the arguments.
    package var update: @Sendable (inout Arguments, String) -> Void

    init(
        _ long: String, _ short: Character? = nil, _ value: String? = nil, _ category: Category, _ summary: String,
        details: String = "", standard: String? = nil, isRepeatable: Bool = false, completion: Completion = .nothing,
        names: [(name: String, summary: String, standard: String)] = [],
        update: @escaping @Sendable (inout Arguments, String) -> Void
    ) {
        self.long = long
        self.short = short
        self.value = value
        self.category = category
        self.summary = summary
        self.details = details
        self.standard = standard
        self.isRepeatable = isRepeatable
        self.completion = completion
        self.names = names
        self.update = update
    }

    /// A flag that is a setting of the same name.
    init(
        _ key: SettingKey, _ short: Character? = nil, _ value: String? = nil, _ category: Category, _ summary: String,
        details: String = "", standard: String? = nil, isRepeatable: Bool = false, completion: Completion = .nothing
    ) {
        let flag = "--\(key.rawValue)"
        self.init(
            key.rawValue, short, value, category, summary, details: details, standard: standard,
            isRepeatable: isRepeatable, completion: completion,
            update: { $0.settings.set(key, $1.isEmpty && value == nil ? "true" : $1, from: flag) })
    }

    /// The values it accepts when it accepts only some.
    package var choices: [String] { if case .words(let words) = completion { words } else { [] } }
}

/// What was typed, before anything is concluded from it.
package struct Arguments: Sendable {
    /// The settings named on the command line.
    package var settings = RawSettings()
    /// The settings file.
    package var configFile: String?
    /// What a page asks for, for the commands that play browser.
    package var page = PageArguments()
    /// What was asked of captures.
    package var traces = TraceArguments()
    /// Which requests are to be made, and who asks.
    package var requests = RequestArguments()
    /// What is to be diagnosed.
    package var diagnose = DiagnoseArguments()
    /// What is to be compared.
    package var compare = CompareArguments()
    /// What was asked of the catalogue of rules.
    package var rules = RuleArguments()
    /// Which help was asked for.
    package var help: HelpLength?
    /// Whether the version was asked for.
    package var wantsVersion = false
    /// What is not a flag, in order.
    package var operands: [String] = []

    /// Nothing typed.
    package init() {}
}

/// A page's request as it was typed.
package struct PageArguments: Sendable, Equatable {
    /// The page's origin.
    package var origin: String?
    /// The method.
    package var method: String?
    /// Headers: a name, or `NAME: VALUE`.
    package var headers: [String] = []
    /// Whether the page asks for credentials.
    package var credentials = false

    /// Nothing typed.
    package init() {}
}

/// How much help is wanted.
package enum HelpLength: Sendable, Equatable {
    /// `-h`: one line a flag.
    case short
    /// `--help`: everything.
    case long
}
