"""The rows of the table: what is run, what is measured, what is aimed at. One class per kind of work.

`measure` gets a server that answers and returns one value per metric. A row is measured anew for every server in every
round, each time on a freshly started server, so that no one lives on another's luck with memory layout or noise.
"""

from __future__ import annotations

import pathlib
import subprocess
import sys
import time
from dataclasses import dataclass, field

import load
import processes
import servers
from servers import Job

WARM_UP = 1
IDLE_CONNECTIONS = 10_000
IDLE_SECONDS = 5.0


@dataclass(frozen=True)
class Metric:
    key: str
    label: str
    unit: str
    lower_is_better: bool = True
    digits: int = 1


@dataclass(frozen=True)
class Target:
    """`bound` times the best neighbour, or with `absolute` a value of plait's own."""

    metric: str
    bound: float
    stretch: float | None = None
    absolute: bool = False


RATE = Metric("rps", "requests/s", "", lower_is_better=False, digits=0)
CPU = Metric("cpu_us", "CPU per request", "µs")
P50 = Metric("p50_us", "p50", "µs", digits=0)
P99 = Metric("p99_us", "p99", "µs", digits=0)


@dataclass
class Row:
    key: str
    title: str
    job: Job
    targets: list[Target]
    metrics: list[Metric] = field(default_factory=list)
    rounds: int = 15
    environment: dict[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Called once before the first round."""

    def measure(self, tree: processes.Tree, seconds: float) -> dict[str, float]:
        raise NotImplementedError


@dataclass
class Throughput(Row):
    """Keep-alive clients that ask again as soon as they are answered."""

    connections: int = 64

    def __post_init__(self) -> None:
        self.metrics = [RATE, CPU, P50, P99]

    def measure(self, tree: processes.Tree, seconds: float) -> dict[str, float]:
        placed = processes.placed(self.job, client=True)
        load.wrk(tree.port, "/", self.connections, WARM_UP, placed)
        before = tree.cpu_seconds()
        result = load.wrk(tree.port, "/", self.connections, seconds, placed)
        spent = tree.cpu_seconds() - before
        return {
            "rps": result.rate,
            "cpu_us": spent * 1e6 / result.requests,
            "p50_us": result.p50,
            "p99_us": result.p99,
        }


@dataclass
class Beside(Row):
    """Clients of a fast view, and at the same time clients of a slow one: (path, connections)."""

    fast: tuple[str, int] = ("/", 32)
    slow: tuple[str, int] = ("/sleep", 4)

    def __post_init__(self) -> None:
        self.metrics = [
            Metric("fast_rps", "fast requests/s", "", lower_is_better=False, digits=0),
            Metric("fast_p99_us", "fast p99", "µs", digits=0),
            Metric("slow_p50_us", "slow p50", "µs", digits=0),
        ]

    def measure(self, tree: processes.Tree, seconds: float) -> dict[str, float]:
        load.wrk_pair(tree.port, self.fast, self.slow, WARM_UP)
        fast, slow = load.wrk_pair(tree.port, self.fast, self.slow, seconds)
        return {"fast_rps": fast.rate, "fast_p99_us": fast.p99, "slow_p50_us": slow.p50}


@dataclass
class Waits(Beside):
    """The slow view waits ten times for a millisecond: beside a busy neighbour each wait may cost a switch interval."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.metrics.append(Metric("slow_beside_alone", "slow p50 ÷ alone", "×", digits=2))

    def measure(self, tree: processes.Tree, seconds: float) -> dict[str, float]:
        alone = load.wrk(tree.port, *self.slow, WARM_UP)
        values = super().measure(tree, seconds)
        return {**values, "slow_beside_alone": values["slow_p50_us"] / alone.p50}


@dataclass
class Idle(Row):
    """Memory of the whole tree per connection that has been answered once and now says nothing."""

    def __post_init__(self) -> None:
        self.metrics = [Metric("bytes_each", "memory each", "B", digits=0)]

    def measure(self, tree: processes.Tree, seconds: float) -> dict[str, float]:
        before = tree.pss_bytes()
        with load.idle_connections(tree.port, IDLE_CONNECTIONS) as still_open:
            if still_open < IDLE_CONNECTIONS:
                raise load.Refused(f"only {still_open} of {IDLE_CONNECTIONS} connections stayed open")
            return {"bytes_each": (tree.pss_bytes() - before) / IDLE_CONNECTIONS}


@dataclass
class Transfer(Row):
    """One gigabyte one way; how much the processes grow meanwhile."""

    upwards: bool = True

    def __post_init__(self) -> None:
        self.metrics = [
            Metric("mb_per_second", "throughput", "MB/s", lower_is_better=False, digits=0),
            Metric("growth_mb", "growth", "MB"),
        ]

    def prepare(self) -> None:
        """A file that is in the page cache before the first round: no server reads it for the others."""
        path = pathlib.Path(self.environment["TRANSFER_FILE"])
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "wb") as file:
            file.truncate(load.TRANSFER)
        with open(path, "rb", buffering=0) as file:
            while file.read(load.PIECE):
                pass

    def measure(self, tree: processes.Tree, seconds: float) -> dict[str, float]:
        with load.Growth(tree) as growth:
            took = load.upload(tree.port) if self.upwards else load.download(tree.port)
        return {"mb_per_second": load.TRANSFER / took / 1e6, "growth_mb": growth.bytes / 1e6}


@dataclass
class Memory(Row):
    """What the tree weighs after a second of work."""

    def __post_init__(self) -> None:
        self.metrics = [Metric("pss_mb", "PSS", "MB")]

    def measure(self, tree: processes.Tree, seconds: float) -> dict[str, float]:
        load.wrk(tree.port, "/", 16, WARM_UP)
        return {"pss_mb": tree.pss_bytes() / 1e6}


@dataclass
class Wakeups(Row):
    """How often any thread wakes while nobody asks for anything."""

    def __post_init__(self) -> None:
        self.metrics = [Metric("wakeups", f"wake-ups in {IDLE_SECONDS:.0f} s", "", digits=0)]

    def measure(self, tree: processes.Tree, seconds: float) -> dict[str, float]:
        time.sleep(1)
        before = tree.wakeups()
        time.sleep(IDLE_SECONDS)
        return {"wakeups": tree.wakeups() - before}


@dataclass
class Start(Row):
    """From the start of the process to the first answer, less what Python alone needs to import the application."""

    def __post_init__(self) -> None:
        self.metrics = [Metric("beyond_import_ms", "beyond the import", "ms", digits=0)]

    def measure(self, tree: processes.Tree, seconds: float) -> dict[str, float]:
        started = time.monotonic()
        command = [str(servers.BIN / "python"), "-c", f"import {self.job.module}"]
        subprocess.run(command, check=True, cwd=servers.HERE / "apps", stdout=subprocess.DEVNULL)
        alone = time.monotonic() - started
        return {"beyond_import_ms": (tree.first_answer - alone) * 1e3}


def hello_targets(cpu: tuple[float, float], rate: tuple[float, float]) -> list[Target]:
    return [Target("cpu_us", *cpu), Target("rps", *rate)]


def framework_targets() -> list[Target]:
    return [Target("rps", 1.0, 1.1), Target("cpu_us", 1.0)]


FILE = {"TRANSFER_FILE": str(servers.ENVIRONMENT / "gigabyte")}
TRANSFER = [Target("mb_per_second", 1.0), Target("growth_mb", 32, absolute=True)]
MIXED = Job("mixed", threads=8)

ALL: list[Row] = [
    Throughput(
        "hello64", "hello, 64 connections, 1 worker", Job("hello"), hello_targets((0.9, 0.7), (1.1, 1.5))
    ),
    Throughput(
        "hello64w2", "hello, 64 connections, 2 workers", Job("hello", workers=2), hello_targets((0.95, 0.8), (1.0, 1.2))
    ),
    Throughput("hello1", "hello, 1 connection", Job("hello", apart=True), [Target("p50_us", 1.2, 1.0)], connections=1),
    Throughput("flask", "Flask hello, 2 workers", Job("flask_hello", workers=2), framework_targets()),
    Throughput("django", "Django hello, 2 workers", Job("django_hello", workers=2), framework_targets()),
    Beside(
        "sleep",
        "4 clients in a view that sleeps 20 ms, 32 in a fast one; 1 worker, 8 threads",
        MIXED,
        [Target("fast_p99_us", 5000, absolute=True), Target("fast_rps", 1.3)],
    ),
    Waits(
        "waits",
        "4 clients in a view of ten 1 ms waits, 32 in a fast one; 1 worker, 8 threads",
        MIXED,
        [Target("slow_beside_alone", 1.5, absolute=True), Target("slow_p50_us", 1.0)],
        slow=("/waits", 4),
    ),
    Beside(
        "compute",
        "2 clients in a view that computes 50 ms, 16 in a fast one; 2 workers, 8 threads",
        Job("mixed", workers=2, threads=8),
        [Target("fast_p99_us", 0.5, 0.33)],
        fast=("/", 16),
        slow=("/compute", 2),
    ),
    Idle(
        "idle",
        "10,000 idle keep-alive connections",
        Job("hello", connections=IDLE_CONNECTIONS),
        [Target("bytes_each", 1024, 400, absolute=True)],
    ),
    Transfer(
        "upload", "1 GB upload read by the application", Job("transfer", streams_body=True), TRANSFER, environment=FILE
    ),
    Transfer(
        "download",
        "1 GB download by file_wrapper",
        Job("transfer"),
        TRANSFER,
        environment=FILE,
        upwards=False,
    ),
    Memory("memory", "memory, hello, 1 worker", Job("hello"), [Target("pss_mb", 1.25, 1.0)]),
    Wakeups("wakeups", "idle, 1 worker", Job("hello"), [Target("wakeups", 0, absolute=True)], rounds=3),
    Start("start", "first answer after start", Job("hello"), [Target("beyond_import_ms", 150, 80, absolute=True)]),
]
