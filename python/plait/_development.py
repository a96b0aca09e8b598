"""What `--dev` makes of a worker: Ctrl-C is the keeper's, and failures are shown in the browser."""

from __future__ import annotations

import os
import signal

from plait import _page, _wsgi


def show_failures() -> None:
    """In the browser, and in the log as ever. Before the application is imported."""
    _wsgi.failure_page = _page.failure_page
    # Flask answers failures itself, without a word about them, unless it debugs; then it passes them on. (What it calls
    # the debugger, the page that runs code, belongs to its own server.)
    os.environ.setdefault("FLASK_DEBUG", "1")


def leave_interrupts_to_keeper() -> None:
    """The worker is in the terminal's foreground, so Ctrl-C reaches it beside the keeper, which ends all in order.

    A handler and not SIG_IGN, which whatever the application starts would inherit.
    """
    signal.signal(signal.SIGINT, lambda number, frame: None)
