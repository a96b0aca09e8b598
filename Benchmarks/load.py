"""What clients do to a server: wrk where it can, plain sockets where it cannot. Everything is bounded in time."""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import Iterator

import processes

UNITS = {"us": 1.0, "ms": 1e3, "s": 1e6, "m": 60e6}
TRANSFER = 1 << 30
PIECE = 1 << 20


class Refused(Exception):
    pass


@dataclass(frozen=True)
class Load:
    """What wrk reports, times in microseconds."""

    requests: int
    seconds: float
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        return self.requests / self.seconds


def wrk_command(port: int, path: str, connections: int, seconds: float) -> list[str]:
    command = ["wrk", "--latency", "--timeout", "10s", "-t", "1", "-c", str(connections), "-d", f"{max(1, round(seconds))}s"]
    return command + [f"http://127.0.0.1:{port}{path}"]


def wrk(port: int, path: str, connections: int, seconds: float, placed: list[str] | None = None) -> Load:
    """`placed` is a command to run wrk under, which keeps it on some processors."""
    command = [*(placed or []), *wrk_command(port, path, connections, seconds)]
    return parsed(subprocess.run(command, capture_output=True, text=True).stdout)


def wrk_pair(port: int, one: tuple[str, int], other: tuple[str, int], seconds: float) -> tuple[Load, Load]:
    """Two groups of clients at once: (path, connections) each."""
    pair = [
        subprocess.Popen(wrk_command(port, path, connections, seconds), stdout=subprocess.PIPE, text=True)
        for path, connections in (one, other)
    ]
    first, second = (process.communicate()[0] for process in pair)
    return parsed(first), parsed(second)


def parsed(report: str) -> Load:
    done = re.search(r"(\d+) requests in ([\d.]+)(us|ms|s|m)", report)
    if not done or not int(done[1]):
        raise Refused("no request was answered")
    if refused := re.search(r"Non-2xx or 3xx responses: (\d+)", report):
        raise Refused(f"{refused[1]} answers were errors")
    return Load(int(done[1]), float(done[2]) * UNITS[done[3]] / 1e6, percentile(report, 50), percentile(report, 99))


def percentile(report: str, which: int) -> float:
    found = re.search(rf"^\s+{which}%\s+([\d.]+)(us|ms|s|m)", report, re.M)
    if not found:
        raise Refused(f"wrk printed no {which}th percentile")
    return float(found[1]) * UNITS[found[2]]


@contextlib.contextmanager
def idle_connections(port: int, count: int) -> Iterator[int]:
    """Connections that have had one answer each and now say nothing; gives how many are open."""
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    held: list[socket.socket] = []
    try:
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port), timeout=5)
            held.append(connection)
            connection.sendall(request)
            if not connection.recv(1024).startswith(b"HTTP/1.1 200"):
                raise Refused(f"connection {len(held)} had no answer")
        yield len(held) - closed(held)
    finally:
        for connection in held:
            connection.close()


def closed(held: list[socket.socket]) -> int:
    count = 0
    for connection in held:
        connection.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            count += connection.recv(1, socket.MSG_PEEK) == b""
    return count


def upload(port: int) -> float:
    """Seconds that the application takes to have read the whole body."""
    head = f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {TRANSFER}\r\nConnection: close\r\n\r\n"
    piece = bytes(PIECE)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        started = time.monotonic()
        connection.sendall(head.encode())
        for _ in range(TRANSFER // PIECE):
            connection.sendall(piece)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    if not answer.endswith(str(TRANSFER).encode()):
        raise Refused(f"the upload was answered {answer[:40]!r}")
    return time.monotonic() - started


def download(port: int) -> float:
    """Seconds until the last byte of the file has come."""
    buffer = bytearray(PIECE)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        started = time.monotonic()
        connection.sendall(b"GET /file HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        taken = 0
        while count := connection.recv_into(buffer):
            taken += count
    if taken < TRANSFER:
        raise Refused(f"{taken} of {TRANSFER} bytes came")
    return time.monotonic() - started


class Growth:
    """How much a server's memory grows at most while something happens, looked at every 50 ms."""

    def __init__(self, tree: processes.Tree):
        self.tree = tree
        self.before = self.highest = tree.pss_bytes()
        self.over = threading.Event()
        self.watcher = threading.Thread(target=self.watch)

    def __enter__(self) -> "Growth":
        self.watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.watcher.join()

    def watch(self) -> None:
        while not self.over.wait(0.05):
            self.highest = max(self.highest, self.tree.pss_bytes())

    @property
    def bytes(self) -> int:
        return self.highest - self.before
