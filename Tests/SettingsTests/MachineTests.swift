import Settings
import Testing

@Suite struct MachineTests {
    @Test(
        arguments: [
            (1, nil, nil, 1, 1), (2, nil, nil, 2, 1), (4, nil, nil, 4, 2), (64, nil, nil, 8, 32), (0, nil, nil, 1, 1),
            (8, ProcessorQuota(time: 150_000, period: 100_000), nil, 2, 1),
            (8, ProcessorQuota(time: 50_000, period: 100_000), nil, 1, 1),
            (2, ProcessorQuota(time: 800_000, period: 100_000), nil, 2, 1),
            (8, nil, ByteCount.mebibytes(512), 2, 4), (8, nil, ByteCount.mebibytes(100), 1, 4),
            (8, nil, ByteCount.mebibytes(767), 2, 4), (16, nil, ByteCount.gibibytes(64), 8, 8),
        ] as [(Int, ProcessorQuota?, ByteCount?, Int, Int)])
    func defaultsFollowTheMachine(
        _ processors: Int, _ quota: ProcessorQuota?, _ memory: ByteCount?, _ workers: Int, _ reactors: Int
    ) {
        let machine = Machine(processors: processors, quota: quota, memoryLimit: memory)
        #expect(machine.defaultWorkers == workers)
        #expect(machine.defaultReactors == reactors)
    }

    @Test func readsControlGroupFiles() {
        #expect(ProcessorQuota(cpuMax: "150000 100000\n") == ProcessorQuota(time: 150_000, period: 100_000))
        #expect(ProcessorQuota(cpuMax: "max 100000\n") == nil)
        #expect(ProcessorQuota(cpuMax: "-1\n 100000\n") == nil)
        #expect(ProcessorQuota(cpuMax: " ") == nil)
        #expect(ProcessorQuota(cpuMax: "1 0") == nil)
        #expect(ByteCount(memoryMax: "536870912\n") == .mebibytes(512))
        #expect(ByteCount(memoryMax: "max\n") == nil)
        #expect(ByteCount(memoryMax: "9223372036854771712\n") == nil)
        #expect(ByteCount(memoryMax: "") == nil)
    }

    @Test(
        arguments: [
            ("Name:\tplait\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1\nMems:\t0\n", 2),
            ("Cpus_allowed_list:\t0,2-4,9\n", 5),
            ("Cpus_allowed_list:\t7\n", 1), ("Cpus_allowed_list:\t\n", nil), ("Cpus_allowed_list:\t4-1\n", nil),
            ("", nil),
        ] as [(String, Int?)]) func countsAllowedProcessors(_ status: String, _ count: Int?)
    {
        #expect(Machine.processorCount(inStatus: status) == count)
    }
}

@Suite struct NearestNameTests {
    @Test(
        arguments: [
            ("prot", "port"), ("por", "port"), ("worker", "workers"), ("xyz", nil), ("max", "max-body"), ("", nil),
            ("maxbody", "max-body"), ("keepalive", "keep-alive"),
        ] as [(String, String?)]) func fewEditsOrABeginningAreNear(_ typed: String, _ nearest: String?)
    {
        #expect(nearestName(to: typed, among: ["port", "workers", "max-body", "keep-alive"]) == nearest)
    }
}
