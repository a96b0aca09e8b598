"""The extension module, written in Swift against CPython's limited API: the worker's side of the exchange."""

from collections.abc import Callable
from typing import Any

#: The release of plait that it belongs to.
__version__: str

def run(application: Callable[..., Any], *, channel: int, threads: int, multiprocess: bool, root_path: str) -> None:
    """Serve `application` until the server's end of the socket `channel` closes, then return.

    To be called once, from the main thread, which stays inside: it runs Python's signal handlers and takes no requests.
    `threads` requests at most run at once; `multiprocess` becomes `wsgi.multiprocess`, `root_path` SCRIPT_NAME.
    """
