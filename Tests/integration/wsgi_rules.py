"""What the tests of PEP 3333's rules share: the served application `rules`, and a look at what it has noted."""

import json

import pytest

from http_connection import Connection


@pytest.fixture(scope="module")
def rules(serve_module):
    """One worker, so that its notes are in one place."""
    return serve_module("rules", "--workers", 1, "--threads", 8)


@pytest.fixture
def events(rules):
    """`events()` → what the application has noted since the test began."""
    with Connection(rules.address) as connection:
        assert connection.get("/forget").status == 204

    def look():
        with Connection(rules.address) as connection:
            return json.loads(connection.get("/events").body)

    return look


@pytest.fixture
def logged(rules):
    """`logged(pattern)` → waits for a line of this test's in the log."""
    since = len(rules.stderr)
    return lambda pattern: rules.stderr.wait_for(pattern, since=since, deadline=5) is not None
