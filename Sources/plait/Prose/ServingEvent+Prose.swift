import Serving
import Settings

extension ConsoleLog {
    /// What the server has to say, as lines of the log.
    func report(_ event: ServingEvent) {
        switch event {
        case .workerReady, .workerRetired: break  // the keeper tells these, with what it knows of them
        case .workerCondemned(let id):
            error(
                "a worker wrote what no worker writes into shared memory; it is ended",
                LogField("worker", .integer(Int(id))))
        case .lengthBroken(let request, let declared, let isLonger):
            warning(
                isLonger
                    ? "a response is longer than its Content-Length; the rest was not sent"
                    : "a response is shorter than its Content-Length; the connection was closed",
                LogField("request", .integer(Int(request & 0xFF_FFFF_FFFF))),
                LogField("declared", .integer(Int(declared))))
        case .headRefused(let request, let reason):
            error(
                "a response head may not be sent; the client got 500",
                LogField("request", .integer(Int(request & 0xFF_FFFF_FFFF))), LogField("reason", .text(reason)))
        case .descriptorsExhausted:
            warning("no file descriptor is left for a new connection; raise the limit of open files (ulimit -n)")
        case .connectionLimit:
            warning("a connection was turned away; --max-connections or the limit of open files is reached")
        case .spoolFailed(let errno):
            warning("a body could not be written to the spool directory", LogField("errno", .integer(Int(errno))))
        case .accessLinesDropped(let count, let errno):
            warning(
                errno == 0
                    ? "lines of the access log were dropped, as they are written too slowly"
                    : "lines of the access log could not be written",
                LogField("lines", .integer(count)), LogField("errno", .integer(Int(errno))))
        case .accessLogNotReopened(let errno):
            warning(
                "the access log could not be reopened; the old file is written on",
                LogField("errno", .integer(Int(errno))))
        }
    }
}
