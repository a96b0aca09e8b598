"""A client of bytes: says exactly what it is told, and reads exactly one answer, by RFC 9112, before a deadline."""

import socket
import time
from dataclasses import dataclass, field

DEADLINE = 20.0


@dataclass
class Response:
    version: str
    status: int
    reason: str
    headers: list = field(default_factory=list)
    body: bytes = b""
    #: The sizes of the chunks as they were sent; None when the body was not chunked.
    chunks: list = None

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        """The field's value; None without one; several are an error of the server's for what tests ask here."""
        values = self.all(name)
        assert len(values) < 2, f"{name} is repeated: {values}"
        return values[0] if values else None

    @property
    def text(self):
        return self.body.decode()


class Closed(Exception):
    """The server closed (or reset) the connection before the answer was complete; `received` is what came."""

    def __init__(self, received):
        super().__init__(received)
        self.received = received


class Connection:
    """One connection to `address`: (host, port), or the path of a Unix socket."""

    def __init__(self, address, deadline=DEADLINE):
        self._end = time.monotonic() + deadline
        self._deadline = deadline
        self._buffer = b""
        if isinstance(address, tuple):
            self.socket = socket.create_connection(address, timeout=deadline)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(deadline)
            self.socket.connect(str(address))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    # Saying

    def send(self, data):
        self._restart_clock()
        self.socket.sendall(data)
        return self

    def request(self, target="/", method="GET", headers=(), body=None, version="HTTP/1.1", host="test.invalid"):
        """Send a whole request; `body` gets its Content-Length."""
        lines = [f"{method} {target} {version}"]
        lines += [f"Host: {host}"] if host is not None else []
        lines += [f"{name}: {value}" for name, value in headers]
        lines += [f"Content-Length: {len(body)}"] if body is not None else []
        return self.send("\r\n".join([*lines, "", ""]).encode("latin-1") + (body or b""))

    # Reading

    def response(self, method="GET"):
        """The next final answer, whole; `method` is the request's, for HEAD has none of the body its head declares."""
        self._restart_clock()
        response = self.head()
        while response.status < 200 and response.status != 101:
            response = self.head()
        if method == "HEAD" or response.status in (204, 304):
            return response
        if "chunked" in (response.header("Transfer-Encoding") or "").lower():
            response.body, response.chunks = self._chunked()
        elif response.header("Content-Length") is not None:
            response.body = self.exactly(int(response.header("Content-Length")))
        else:
            response.body = self.until_close()
        return response

    def head(self):
        """The next head alone, an interim one (RFC 9110 §15.2) included."""
        lines = self.through(b"\r\n\r\n")[:-4].decode("latin-1").split("\r\n")
        version, status, reason = (lines[0] + " ").split(" ", 2)
        fields = [line.partition(":") for line in lines[1:]]
        return Response(version, int(status), reason.strip(), [(name, value.strip(" \t")) for name, _, value in fields])

    def get(self, target="/", **keywords):
        return self.request(target, **keywords).response(keywords.get("method", "GET"))

    def through(self, mark):
        """Everything up to and including the first `mark`."""
        while mark not in self._buffer:
            self._receive()
        position = self._buffer.index(mark) + len(mark)
        return self._take(position)

    def exactly(self, count):
        parts, missing = [self._take(min(count, len(self._buffer)))], count
        missing -= len(parts[0])
        while missing:
            self._receive()
            parts.append(self._take(min(missing, len(self._buffer))))
            missing -= len(parts[-1])
        return b"".join(parts)

    def until_close(self):
        """The rest, up to an orderly end; a reset is `Closed`."""
        parts = [self._take(len(self._buffer))]
        while True:
            block = self._once()
            if not block:
                return b"".join(parts)
            parts.append(block)

    def until_end(self):
        """The rest, however the connection ends."""
        parts = [self._take(len(self._buffer))]
        try:
            while block := self._once():
                parts.append(block)
        except Closed:
            pass
        return b"".join(parts)

    def is_closed_by_server(self):
        """Waits for the end of the connection: True when it came without another byte."""
        return not self.until_end()

    def _chunked(self):
        body, sizes = [], []
        while size := int(self.through(b"\r\n").split(b";")[0], 16):
            body.append(self.exactly(size))
            assert self.exactly(2) == b"\r\n"
            sizes.append(size)
        while self.through(b"\r\n") != b"\r\n":
            pass
        return b"".join(body), sizes

    def _take(self, count):
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def _receive(self):
        block = self._once()
        if not block:
            raise Closed(self._buffer)
        self._buffer += block

    def _once(self):
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"no end of the answer within {self._deadline} s, so far: {self._buffer[:500]!r}")
        self.socket.settimeout(left)
        try:
            return self.socket.recv(1 << 18)
        except ConnectionError:
            raise Closed(self._buffer) from None

    def _restart_clock(self):
        self._end = time.monotonic() + self._deadline
        self.socket.settimeout(self._deadline)
