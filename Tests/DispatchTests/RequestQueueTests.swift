import Testing

@testable import Dispatch

/// Who waits, in which order, for how long.
@Suite struct RequestQueueTests {
    private func queue(_ requests: UInt64..., capacity: Int = 8) -> RequestQueue {
        var queue = RequestQueue(capacity: capacity)
        for request in requests { _ = queue.append(request, isReserved: false) }
        return queue
    }

    private func drained(_ queue: RequestQueue) -> [UInt64] {
        var (queue, requests) = (queue, [UInt64]())
        while let request = queue.popFirst() { requests.append(request) }
        return requests
    }

    @Test func firstInIsFirstOut() { #expect(drained(queue(1, 2, 3)) == [1, 2, 3]) }

    @Test func aFullQueueTakesNoMore() {
        var queue = queue(1, 2, capacity: 2)
        #expect(!append(3, to: &queue))
        #expect(drained(queue) == [1, 2])
    }

    @Test func aQueueWithoutCapacityTakesNothing() {
        var queue = queue(capacity: 0)
        #expect(!append(1, to: &queue))
        #expect(queue.isEmpty)
    }

    @Test func aReservedRequestIsTakenBeyondTheBound() {
        var queue = queue(1, 2, capacity: 2)
        for request in UInt64(3)..<40 { #expect(append(request, to: &queue, isReserved: true)) }
        #expect(drained(queue) == Array(1..<40))
    }

    @Test func aReturnedRequestIsTakenBeyondTheBoundAndGoesFirst() {
        var queue = queue(1, 2, capacity: 2)
        queue.prepend(9)
        #expect(drained(queue) == [9, 1, 2])
    }

    @Test func returnedRequestsKeepTheirOrder() {
        var queue = queue(4, 5)
        for request in UInt64(1)...3 { queue.prepend(request) }
        #expect(drained(queue) == [1, 2, 3, 4, 5])
    }

    @Test func manyReturnedRequestsKeepTheirOrder() {
        var queue = queue(capacity: 0)
        for request in UInt64(0)..<1000 { queue.prepend(request) }
        #expect(drained(queue) == Array(0..<1000))
    }

    @Test(arguments: UInt64(1)...5)
    func anAbandonedRequestLeavesFromAnywhere(request: UInt64) {
        var queue = queue(1, 2, 3, 4, 5)
        #expect(remove(request, from: &queue))
        #expect(!remove(request, from: &queue))
        #expect(queue.count == 4)
        #expect(drained(queue) == [1, 2, 3, 4, 5].filter { $0 != request })
    }

    @Test func anAbandonedReturnedRequestLeavesToo() {
        var queue = queue(3)
        for request in UInt64(1)...2 { queue.prepend(request) }
        #expect(remove(1, from: &queue))
        #expect(drained(queue) == [2, 3])
    }

    @Test func anAbandonedRequestMakesRoom() {
        var queue = queue(1, 2, 3, capacity: 3)
        #expect(remove(2, from: &queue))
        #expect(append(4, to: &queue))
        #expect(!append(5, to: &queue))
        #expect(drained(queue) == [1, 3, 4])
    }

    /// One waits on while clients behind it come and go: places in the middle are used again.
    @Test func clientsThatComeAndGoBehindAWaitingOneNeedNoMoreMemory() {
        var queue = queue(0, capacity: 16)
        for request in UInt64(1)..<10_000 {
            #expect(append(request, to: &queue))
            #expect(remove(request, from: &queue))
        }
        #expect(queue.places <= 64)
        #expect(drained(queue) == [0])
    }

    @Test func whatGoesRoundTheEndKeepsItsOrder() {
        var queue = queue(capacity: 16)
        var (next, expected) = (UInt64(0), UInt64(0))
        for round in 0..<200 {
            for _ in 0..<round % 17 where append(next, to: &queue) { next += 1 }
            for _ in 0..<(round * 7) % 15 {
                guard let request = queue.popFirst() else { break }
                #expect(request == expected)
                expected += 1
            }
        }
    }

    private func append(_ request: UInt64, to queue: inout RequestQueue, isReserved: Bool = false) -> Bool {
        queue.append(request, isReserved: isReserved)
    }

    private func remove(_ request: UInt64, from queue: inout RequestQueue) -> Bool { queue.remove(request) }
}
