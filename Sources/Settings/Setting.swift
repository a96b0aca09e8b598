/// The one declaration of a setting, from which its flags, its environment variable, its default, its help line and
/// its entry in the reference page follow.
struct Setting<Value: Sendable>: Sendable {
    let declaration: Declaration
    let parse: @Sendable (String) throws(ValueError) -> Value

    init(
        _ name: String, short: [Character] = [], aliases: [String] = [], _ form: ValueForm<Value>,
        default fallback: Declaration.Default, platform: String? = nil, repeats: Repeats = .lastHolds,
        in section: Section, operand: Declaration.Operand = .required,
        _ help: String
    ) {
        declaration = Declaration(
            name: name, short: short, aliases: aliases, placeholder: form.placeholder, accepted: form.accepted,
            fallback: fallback, operand: operand, platformVariable: platform, repeats: repeats, section: section,
            help: help)
        parse = form.parse
    }
}

/// What of a setting does not depend on the type of its value.
package struct Declaration: Sendable {
    /// The long flag without its dashes.
    package let name: String
    package let short: [Character]

    /// Other long flags, for fingers that learnt them elsewhere.
    package let aliases: [String]

    /// The value's place in the usage, as in `--grace TIME`.
    package let placeholder: String

    /// What a right value looks like, to end an error's line.
    package let accepted: String

    package let fallback: Default

    /// Whether the flag may stand alone.
    package let operand: Operand

    /// A variable that platforms set for every program, such as `PORT`.
    package let platformVariable: String?
    package let repeats: Repeats
    package let section: Section
    package let help: String

    package enum Operand: Sendable {
        case required
        /// The flag alone stands for this value; another is joined to it by `=`.
        case optional(String)
        /// The same, and words with `*`, `?` or `[` in them that follow the flag are its values, too: no application
        /// can be called so.
        case patterns(String)
    }

    package enum Default: Sendable {
        /// Read like a value that was given.
        case text(String)

        /// Follows from the machine or the surroundings; says how.
        case computed(String)

        package var description: String {
            switch self {
            case .text(let text), .computed(let text): text
            }
        }
    }

    /// `PLAIT_` and the name in capitals.
    package var environmentVariable: String {
        environmentPrefix + String(name.map { $0 == "-" ? "_" : $0 }).uppercased()
    }

    var longFlags: [String] { [name] + aliases }
}

let environmentPrefix = "PLAIT_"

/// What several values of one setting mean.
package enum Repeats: Sendable {
    /// The last of a layer holds.
    case lastHolds

    /// All of a layer hold together; they replace what the layers below say.
    case addUp

    /// All of all layers hold; where two speak about the same path, the higher layer's holds.
    case mergeByPath
}

/// A heading of the help and of the reference page.
package enum Section: String, Sendable, CaseIterable {
    case listening = "Listening"
    case application = "Application and workers"
    case development = "Development"
    case bodies = "Request bodies"
    case timeouts = "Times"
    case limits = "Limits"
    case proxies = "Behind a proxy"
    case stopping = "Stopping"
    case logging = "Logging"
}
