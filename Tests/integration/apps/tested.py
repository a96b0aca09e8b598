"""An application that a test may hold in its hand, and whose workers say which they are."""

import os
import sys


class Site:
    def __call__(self, environ, start_response):
        return application(environ, start_response)


def application(environ, start_response):
    """`/boom` fails, `/print?WORDS` prints, `/env?NAME` tells a variable, everything else the worker's process id."""
    name, argument = environ["PATH_INFO"], environ["QUERY_STRING"]
    if name == "/boom":
        raise RuntimeError("boom, as asked")
    if name == "/print":
        print("printed:", argument)
    answer = os.environ.get(argument, "") if name == "/env" else str(os.getpid())
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [answer.encode()]


def failing_at_import():
    sys.exit("no, thanks")


site = Site()
