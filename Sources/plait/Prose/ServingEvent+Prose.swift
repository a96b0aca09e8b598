import Peers
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
        case .forwardedFieldRemoved(let name, let peer, let reason): report(removed: name, peer, reason)
        }
    }

    private func report(removed name: String, _ peer: IPAddress?, _ reason: ForwardedFieldRemoval) {
        let sender = peer?.description ?? "unix"
        func fields(_ setting: String) -> [LogField] {
            [LogField("header", .text(name)), LogField("peer", .text(sender)), LogField("setting", .text(setting))]
        }
        switch reason {
        case .untrustedPeer:
            let setting = "--trusted-proxies \(sender)"
            log(
                .warning, "a header was removed, since its sender is no trusted proxy", fields(setting),
                sentence: "\(name) was removed: \(peer == nil ? "a peer on a Unix socket" : sender) is no trusted "
                    + "proxy; if it is one, `\(setting)` (said once for each header)")
        case .otherFamily(let believed):
            let setting = "--forwarded \(name.lowercased() == "forwarded" ? "rfc7239" : "x")"
            log(
                .warning, "a header was removed, since another family of them is believed", fields(setting),
                sentence: "\(name) was removed: with `--forwarded \(believed.rawValue)` it is not believed; "
                    + "if it should be, `\(setting)` (said once for each header)")
        }
    }
}
