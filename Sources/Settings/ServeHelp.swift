/// The help and the reference page of `plait serve`, made from the declarations: layout only, no facts of its own.
package enum ServeHelp {
    /// For a terminal of 80 columns, as far as words allow.
    package static var text: String {
        var text = """
            usage: plait serve [APP] [options]

            APP is module:attribute, module:factory(), a dotted name, path/file.py[:attribute]
            or path/file.ini[#name]. Without it the project here is served: Django by manage.py,
            Flask by FLASK_APP, else app.py or wsgi.py.
            Options may stand before and after it. Each is also a variable: --max-body is PLAIT_MAX_BODY.

            """
        for section in Section.allCases {
            text += "\n\(section.rawValue)\n"
            for declaration in ServeDeclarations.all where declaration.section == section {
                text += terminalEntry(declaration)
            }
        }
        return text + "\nOther\n  --print\n      \(ServeCommandLine.Flag.print.summary)\n"
            + "  -h, --help\n      \(ServeCommandLine.Flag.help.summary)\n"
    }

    /// docs/reference/serve.md.
    package static var markdown: String {
        ReferencePage.head
            + Section.allCases.map(ReferencePage.section).joined(separator: "\n")
            + ReferencePage.foot
    }

    private static func terminalEntry(_ declaration: Declaration) -> String {
        let lines = wrapped("\(declaration.help) Default: \(declaration.fallback.description).", width: 72)
        return "  \(declaration.flags.joined(separator: ", ")) \(declaration.placeholder)\n"
            + lines.map { "      \($0)\n" }.joined()
    }
}

/// Breaks a text at blanks.
private func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
        if !line.isEmpty && line.count + 1 + word.count > width {
            lines.append(line)
            line = ""
        }
        line += line.isEmpty ? String(word) : " \(word)"
    }
    return line.isEmpty ? lines : lines + [line]
}
