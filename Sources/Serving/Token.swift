/// What an epoll event, or a request in the pool, speaks of.
enum Token: Equatable {
    case connection(UInt32, UInt32)
    case listener(UInt8)
    case worker(UInt32)
    case mailbox

    var raw: UInt64 {
        switch self {
        case .connection(let index, let generation): UInt64(generation) << 32 | UInt64(index)
        case .listener(let index): 1 << 30 | UInt64(index)
        case .worker(let index): 2 << 30 | UInt64(index)
        case .mailbox: 3 << 30
        }
    }

    /// A connection as the pool knows it: its reactor stands above the index.
    static func request(_ index: UInt32, _ generation: UInt32, reactor: Int) -> UInt64 {
        Token.connection(index, generation).raw | UInt64(reactor) << 24
    }

    /// The reactor of a number made by `request`.
    static func reactor(of request: UInt64) -> Int { Int(request >> 24) & 0x3F }

    /// Two bits of the low word tell the kinds apart; a reactor has fewer than 2²⁴ connections.
    init(raw: UInt64) {
        let low = UInt32(truncatingIfNeeded: raw)
        switch low >> 30 {
        case 0: self = .connection(low & 0xFF_FFFF, UInt32(raw >> 32))
        case 1: self = .listener(UInt8(truncatingIfNeeded: low))
        case 2: self = .worker(low & 0x3FFF_FFFF)
        default: self = .mailbox
        }
    }
}
