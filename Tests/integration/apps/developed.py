"""Fails, stops in the debugger, or tells who runs it."""

import os

SECRET = "<script>&"


def application(environ, start_response):
    path = environ["PATH_INFO"]
    if path == "/fail":
        raise ValueError(SECRET)
    if path == "/late":
        return late(start_response)
    if path == "/nothing":
        return None
    if path == "/stop":
        answer = 6 * 7
        breakpoint()
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(answer).encode()]
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]


def late(start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"the head has left"
    raise ValueError(SECRET)
