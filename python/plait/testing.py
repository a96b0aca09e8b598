"""A real plait for tests: the server and workers that production has, on a free port of this machine.

    with plait.testing.serve("hello:app") as server:
        assert urllib.request.urlopen(server.url).read() == b"Hello"

The application runs in a process of its own. It shares no memory with the test: what a test patches or counts in its
own process does not exist there. Fixtures for pytest: `plait.testing_pytest`.
"""

import os
import re
import select
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any

from plait import _program
from plait._importable import ImportableName, NotImportable, importable_name

__all__ = ["NotImportable", "Server", "ServerFailed", "serve"]

#: What a test wants otherwise than production: one worker, a prompt end. Options that are given stand behind these.
_TEST_OPTIONS = ("--workers", "1", "--log-format", "text", "--grace", "5s", "--drain-idle", "0")

#: For the end after SIGTERM: above the grace.
_SECONDS_TO_END = 15.0


class ServerFailed(RuntimeError):
    """plait ended by itself, or was not ready in time; `output` is what it and its workers wrote."""

    def __init__(self, what: str, output: str) -> None:
        super().__init__(f"{what}:\n{output}")
        self.output = output


class Server:
    """A plait that is ready to be asked."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int, output: IO[bytes]) -> None:
        self._process = process
        self._output = output
        self.host = "127.0.0.1"
        self.port = port
        #: Without a slash at its end: `server.url + "/path"`.
        self.url = f"http://{self.host}:{port}"

    @property
    def pid(self) -> int:
        """The keeper's, which takes the signals (SIGTERM, SIGHUP, SIGUSR1)."""
        return self._process.pid

    @property
    def output(self) -> str:
        """What plait and its workers have written so far: start lines, access log, tracebacks, print()."""
        size = os.fstat(self._output.fileno()).st_size
        return os.pread(self._output.fileno(), size, 0).decode(errors="replace")

    def __repr__(self) -> str:
        return f"<plait.testing.Server {self.url} pid={self.pid}>"


@contextmanager
def serve(
    application: str | Callable[..., Any],
    *options: str,
    env: Mapping[str, str] | None = None,
    program: str | os.PathLike[str] | None = None,
    patience: float = 30.0,
) -> Iterator[Server]:
    """Serve `application` while the block runs.

    application: a name, as `plait serve` takes it, or the object itself if some module has it as an attribute.
    options: those of `plait serve`, as `"--threads", "1"`. The endpoint is added.
    env: variables on top of this process's.
    program: another `plait` than the one this package came with.
    patience: seconds for the start.

    Raises `NotImportable`, and `ServerFailed` where the application does not start or plait ends before it should. Any
    failure of the block carries the server's output as a note.
    """
    _refuse_in_worker()
    name = importable_name(application)
    with tempfile.TemporaryFile() as output, _Readiness() as readiness:
        server = _start(name, options, env, os.fspath(program or _program.find()), output, readiness)
        try:
            _await_ready(server, name, readiness, patience)
            yield server
        except BaseException as error:
            _attach(error, server)
            raise
        finally:
            status = _stop(server._process)
        if status != 0:
            raise ServerFailed(f"plait serve {name.text} ended with status {status}", server.output)


# Starting


def _start(
    name: ImportableName,
    options: tuple[str, ...],
    env: Mapping[str, str] | None,
    program: str,
    output: IO[bytes],
    readiness: "_Readiness",
) -> Server:
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        words = [program, "serve", *_TEST_OPTIONS, "--port", f"fd:{listener.fileno()}", "--python", sys.executable]
        words += ["--app-dir", name.directory] if name.directory else []
        process = subprocess.Popen(
            [*words, *options, "--", name.text],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[listener.fileno()],
            env={**_environment(), **(env or {}), "NOTIFY_SOCKET": readiness.address},
        )
        return Server(process, listener.getsockname()[1], output)


def _environment() -> dict[str, str]:
    """This process's, in which a worker finds the modules that this process finds."""
    before_standard_library = []
    for entry in sys.path:
        if entry == sysconfig.get_path("stdlib") or re.search(r"/python3\d+\.zip$", entry):
            break
        before_standard_library.append(os.path.abspath(entry))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(before_standard_library)}


def _refuse_in_worker() -> None:
    """A script that serves an application of its own is imported by the worker, and would start a plait there."""
    main = getattr(sys.modules.get("__main__"), "__file__", None)
    if main is not None and main.endswith("/plait/_worker.py"):
        raise RuntimeError(
            "plait.testing.serve() is called while a worker imports this module; "
            'accepted: the call stands in a function, or under `if __name__ == "__main__":`'
        )


class _Readiness:
    """Where plait says that it is ready: the socket of sd_notify(3), under a name that the kernel chooses."""

    def __enter__(self) -> "_Readiness":
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        # An empty address: an abstract one is made up (unix(7), "Autobind feature").
        self._socket.bind(b"")
        self.address = "@" + os.fsdecode(self._socket.getsockname()[1:])
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def is_told(self, within: float) -> bool:
        readable, _, _ = select.select([self._socket], [], [], within)
        return bool(readable) and self._socket.recv(4096).startswith(b"READY=1")


def _await_ready(server: Server, name: ImportableName, readiness: _Readiness, patience: float) -> None:
    end = time.monotonic() + patience
    while not readiness.is_told(within=0.02):
        status = server._process.poll()
        if status is not None:
            raise ServerFailed(f"plait serve {name.text} did not start (status {status})", server.output)
        if time.monotonic() > end:
            raise ServerFailed(f"plait serve {name.text} was not ready within {patience:g} s", server.output)


# Ending


def _stop(process: "subprocess.Popen[bytes]") -> int:
    """Ends the keeper, by its id, and with it everything it started; its exit status."""
    # SIGQUIT cuts: the keeper kills its children before it goes. Without a keeper they follow by themselves.
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGKILL):
        process.send_signal(number)
        try:
            return process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            continue
    return process.wait()


def _attach(error: BaseException, server: Server) -> None:
    """The output belongs to a failure's report; `ServerFailed` has it already, and leaving is no failure."""
    if isinstance(error, (ServerFailed, GeneratorExit, KeyboardInterrupt, SystemExit)):
        return
    note = f"output of {server!r}:\n{server.output}"
    # PEP 678, from Python 3.11 on; pytest shows the attribute in 3.10 too.
    error.__notes__ = [*getattr(error, "__notes__", []), note]  # type: ignore[attr-defined]
