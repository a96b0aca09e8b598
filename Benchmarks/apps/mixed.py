"""Fast and slow views side by side: what one costs the other is measured."""

import time

BODY = b"Hello, world!"
HEAD = [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))]


def fast():
    pass


def sleep():
    time.sleep(0.020)


def waits():
    for _ in range(10):
        time.sleep(0.001)


def compute():
    """Fifty milliseconds of this thread's own CPU time, the GIL held throughout."""
    end = time.thread_time() + 0.050
    while time.thread_time() < end:
        sum(range(200))


VIEWS = {"/": fast, "/sleep": sleep, "/waits": waits, "/compute": compute}


def app(environ, start_response):
    VIEWS[environ["PATH_INFO"]]()
    start_response("200 OK", HEAD)
    return [BODY]
