"""Starting, dying and stopping, under load: what clients see of it."""

import os
import select
import signal
from collections import Counter

import pytest

import process_tree
from http_connection import Closed, Connection
from load import Load
from plait_process import Plait, command, environment
from polling import until


def assert_none_lost_or_run_twice(load, traces):
    runs = Counter(map(int, traces("run")))
    assert [identifier for identifier, count in runs.items() if count > 1] == []
    assert [identifier for identifier, answer in load.answers.items() if answer == 200 and not runs[identifier]] == []


# A worker dies


def test_a_worker_killed_under_load_costs_only_what_it_was_running(live, traces):
    plait = live("--workers", 2, "--threads", 4)
    with Load(plait.address, clients=24) as load:
        for _ in range(3):
            load.wait_for(500)
            victim = until(lambda: len(plait.workers) == 2 and plait.workers, "two workers")[0]
            os.kill(victim, signal.SIGKILL)
            until(lambda: victim not in plait.workers and len(plait.workers) == 2, "a successor")
        load.wait_for(500)
    failed = load.failed()
    assert set(failed.values()) <= {502}
    assert len(failed) <= 3 * 4, "at most its threads"
    assert_none_lost_or_run_twice(load, traces)


def test_the_only_worker_killed_under_load_keeps_the_queue(live, traces):
    plait = live("--workers", 1, "--threads", 1)
    with Load(plait.address, clients=16) as load:
        load.wait_for(100)
        os.kill(plait.workers[0], signal.SIGKILL)
        load.wait_for(200)
    assert set(load.failed().values()) <= {502} and len(load.failed()) <= 1
    assert_none_lost_or_run_twice(load, traces)


def test_a_workers_number_is_small_and_passes_to_its_successor(live, traces):
    plait = live("--workers", 3)
    numbers = {pid: process_tree.environment(pid)["PLAIT_WORKER"] for pid in plait.workers}
    assert sorted(numbers.values()) == ["0", "1", "2"]
    for victim in plait.workers[:2]:
        others = set(plait.workers) - {victim}
        os.kill(victim, signal.SIGKILL)
        (successor,) = until(lambda: set(plait.workers) - others - {victim}, "a successor")
        number = until(lambda: process_tree.environment(successor).get("PLAIT_WORKER"), "the successor's environment")
        assert number == numbers[victim]


@pytest.mark.parametrize(
    "target, says",
    [("/end?9", "exit=9"), ("/signal?11", "signal=11"), ("/signal?9", "signal=9"), ("/signal?15", "signal=15")],
)
def test_a_request_that_takes_its_worker_along_is_502_and_logged(live, connect, target, says):
    plait = live("--workers", 1)
    (before,) = plait.workers
    response = connect(plait).get(target)
    assert response.status == 502 and len(response.body) < 2000
    assert plait.stderr.wait_for(rf"pid={before}.*{says}\b")
    assert connect(plait).get("/").status == 200
    assert plait.workers and before not in plait.workers


def test_a_connection_outlives_the_worker(live, connect):
    plait = live("--workers", 1)
    connection = connect(plait)
    first = connection.get("/").text
    assert connection.get("/end?1").status == 502
    assert connection.get("/").text != first


def test_a_worker_that_cannot_start_again_is_tried_with_patience(live, connect, traces):
    plait = live("--workers", 1)
    traces.broken.write_text("")
    os.kill(plait.workers[0], signal.SIGKILL)
    until(lambda: len(traces("import")) >= 4, "some attempts")
    begun = [float(line.split()[2]) for line in traces.path.read_text().splitlines() if line.startswith("import")]
    gaps = [later - earlier for earlier, later in zip(begun[1:], begun[2:])]
    assert gaps[-1] > gaps[0] and gaps[-1] > 0.2, "longer each time"
    assert plait.process.poll() is None and plait.server
    traces.broken.unlink()
    assert connect(plait, deadline=60).get("/").status == 200


def test_an_application_that_never_started_ends_plait_with_3(traces):
    traces.broken.write_text("")
    words = command("life", "--workers", 2)
    with Plait(words, env=environment(TEST_TRACES=str(traces.path))) as plait:
        assert plait.wait() == 3
    assert len(traces("import")) <= 2, "no loop of restarts"
    assert "RuntimeError: broken on purpose" in plait.stderr.text()


# The server dies


def test_a_killed_server_is_back_and_no_new_connection_was_refused(live, traces):
    plait = live("--workers", 2)
    before = plait.server
    os.kill(before, signal.SIGKILL)
    # From this moment on, whoever connects is answered, if late.
    connections = [Connection(plait.address) for _ in range(50)]
    for number, connection in enumerate(connections):
        connection.request(f"/run?{number}")
    for connection in connections:
        assert connection.response().status == 200
        connection.close()
    assert plait.server not in (None, before)
    assert sorted(map(int, traces("run"))) == list(range(50))


def test_a_server_killed_under_load_drops_connections_and_nothing_else(live, traces):
    plait = live("--workers", 2)
    with Load(plait.address, clients=16) as load:
        load.wait_for(300)
        os.kill(plait.server, signal.SIGKILL)
        load.wait_for(300)
    assert len(load.failed()) <= 16, "one for each connection"
    assert all("Closed" in str(answer) or "Connection" in str(answer) for answer in load.failed().values())
    assert_none_lost_or_run_twice(load, traces)


def test_the_workers_of_a_dead_server_end(live):
    plait = live("--workers", 2)
    before = plait.workers
    os.kill(plait.server, signal.SIGKILL)
    until(lambda: not any(map(process_tree.is_alive, before)), "the end of its workers")
    until(lambda: len(plait.workers) == 2, "new workers")


def test_nothing_outlives_a_killed_keeper(live):
    plait = live("--workers", 2)
    family = plait.tree()[1:]
    plait.process.kill()
    until(lambda: not any(map(process_tree.is_alive, family)), "the end of server and workers")


# Stopping


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("keep_alive", [True, False])
def test_no_request_fails_while_stopping(live, traces, number, keep_alive):
    plait = live("--workers", 2)
    with Load(plait.address, clients=16, keep_alive=keep_alive) as load:
        load.wait_for(300)
        load.settle()
        plait.send_signal(number)
        assert plait.wait() == 0
        load.join()
    assert load.failed() == {}
    assert_none_lost_or_run_twice(load, traces)


def test_clients_that_go_on_connecting_are_answered_or_refused(live, traces):
    # No system call ends a queue of connections and leaves none in it: one may come between the last accept and the
    # close. It was not run, and may be sent again.
    plait = live("--workers", 2)
    with Load(plait.address, clients=16) as load:
        load.wait_for(300)
        plait.send_signal(signal.SIGTERM)
        assert plait.wait() == 0
        load.join()
    assert len(load.failed()) <= 1
    assert not set(map(str, load.failed())) & set(traces("run"))
    assert_none_lost_or_run_twice(load, traces)


def test_a_running_request_is_finished(live, connect, traces):
    plait = live("--workers", 1)
    connection = connect(plait).request("/sleep?1")
    until(lambda: traces("sleep"), "its beginning")
    plait.send_signal(signal.SIGTERM)
    response = connection.response()
    assert (response.status, response.header("Connection").lower()) == (200, "close")
    assert plait.wait() == 0


def test_queued_requests_are_finished(live, connect, traces):
    plait = live("--workers", 1, "--threads", 1)
    connections = [connect(plait).request("/sleep?0.1") for _ in range(10)]
    until(lambda: traces("sleep"), "the first one's beginning")
    plait.send_signal(signal.SIGTERM)
    assert [connection.response().status for connection in connections] == [200] * 10
    assert plait.wait() == 0


def test_idle_connections_are_closed_after_their_time(live, connect):
    plait = live("--drain-idle", "300ms")
    connection = connect(plait)
    assert connection.get("/").status == 200
    plait.send_signal(signal.SIGTERM)
    assert connection.is_closed_by_server()
    assert plait.wait(10) == 0


def test_a_request_longer_than_the_grace_does_not_hold_up_the_end(live, connect, traces):
    plait = live("--workers", 1, "--grace", "1s")
    connection = connect(plait).request("/sleep?60")
    until(lambda: traces("sleep"), "its beginning")
    plait.send_signal(signal.SIGTERM)
    plait.wait(10)
    with pytest.raises((Closed, AssertionError)):
        assert connection.response().status == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_cuts_it_short(live, connect, traces, number):
    plait = live("--workers", 1, "--grace", "60s")
    connect(plait).request("/sleep?60")
    until(lambda: traces("sleep"), "its beginning")
    family = plait.tree()[1:]
    plait.send_signal(number)
    plait.stderr.wait_for("stopping|drain")
    plait.send_signal(number)
    assert plait.wait(10) == 128 + number
    until(lambda: not any(map(process_tree.is_alive, family)), "the end of its processes")


def test_during_the_drain_delay_it_serves_and_says_that_it_is_not_ready(live, connect):
    plait = live("--drain-delay", "2s")
    assert connect(plait).get("/-/ready").status == 200
    plait.send_signal(signal.SIGTERM)
    until(lambda: connect(plait).get("/-/ready").status == 503, "not ready")
    assert connect(plait).get("/-/live").status == 200
    assert connect(plait).get("/").status == 200
    assert plait.wait() == 0


def test_the_workers_atexit_handlers_run(live, traces):
    plait = live("--workers", 2)
    workers = plait.workers
    assert plait.stop() == 0
    assert sorted(map(int, traces("atexit"))) == sorted(workers)


def test_nothing_is_left_after_the_end(live):
    plait = live("--workers", 2)
    family = plait.tree()
    assert plait.stop() == 0
    assert not any(map(process_tree.is_alive, family))


# Idle


def wake_ups_within(family, seconds):
    before = process_tree.wake_ups(family)
    select.select([], [], [], seconds)
    return process_tree.wake_ups(family) - before


def test_nobody_wakes_up_when_there_is_nothing_to_do(live, connect):
    plait = live("--workers", 2)
    with connect(plait) as connection:
        assert connection.get("/").status == 200
        family = plait.tree()
        # An event would not do: what is measured is that none comes.
        until(lambda: wake_ups_within(family, 2) == 0, "two quiet seconds")
