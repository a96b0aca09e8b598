"""Debuggers, coverage and profilers in the threads that run requests.

They learn of new threads from `threading`: by its hooks `settrace` and `setprofile`, which a `threading.Thread` heeds when
it starts, or by replacing how threads are started. The threads that run requests are not started by Python, so each does
here what it would have done then. Before every request, for a debugger may come later, and coverage may go again.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_this_thread = threading.local()


def follow(application: WSGIApplication) -> WSGIApplication:
    """`application`, seen by whatever watches this process on whichever thread calls it."""

    def followed(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "pydevd" in sys.modules:
            _introduce_to_debugger()
        else:
            _heed_hooks()
        return application(environ, start_response)

    return followed


def _heed_hooks() -> None:
    trace, profile = threading.gettrace(), threading.getprofile()
    if trace is not None and sys.gettrace() is None:
        sys.settrace(trace)
    if profile is not None and sys.getprofile() is None:
        sys.setprofile(profile)


def _introduce_to_debugger() -> None:
    """Once. pydevd, which debugpy (Visual Studio Code) and PyCharm are made of, wants to set its hooks by itself."""
    if getattr(_this_thread, "is_introduced", False):
        return
    _this_thread.is_introduced = True
    debugpy, pydevd = sys.modules.get("debugpy"), sys.modules["pydevd"]
    if hasattr(debugpy, "debug_this_thread"):
        debugpy.debug_this_thread()
    else:
        pydevd.settrace(suspend=False, trace_only_current_thread=True)
