"""A pseudo-terminal with somebody before it."""

import fcntl
import os
import pty
import re
import select
import subprocess
import termios
import threading

from polling import PATIENCE, until


class Terminal:
    """A command with the terminal as its controlling one; a context manager that ends it by force if need be."""

    def __init__(self, words, **keywords):
        self._master, slave = pty.openpty()
        self._text = ""
        self.process = subprocess.Popen(
            words,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            **keywords,
        )
        #: Kept open, to look at the settings.
        self.slave = slave
        self._ending = os.pipe()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while True:
            ready, _, _ = select.select([self._master, self._ending[0]], [], [])
            if self._ending[0] in ready:
                return
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            if not data:
                return
            self._text += data.decode(errors="replace")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.hang_up()

    @property
    def text(self):
        """All that was shown, without the controls that move the cursor."""
        return re.sub(r"\x1b\[[?\d;]*[a-zA-Z]", "", self._text).replace("\r", "")

    def shows(self, pattern, deadline=PATIENCE):
        """The match, once it stands there."""
        try:
            return until(lambda: re.search(pattern, self.text, re.M), f"{pattern!r}", deadline)
        except AssertionError as error:
            raise AssertionError(f"{error}; the terminal shows:\n{self.text}") from None

    def type(self, text):
        os.write(self._master, text.encode())

    def echoes(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def hang_up(self):
        """Close the window."""
        if self._ending:
            os.write(self._ending[1], b".")
            # While anybody reads, it is not closed.
            self._reader.join()
            for descriptor in (self.slave, self._master, *self._ending):
                os.close(descriptor)
            self._ending = None

    def wait(self, deadline=PATIENCE):
        return self.process.wait(deadline)
