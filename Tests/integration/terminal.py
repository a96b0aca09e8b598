"""A shell on a terminal of its own, as far as a test needs one: keys in, what it prints out."""

import os
import pty
import re
import select
import subprocess
import time

from polling import PATIENCE

#: ECMA-48 control sequences, and what xterm knows besides.
_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\a]*(\a|\x1b\\)|[=>()][0-9AB]?)")


class Terminal:
    """A context manager; leaving it ends the shell by its id."""

    def __init__(self, words, env):
        master, slave = pty.openpty()
        self._master = master
        self._shown = ""
        self._process = subprocess.Popen(
            words, stdin=slave, stdout=slave, stderr=slave, env=env | {"TERM": "dumb"}, start_new_session=True
        )
        os.close(slave)

    def type(self, keys):
        os.write(self._master, keys.encode())

    def wait_for(self, pattern, deadline=PATIENCE):
        """The match of `pattern` in what was printed; what precedes its end is then forgotten."""
        end = time.monotonic() + deadline
        while not (match := re.search(pattern, self._shown)):
            readable, _, _ = select.select([self._master], [], [], max(0, end - time.monotonic()))
            if not readable:
                raise AssertionError(f"no {pattern!r} within {deadline} s in:\n{self._shown}")
            self._shown = _ESCAPES.sub("", self._shown + os.read(self._master, 65536).decode(errors="replace"))
        self._shown = self._shown[match.end() :]
        return match

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        os.close(self._master)
