"""What applications do with `start_response`, rightly and wrongly."""

import sys

OK = "200 OK"

#: By name: arguments that start_response must refuse at once.
REFUSED = {
    "status-int": (200, []),
    "status-bytes": (b"200 OK", []),
    "status-none": (None, []),
    "status-no-code": ("OK", []),
    "status-two-digits": ("20 OK", []),
    "status-four-digits": ("2000 OK", []),
    "status-interim": ("100 Continue", []),
    "status-line-break": ("200 OK\r\nX: y", []),
    "status-control": ("200 O\x00K", []),
    "status-beyond-latin-1": ("200 \u20ac", []),
    "headers-none": (OK, None),
    "headers-tuple": (OK, (("A", "b"),)),
    "headers-dict": (OK, {"A": "b"}),
    "header-list": (OK, [["A", "b"]]),
    "header-three": (OK, [("A", "b", "c")]),
    "header-str": (OK, ["A: b"]),
    "name-bytes": (OK, [(b"A", "b")]),
    "name-int": (OK, [(1, "b")]),
    "name-empty": (OK, [("", "b")]),
    "name-space": (OK, [("A B", "c")]),
    "name-colon": (OK, [("A:", "b")]),
    "name-line-break": (OK, [("A\r\nB", "c")]),
    "name-beyond-ascii": (OK, [("\xc4", "b")]),
    "value-bytes": (OK, [("A", b"b")]),
    "value-int": (OK, [("Content-Length", 5)]),
    "value-none": (OK, [("A", None)]),
    "value-line-feed": (OK, [("A", "b\nC: d")]),
    "value-carriage-return": (OK, [("A", "b\rC: d")]),
    "value-nul": (OK, [("A", "b\x00c")]),
    "value-beyond-latin-1": (OK, [("A", "\u20ac")]),
    "length-words": (OK, [("Content-Length", "five")]),
    "length-negative": (OK, [("Content-Length", "-5")]),
    "length-twice": (OK, [("Content-Length", "2"), ("Content-Length", "3")]),
    "hop-connection": (OK, [("Connection", "close")]),
    "hop-keep-alive": (OK, [("Keep-Alive", "timeout=5")]),
    "hop-transfer-encoding": (OK, [("Transfer-Encoding", "chunked")]),
    "hop-upgrade": (OK, [("Upgrade", "websocket")]),
    "hop-te": (OK, [("TE", "trailers")]),
}


def refused(environ, start_response):
    """Tries what must be refused, notes how, and then answers as it should."""
    try:
        start_response(*REFUSED[environ["QUERY_STRING"]])
        outcome = "accepted"
    except Exception as error:
        outcome = f"{type(error).__name__}: {error}"
    try:
        start_response(OK, [("Content-Type", "text/plain")])
    except Exception:
        start_response(OK, [("Content-Type", "text/plain")], sys.exc_info())
    return [outcome.encode("utf-8", "backslashreplace")]


def unguarded(environ, start_response):
    start_response(*REFUSED[environ["QUERY_STRING"]])
    return [b"accepted"]


def twice(environ, start_response):
    start_response(OK, [])
    start_response(OK, [])
    return [b"accepted"]


def replaced(environ, start_response):
    """An error before the head is sent replaces it, as PEP 3333 shows."""
    start_response(OK, [("X-First", "1")])
    try:
        raise ValueError("before the head")
    except ValueError:
        start_response("500 Oops", [("X-Second", "2")], sys.exc_info())
    return [b"replaced"]


def replaced_after_empty_block(environ, start_response):
    """An empty block does not send the head (PEP 3333 "Buffering and Streaming")."""
    start_response(OK, [("X-First", "1")])
    yield b""
    try:
        raise ValueError("before the head")
    except ValueError:
        start_response("500 Oops", [("X-Second", "2")], sys.exc_info())
    yield b"replaced"


def started_late(environ, start_response):
    """It need not be called before the first block is asked for."""

    def blocks():
        start_response(OK, [("X-Late", "1")])
        yield b"late"

    return blocks()


def exotic(environ, start_response):
    """Everything that is allowed though it looks odd."""
    start_response(
        "299 \xc4tsch",
        [
            ("X-Empty", ""),
            ("X-Latin", "\xe9"),
            ("X-Same", "1"),
            ("X-Same", "2"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
            ("Server", "mine"),
            ("Date", "Thu, 01 Jan 1970 00:00:00 GMT"),
        ],
    )
    return [b"exotic"]


def writing(environ, start_response):
    write = start_response(OK, [("Content-Type", "text/plain")])
    write(b"written;")
    write(b"")
    write(b"again;")
    return [b"returned"]


def writing_str(environ, start_response):
    write = start_response(OK, [("Content-Type", "text/plain")])
    try:
        write("text")
    except Exception as error:
        return [type(error).__name__.encode()]
    return [b"accepted"]


def routes(events):
    def failing_late(environ, start_response):
        """After the head has gone, exc_info is raised again (PEP 3333 "The start_response() Callable")."""
        start_response(OK, [("Content-Type", "text/plain")])
        yield b"sent;"
        try:
            raise ValueError("after the head")
        except ValueError:
            try:
                start_response("500 Oops", [], sys.exc_info())
                events.append("accepted")
            except ValueError as error:
                events.append(f"raised {error}")
                raise

    return {
        "refused": refused,
        "unguarded": unguarded,
        "twice": twice,
        "replaced": replaced,
        "replaced_after_empty_block": replaced_after_empty_block,
        "started_late": started_late,
        "exotic": exotic,
        "writing": writing,
        "writing_str": writing_str,
        "failing_late": failing_late,
    }
