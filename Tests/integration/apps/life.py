"""Leaves traces in a file, so that a test can tell what has run, how often, and how it ended."""

import atexit
import os
import signal
import time

#: Appended to, one line for each event, by all workers: O_APPEND keeps the lines whole.
LOG = os.open(os.environ["TEST_TRACES"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

#: While this file exists, the application does not start.
BROKEN = os.environ["TEST_TRACES"] + ".broken"

#: While this file exists, `/hold` does not return.
HELD = os.environ["TEST_TRACES"] + ".held"


def trace(*words):
    os.write(LOG, (" ".join(map(str, words)) + "\n").encode())


trace("import", os.getpid(), time.monotonic())
if os.path.exists(BROKEN):
    raise RuntimeError("broken on purpose")
atexit.register(trace, "atexit", os.getpid())


def application(environ, start_response):
    """`/run?ID` runs, `/sleep?SECONDS` and `/hold?ID` wait, `/end?STATUS` and `/signal?NUMBER` end the worker."""
    name, argument = environ["PATH_INFO"], environ["QUERY_STRING"]
    if name == "/run":
        trace("run", argument)
        time.sleep(0.002)  # subject
    elif name == "/sleep":
        trace("sleep", argument)
        time.sleep(float(argument))  # subject
        trace("slept", argument)
    elif name == "/hold":
        trace("hold", argument)
        while os.path.exists(HELD):
            time.sleep(0.005)  # subject
    elif name == "/upload":
        argument = str(sum(map(len, iter(lambda: environ["wsgi.input"].read(65536), b""))))
        trace("upload", argument)
    elif name == "/end":
        os._exit(int(argument))
    elif name == "/signal":
        os.kill(os.getpid(), int(argument))
        signal.pause()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]
