"""Debuggers, coverage and profilers in the threads that run requests.

They learn of new threads through `threading.settrace` and `threading.setprofile`, which `threading.Thread` heeds when it
starts. The threads that run requests are not started by Python, so that each looks for itself, before each request: a
debugger may also come later, and go again.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any

WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def follow(application: WSGIApplication) -> WSGIApplication:
    """`application`, with the hooks of `threading` in force on whichever thread calls it."""

    def followed(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        trace, profile = threading.gettrace(), threading.getprofile()
        if trace is not None and sys.gettrace() is None:
            sys.settrace(trace)
        if profile is not None and sys.getprofile() is None:
            sys.setprofile(profile)
        return application(environ, start_response)

    return followed
