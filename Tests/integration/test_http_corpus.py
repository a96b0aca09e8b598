"""The corpus of HTTP/1.1 requests against the real server: whole, cut into pieces, byte by byte."""

import json
from urllib.parse import unquote_to_bytes

import pytest

from http_corpus import cases

VALID, INVALID = cases("valid"), cases("invalid")

#: Longer requests are not sent byte by byte: thousands of segments would show nothing that hundreds do not.
LONGEST_BY_THE_BYTE = 2000


@pytest.fixture(scope="module")
def plait(serve_module):
    return serve_module("corpus", "--workers", 1)


@pytest.fixture(scope="module", autouse=True)
def the_server_lives_on(plait):
    before = plait.server, plait.workers
    yield
    assert (plait.server, plait.workers) == before


def whole(data):
    return [data]


def thirds(data):
    size = max(len(data) // 3, 1)
    return [data[start : start + size] for start in range(0, len(data), size)]


def line_by_line(data):
    """Cut between CR and LF, where a careless reader loses its place."""
    return [piece for line in data.splitlines(keepends=True) for piece in (line[:-1], line[-1:]) if piece]


def byte_by_byte(data):
    return [data[index : index + 1] for index in range(len(data))] if len(data) <= LONGEST_BY_THE_BYTE else thirds(data)


CUTS = [whole, thirds, line_by_line, byte_by_byte]


def send(connection, case, cut):
    """The server may refuse, and close, before it has been told everything."""
    try:
        for piece in cut(case.data):
            connection.send(piece)
    except ConnectionError:
        pass


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("case", VALID, ids=lambda case: case.name)
def test_a_valid_request_reaches_the_application_as_it_is(plait, connect, case, cut):
    connection = connect(plait, deadline=5)
    send(connection, case, cut)
    count = case.number("requests", 1)
    blocks = case.blocks + [{}] * (count - len(case.blocks))
    for block in blocks:
        check(connection.response(block.get("method", b"GET").decode("latin-1")), block)
    if b"no" in (block.get("keep-alive") for block in blocks):
        assert connection.is_closed_by_server()
    elif blocks[-1].get("keep-alive") == b"yes":
        assert connection.get("/still-alive").status == 200


def check(response, block):
    assert 200 <= response.status < 300, response
    if block.get("method") == b"HEAD" or block.get("options-star") == b"yes":
        return
    arrived = {key: value.encode("latin-1") for key, value in json.loads(response.body).items()}
    expected = {
        "REQUEST_METHOD": block.get("method"),
        "RAW_URI": block.get("target"),
        "PATH_INFO": "path" in block and unquote_to_bytes(block["path"]) or None,
        "QUERY_STRING": block.get("query"),
        "SERVER_PROTOCOL": "version" in block and b"HTTP/" + block["version"] or None,
        "body": block.get("body"),
    }
    assert {key: arrived[key] for key, value in expected.items() if value is not None} == {
        key: value for key, value in expected.items() if value is not None
    }


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("case", INVALID, ids=lambda case: case.name)
def test_an_invalid_request_is_refused_and_the_connection_closed(plait, connect, case, cut):
    connection = connect(plait, deadline=5)
    send(connection, case, cut)
    for _ in range(case.number("before", 0)):
        assert connection.response().status == 200
    response = connection.response()
    assert response.status == case.number("status", 400)
    assert (response.header("Connection") or "").lower() == "close"
    assert len(response.body) < 2000
    assert connection.is_closed_by_server()


def test_the_corpus_is_there():
    assert len(VALID) >= 20 and len(INVALID) >= 50
