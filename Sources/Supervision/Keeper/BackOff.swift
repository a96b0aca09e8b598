/// How long to wait before something that ended is started again.
///
/// What has served for a second is started again at once. What has not waits 100 ms, then twice as long each time, up to
/// 30 s, until one of its successors has lived for 10 s. No jitter: all of it is on one machine and counted in dozens.
struct BackOff: Hashable, Sendable {
    private static let first: Duration = .milliseconds(100)
    private static let longest: Duration = .seconds(30)
    private static let healthyLife: Duration = .seconds(10)
    private static let usefulService: Duration = .seconds(1)

    private var next = BackOff.first

    /// `lived`: since the start; `served`: since it was ready, nil if it never was.
    mutating func delay(afterLife lived: Duration, served: Duration?) -> Duration {
        if lived >= Self.healthyLife { next = Self.first }
        if let served, served >= Self.usefulService { return .zero }
        defer { next = min(next * 2, Self.longest) }
        return next
    }
}
