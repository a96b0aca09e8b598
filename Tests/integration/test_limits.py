"""Every limit and timeout has its own answer, and costs nobody else anything."""

import select

import pytest

from http_connection import Closed
from polling import until
from traced import live, traces  # noqa: F401

ONE_AT_A_TIME = ("--workers", 1, "--threads", 1)


def answered(connections):
    """Those that something has come back on."""
    return select.select([connection.socket for connection in connections], [], [], 0)[0]


# The queue


def test_a_full_queue_refuses_at_once(live, connect, traces):
    plait = live(*ONE_AT_A_TIME, "--queue", 3)
    traces.held.touch()
    connections = [connect(plait).request("/hold?first")]
    until(lambda: traces("hold"), "the first one's beginning")
    connections += [connect(plait).request(f"/hold?{number}") for number in range(60)]
    # What waits in the queue, and what its worker has been handed beyond the one it runs, is not refused.
    until(lambda: len(answered(connections)) >= 30, "refusals")
    traces.held.unlink()
    responses = [connection.response() for connection in connections]
    refused = [response for response in responses if response.status == 503]
    assert {response.status for response in responses} == {200, 503}
    assert all(int(response.header("Retry-After")) > 0 for response in refused)
    assert len(traces("hold")) == len(responses) - len(refused)


def test_waiting_too_long_is_503(live, connect, traces):
    plait = live(*ONE_AT_A_TIME, "--queue-age", "300ms")
    traces.held.touch()
    running = connect(plait).request("/hold?running")
    until(lambda: traces("hold"), "the first one's beginning")
    waiting = connect(plait).request("/hold?waiting")
    response = waiting.response()
    assert response.status == 503 and int(response.header("Retry-After")) > 0
    traces.held.unlink()
    assert running.response().status == 200
    assert traces("hold") == ["running"]


def test_a_client_that_goes_while_waiting_is_never_run(live, connect, traces):
    plait = live(*ONE_AT_A_TIME)
    traces.held.touch()
    running = connect(plait).request("/hold?running")
    until(lambda: traces("hold"), "the first one's beginning")
    connect(plait).request("/run?gone").close()
    assert plait.stdout.wait_for(r"/run\?gone.* 499 ")
    traces.held.unlink()
    assert running.response().status == 200
    assert connect(plait).get("/run?after").status == 200
    assert traces("run") == ["after"]


# Expect: 100-continue (RFC 9110 §10.1.1)


def expecting(connection, length, target="/upload", expectation="100-continue"):
    head = f"POST {target} HTTP/1.1\r\nHost: x\r\nExpect: {expectation}\r\nContent-Length: {length}\r\n\r\n"
    return connection.send(head.encode())


def test_100_continue_is_sent_before_the_body(live, connect):
    connection = expecting(connect(live()), 5)
    assert connection.head().status == 100
    assert connection.send(b"12345").response().status == 200
    assert connection.get("/").status == 200


def test_100_continue_is_not_sent_by_a_full_queue(live, connect, traces):
    plait = live(*ONE_AT_A_TIME, "--queue", 1)
    traces.held.touch()
    held = [connect(plait).request("/hold?first")]
    until(lambda: traces("hold"), "the first one's beginning")
    held += [connect(plait).request(f"/hold?{number}") for number in range(60)]
    until(lambda: len(answered(held)) >= 30, "refusals")
    assert expecting(connect(plait), 5).head().status == 503
    traces.held.unlink()


def test_100_continue_is_not_sent_for_what_is_too_large(live, connect):
    assert expecting(connect(live("--max-body", "1k")), 5000).head().status == 413


def test_100_continue_is_not_sent_when_the_body_has_come(live, connect):
    request = b"POST /upload HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n12"
    assert connect(live()).send(request).head().status in (100, 200)


def test_an_unknown_expectation_is_417(live, connect):
    assert expecting(connect(live()), 0, expectation="miracle").head().status == 417


# Sizes


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_a_body_too_large_is_413_although_it_is_still_being_sent(live, connect, traces, framing):
    connection = connect(live("--max-body", "100k"))
    block = b"x" * 65536
    head = "Content-Length: 10000000" if framing == "length" else "Transfer-Encoding: chunked"
    connection.send(f"POST /upload HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n".encode())
    try:
        for _ in range(100):
            connection.send(block if framing == "length" else b"10000\r\n" + block + b"\r\n")
    except ConnectionError:
        pass
    assert connection.response().status == 413
    assert traces("upload") == []


@pytest.mark.parametrize("target, size, status", [
    ("/upload", 2000, 413), ("/upload/large", 2000, 200), ("/upload", 1000, 200), ("/upload/large", 1_000_001, 413),
])
def test_the_largest_body_depends_on_the_path(live, connect, target, size, status):
    plait = live("--max-body", "1000", "--max-body", "/upload/large=1000000")
    assert connect(plait).request(target, method="POST", body=b"x" * size).response().status == status


def test_a_head_too_large_is_431(live, connect):
    plait = live("--max-head", "4k")
    assert connect(plait).get("/", headers=[("X-Large", "x" * 3000)]).status == 200
    assert connect(plait).get("/", headers=[("X-Large", "x" * 5000)]).status == 431


def test_too_many_fields_are_431(live, connect):
    plait = live("--max-fields", 10)
    assert connect(plait).get("/", headers=[(f"X-{number}", "") for number in range(9)]).status == 200
    assert connect(plait).get("/", headers=[(f"X-{number}", "") for number in range(10)]).status == 431


def test_a_head_of_many_kilobytes_reaches_the_application(serve, connect):
    connection = connect(serve("reflection"))
    for size in (1000, 8000, 20_000, 30_000):
        headers = [("X-Large", "y" * size), ("X-More", "z" * size)]
        answer = connection.get("/", headers=headers).body
        assert b"y" * size in answer and b"z" * size in answer


# Times


def test_a_head_that_does_not_end_is_408(live, connect):
    connection = connect(live("--header-timeout", "300ms")).send(b"GET / HTTP/1.1\r\nHost: x\r\n")
    assert connection.response().status == 408
    assert connection.is_closed_by_server()


def test_a_head_that_drips_is_408_all_the_same(live, connect):
    # The time is for the whole head, from its first byte.
    connection = connect(live("--header-timeout", "500ms")).send(b"GET / HTTP/1.1\r\nHost: x\r\n")
    while not answered([connection]):
        connection.send(b"X-Drip: 1\r\n")
        select.select([connection.socket], [], [], 0.05)
    assert connection.response().status == 408


def test_a_connection_without_a_word_is_closed(live, connect):
    assert connect(live("--header-timeout", "300ms", "--keep-alive", "300ms")).is_closed_by_server()


def test_a_body_that_does_not_end_is_408(live, connect, traces):
    connection = connect(live("--body-timeout", "300ms"))
    connection.send(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")
    assert connection.response().status == 408
    assert connection.is_closed_by_server()
    assert traces("upload") == []


def test_a_body_that_goes_on_may_take_longer_than_the_time_between_reads(live, connect):
    connection = connect(live("--body-timeout", "1s"))
    connection.send(b"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 8\r\n\r\n")
    for _ in range(8):
        select.select([connection.socket], [], [], 0.2)
        connection.send(b"x")
    assert connection.response().status == 200


def test_an_idle_connection_is_closed_in_time(live, connect):
    connection = connect(live("--keep-alive", "300ms"))
    assert connection.get("/").status == 200
    assert connection.is_closed_by_server()


def test_a_client_that_does_not_read_is_given_up(serve, connect):
    plait = serve("rules", "--workers", 1, "--write-timeout", "500ms")
    connection = connect(plait).request("/endless")
    connection.through(b"\r\n\r\n")
    until(lambda: b"endless closed" in connect(plait).get("/events").body, "close()")
    with pytest.raises((Closed, ValueError)):
        while True:
            connection.through(b"\r\n")


# Connections


def test_an_address_has_no_more_connections_than_allowed(live, connect):
    plait = live("--max-connections-per-address", 3)
    held = [connect(plait) for _ in range(3)]
    assert [connection.get("/").status for connection in held] == [200] * 3
    extra = connect(plait)
    try:
        assert extra.get("/").status in (429, 503)
    except (Closed, ConnectionError):
        pass
    held[0].close()
    until(lambda: _is_served(connect, plait), "a place")


def _is_served(connect, plait):
    try:
        return connect(plait).get("/").status == 200
    except (Closed, ConnectionError):
        return False


def test_beyond_the_most_connections_others_wait_or_are_refused(live, connect):
    plait = live("--max-connections", 5)
    held = [connect(plait) for _ in range(5)]
    assert [connection.get("/").status for connection in held] == [200] * 5
    extra = connect(plait)
    try:
        extra.request("/")
        assert not select.select([extra.socket], [], [], 0.3)[0] or extra.response().status == 503
    except (Closed, ConnectionError):
        pass
    for connection in held:
        connection.close()
    until(lambda: _is_served(connect, plait), "a place")
