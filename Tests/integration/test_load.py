"""Clients by the hundred that are slow, idle or too many, while others are served."""

import shutil
import subprocess

import pytest

import process_tree
from http_connection import Closed, Connection
from load import Load
from plait_process import Plait, command, environment
from polling import until
from traced import live, traces  # noqa: F401

HUNDREDS = 300


@pytest.fixture
def many():
    """`many(plait, count)` → open connections, closed at the end."""
    opened = []

    def many(plait, count=HUNDREDS):
        opened.extend(Connection(plait.address) for _ in range(count))
        return opened[-count:]

    yield many
    for connection in opened:
        connection.close()


def assert_others_are_served(plait, count=200):
    with Load(plait.address, clients=4) as load:
        load.wait_for(count, deadline=15)
    assert load.failed() == {}


# Slow ones


def test_slow_heads_hold_up_nobody(live, many):
    plait = live("--workers", 1)
    slow = many(plait)
    for connection in slow:
        connection.send(b"GET /run?slow HTTP/1.1\r\nHost: x\r\n")
    assert_others_are_served(plait)
    for connection in slow:
        assert connection.send(b"\r\n").response().status == 200


@pytest.mark.parametrize("body", ["collect", "/elsewhere=stream"])
def test_slow_uploads_hold_up_nobody(live, many, body):
    plait = live("--workers", 1, "--body", body)
    slow = many(plait)
    for connection in slow:
        connection.send(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + b"x" * 50_000)
    assert_others_are_served(plait)
    for connection in slow:
        assert connection.send(b"x" * 50_000).response().status == 200


@pytest.mark.parametrize("target", ["/one-big-block?1048576", "/many-blocks?1048576", "/file?1048576"])
def test_slow_readers_hold_up_nobody(serve, many, target):
    plait = serve("rules", "--workers", 1, "--threads", 4)
    slow = many(plait)
    for connection in slow:
        connection.request(target)
    with Connection(plait.address) as fast:
        for _ in range(100):
            assert fast.get("/list").status == 200
    for connection in slow:
        assert len(connection.response().body) == 1 << 20


@pytest.mark.skipif(not shutil.which("slowhttptest"), reason="slowhttptest is not installed")
@pytest.mark.parametrize("mode", [
    ["-H", "-i", "1"], ["-B", "-i", "1", "-s", "8192"], ["-X", "-w", "1", "-y", "8", "-n", "1", "-z", "8", "-k", "3"], ["-R"],
], ids=["slow-headers", "slow-body", "slow-read", "ranges"])
def test_slowhttptest_does_not_get_through(live, mode):
    plait = live("--workers", 2)
    words = ["slowhttptest", *mode, "-c", HUNDREDS, "-r", 200, "-l", 4, "-p", 2, "-u", f"{plait.base_url}/"]
    attacker = subprocess.Popen(list(map(str, words)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with Load(plait.address, clients=4) as load:
            until(lambda: attacker.poll() is not None, "the end of the attack", deadline=60)
            load.wait_for(50)
    finally:
        attacker.kill()
        attacker.wait()
    assert load.failed() == {}


# Idle and too many


def test_a_thousand_idle_connections_cost_little(live, many):
    plait = live("--workers", 1)
    assert_others_are_served(plait)
    before = process_tree.resident_bytes(plait.server)
    idle = many(plait, 1000)
    for connection in idle:
        assert connection.get("/run?idle").status == 200
    # The goal is 1 KB each, of ten thousand; of one thousand, whole pages and the growth of tables weigh more.
    assert process_tree.resident_bytes(plait.server) - before < 2 << 20
    assert_others_are_served(plait)
    assert all(connection.get("/run?again").status == 200 for connection in idle[::100])


def test_without_descriptors_it_goes_on_and_recovers(traces, many):
    words = ["bash", "-c", 'ulimit -n 64; exec "$@"', "bash", *command("life", "--workers", 1)]
    with Plait(words, env=environment(TEST_TRACES=str(traces.path))) as plait:
        plait.wait_until_ready()
        server = plait.server
        held = many(plait, 200)
        for connection in held:
            connection.request("/run?held")
        until(lambda: len(traces("run")) >= 5, "some answers")
        for connection in held:
            connection.close()
        until(lambda: _is_served(plait), "service again")
        assert plait.server == server
        assert len(plait.stderr) < 50, "no line for each connection"


def _is_served(plait):
    try:
        with Connection(plait.address, deadline=2) as connection:
            return connection.get("/run?after").status == 200
    except (OSError, Closed):
        return False


def test_connecting_and_leaving_by_the_thousand_leaves_nothing_behind(live, traces):
    plait = live("--workers", 1)
    assert_others_are_served(plait)
    before = process_tree.open_descriptors(plait.server)
    for _ in range(2000):
        Connection(plait.address).close()
    assert_others_are_served(plait)
    until(lambda: process_tree.open_descriptors(plait.server) <= before, "the closing of descriptors")


# Large ones

LARGE = 256 << 20


def family_memory(plait):
    return sum(map(process_tree.resident_bytes, [plait.server, *plait.workers]))


@pytest.mark.parametrize("body", ["stream", "collect"])
def test_a_large_upload_does_not_grow_the_processes(live, connect, traces, body):
    plait = live("--workers", 1, "--body", body)
    connection = connect(plait)
    connection.get("/")
    before = family_memory(plait)
    connection.send(f"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: {LARGE}\r\n\r\n".encode())
    block, most = bytes(1 << 20), 0
    for _ in range(LARGE // len(block)):
        connection.send(block)
        most = max(most, family_memory(plait) - before)
    assert connection.response().status == 200
    assert traces("upload") == [str(LARGE)]
    assert most < 32 << 20


def test_a_large_file_does_not_grow_the_processes(serve, connect):
    plait = serve("rules", "--workers", 1)
    connection = connect(plait).request(f"/file?{LARGE}")
    assert connection.head().status == 200
    before = family_memory(plait)
    for _ in range(LARGE >> 20):
        assert len(connection.exactly(1 << 20)) == 1 << 20
    assert family_memory(plait) - before < 32 << 20
    assert connection.get("/list").status == 200
