"""The extension under applications that keep, copy and break what it hands out."""

import os
import signal

import pytest

import process_tree
from polling import until


@pytest.fixture(scope="module")
def bridge(serve_module):
    return serve_module("bridge", "--workers", 1, "--threads", 4)


# Blocks


def test_a_block_lives_until_it_is_sent_though_its_list_forgets_it(bridge, connect):
    size = 8 << 20
    slow = connect(bridge).request(f"/kept-block?{size}")
    assert slow.head().status == 200
    assert connect(bridge).get("/forget-block").text == "forgotten"
    assert slow.exactly(size) == b"k" * size


# start_response


def test_a_refused_second_head_does_not_leave_half_of_the_first(bridge, connect):
    response = connect(bridge).get("/half-replaced")
    assert response.status == 500
    assert response.header("X-First") is None and response.header("X-Second") is None
    assert bridge.stderr.wait_for("never called start_response")


@pytest.mark.parametrize("information, raised", [
    ("three-none", "AssertionError"), ("numbers", "TypeError"), ("instance", "TypeError"),
    ("class-alone", "KeyError"), ("list", "TypeError"),
])
def test_odd_error_information_after_the_head_is_an_error_of_its_own(bridge, connect, information, raised):
    assert connect(bridge).get(f"/odd-information?{information}").text == f"sent;{raised}"


@pytest.mark.parametrize("handed", ["start_response", "write", "input", "source"])
def test_what_is_handed_out_cannot_be_made_again(serve, connect, handed):
    plait = serve("bridge", "--workers", 1, "--body", "/copied=stream")
    body = b"body" if handed == "source" else None
    response = connect(plait).request(f"/copied?{handed}", method="POST", body=body).response()
    assert response.text.split() == ["TypeError"] * 6


# wsgi.input

FILED = b"f" * (3 << 20)


def test_an_input_that_cannot_be_made_leaves_nothing_open(bridge, connect):
    connection = connect(bridge)
    assert connection.request("/read", method="POST", body=FILED).response().text == str(len(FILED))
    before = connection.get("/descriptors").text
    connection.get("/broken-open")
    for _ in range(3):
        assert connect(bridge).request("/read", method="POST", body=FILED).response().status == 500
    connection.get("/whole-open")
    assert connection.get("/descriptors").text == before


def test_uploads_that_were_taken_back_leave_nothing_open(serve, connect):
    plait = serve("bridge", "--workers", 2, "--threads", 1)
    # Both are busy, one for longer: it gives back what stands before it as soon as the other has nothing to do.
    long, short = connect(plait).request("/lasting?1"), connect(plait).request("/lasting?0.2")
    uploads = [connect(plait).request("/read", method="POST", body=FILED) for _ in range(6)]
    for connection in uploads:
        assert connection.response().text == str(len(FILED))
    assert short.response().text == long.response().text == "lasted"
    # What lies in a socket nobody can see; it comes to light with the next upload.
    assert connect(plait).request("/read", method="POST", body=FILED).response().status == 200
    for worker in plait.workers:
        until(lambda: not open_bodies(worker), "no body in the worker")


def open_bodies(process):
    links = [link for link in process_tree.open_files(process) if link.endswith("(deleted)")]
    return [link for link in links if "exchange" not in link]


# Signals and the end


def test_a_signal_that_another_thread_received_is_handled_at_once(bridge, connect):
    since = len(bridge.stderr)
    assert connect(bridge).get("/signal-elsewhere").text == "sent"
    assert bridge.stderr.wait_for("the handler ran", since=since)


def test_a_signal_to_an_idle_worker_is_handled_at_once(bridge):
    since = len(bridge.stderr)
    os.kill(bridge.workers[0], signal.SIGUSR1)
    assert bridge.stderr.wait_for("the handler ran", since=since)


def test_who_waits_for_a_body_learns_that_the_server_has_gone(serve, connect):
    plait = serve("bridge", "--workers", 1, "--body", "stream", "--grace", "60s")
    (worker,) = plait.workers
    connect(plait).send(b"POST /reading-to-the-end HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")
    assert plait.stderr.wait_for("begins to read")
    os.kill(plait.server, signal.SIGKILL)
    assert plait.stderr.wait_for("reading ended")
    until(lambda: not process_tree.is_alive(worker), "the worker's end")


def test_who_waits_for_room_learns_that_the_server_has_gone(serve, connect):
    plait = serve("bridge", "--workers", 1, "--grace", "60s")
    (worker,) = plait.workers
    assert connect(plait).request("/writing-without-end").head().status == 200
    os.kill(plait.server, signal.SIGKILL)
    assert plait.stderr.wait_for("writing ended")
    until(lambda: not process_tree.is_alive(worker), "the worker's end")


# environ


def test_a_root_path_beyond_ascii_is_bytes_as_latin_1_like_the_path(serve, connect):
    # PEP 3333 "Unicode Issues": a str of latin-1 characters that stand for bytes.
    plait = serve("bridge", "--root-path", "/caf\u00e9")
    assert connect(plait).get("/caf%C3%A9/paths").body.decode() == "/caf\u00e9|/paths"


# The log


def test_a_failure_is_logged_though_the_application_has_emptied_environ(bridge, connect):
    since = len(bridge.stderr)
    assert connect(bridge).get("/bare-failure").status == 500
    assert bridge.stderr.wait_for(r"request \d+ \(\? \?\): the application failed", since=since)
    assert bridge.stderr.wait_for("LookupError: with an empty environ", since=since)


def test_a_failure_that_cannot_be_reported_says_why(bridge, connect):
    since = len(bridge.stderr)
    assert connect(bridge).get("/unreadable-failure").status == 500
    assert bridge.stderr.wait_for("RuntimeError: cannot be written", since=since)
