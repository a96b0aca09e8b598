"""What the extension borrows from Python: the constant part of `environ`, the inputs, the file wrapper, the log of
failures. PEP 3333 throughout. Called by the extension only, except for `FileWrapper`."""

import errno
import io
import os
import stat
import sys

from plait import __version__

#: A thread that comes back from I/O waits at most so long for one that does not let go of the interpreter lock, be it a
#: computing one or the one that runs request after request (CPython's own: 0.005). Measured: shorter costs those who
#: compute, and so does letting go between two requests, without a gain for those who wait.
SWITCH_INTERVAL = 0.0002
CPYTHONS_SWITCH_INTERVAL = 0.005


#: More keys than a table of the template's size holds, few enough for it to be copied as it stands.
_EXTRA_KEYS = 4

#: What is read at once of a body that lies in a file.
_FILE_BUFFER = 64 * 1024


def shorten_switch_interval():
    """Unless somebody has chosen another."""
    if sys.getswitchinterval() == CPYTHONS_SWITCH_INTERVAL:
        sys.setswitchinterval(SWITCH_INTERVAL)


def wake_on_signals(descriptor):
    """Have a byte written into a pipe whenever a signal comes, unless the application wants that for itself."""
    # `signal` itself would import `enum`, which an application may not need.
    import _signal

    earlier = _signal.set_wakeup_fd(descriptor, warn_on_full_buffer=False)
    if earlier != -1:
        _signal.set_wakeup_fd(earlier)


def base_environ(root_path, multithread, multiprocess):
    """The dict that every `environ` starts as a copy of.

    CPython copies a dict's table as it stands, free places included, in one go, where at least two thirds of its
    entries, deleted ones counted, are in use: so the copy has room for the usual header fields, and cannot be half
    made when another thread changes the original.
    """
    environ = {
        "REQUEST_METHOD": "",
        "SCRIPT_NAME": "" if root_path == "/" else root_path,
        "PATH_INFO": "",
        "QUERY_STRING": "",
        "RAW_URI": "",
        "CONTENT_TYPE": "",
        "CONTENT_LENGTH": "",
        "SERVER_NAME": "",
        "SERVER_PORT": "",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_SOFTWARE": "plait/" + __version__,
        "REMOTE_ADDR": "",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": None,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": multithread,
        "wsgi.multiprocess": multiprocess,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": FileWrapper,
        "wsgi.input_terminated": True,
    }
    # A few keys too many make the table grow; str keys, so that it stays one for str keys only.
    extra = ["plait.%d" % number for number in range(_EXTRA_KEYS)]
    environ.update(dict.fromkeys(extra))
    for key in extra:
        del environ[key]
    return environ


def file_input(descriptor):
    """The input of a body that the server has put into a file. The descriptor stays the caller's.

    A descriptor that was sent shares its offset with every process that has it, and a request that was taken back is
    read again by another worker: so the file is opened anew, or, where /proc or the file's owner forbids that, read
    with offsets of our own.
    """
    try:
        return open("/proc/self/fd/%d" % descriptor, "rb", buffering=_FILE_BUFFER)
    except OSError:
        return io.BufferedReader(_OwnOffset(os.dup(descriptor)), _FILE_BUFFER)


class _OwnOffset(io.RawIOBase):
    """Reads a file from its start, whatever others do with the descriptor's offset. Owns the descriptor."""

    def __init__(self, descriptor):
        self._descriptor = descriptor
        self._at = 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def readinto(self, buffer):
        count = os.preadv(self._descriptor, [buffer], self._at)
        self._at += count
        return count

    def seek(self, offset, whence=os.SEEK_SET):
        start = (0, self._at, os.fstat(self._descriptor).st_size)[whence]
        if start + offset < 0:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        self._at = start + offset
        return self._at

    def fileno(self):
        return self._descriptor

    def close(self):
        if not self.closed:
            os.close(self._descriptor)
        super().close()


class StreamInput:
    """`wsgi.input` of a body that is still on its way.

    `source(most)` gives the next bytes, at most so many, and `b""` at the end; it sleeps until some are there.
    """

    _PIECE = 64 * 1024

    def __init__(self, source):
        self._source = source
        #: Taken from the source and not yet read: `_rest[_at:]`.
        self._rest = b""
        self._at = 0

    def read(self, size=-1):
        wanted = sys.maxsize if size is None or size < 0 else size
        pieces = []
        while wanted and (piece := self._take(wanted)):
            pieces.append(piece)
            wanted -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def read1(self, size=-1):
        """At most one wait: what is there, up to `size`."""
        return self._take(self._PIECE if size is None or size < 0 else size)

    def readline(self, size=-1):
        wanted = sys.maxsize if size is None or size < 0 else size
        pieces = []
        while wanted and self._fill():
            end = self._rest.find(b"\n", self._at, self._at + wanted) + 1
            piece = self._take(min(wanted, end - self._at) if end else wanted)
            pieces.append(piece)
            if end:
                break
            wanted -= len(piece)
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def readlines(self, hint=-1):
        lines = []
        total = 0
        for line in self:
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def _fill(self):
        """Have something in `_rest`, if the body goes on; true when there is."""
        if self._at == len(self._rest):
            self._rest, self._at = self._source(self._PIECE), 0
        return self._at < len(self._rest)

    def _take(self, most):
        if self._at == len(self._rest):
            return self._source(min(most, 1 << 20))
        piece = self._rest[self._at : self._at + most]
        self._at += len(piece)
        return piece


class FileWrapper:
    """`wsgi.file_wrapper`: PEP 3333 "Optional Platform-Specific File Handling"."""

    def __init__(self, filelike, blksize=64 * 1024):
        self.filelike = filelike
        self.blksize = blksize
        # PEP 3333: close() exists only where the file has one.
        if hasattr(filelike, "close"):
            self.close = filelike.close

    def __iter__(self):
        return self

    def __next__(self):
        block = self.filelike.read(self.blksize)
        if not block:
            raise StopIteration
        return block

    def region(self):
        """(descriptor, offset, length) if what read() would give is exactly that part of a regular file, else None.

        A class that only passes fileno() through (gzip.GzipFile) does not qualify: its bytes are not the file's.
        """
        file = self.filelike
        if type(file).__module__ == "tempfile":
            file = getattr(file, "file", file)
        raw = file.raw if type(file) in (io.BufferedReader, io.BufferedRandom) else file
        if type(raw) is not io.FileIO:
            return None
        if hasattr(file, "flush") and file.writable():
            file.flush()
        status = os.fstat(raw.fileno())
        if not stat.S_ISREG(status.st_mode):
            return None
        offset = file.tell()
        return raw.fileno(), offset, max(0, status.st_size - offset)


def report(environ, identifier, sentence, culprit, error, trace):
    """Write one failure into the log in one piece: what was asked, what is wrong, and the traceback if there is one.

    `culprit` is None or a tuple of the one object that should have been another. Returns the answer for the client as
    (status, headers, body), or None for the server's own.
    """
    line = "plait: request %d" % identifier
    if environ is not None:
        # The application may have changed or removed both.
        method, target = environ.get("REQUEST_METHOD", "?"), environ.get("RAW_URI", "?")
        line += " (%s %s)" % (ascii(str(method))[1:-1], ascii(str(target))[1:-1])
    line += ": " + sentence
    if culprit is not None:
        line += _describe(culprit[0])
    text = [line + "\n"]
    if error is not None:
        import traceback

        text += traceback.format_exception(type(error), error, _without_ours(trace))
    sys.stderr.write("".join(text))
    sys.stderr.flush()
    return failure_page(environ, "".join(text)) if failure_page and environ is not None else None


#: With `--dev`: from `environ` and the log's text to the answer that the client gets, or None.
failure_page = None


def _without_ours(trace):
    """The traceback from the application's first frame on; in a debugger's or coverage's process ours is above it."""
    while trace is not None and trace.tb_next is not None and trace.tb_frame.f_globals.get("__package__") == "plait":
        trace = trace.tb_next
    return trace


def _describe(culprit):
    if culprit is None:
        return "None"
    if isinstance(culprit, str):
        return "str; encode it, as in text.encode()"
    return type(culprit).__name__
