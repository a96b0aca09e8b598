"""`python -m plait …` is `plait …`: the program of this installation, and this Python for the application."""

import os
import sys
from pathlib import Path

from plait import _launch

PACKAGE = Path(__file__).parent


def main() -> None:
    program = next(filter(os.path.isfile, places()), None)
    if program is None:
        sys.exit(f"plait: no program `plait` belongs to {PACKAGE}; install plait anew: all of it comes together")
    # In an environment of its own plait takes that one's Python anyway, and says so.
    if sys.executable and Path(sys.executable).parent != program.parent:
        os.environ.setdefault("PLAIT_PYTHON", sys.executable)
    if _launch.is_wanted(sys.argv[1:], os.environ):
        _launch.serve(str(program), sys.argv[1:])
    try:
        os.execv(program, ["plait", *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"plait: {program} cannot be executed: {error.strerror}")


def places() -> "list[Path]":
    """Where the program can lie, as seen from this package: the other way round, `Installation.swift` looks."""
    above = PACKAGE.parents
    # pip and `make install`: PREFIX/lib/python3.12/site-packages/plait, PREFIX/lib/plait/python/plait.
    prefix = above[min(3, len(above) - 1)]
    # `pip install --target`, and a checkout.
    return [prefix / "bin/plait", PACKAGE.parent / "bin/plait", PACKAGE.parents[1] / ".build/release/plait"]


if __name__ == "__main__":
    main()
