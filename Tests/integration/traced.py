"""The served application `life`, and what it has written down."""

import pytest

from plait_process import environment


@pytest.fixture
def traces(tmp_path):
    """`traces("run")` → the arguments of all events of a kind; `.path` is where they are written."""

    def traces(kind):
        lines = traces.path.read_text().splitlines() if traces.path.exists() else []
        return [line.split()[1] for line in lines if line.split()[0] == kind]

    traces.path = tmp_path / "traces"
    traces.broken = tmp_path / "traces.broken"
    traces.held = tmp_path / "traces.held"
    return traces


@pytest.fixture
def live(serve, traces):
    """`live("--workers", 2)` → a plait that serves `life`."""
    return lambda *options: serve("life", *options, popen={"env": environment(TEST_TRACES=str(traces.path))})
