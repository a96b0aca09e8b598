"""Virtual environments with plait in them, installed by pip from the wheel that `make wheel` leaves in `dist`."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pip

from http_connection import Connection
from plait_process import APPS, REPOSITORY, Plait, environment

#: pip as a directory: whichever version the tests have then also installs for Pythons that have none.
PIP = Path(pip.__file__).parent
QUIETLY = ["--quiet", "--disable-pip-version-check"]
APPLICATION = APPS / "whereabouts.py"


def the_wheel():
    wheels = list((REPOSITORY / "dist").glob("plait-*.whl"))
    assert len(wheels) == 1, f"one wheel in dist, made by `make wheel`, not {len(wheels)}"
    return wheels[0]


class Environment:
    """A virtual environment at `root`, or what a test has made of one."""

    def __init__(self, root):
        self.root = root
        self.python = root / "bin/python"
        self.plait = root / "bin/plait"

    @classmethod
    def make(cls, root, python=sys.executable):
        subprocess.run([python, "-m", "venv", "--without-pip", root], check=True)
        made = cls(root)
        made.pip("install", "--no-index", "--no-deps", the_wheel())
        return made

    def copy(self, root):
        """Another one like it; a program that looked anywhere but beside itself would find the first one's parts."""
        return Environment(shutil.copytree(self.root, root, symlinks=True))

    def pip(self, verb, *words):
        command = [self.python, PIP, verb, *QUIETLY, *words]
        subprocess.run(list(map(str, command)), check=True, env=environment(), stdin=subprocess.DEVNULL)

    def run(self, *words, **keywords):
        subprocess.run([self.python, *words], check=True, env=environment(), **keywords)

    @property
    def package(self):
        (found,) = self.root.glob("lib/python3.*/site-packages/plait")
        return found

    def files(self):
        return {path for path in self.root.rglob("*") if not path.is_dir()}


def serving(*program, app=APPLICATION, options=(), prefix=(), **keywords):
    """`PROGRAM serve APP`, as a `Plait` to be entered; `prefix` is what runs before it in the same process."""
    words = [*prefix, *program, "serve", app, "--port", "127.0.0.1:0", "--workers", "1", "--log-format", "text"]
    keywords.setdefault("cwd", APPS)
    return Plait([str(word) for word in [*words, *options]], **keywords)


def post(plait, body):
    with Connection(plait.wait_until_ready().address) as connection:
        return connection.request("/", method="POST", body=body).response()


def facts(plait, body=b""):
    """What the application says of itself."""
    response = post(plait, body)
    assert response.status == 200, response
    return json.loads(response.body)


def accessible_to_others(python):
    """Whether a user who owns nothing here could run it: pyenv's in somebody's home often cannot."""
    unknown = {"user": 54321, "group": 54321, "extra_groups": []}
    try:
        return subprocess.run([python, "-c", ""], cwd="/", stderr=subprocess.DEVNULL, **unknown).returncode == 0
    except PermissionError:
        return False


def can_unshare_mounts():
    return os.geteuid() == 0 and subprocess.run([*READ_ONLY_ROOT, "true"], capture_output=True).returncode == 0


#: Runs the words after it where nothing below `/` can be written, as `docker run --read-only` does.
READ_ONLY_ROOT = ["unshare", "--mount", "sh", "-c", 'mount -o remount,bind,ro / && exec "$@"', "sh"]
