import CLinux
import Glibc

/// The terminal that is standard input, when a worker reads from it as well (`--dev`).
///
/// That worker is in the keeper's own process group: whatever shell or wrapper started us goes on deciding which group
/// is in the foreground, Ctrl-C and Ctrl-Z reach both, and neither is ever stopped for reading or writing (tcsetpgrp(3)).
struct Terminal {
    private let original: termios?

    /// Notes how it is set now.
    init() {
        var attributes = termios()
        original = tcgetattr(STDIN_FILENO, &attributes) == 0 ? attributes : nil
    }

    /// A debugger's prompt switches echo and lines off; one that was killed has not switched them on again.
    func restore() {
        guard var original, tcgetpgrp(STDIN_FILENO) == getpgrp() else { return }
        tcsetattr(STDIN_FILENO, TCSADRAIN, &original)
    }

    /// The window was closed or the line went down: then SIGHUP means what it always did.
    var hasHungUp: Bool {
        var attributes = termios()
        return original != nil && tcgetattr(STDIN_FILENO, &attributes) != 0
    }
}
