/// Everything `plait serve` was told, in types: what the rest of plait sees of options and variables.
///
/// No property has a default here; defaults stand in the declarations, and forgetting a field does not compile.
package struct ServeSettings: Sendable, Equatable {
    package let application: Application
    package let listening: Listening
    package let workers: Workers
    package let development: Development
    package let dispatch: Dispatch
    package let timeouts: Timeouts
    package let limits: Limits
    package let bodies: Bodies
    package let trust: Trust
    package let logging: Logging

    package init(
        application: Application, listening: Listening, workers: Workers, development: Development, dispatch: Dispatch,
        timeouts: Timeouts, limits: Limits, bodies: Bodies, trust: Trust, logging: Logging
    ) {
        self.application = application
        self.listening = listening
        self.workers = workers
        self.development = development
        self.dispatch = dispatch
        self.timeouts = timeouts
        self.limits = limits
        self.bodies = bodies
        self.trust = trust
        self.logging = logging
    }
}
