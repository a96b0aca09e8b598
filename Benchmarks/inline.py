"""Starts the neighbours that have no command line of their own: `inline.py SERVER MODULE PORT WORKERS`."""

import importlib
import os
import sys

ADDRESS = "127.0.0.1"


def freastal(app, port: int, workers: int) -> None:
    import freastal

    freastal.serve(app, host=ADDRESS, port=port, workers=workers)


def fastpysgi(app, port: int, workers: int) -> None:
    import fastpysgi

    fastpysgi.server.max_content_length = 2**31 - 1
    fastpysgi.server.tcp_nodelay = 1
    fastpysgi.server.init(app, ADDRESS, port, loglevel=2, workers=workers)
    fastpysgi.server.run()


def bjoern(app, port: int, workers: int) -> None:
    """Several workers the way its documentation shows: bind, fork, run in each."""
    import bjoern

    bjoern.listen(app, ADDRESS, port)
    children = [pid for _ in range(workers if workers > 1 else 0) if (pid := os.fork()) or not bjoern.run()]
    if not children:
        bjoern.run()
    for _ in children:
        os.wait()


if __name__ == "__main__":
    server, module, port, workers = sys.argv[1:]
    globals()[server](importlib.import_module(module).app, int(port), int(workers))
