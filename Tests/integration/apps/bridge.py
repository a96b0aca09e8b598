"""Applications that go to the edges of what the extension hands out, one for each path."""

import copy
import gc
import os
import pickle
import signal
import sys
import threading

from plait import _wsgi

TEXT = [("Content-Type", "text/plain")]

#: The one reference to a block that may still be on its way.
kept = []


def application(environ, start_response):
    name = environ["PATH_INFO"].strip("/").replace("-", "_") or "paths"
    return ROUTES[name](environ, start_response)


def answer(start_response, text, status="200 OK"):
    start_response(status, TEXT)
    return [text.encode()]


def lasting(environ, start_response):
    threading.Event().wait(float(environ["QUERY_STRING"]))
    return answer(start_response, "lasted")


# Blocks


def kept_block(environ, start_response):
    """A block that nobody but this list holds."""
    kept[:] = [b"".join([b"k" * int(environ["QUERY_STRING"])])]
    start_response("200 OK", TEXT)
    return kept


def forget_block(environ, start_response):
    kept.clear()
    gc.collect()
    return answer(start_response, "forgotten")


# start_response


def half_replaced(environ, start_response):
    """The head that should replace the first is refused half-way, and the application does not mind."""
    start_response("200 OK", [("X-First", "1")])
    try:
        raise ValueError("before the head")
    except ValueError:
        try:
            start_response("500 Oops", [("X-Second", "2"), ("X-Broken", "a\nb")], sys.exc_info())
        except ValueError:
            pass
    return [b"body"]


#: By name: what is not, or not quite, what sys.exc_info() returns.
INFORMATION = {
    "three-none": (None, None, None),
    "numbers": (1, 2, 3),
    "instance": (ValueError("no class"), None, None),
    "class-alone": (KeyError, None, None),
    "list": [ValueError, ValueError("in a list"), None],
}


def odd_information(environ, start_response):
    """After the head has gone; says what it was answered."""
    start_response("200 OK", TEXT)
    yield b"sent;"
    try:
        start_response("500 Oops", TEXT, INFORMATION[environ["QUERY_STRING"]])
        yield b"accepted"
    except BaseException as error:
        yield type(error).__name__.encode()


def copied(environ, start_response):
    """Makes what it was handed a second time, in every way Python has; says what came of it."""
    handed = {
        "start_response": start_response, "write": start_response("200 OK", TEXT), "input": environ["wsgi.input"],
        "source": getattr(environ["wsgi.input"], "_source", None),
    }[environ["QUERY_STRING"]]
    ways = [
        lambda: type(handed)(), lambda: type(handed).__new__(type(handed)), lambda: object.__new__(type(handed)),
        lambda: copy.copy(handed), lambda: pickle.dumps(handed), lambda: type("Derived", (type(handed),), {}),
    ]
    return [b" ".join(map(outcome, ways))]


def outcome(way):
    try:
        return type(way()).__name__.encode()
    except Exception as error:
        return type(error).__name__.encode()


# Signals and the end


def handle(number, frame):
    print("the handler ran", file=sys.stderr, flush=True)


#: A thread that receives signals, as those have which a module starts while it is imported.
bystander = threading.Thread(target=threading.Event().wait, daemon=True)
bystander.start()
signal.signal(signal.SIGUSR1, handle)


def signal_elsewhere(environ, start_response):
    signal.pthread_kill(bystander.ident, signal.SIGUSR1)
    return answer(start_response, "sent")


def reading_to_the_end(environ, start_response):
    print("begins to read", file=sys.stderr, flush=True)
    try:
        environ["wsgi.input"].read()
    except OSError as error:
        print(f"reading ended: {error}", file=sys.stderr, flush=True)
    return answer(start_response, "read")


def writing_without_end(environ, start_response):
    start_response("200 OK", TEXT)
    try:
        while True:
            yield b"x" * 65536
    except GeneratorExit:
        print("writing ended", file=sys.stderr, flush=True)


# wsgi.input


def descriptors(environ, start_response):
    """How many files this process has open."""
    return answer(start_response, str(len(os.listdir("/proc/self/fd"))))


def broken_open(environ, start_response):
    """Until `/whole-open`, no body that lies in a file can be opened."""

    def refuse(*_, **__):
        raise ValueError("open() is broken")

    _wsgi.open = refuse
    return answer(start_response, "broken")


def whole_open(environ, start_response):
    del _wsgi.open
    return answer(start_response, "whole")


def read(environ, start_response):
    return answer(start_response, str(len(environ["wsgi.input"].read())))


# environ


def paths(environ, start_response):
    start_response("200 OK", TEXT)
    return [(environ["SCRIPT_NAME"] + "|" + environ["PATH_INFO"]).encode("latin-1")]


# The log


def bare_failure(environ, start_response):
    environ.clear()
    raise LookupError("with an empty environ")


def unreadable_failure(environ, start_response):
    class Unreadable:
        def __str__(self):
            raise RuntimeError("cannot be written")

    environ["RAW_URI"] = Unreadable()
    raise LookupError("with an unreadable environ")


ROUTES = {
    "signal_elsewhere": signal_elsewhere,
    "reading_to_the_end": reading_to_the_end,
    "writing_without_end": writing_without_end,
    "descriptors": descriptors,
    "broken_open": broken_open,
    "whole_open": whole_open,
    "read": read,
    "bare_failure": bare_failure,
    "unreadable_failure": unreadable_failure,
    "paths": paths,
    "lasting": lasting,
    "kept_block": kept_block,
    "forget_block": forget_block,
    "half_replaced": half_replaced,
    "copied": copied,
    "odd_information": odd_information,
}
