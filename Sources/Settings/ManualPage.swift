/// The pages plait.1 and plait-serve.1: the same declarations as the reference page, in man(7).
///
/// No date and no version: the pages are committed, and a test compares them.
package enum ManualPage {
    package static func ofPlait(verbs: [Verb]) -> String {
        head("PLAIT", "plait", "serves Python web applications")
            + verbs.map { "\\fBplait\\fR \(escaped($0.usage))\n.br\n" }.joined()
            + ".SH DESCRIPTION\n"
            + paragraph(
                "Runs WSGI applications: one native program owns the connections, and the application runs in workers "
                    + "of its own Python.")
            + ".SH VERBS\n"
            + verbs.map { entry("\\fB\(escaped($0.name))\\fR", escaped("\($0.summary).")) }.joined()
            + exitCodes + ".SH SEE ALSO\n.BR plait\\-serve (1)\n"
    }

    package static var ofServe: String {
        head("PLAIT\\-SERVE", "plait\\-serve", "serves a WSGI application")
            + "\\fBplait serve\\fR [\\fIAPP\\fR] [\\fIoptions\\fR]\n.SH DESCRIPTION\n"
            + paragraph(
                "APP is module:attribute, module:factory(), a dotted name, path/file.py[:attribute] or "
                    + "path/file.ini[#name]; without an attribute application is looked for, then app. Without APP the "
                    + "project here is served: Django by manage.py, Flask by FLASK_APP, else app.py or wsgi.py. Options "
                    + "may stand before and after it, as --name VALUE, --name=VALUE, -w 4 or -w4; -- ends them.")
            + paragraph(
                "Each option is also a variable: --max-body is PLAIT_MAX_BODY. The command line goes before "
                    + "variables, and these before what platforms set (\(platformVariables)).")
            + ".SH OPTIONS\n" + Section.allCases.map(section).joined()
            + ".SS Other\n" + entry("\\fB\\-\\-print\\fR", escaped(ServeCommandLine.Flag.print.summary))
            + entry("\\fB\\-h\\fR, \\fB\\-\\-help\\fR", "A short form of this page.")
            + exitCodes + ".SH SEE ALSO\n.BR plait (1)\n"
    }

    private static func head(_ title: String, _ name: String, _ summary: String) -> String {
        """
        .\\" Made by `plait help --man` from the declarations in Sources/Settings; a test compares them.
        .TH \(title) 1 "" plait "plait's manual"
        .SH NAME
        \(name) \\- \(summary)
        .SH SYNOPSIS

        """
    }

    private static func section(_ section: Section) -> String {
        ".SS \(escaped(section.rawValue))\n"
            + ServeDeclarations.all.filter { $0.section == section }.map { declaration in
                let flags = declaration.flags.map { "\\fB\(escaped($0))\\fR" }.joined(separator: ", ")
                let fallback = declaration.fallback.description
                let form = "Accepted: \(declaration.accepted). Default: \(fallback)."
                let text = "\(declaration.help) \(form) Variable: \(declaration.environmentVariable)."
                return entry("\(flags) \\fI\(escaped(declaration.placeholder))\\fR", escaped(text))
            }.joined()
    }

    private static func entry(_ term: String, _ text: String) -> String { ".TP\n\(term)\n\(text)\n" }

    private static func paragraph(_ text: String) -> String { ".PP\n\(escaped(text))\n" }

    private static var platformVariables: String {
        ServeDeclarations.all.compactMap(\.platformVariable).joined(separator: ", ")
    }

    private static let exitCodes =
        ".SH EXIT STATUS\n"
        + [
            ("0", "Stopped as asked."), ("1", "Failed at run time."), ("3", "The application would not start."),
            ("64", "Wrong words, options or variables; nothing was started."),
            ("128+n", "Cut short by a second signal, number n."),
        ].map { entry($0, escaped($1)) }.joined()

    /// groff_char(7): a hyphen that people copy is `\-`; what begins with a dot or an apostrophe would be a request.
    private static func escaped(_ text: String) -> String {
        let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&\(plain)" : plain
    }
}
