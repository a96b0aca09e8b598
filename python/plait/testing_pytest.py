"""`plait.testing` as a fixture of pytest:

    def test_greets(plait_server):
        server = plait_server("hello:app", "--threads", "1")
        assert requests.get(server.url).text == "Hello"

Each server lives as long as its test; when the test fails, its output is a section of the report. For one that many
tests share, write a fixture of that scope around `plait.testing.serve`.
"""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from plait.testing import Server

_servers = pytest.StashKey["list[Server]"]()


@pytest.fixture
def plait_server(request: pytest.FixtureRequest) -> "Generator[Callable[..., Server], None, None]":
    """A factory with the arguments of `plait.testing.serve`."""
    # Not at the top: pytest imports this module in every project where plait is installed.
    from plait.testing import serve

    servers: "list[Server]" = request.node.stash.setdefault(_servers, [])
    with ExitStack() as stack:

        def start(*arguments: Any, **keywords: Any) -> "Server":
            servers.append(stack.enter_context(serve(*arguments, **keywords)))
            return servers[-1]

        yield start


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    report = (yield).get_result()
    if report.when == "call" and report.failed:
        for server in item.stash.get(_servers, []):
            report.sections.append((f"plait {server.url}", server.output))
