"""What `--dev` makes of a worker: Ctrl-C is the keeper's, and failures are shown in the browser."""

from __future__ import annotations

import signal

from plait import _page, _wsgi


def prepare() -> None:
    """Before the application is imported."""
    # The worker is in the terminal's foreground, so Ctrl-C reaches it as well as the keeper, which then ends everything
    # in order. A handler, not SIG_IGN: what the application starts would inherit that.
    signal.signal(signal.SIGINT, lambda number, frame: None)
    _wsgi.failure_page = _page.failure_page
