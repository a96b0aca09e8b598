"""A server as a tree of processes: started, awaited, weighed by what the kernel counts, and ended by its ids."""

from __future__ import annotations

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import time
from typing import Iterator

import servers

TICKS = os.sysconf("SC_CLK_TCK")
LOGS = servers.ENVIRONMENT / "logs"
START_LIMIT = 20.0
STOP_LIMIT = 3.0


class WouldNotStart(Exception):
    pass


class Tree:
    """The process that was started and all its descendants; those once seen stay known, so that none is left over."""

    def __init__(self, process: subprocess.Popen, port: int, started: float):
        self.process = process
        self.port = port
        self.started = started
        self.known: set[int] = {process.pid}

    def processes(self) -> list[int]:
        children: dict[int, list[int]] = {}
        for entry in os.listdir("/proc"):
            if entry.isdigit() and (fields := stat(int(entry))):
                children.setdefault(int(fields[1]), []).append(int(entry))
        found = [self.process.pid]
        for process in found:
            found += children.get(process, [])
        self.known.update(found)
        return found

    def cpu_seconds(self) -> float:
        """User and system time of all processes, and of those that have ended and been waited for."""
        rows = [fields for process in self.processes() if (fields := stat(process))]
        return sum(int(field) for fields in rows for field in fields[11:15]) / TICKS

    def pss_bytes(self) -> int:
        return sum(rollup(process) for process in self.processes())

    def wakeups(self) -> int:
        """How often any thread has gone to sleep of its own will: each stands for one time that it was awake."""
        return sum(voluntary_switches(process) for process in self.processes())


def stat(process: int) -> list[str] | None:
    """The fields of /proc/PID/stat after the name in brackets: state, parent, … ; None where the process has gone."""
    with contextlib.suppress(OSError):
        return pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return None


def rollup(process: int) -> int:
    with contextlib.suppress(OSError):
        for line in pathlib.Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def voluntary_switches(process: int) -> int:
    total = 0
    with contextlib.suppress(OSError):
        for task in pathlib.Path(f"/proc/{process}/task").iterdir():
            for line in (task / "status").read_text().splitlines():
                if line.startswith("voluntary_ctxt_switches:"):
                    total += int(line.split()[1])
    return total


def free_port() -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port: int) -> bool:
    """Whether a whole answer with status 200 comes back."""
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(request)
        return connection.recv(1024).split(b"\r\n")[0].split()[1:2] == [b"200"]
    return False


@contextlib.contextmanager
def running(server: servers.Server, job: servers.Job, environment: dict[str, str] | None = None) -> Iterator[Tree]:
    """The server, ready to answer. Its output goes to a log beside the environment, one file per server."""
    port = free_port()
    LOGS.mkdir(parents=True, exist_ok=True)
    applications = str(servers.HERE / "apps")
    variables = {
        **os.environ,
        "PATH": f"{servers.BIN}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": applications,
        "PYTHONDONTWRITEBYTECODE": "",
        **(environment or {}),
    }
    with open(LOGS / f"{server.name}.log", "w") as log:
        started = time.monotonic()
        process = subprocess.Popen(
            [*placed(job, client=False), *server.command(job, port)],
            cwd=applications,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    tree = Tree(process, port, started)
    try:
        await_answer(tree, server)
        yield tree
    finally:
        end(tree)


def placed(job: servers.Job, client: bool) -> list[str]:
    """The command that keeps what follows on its own processors, where the row asks for that."""
    processors = sorted(os.sched_getaffinity(0))
    if not job.apart or len(processors) < 2:
        return []
    own = processors[:1] if client else processors[1:]
    return ["taskset", "-c", ",".join(map(str, own))]


def await_answer(tree: Tree, server: servers.Server) -> None:
    limit = time.monotonic() + START_LIMIT
    while not answers(tree.port):
        if tree.process.poll() is not None or time.monotonic() > limit:
            last = (LOGS / f"{server.name}.log").read_text().strip().splitlines()[-1:]
            raise WouldNotStart(f"{server.name} would not start: {' '.join(last)}")
        time.sleep(0.001)
    tree.first_answer = time.monotonic() - tree.started


def end(tree: Tree) -> None:
    """Asks the whole tree politely through its root, then ends what is left, each by its id."""
    tree.processes()
    with contextlib.suppress(ProcessLookupError):
        tree.process.send_signal(signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        tree.process.wait(STOP_LIMIT)
    for process in tree.known:
        if process == tree.process.pid and tree.process.returncode is not None:
            continue
        if still_ours(process, tree):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
    tree.process.wait()


def still_ours(process: int, tree: Tree) -> bool:
    """Ids are used again: only a process that began after the tree did is taken for one of its own."""
    fields = stat(process)
    if not fields:
        return False
    began = int(fields[19]) / TICKS
    return began >= time.clock_gettime(time.CLOCK_BOOTTIME) - (time.monotonic() - tree.started) - 1
