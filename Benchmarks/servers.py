"""How each server is started: in its fastest mode for the work, access log off, bound to 127.0.0.1.

A mode is chosen by its own documentation and a probe of the alternatives, not by its defaults; where an option is not
obvious, the comment says why it is there.
"""

from __future__ import annotations

import pathlib
from dataclasses import dataclass
from typing import Callable

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
ENVIRONMENT = ROOT / ".bench"
BIN = ENVIRONMENT / "bin"
PLAIT = ROOT / ".build" / "release" / "plait"


@dataclass(frozen=True)
class Job:
    """What a row asks every server to run."""

    module: str
    workers: int = 1
    threads: int = 1
    connections: int = 1024
    streams_body: bool = False
    apart: bool = False
    """Client on the first processor, server on the others. One connection to a server is decided by chance otherwise:
    where the scheduler puts both on one processor a request takes a seventh of the time that it takes across two."""


@dataclass(frozen=True)
class Server:
    name: str
    package: str
    command: Callable[[Job, int], list[str]]


def plait(job: Job, port: int) -> list[str]:
    command = [str(PLAIT), "serve", f"{job.module}:app", "-p", f"tcp:{port}:interface=127.0.0.1"]
    command += ["-w", str(job.workers), "--threads", str(job.threads), "--access-log", "off"]
    command += ["--python", str(BIN / "python"), "--max-body", "2g"]
    return command + (["--body", "stream"] if job.streams_body else [])


def inline(name: str) -> Callable[[Job, int], list[str]]:
    """One thread per process by design; `threads` has no meaning here."""

    def command(job: Job, port: int) -> list[str]:
        return [str(BIN / "python"), str(HERE / "inline.py"), name, job.module, str(port), str(job.workers)]

    return command


def peregrine(job: Job, port: int) -> list[str]:
    command = [str(BIN / "peregrine"), "--port", str(port), "--workers", str(job.workers), "--protocol", "wsgi"]
    command += ["--wsgi-threads", str(job.threads), "--max-connections", str(job.connections + 64)]
    command += ["--keep-alive", "75000", "--max-body", str(2**31), "--log-level", "error", "--no-http2"]
    return command + [f"{job.module}:app"]


def granian(job: Job, port: int) -> list[str]:
    """Back-pressure counts connections, so it must admit all of a row's; one runtime thread is its default and best."""
    command = [str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(job.workers), "--blocking-threads", str(job.threads), "--http", "1", "--no-ws"]
    command += ["--backpressure", str(job.connections + 64), "--backlog", "4096", "--no-log"]
    return command + [f"{job.module}:app"]


def gunicorn(job: Job, port: int) -> list[str]:
    """With one thread its sync worker; it closes after each answer, and is still faster than gthread with one."""
    command = [str(BIN / "gunicorn"), "-b", f"127.0.0.1:{port}", "-w", str(job.workers), "--log-level", "error"]
    command += ["--no-control-socket", "--backlog", "4096", "--worker-connections", str(job.connections + 64)]
    if job.threads > 1 or job.connections > 1024:
        command += ["-k", "gthread", "--threads", str(job.threads), "--keep-alive", "75"]
    return command + [f"{job.module}:app"]


def uwsgi(job: Job, port: int) -> list[str]:
    """No master for one process: the protocol is spoken by the worker itself."""
    command = [str(BIN / "uwsgi"), "--http-socket", f"127.0.0.1:{port}", "--module", f"{job.module}:app"]
    command += ["--processes", str(job.workers), "--threads", str(job.threads), "--listen", "1024"]
    command += ["--disable-logging", "--single-interpreter", "--need-app", "--die-on-term", "--buffer-size", "16384"]
    return command + (["--master"] if job.workers > 1 else [])


def twist(job: Job, port: int) -> list[str]:
    """One process and a pool of up to 20 threads: it has no option for either."""
    command = [str(BIN / "twist"), "--log-level", "error", "web", "--wsgi", f"{job.module}.app"]
    return command + ["--listen", f"tcp:{port}:interface=127.0.0.1:backlog=1024"]


ALL = [
    Server("plait", "", plait),
    Server("freastal", "freastal", inline("freastal")),
    Server("fastpysgi", "fastpysgi", inline("fastpysgi")),
    Server("bjoern", "bjoern-binary", inline("bjoern")),
    Server("peregrine", "peregrine-server", peregrine),
    Server("granian", "granian", granian),
    Server("uwsgi", "uwsgi", uwsgi),
    Server("gunicorn", "gunicorn", gunicorn),
    Server("twist", "twisted", twist),
]
