"""The other Pythons of this machine: those of `$PLAIT_PYTHONS` (paths, with colons between), or those on `PATH`."""

import os
import shutil
import subprocess
import sys


def interpreter(version):
    """The path of a Python `version` (such as `"3.12"`) that runs, or None."""
    return next((path for path in _candidates(version) if _version(path) == version), None)


def interpreters(*versions):
    """The one that runs the tests, all others that were given, or else one for each other version that is here."""
    own = "{}.{}".format(*sys.version_info)
    others = _given() or filter(None, (interpreter(version) for version in versions if version != own))
    return [sys.executable, *(path for path in others if _version(path) in versions)]


def _given():
    return [path for path in os.environ.get("PLAIT_PYTHONS", "").split(":") if path]


def _candidates(version):
    if given := _given():
        return given
    return [*filter(None, [shutil.which(f"python{version}")]), *_installed_by_pyenv(version)]


def _installed_by_pyenv(version):
    """What pyenv puts on `PATH` starts something only where that version is switched on; pyenv knows the real path."""
    for name in reversed(_output("pyenv", "whence", f"python{version}").split()):
        yield os.path.join(_output("pyenv", "prefix", name).strip(), "bin", f"python{version}")


def _version(python):
    """`3.12`; empty for what does not run."""
    return _output(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])").strip()


def _output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=30).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
