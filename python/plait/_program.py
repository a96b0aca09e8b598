"""Where the native program is that this package came with."""

import os
from pathlib import Path

#: From the package's directory: a virtual environment's or a prefix's `bin`, whichever of `site-packages` (`--user`
#: too), `dist-packages`, `lib/plait/python` and `--target DIR` the package lies in.
_LEVELS_TO_BIN = range(1, 5)

_IN_CHECKOUT = ".build/release/plait"


class ProgramMissing(Exception):
    """There is no program beside the package in `package`."""

    def __init__(self, package: Path) -> None:
        super().__init__(
            f"there is no `plait` program beside {package}; accepted: a package that was installed with it"
        )
        self.package = package


def find() -> Path:
    """The program of this installation, never another one on `PATH`: versions that differ must not meet."""
    package = Path(__file__).resolve().parent
    installed = [package.parents[level - 1] / "bin" / "plait" for level in _LEVELS_TO_BIN]
    for candidate in [*installed, package.parents[1] / _IN_CHECKOUT]:
        if candidate.is_file() and os.access(candidate, os.X_OK):
            return candidate
    raise ProgramMissing(package)
