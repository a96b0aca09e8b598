"""`wsgi.file_wrapper`: PEP 3333 "Optional Platform-Specific File Handling"."""

import pytest

import process_tree
from http_connection import Closed
from polling import until


def content(length, offset=0):
    return (bytes(range(256)) * (length // 256 + 1))[:length][offset:]


@pytest.mark.parametrize(
    "length, offset",
    [
        (0, 0),
        (1, 0),
        (1000, 10),
        (65_536, 0),
        (65_537, 65_536),
        (1000, 1000),
        (20_000_000, 0),
        (20_000_000, 12_345_678),
    ],
)
def test_a_file_is_sent_from_where_it_stands(rules, connect, length, offset):
    connection = connect(rules)
    response = connection.get(f"/file?{length},{offset}")
    assert response.status == 200
    assert response.body == content(length, offset)
    assert connection.get("/list").body == b"one block"


def test_a_file_is_sent_with_its_length(rules, connect):
    assert connect(rules).get("/file?1000,10").header("Content-Length") == "990"


def test_a_declared_length_ends_the_file_early(rules, connect):
    connection = connect(rules)
    assert connection.get("/file-part?100000,500").body == content(100_000, 500)[:1000]
    assert connection.get("/list").body == b"one block"


def test_a_file_shorter_than_declared_is_not_taken_for_whole(rules, connect):
    connection = connect(rules)
    try:
        assert connection.get("/file-too-short?1000").status == 500
    except Closed as end:
        assert len(end.received) <= 1000


def test_the_worker_does_not_read_what_it_sends(rules, connect):
    before = process_tree.bytes_read(rules.workers[0])
    assert len(connect(rules).get("/file?20000000").body) == 20_000_000
    assert process_tree.bytes_read(rules.workers[0]) - before < 1_000_000


@pytest.mark.parametrize(
    "target, body",
    [
        ("/file-only-read", b"only read" * 10000),
        ("/file-memory", b"from memory"),
        ("/file-pipe", b"from a pipe"),
        ("/file-iterated", b"abcd|efgh|ij"),
        ("/file-after-writing", b"before;" + content(300)),
        ("/file-buffered", content(100_000, 10)),
    ],
)
def test_anything_that_can_be_read_is_sent(rules, connect, target, body):
    connection = connect(rules)
    assert connection.get(target).body == body
    assert connection.get("/list").body == b"one block"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("target, event", [("/file-only-read", "file closed"), ("/file-closed", "regular file closed")])
def test_the_file_is_closed_once(rules, connect, events, method, target, event):
    connect(rules).request(target, method=method).response(method=method)
    assert until(events, "close()") == [event]


def test_no_descriptor_is_left_open(rules, connect):
    def count():
        return sum(process_tree.open_descriptors(pid) for pid in [rules.server, *rules.workers])

    connection = connect(rules)
    connection.get("/file?100000")
    before = count()
    for _ in range(50):
        connection.get("/file?100000")
    until(lambda: count() <= before, "the closing of the files")


def test_http_1_0_gets_the_file_too(rules, connect):
    assert connect(rules).get("/file?100000", version="HTTP/1.0").body == content(100_000)
