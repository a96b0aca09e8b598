import Settings

/// Everything decided before anything starts: what is served, how, and by which Python.
struct ServePlan {
    let settings: ServeSettings
    let project: ServedProject
    let interpreter: InterpreterChoice

    init(settings: ServeSettings, project: ServedProject, interpreter: InterpreterChoice) {
        self.settings = settings
        self.project = project
        self.interpreter = interpreter
    }

    init(_ command: ResolvedCommand) throws(PlanError) {
        settings = command.settings
        let input = command.input
        if input.launcher != nil, let fault = LaunchError(settings, environment: input.environment) {
            throw .launch(fault)
        }
        let here = input.surroundings.workingDirectory
        do throws(ProjectError) {
            project = try ServedProject(
                settings.application.name, in: absolutePath(settings.application.directory, in: here),
                environment: input.environment)
        } catch {
            throw .project(error)
        }
        do throws(InterpreterError) {
            interpreter = try InterpreterSearch(
                application: settings.application, environment: input.environment, workingDirectory: here
            ).choose()
        } catch {
            throw .interpreter(error)
        }
    }
}

/// Why there is no plan.
enum PlanError: Error {
    case settings(SettingsError)
    case unreadableFile(String, FileReadError)
    case environmentFile(EnvironmentFileError)
    case project(ProjectError)
    case launch(LaunchError)
    case interpreter(InterpreterError)

    var exitCode: ExitCode {
        switch self {
        case .settings, .unreadableFile, .environmentFile, .project, .launch: .usage
        case .interpreter(let error): error.exitCode
        }
    }
}

extension ErrorLines {
    init(_ error: PlanError) {
        switch error {
        case .settings(let error): self.init(error)
        case .unreadableFile(let path, let error): self.init(environmentFile: path, error)
        case .environmentFile(let error): self.init(error)
        case .project(let error): self.init(error)
        case .launch(let error): self.init(error)
        case .interpreter(let error): self.init(error)
        }
    }
}

extension ServedProject {
    var isNamed: Bool {
        if case .named = self { true } else { false }
    }

    /// What `_worker.py` is told beside the text: how to read it.
    var workerOptions: [String] {
        switch self {
        case .named: []
        case .django: ["--find", "django"]
        case .flask: ["--find", "flask"]
        case .file: ["--find", "file"]
        }
    }
}
