"""One extension file for every CPython from 3.10 on."""

import json
import subprocess

import pytest

from interpreters import interpreters


def version_of(python):
    script = "import json, sys; print(json.dumps([sys.implementation.name, *sys.version_info[:3]]))"
    name, *version = json.loads(subprocess.check_output([python, "-c", script], text=True))
    return ".".join(map(str, version))


@pytest.mark.parametrize("python", interpreters("3.10", "3.11", "3.12", "3.13", "3.14"))
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
