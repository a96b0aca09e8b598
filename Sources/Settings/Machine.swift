/// What the machine grants this process, and the defaults that follow from it. Only arithmetic: the numbers are read
/// from the system elsewhere.
package struct Machine: Sendable, Hashable {
    /// Processors this process may run on (its affinity mask).
    package let processors: Int

    /// The control group's share of processor time; nil without one.
    package let quota: ProcessorQuota?

    /// The least memory limit of the control groups this process is in; nil without one.
    package let memoryLimit: ByteCount?

    package init(processors: Int, quota: ProcessorQuota?, memoryLimit: ByteCount?) {
        self.processors = processors
        self.quota = quota
        self.memoryLimit = memoryLimit
    }

    /// Processors that can be busy at the same time. Part of a processor counts as one: rounding down would leave it
    /// unused.
    package var grantedProcessors: Int {
        max(1, min(processors, quota?.processors ?? processors))
    }

    /// Processors granted, at most eight (beyond that a number should be chosen, not guessed), and at most one for
    /// each 256 MiB of the memory limit: a Python application with its imports takes about that.
    package var defaultWorkers: Int {
        let byMemory = memoryLimit.map { $0.bytes / ByteCount.mebibytes(256).bytes } ?? .max
        return max(1, min(grantedProcessors, 8, byMemory))
    }

    /// Half of the processors granted: the other half runs Python.
    package var defaultReactors: Int {
        min(64, max(1, grantedProcessors / 2))
    }
}

/// Processor time in each period, both in microseconds, as the kernel's `cpu.max` states it.
package struct ProcessorQuota: Sendable, Hashable {
    package let time: Int
    package let period: Int

    package init(time: Int, period: Int) {
        self.time = time
        self.period = period
    }

    /// The whole processors this needs at most, at least one.
    package var processors: Int {
        max(1, (time + period - 1) / max(1, period))
    }
}
