"""Reads `wsgi.input` as the request says, and answers with what each call gave."""

import hashlib
import json
import threading

#: A result longer than this is told by its length and hash.
LONGEST_SHOWN = 1000


def play(stream, calls):
    """The results of `calls`, [[method, argument…]…]: also what the test plays on an `io.BytesIO` of the same bytes."""
    return [summary(play_one(stream, *call)) for call in calls]


def play_one(stream, method, *arguments):
    if method == "iterate":
        return list(stream)
    if method == "next":
        return next(iter(stream), None)
    if method == "drain":
        return b"".join(iter(lambda: stream.read(*arguments), b""))
    return getattr(stream, method)(*arguments)


def summary(result):
    if result is None:
        return None
    blocks = result if isinstance(result, list) else [result]
    whole = b"".join(blocks)
    kind = [type(result).__name__, len(blocks)]
    if len(whole) <= LONGEST_SHOWN:
        return kind + [block.decode("latin-1") for block in blocks]
    return kind + [len(whole), hashlib.sha256(whole).hexdigest()]


def read(environ, start_response):
    calls = json.loads(environ["HTTP_X_CALLS"])
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(play(environ["wsgi.input"], calls)).encode()]


def ignore(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"not read"]


def progress(environ, start_response):
    """Says how much has come, read by read: what a streamed upload looks like from inside."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    stream = environ["wsgi.input"]
    yield b"started;"
    while block := stream.read(5):
        yield block + b";"
    yield b"end"


def hold(environ, start_response):
    """Reads on another thread, as some frameworks do for uploads."""
    result = []
    thread = threading.Thread(target=lambda: result.append(environ["wsgi.input"].read()))
    thread.start()
    thread.join()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return result


ROUTES = {"input": read, "input_ignored": ignore, "input_progress": progress, "input_elsewhere": hold}
