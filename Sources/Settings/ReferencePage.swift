/// The parts of the generated page about `plait serve`.
enum ReferencePage {
    static let head = """
        # plait serve

        <!-- Made by `plait help serve --markdown` from the declarations in Sources/Settings; a test compares them. -->

        ```
        plait serve [APP] [options]
        ```

        APP is `module:attribute`, `module:factory()`, a dotted name, or `path/file.py[:attribute]`; without an
        attribute `application` is looked for, then `app`. Or it is `path/file.ini[#name]`, a file for PasteDeploy.
        Without APP the project in the application directory is served, by the first of these that is there:

        1. `manage.py` (Django): the settings it names by default, or `$DJANGO_SETTINGS_MODULE`; in them
           `WSGI_APPLICATION`, or Django's own application.
        2. `$FLASK_APP`, as `flask run` reads it.
        3. `app.py` or `wsgi.py`: in it `app`, `application`, `create_app()` or `make_app()`.

        The start line says which. Options may stand before and after it, as `--name VALUE`,
        `--name=VALUE`, `-w 4` or `-w4`; `--` ends them. `--timeout` of other servers is refused: there it kills a
        silent worker, here a time limit for each request will be an option of its own.

        Where a value comes from, highest first:

        1. the command line;
        2. the variable `PLAIT_NAME`, several values separated by blanks where an option may be repeated, in the
           environment or in a file of `--env-file`;
        3. variables that platforms set: \(platformVariables);
        4. the default.

        `--print` shows every setting with its value and the layer that this comes from, and starts nothing.

        A repeated option adds up where its entry says so, otherwise the last one holds. What a layer says replaces what
        the layers below say; values given for paths (`PATH=VALUE`) are merged, path by path. An empty variable counts
        as not set. Unknown `PLAIT_*` variables, and those that Kubernetes makes for a service called "plait", are
        ignored with a warning. A wrong value is an error: one line, exit code 64, nothing is started.


        """

    static func section(_ section: Section) -> String {
        let entries = ServeDeclarations.all.filter { $0.section == section }.map(entry)
        return "## \(section.rawValue)\n\n" + entries.joined(separator: "\n")
    }

    static let foot = """

        ## Endpoints

        | form | listens on |
        |---|---|
        | `8080`, `:8080`, `[::]:8080` | all interfaces, IPv6 and IPv4; IPv4 alone where there is no IPv6 |
        | `HOST:8080`, `192.0.2.1:8080`, `[2001:db8::1]:8080` | that address |
        | `tcp:8080:interface=ADDRESS:backlog=N` | IPv4; all interfaces without `interface` |
        | `tcp6:8080:backlog=N:interface=[ADDRESS]` | IPv6 only |
        | `unix:PATH:mode=660:backlog=N` | a Unix socket; mode 666 unless given; a stale file is replaced |
        | `fd:3` | an inherited socket |
        | `systemd:name=NAME`, `systemd:index=0`, `systemd:` | sockets passed by the service manager: one, or all |
        | `haproxy:ENDPOINT:from=CIDR,CIDR` | any of these; each connection begins with a PROXY header (v1 or v2) |

        `:` separates fields, the first `=` in a field its name from its value; a backslash takes the next character
        as it is; an address in brackets may hold colons. Fields may be given by name or in the order shown. Port 0 asks
        for a free one, which the start line names. `backlog` is \(Endpoint.defaultBacklog) unless given. `from` is left
        out on Unix sockets, and only there: their file mode says who may connect.

        ## Files of variables

        Each line of an `--env-file` is `NAME=VALUE`, perhaps after `export`; empty lines and lines that begin with `#`
        say nothing. A value in single quotes is taken as it is, in double quotes `\\n`, `\\r`, `\\t`, `\\"`, `\\\\` and
        `\\$` are escapes; in quotes it may hold line breaks. Without quotes it ends with the line or before a blank and
        `#`. Nothing is substituted. Of two values for one name the later holds; what the environment says already,
        holds. A line of another form is an error, exit code 64.

        ## Times and sizes

        Times are `500ms`, `25s`, `2m`, `1h`, or seconds without a unit, with decimals if need be. Sizes are bytes, or
        powers of 1024: `64k`, `16m`, `1g`.

        """

    private static func entry(_ declaration: Declaration) -> String {
        let flags = declaration.flags.joined(separator: "`, `")
        var lines = ["### `\(flags)` `\(declaration.placeholder)`", "", declaration.help, ""]
        lines.append("- Default: \(declaration.fallback.markdown)")
        lines.append("- Accepted: \(declaration.accepted)")
        lines.append("- Variable: `\(declaration.environmentVariable)`" + platformNote(declaration))
        if let note = declaration.repeats.markdown { lines.append("- Repeated: \(note)") }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func platformNote(_ declaration: Declaration) -> String {
        declaration.platformVariable.map { ", below it `\($0)`" } ?? ""
    }

    private static var platformVariables: String {
        ServeDeclarations.all.compactMap { $0.platformVariable.map { "`\($0)`" } }.joined(separator: ", ")
    }
}

extension Declaration.Default {
    fileprivate var markdown: String {
        switch self {
        case .text(let text): "`\(text)`"
        case .computed(let text): text
        }
    }
}

extension Repeats {
    fileprivate var markdown: String? {
        switch self {
        case .lastHolds: nil
        case .addUp: "all values hold together"
        case .mergeByPath: "all values hold; of two for the same path the last one"
        }
    }
}
