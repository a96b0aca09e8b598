import Settings

// What people see when plait starts; the same facts, in JSON, under stable names.

extension ConsoleLog {
    /// - Parameters:
    ///   - found: what the project turned out to mean, if nobody named an application.
    ///   - version: of the Python that runs the application, as `3.11.7`.
    func serving(
        _ project: ServedProject, _ found: FoundApplication?, python version: String,
        _ interpreter: InterpreterChoice
    ) -> [UInt8] {
        let application = found?.name ?? project.text
        let subject = application + (found.map { " (\($0.source))" } ?? "")
        return line(
            .info, "serving",
            [
                LogField("version", .text(plaitVersion)), LogField("application", .text(application)),
                LogField("python", .text(version)), LogField("interpreter", .text(interpreter.path)),
                LogField("reason", .text(interpreter.reason.code)),
            ] + (found.map { [LogField("found", .text($0.source))] } ?? []),
            sentence: "plait \(plaitVersion) serves \(subject) with python \(version) "
                + "(\(interpreter.path), \(interpreter.reason.text))")
    }

    func capacity(workers: Int, threads: Int) -> [UInt8] {
        line(
            .info, "capacity",
            [
                LogField("workers", .integer(workers)), LogField("threads", .integer(threads)),
                LogField("requests", .integer(workers * threads)),
            ],
            sentence: "\(counted(workers, "worker")) × \(counted(threads, "thread")) = "
                + "\(counted(workers * threads, "request")) at once")
    }

    /// - Parameter address: as `http://127.0.0.1:8080` or `unix:/run/app.sock`.
    func listening(on address: String) -> [UInt8] {
        line(.info, "listening", [LogField("address", .text(address))], sentence: "listening on \(address)")
    }

    func ready(after time: Duration) -> [UInt8] { done("ready", after: time) }

    func reloaded(after time: Duration) -> [UInt8] { done("reloaded", after: time) }

    private func done(_ what: StaticString, after time: Duration) -> [UInt8] {
        let milliseconds = time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000
        let seconds = Double(milliseconds) / 1000
        let tenths = (milliseconds + 50) / 100
        return line(
            .info, what, [LogField("seconds", .decimal(seconds))],
            sentence: "\(what) in \(tenths / 10).\(tenths % 10) s")
    }
}

func counted(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
}
