"""One extension file for every CPython from 3.10 on."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def interpreters():
    """This one, and those of `$PLAIT_PYTHONS` (paths, with colons between) or of pyenv."""
    given = os.environ.get("PLAIT_PYTHONS")
    others = map(Path, given.split(":")) if given else sorted(Path.home().glob(".pyenv/versions/3.1[0-9].*/bin/python"))
    return [sys.executable, *(str(path) for path in others)]


def version_of(python):
    script = "import json, sys; print(json.dumps([sys.implementation.name, *sys.version_info[:3]]))"
    name, *version = json.loads(subprocess.check_output([python, "-c", script], text=True))
    return ".".join(map(str, version))


@pytest.mark.parametrize("python", interpreters())
def test_every_cpython_from_3_10_on_serves(serve, connect, python):
    plait = serve("rules", "--workers", 1, python=python)
    assert plait.stderr.wait_for(rf"with python {version_of(python)} \(")
    connection = connect(plait)
    assert connection.get("/list").body == b"one block"
    assert connection.get("/generator").body == b"abcdef"
    assert len(connection.get("/file?100000").body) == 100_000
    assert connection.get("/raises").status == 500
    assert connection.request("/input-elsewhere", method="POST", body=b"x" * 100_000).response().body == b"x" * 100_000
    assert plait.stop() == 0
