"""Fixtures. Each starts the real binary; what a test has started is ended in reverse order, whatever happened."""

import contextlib

import pytest

from http_connection import Connection
from plait_process import Plait, command
from traced import live, traces  # noqa: F401
from wsgi_rules import events, logged, rules  # noqa: F401


@pytest.fixture
def serve():
    """`serve("module:app", "--threads", 1)` → a ready `Plait` for this test alone."""
    with contextlib.ExitStack() as stack:
        yield _starter(stack)


@pytest.fixture(scope="module")
def serve_module():
    """The same for a whole module, for fixtures that many tests share."""
    with contextlib.ExitStack() as stack:
        yield _starter(stack)


@pytest.fixture
def connect():
    """`connect(plait)` or `connect(address)` → a `Connection`, closed at the end of the test."""
    with contextlib.ExitStack() as stack:
        yield lambda to, **keywords: stack.enter_context(Connection(getattr(to, "address", to), **keywords))


def _starter(stack):
    def start(app, *options, popen=None, **keywords):
        plait = stack.enter_context(Plait(command(app, *options, **keywords), **(popen or {})))
        return plait.wait_until_ready()

    return start
