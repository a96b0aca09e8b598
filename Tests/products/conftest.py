"""Products from PyPI, each in an environment of its own, served by the plait installed there: `make test-products`."""

import contextlib
import sys
from pathlib import Path

import pytest

#: Starting and watching plait is the same as in the integration tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "integration"))

from nginx import nginx  # noqa: E402
from plait_process import Plait, command, environment  # noqa: E402

#: nginx keeps its connections open; a test that ends has nobody to wait for.
OPTIONS = ("--workers", 2, "--threads", 8, "--drain-idle", 0)


@pytest.fixture(params=["port", "nginx"])
def publish(request, tmp_path):
    """`publish("module:app", app_dir=…, NAME="value")` → its address, on a port of plait's or behind nginx.

    Two workers of eight threads serve it; each has to live until the test is over.
    """
    with contextlib.ExitStack() as stack:

        def start(app, app_dir, **variables):
            endpoint, address = "tcp:0:interface=127.0.0.1", None
            if request.param == "nginx":
                endpoint, address = f"unix:{tmp_path}/plait.sock", stack.enter_context(nginx(tmp_path))
            words = command(app, *OPTIONS, app_dir=app_dir, endpoints=[endpoint])
            plait = stack.enter_context(_serving(words, environment(**variables)))
            return address or plait.base_url.rstrip("/")

        yield start


@contextlib.contextmanager
def _serving(words, variables):
    with Plait(words, env=variables) as plait:
        workers = plait.wait_until_ready().workers
        yield plait
        assert plait.workers == workers, f"a worker died:\n{plait.stderr.text()}"
        assert plait.stop() == 0, plait.stderr.text()
