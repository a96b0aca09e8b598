"""One application that uses every feature of PEP 3333, behind each of the judges."""

import sys
import tempfile
from wsgiref.validate import validator

import webtest.lint
from werkzeug.middleware.lint import LintMiddleware

TEXT = [("Content-Type", "text/plain")]

#: Whether `/many` has been closed.
closed = []


def application(environ, start_response):
    route = globals().get("answer_" + environ["PATH_INFO"].strip("/").replace("-", "_"), answer_missing)
    return route(environ, start_response)


def answer_missing(environ, start_response):
    start_response("404 Not Found", TEXT)
    return [b"missing"]


def answer_list(environ, start_response):
    environ["wsgi.errors"].flush()
    start_response("200 OK", [*TEXT, ("Content-Length", "5")])
    return [b"whole"]


def answer_generator(environ, start_response):
    start_response("200 OK", TEXT)
    yield b"one "
    yield b"two"


def answer_write(environ, start_response):
    write = start_response("200 OK", TEXT)
    write(b"written, ")
    return [b"returned"]


def answer_file(environ, start_response):
    file = tempfile.TemporaryFile()
    file.write(b"0123456789")
    file.seek(0)
    start_response("200 OK", TEXT)
    return environ["wsgi.file_wrapper"](file)


def answer_empty(environ, start_response):
    start_response("200 OK", TEXT)
    return []


def answer_no_content(environ, start_response):
    # werkzeug's lint insists on the field, which RFC 9110 §8.6 then keeps the server from sending.
    start_response("204 No Content", [("Content-Length", "0")])
    return []


def answer_error(environ, start_response):
    start_response("200 OK", TEXT)
    try:
        raise ValueError
    except ValueError:
        start_response("500 Internal Server Error", TEXT, sys.exc_info())
    return [b"replaced"]


def answer_input(environ, start_response):
    stream = environ["wsgi.input"]
    lines = {
        "read": lambda: iter(lambda: stream.read(65536), b""),
        "readline": lambda: iter(stream.readline, b""),
        "readlines": lambda: stream.readlines(),
        "iterate": lambda: iter(stream),
    }
    length = sum(map(len, lines[environ["QUERY_STRING"]]()))
    start_response("200 OK", TEXT)
    return [str(length).encode()]


class Many:
    """Long enough that the client goes first."""

    def __init__(self):
        closed.clear()
        self.left = 100_000

    def __iter__(self):
        return self

    def __next__(self):
        self.left -= 1
        if self.left < 0:
            raise StopIteration
        return b"x" * 10_000

    def close(self):
        closed.append(True)


def answer_many(environ, start_response):
    start_response("200 OK", TEXT)
    return Many()


def answer_closed(environ, start_response):
    start_response("200 OK", TEXT)
    return [b"yes" if closed else b"no"]


wsgiref_validate = validator(application)
webtest_lint = webtest.lint.middleware(application)
werkzeug_lint = LintMiddleware(application)
