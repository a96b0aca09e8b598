"""How many requests run at once, and that fast ones do not wait for slow ones."""

import time

import pytest

from polling import until
from traced import live, traces  # noqa: F401


def sleeping(connect, plait, count, seconds):
    return [connect(plait).request(f"/sleep?{seconds}") for _ in range(count)]


def test_with_one_thread_no_two_calls_overlap(live, connect, traces):
    plait = live("--workers", 1, "--threads", 1)
    for connection in sleeping(connect, plait, 20, 0.01):
        assert connection.response().status == 200
    events = [line.split()[0] for line in traces.path.read_text().splitlines() if line.startswith("sl")]
    assert events == ["sleep", "slept"] * 20


def test_threads_sleep_side_by_side(live, connect):
    plait = live("--workers", 1, "--threads", 8)
    begun = time.monotonic()
    for connection in sleeping(connect, plait, 8, 0.5):
        assert connection.response().status == 200
    assert time.monotonic() - begun < 2


def test_fast_requests_pass_slow_ones(live, connect, traces):
    plait = live("--workers", 1, "--threads", 4)
    slow = sleeping(connect, plait, 3, 2)
    until(lambda: len(traces("sleep")) == 3, "the slow ones' beginning")
    fast = connect(plait)
    begun = time.monotonic()
    for number in range(100):
        assert fast.get(f"/run?{number}").status == 200
    assert time.monotonic() - begun < 1.5
    assert traces("slept") == []
    assert [connection.response().status for connection in slow] == [200] * 3


def test_what_waits_for_a_busy_worker_is_run_by_an_idle_one(live, connect, traces):
    plait = live("--workers", 2, "--threads", 1)
    slow = connect(plait).request("/sleep?2")
    until(lambda: traces("sleep"), "the slow one's beginning")
    fast = [connect(plait) for _ in range(10)]
    for connection in fast:
        connection.request("/run?x")
    for connection in fast:
        assert connection.response().status == 200
    assert traces("slept") == []
    assert slow.response().status == 200


@pytest.mark.parametrize("workers", [1, 2])
def test_pipelined_requests_are_answered_in_order(live, connect, workers):
    # RFC 9112 §9.3.2; the first takes longest.
    plait = live("--workers", workers)
    targets = ["/sleep?0.3", "/run?1", "/sleep?0.1", "/run?2", "/end-is-no-such-path"]
    connection = connect(plait).send(b"".join(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode() for target in targets))
    begun = time.monotonic()
    assert connection.response().status == 200
    assert time.monotonic() - begun >= 0.25
    assert [connection.response().status for _ in targets[1:]] == [200] * 4
