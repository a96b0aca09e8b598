"""`wsgi.input` against `io.BytesIO`, which is what PEP 3333 "Input and Error Streams" asks it to be like."""

import io
import json

import pytest

import apps.rules_input as rules_input

LINES = b"one\ntwo\r\n\nfour without an end"

#: From none, over one that fits beside its head, to one that lies in a file.
BODIES = {
    "none": b"",
    "one-byte": b"x",
    "lines": LINES,
    "page": b"".join(b"line %d\n" % number for number in range(600)),
    "megabytes": b"".join(b"%07d\n" % number for number in range(500_000)),
    "one-long-line": bytes(range(11, 256)) * 10_000,
}

CALLS = {
    "read": [["read"], ["read"]],
    "read-negative": [["read", -1], ["read", -1]],
    "read-none": [["read", None], ["read"]],
    "read-sizes": [["read", 0], ["read", 1], ["read", 3], ["read", 100_000], ["read"]],
    "read-too-much": [["read", 100_000_000], ["read", 1]],
    "read-in-blocks": [["drain", 4096], ["read"]],
    "readline": [["readline"]] * 5,
    "readline-sizes": [["readline", 0], ["readline", 2], ["readline", 100], ["readline", -1], ["readline", None]],
    "readlines": [["readlines"], ["readlines"]],
    "readlines-hint": [["readlines", 6], ["readlines", 0], ["readlines", None]],
    "iterate": [["iterate"], ["iterate"]],
    "mixed": [["next"], ["read", 2], ["readline"], ["readlines", 1], ["iterate"], ["read"]],
}


@pytest.fixture(scope="module", params=["collect", "stream"])
def reader(serve_module, request):
    return serve_module("rules", "--workers", 1, "--body", request.param)


@pytest.mark.parametrize("calls", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_it_reads_like_a_file_in_memory(reader, connect, framing, body, calls):
    connection = connect(reader)
    upload(connection, "/input", body, framing, [("X-Calls", json.dumps(calls))])
    response = connection.response()
    assert response.status == 200, response.body
    assert json.loads(response.body) == json.loads(json.dumps(rules_input.play(io.BytesIO(body), calls)))
    # An answer that came before the upload was read whole ends the connection (RFC 9112 §9.3).
    if response.header("Connection") == "close":
        connection = connect(reader)
    assert connection.get("/list").body == b"one block"


def upload(connection, target, body, framing, headers=()):
    if framing == "length":
        return connection.request(target, method="POST", headers=headers, body=body)
    connection.request(target, method="POST", headers=[*headers, ("Transfer-Encoding", "chunked")])
    for start in range(0, len(body), 99_991):
        block = body[start : start + 99_991]
        connection.send(b"%x\r\n%b\r\n" % (len(block), block))
    return connection.send(b"0\r\n\r\n")


@pytest.mark.parametrize("size", [10, 100_000, 5_000_000])
def test_a_body_nobody_reads_does_not_disturb_the_next_request(reader, connect, size):
    connection = connect(reader)
    for _ in range(3):
        response = connection.request("/input-ignored", method="POST", body=b"x" * size).response()
        assert response.body == b"not read"
        if (response.header("Connection") or "").lower() == "close":
            connection = connect(reader)


def test_it_can_be_read_on_another_thread(reader, connect):
    body = b"elsewhere" * 100_000
    assert connect(reader).request("/input-elsewhere", method="POST", body=body).response().body == body


def test_a_streamed_body_starts_the_application_at_the_head(serve, connect):
    plait = serve("rules", "--body", "/input-progress=stream")
    connection = connect(plait)
    connection.send(b"POST /input-progress HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n")
    assert connection.through(b"started;")
    connection.send(b"12345")
    assert connection.through(b"12345;")
    connection.send(b"67890")
    assert connection.through(b"67890;")
    assert connection.through(b"end")


def test_a_streamed_body_that_breaks_off_ends_the_request(serve, connect):
    plait = serve("rules", "--body", "stream", "--threads", 1)
    connection = connect(plait)
    connection.send(b"POST /input-progress HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")
    assert connection.through(b"12345;")
    connection.close()
    # The only thread is free again: it did not wait for the rest, nor took its lack for the end of the body.
    assert connect(plait).get("/list").body == b"one block"


def test_a_collected_body_that_breaks_off_never_starts_the_application(serve, connect):
    plait = serve("rules", "--threads", 1)
    with connect(plait) as connection:
        connection.send(b"POST /identity HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")
    assert json.loads(connect(plait).get("/events").body) == []
