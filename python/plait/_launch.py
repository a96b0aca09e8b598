"""`python -m plait serve APP --dev`: this very process is the worker, and plait's program its child.

So whatever watches this process watches the application: a debugger of an editor, `coverage run -m plait`, a profiler.
The program does everything else as ever; only where it would start a worker it sends a message over a link instead
(`LaunchLink.swift`): the arguments a worker would have got, and beside them its channel. The answer is a letter when
this worker has left (`l`) or the application did not start (`f`). For the next one this process executes itself anew, as
it was called: the same command line, process id, terminal and child, and everything imported anew.
"""

from __future__ import annotations

import atexit
import os
import posix
import signal
import socket
import struct
import sys
import termios
from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from plait import _worker

#: From one life of this process to the next: the link's descriptor and the child's id.
VARIABLE = "PLAIT_LAUNCH"

LEFT, FAILED = b"l", b"f"

#: What the program may have to say at once: a command line.
LONGEST_MESSAGE = 1 << 18

#: What somebody may send to the process they started, and mean all of plait.
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1)


def is_wanted(words: list[str], environ: Mapping[str, str]) -> bool:
    """Whether the command line asks for `serve` with `--dev`, as the program will read it."""
    if words[:1] != ["serve"]:
        return False
    options = words[: words.index("--")] if "--" in words else words
    given = [word.partition("=")[2] or "on" for word in options if word.partition("=")[0] == "--dev"]
    value = given[-1] if given else environ.get("PLAIT_DEV", "")
    return value.lower() in ("on", "1", "true", "yes")


def serve(program: str, words: list[str]) -> NoReturn:
    """Be the worker of a plait that `program` runs with `words`; ends with its exit status."""
    environ = dict(os.environ)
    server = Program.adopt() or Program.start(program, words)
    for name in [name for name in os.environ if name.startswith("PLAIT_")]:
        del os.environ[name]  # a worker has none of them
    os.environ["PLAIT_WORKER"] = "0"  # but this: it is the only one
    for number in FORWARDED:
        signal.signal(number, server.forward)
    start = server.next_start()
    if start is None:
        sys.exit(server.status())
    server.answer(run(start))
    if not server.has_more():
        sys.exit(server.status())
    server.execute_again(environ)


def run(start: Start) -> bytes:
    """Serve until the server lets this worker go; which letter to answer with."""
    if sys.path[:1] in ([""], [os.getcwd()]):
        del sys.path[0]  # python -m put it there; a worker has the application's directory instead
    try:
        _worker.main(start.arguments, channel=start.channel)
    except _worker.WouldNotStart:
        return FAILED
    return LEFT


class Start(NamedTuple):
    """One message of the program's."""

    arguments: list[str]
    channel: int


class Program:
    """plait's program, our child, and the link to it."""

    def __init__(self, link: socket.socket, pid: int) -> None:
        self.link = link
        self.pid = pid

    @classmethod
    def start(cls, program: str, words: list[str]) -> Program:
        """In a process group of its own, so that Ctrl-C comes to us alone: once, whoever sends it."""
        variables = {**os.environ, "PLAIT_PYTHON": sys.executable}
        if "pydevd" in sys.modules:
            # A debugger's connection would not survive it. Whoever says --watch may know better.
            variables.setdefault("PLAIT_WATCH", "off")
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            theirs.set_inheritable(True)
            pid = os.posix_spawn(
                program,
                ["plait", f"--role=launched:{theirs.fileno()}", *words],
                variables,
                setpgroup=0,
                setsigmask=(),
            )
        return cls(ours, pid)

    @classmethod
    def adopt(cls) -> Program | None:
        """The one that an earlier life of this process has started, if there was any."""
        descriptor, _, pid = os.environ.get(VARIABLE, "").partition(":")
        if not pid:
            return None
        link = socket.socket(fileno=int(descriptor))
        link.set_inheritable(False)
        return cls(link, int(pid))

    def next_start(self) -> Start | None:
        """The newest that waits, or the next to come; None when the program has ended."""
        start = self._receive(0)
        while start and (newer := self._receive(socket.MSG_DONTWAIT)):
            os.close(start.channel)
            self.answer(LEFT)
            start = newer
        return start

    def answer(self, letter: bytes) -> None:
        """Also when nobody is there any more to read it."""
        try:
            self.link.send(letter)
        except ConnectionError:
            pass

    def has_more(self) -> bool:
        """Wait for another start; False when the program has ended instead."""
        try:
            return bool(self.link.recv(1, socket.MSG_PEEK))
        except ConnectionError:
            return False

    def _receive(self, flags: int) -> Start | None:
        # `socket.recv_fds` ignores its flags.
        size = struct.calcsize("i")
        try:
            data, ancillary, _, _ = self.link.recvmsg(
                LONGEST_MESSAGE, socket.CMSG_SPACE(size), flags | socket.MSG_CMSG_CLOEXEC
            )
        except (BlockingIOError, ConnectionError):
            return None
        descriptors = [
            struct.unpack("i", content[:size])[0]
            for level, kind, content in ancillary
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS)
        ]
        if not descriptors:
            return None
        # The first word is the interpreter, which a process does not see of its own.
        return Start([os.fsdecode(word) for word in data.split(b"\0")[1:-1]], descriptors[0])

    def forward(self, number: int, frame: object) -> None:
        """Pass a signal on; of a terminal that is gone, SIGHUP means the end, not a reload."""
        if number == signal.SIGHUP and is_hung_up():
            number = signal.SIGTERM
        try:
            os.kill(self.pid, number)
        except ProcessLookupError:
            pass

    def status(self) -> int:
        """How it ended, as an exit status."""
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return code if code >= 0 else 128 - code

    def execute_again(self, environ: dict[str, str]) -> NoReturn:
        # What an exit would do: coverage and profilers write their results then.
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        self.link.set_inheritable(True)
        # Not `os.execve`, which debuggers replace by one that adds to the command line what already stands in it.
        posix.execve(sys.executable, sys.orig_argv, {**environ, VARIABLE: f"{self.link.fileno()}:{self.pid}"})


def is_hung_up() -> bool:
    """Whether standard input was a terminal that has gone."""
    try:
        termios.tcgetattr(0)
    except termios.error as error:
        return error.args[0] == 5  # EIO
    return False
