"""The real binary, started on a free port and always ended."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import process_tree
from polling import PATIENCE, until

REPOSITORY = Path(__file__).resolve().parents[2]
APPS = Path(__file__).resolve().parent / "apps"
PLAIT = os.environ.get("PLAIT", str(REPOSITORY / ".build/release/plait"))

#: Variables that would change what plait does; a test that wants one passes it.
_SETTINGS = re.compile(r"PLAIT_.*|PORT|WEB_CONCURRENCY|FORWARDED_ALLOW_IPS|LISTEN_.*|NOTIFY_SOCKET")

#: The grace that tests give, in seconds: a request that hangs should not hold up the suite for long.
GRACE = 5

#: How long an ordered end may take before it is no longer one: above the default grace of 25 s.
SECONDS_TO_END = 30


def environment(**changes):
    inherited = {name: value for name, value in os.environ.items() if not _SETTINGS.fullmatch(name)}
    return inherited | changes


def command(app, *options, python=sys.executable, app_dir=APPS, endpoints=("tcp:0:interface=127.0.0.1",)):
    """`plait serve APP …` as the tests run it. An endpoint list, interpreter or directory of None is left out."""
    words = [PLAIT, "serve", app, "--log-format", "text"]
    words += [] if "--grace" in options else ["--grace", f"{GRACE}s"]
    for endpoint in endpoints or ():
        words += ["--port", endpoint]
    for name, value in (("--python", python), ("--app-dir", app_dir)):
        words += [name, str(value)] if value else []
    return words + [str(option) for option in options]


def run_to_end(words, timeout=PATIENCE, **keywords):
    """Run a command that ends by itself; standard output and error as text."""
    keywords.setdefault("env", environment())
    return subprocess.run(words, capture_output=True, text=True, timeout=timeout, errors="replace", **keywords)


class Lines:
    """What one of the pipes has brought so far, read by a thread so that the writer never waits."""

    def __init__(self, pipe):
        self._lines = []
        self._changed = threading.Condition()
        self._ended = False
        self._reader = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._reader.start()

    def _read(self, pipe):
        for line in pipe:
            self._append(line.rstrip("\n"))
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        pipe.close()

    def _append(self, line):
        with self._changed:
            self._lines.append(line)
            self._changed.notify_all()

    def __iter__(self):
        with self._changed:
            return iter(list(self._lines))

    def __len__(self):
        with self._changed:
            return len(self._lines)

    def wait_for_end(self, deadline=5):
        """Until every process that could write has closed the pipe."""
        self._reader.join(deadline)

    def text(self):
        return "\n".join(self)

    def wait_for(self, pattern, since=0, deadline=PATIENCE):
        """The match of the first line from `since` on that has `pattern` in it; None if the pipe ends first."""
        end, position = time.monotonic() + deadline, since
        with self._changed:
            while True:
                for line in self._lines[position:]:
                    match = re.search(pattern, line)
                    if match:
                        return match
                position = len(self._lines)
                if self._ended:
                    return None
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"no line with {pattern!r} within {deadline} s in:\n" + "\n".join(self._lines))
                self._changed.wait(left)


class Plait:
    """A running `plait serve`. A context manager: leaving it ends every process by its id."""

    def __init__(self, words, **keywords):
        keywords.setdefault("env", environment())
        self.process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            **keywords,
        )
        self.stdout = Lines(self.process.stdout)
        self.stderr = Lines(self.process.stderr)
        self._known = set()

    def wait_until_ready(self):
        if not self.stderr.wait_for(r"^ready in [\d.]+ s$"):
            raise AssertionError(f"ended with {self.process.wait()} instead of serving:\n{self.stderr.text()}")
        self._known.update(process_tree.descendants(self.pid))
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    # Where it listens

    @property
    def addresses(self):
        """What follows "listening on", in order."""
        matches = (re.match(r"listening on (\S+)$", line) for line in self.stderr)
        return [match[1] for match in matches if match]

    @property
    def base_url(self):
        return next(address for address in self.addresses if address.startswith("http"))

    @property
    def address(self):
        """Host and port of the first TCP endpoint, as `socket` takes them."""
        match = re.fullmatch(r"http://\[?(.*?)\]?:(\d+)/?", self.base_url)
        return match[1], int(match[2])

    @property
    def port(self):
        return self.address[1]

    # Its processes

    @property
    def pid(self):
        return self.process.pid

    @property
    def server(self):
        """The server's id, None while there is none."""
        return next((pid for pid in process_tree.children(self.pid) if _is_server(pid)), None)

    @property
    def workers(self):
        return [pid for pid in process_tree.children(self.pid) if _is_worker(pid)]

    def tree(self):
        self._known.update(process_tree.descendants(self.pid))
        return [self.pid, *sorted(self._known)]

    # Its end

    def send_signal(self, number):
        self.process.send_signal(number)

    def wait(self, deadline=SECONDS_TO_END):
        """The exit status; a signal's is negative, as in `subprocess`. What it has written is then there."""
        status = self.process.wait(timeout=deadline)
        self.stdout.wait_for_end()
        self.stderr.wait_for_end()
        return status

    def stop(self, number=signal.SIGTERM):
        self.send_signal(number)
        return self.wait()

    def end(self):
        """End it in order if it runs, by force if that takes too long; nothing of it is left."""
        tree = self.tree()
        try:
            if self.process.poll() is None:
                self.stop()
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        finally:
            self._kill_survivors(tree[1:])

    def _kill_survivors(self, pids):
        ours = [pid for pid in pids if _is_server(pid) or _is_worker(pid)]
        until(lambda: not any(map(process_tree.is_alive, ours)) or _kill(ours), "the end of its processes")


def _is_server(pid):
    return "--role=server" in process_tree.command_line(pid)


def _is_worker(pid):
    return any(word.endswith("/plait/_worker.py") for word in process_tree.command_line(pid))


def _kill(pids):
    for pid in filter(process_tree.is_alive, pids):
        os.kill(pid, signal.SIGKILL)
