/// Whether a reactor with nothing in hand should go on looking at its sockets for a moment before it sleeps.
///
/// Waking an idle processor takes longer than answering. A client that asks again as soon as it is answered pays that
/// each time, unless the reactor is still awake then. So it polls while that has paid lately, as virtual machines do
/// before they halt (Linux, "guest halt polling"), and never while a worker needs the processor. Times are nanoseconds.
struct IdlePolling {
    /// How long it is worth while to look: about what going to sleep and waking costs.
    static let window: Int64 = 60_000
    /// A sleep that was so short would have been spared by looking; the waking itself takes a part of it.
    private static let shortSleep: Int64 = 150_000
    /// So many waits in a row must have been short.
    private static let proof = 8

    private var shortWaits = 0

    var isWorthwhile: Bool { shortWaits >= Self.proof }

    /// The wait ended in a sleep, `waited` after it began: polling was in vain, or had not been tried.
    mutating func hasSlept(_ waited: Int64) {
        shortWaits = isWorthwhile || waited > Self.shortSleep ? 0 : shortWaits + 1
    }
}
