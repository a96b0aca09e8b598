"""`python -m plait …` is `plait …`: the program of this installation, and this Python for the application."""

import os
import sys
from pathlib import Path

from plait import _launch, _program


def main() -> None:
    try:
        program = _program.find()
    except _program.ProgramMissing as missing:
        sys.exit(f"plait: {missing}")
    # In an environment of its own plait takes that one's Python anyway, and says so.
    if sys.executable and Path(sys.executable).parent != program.parent:
        os.environ.setdefault("PLAIT_PYTHON", sys.executable)
    if _launch.is_wanted(sys.argv[1:], os.environ):
        _launch.serve(str(program), sys.argv[1:])
    try:
        os.execv(program, ["plait", *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"plait: {program} cannot be executed: {error.strerror}")


if __name__ == "__main__":
    main()
