"""From the application's iterable to the answer's bytes: PEP 3333 "Buffering and Streaming", and what RFC 9112 adds."""

import pytest

import process_tree
from http_connection import Closed, Connection
from polling import until

# Framing


@pytest.mark.parametrize(
    "target, body",
    [("/list", b"one block"), ("/empty-list", b""), ("/declared-exact", b"12345"), ("/declared-generator", b"12345")],
)
def test_one_block_or_a_declared_length_needs_no_chunks(rules, connect, target, body):
    response = connect(rules).get(target)
    assert (response.header("Content-Length"), response.chunks, response.body) == (str(len(body)), None, body)


@pytest.mark.parametrize(
    "target, body",
    [("/tuple", b"one tuple"), ("/generator", b"abcdef"), ("/empty-blocks", b"xy"), ("/only-empty-blocks", b"")],
)
def test_blocks_arrive_whole_and_in_order(rules, connect, target, body):
    connection = connect(rules)
    for _ in range(3):
        response = connection.get(target)
        assert (response.status, response.body) == (200, body)


@pytest.mark.parametrize("keep_alive", [True, False])
def test_an_unknown_length_ends_with_the_connection_for_http_1_0(rules, connect, keep_alive):
    headers = [("Connection", "keep-alive")] if keep_alive else []
    response = connect(rules).get("/generator", version="HTTP/1.0", headers=headers)
    assert (response.header("Transfer-Encoding"), response.body) == (None, b"abcdef")


def test_http_1_0_is_kept_alive_when_asked(rules, connect):
    connection = connect(rules)
    for _ in range(2):
        response = connection.get("/list", version="HTTP/1.0", headers=[("Connection", "keep-alive")])
        assert response.header("Connection").lower() == "keep-alive"


@pytest.mark.parametrize("target", ["/list", "/generator", "/declared-exact", "/no-content", "/file?100000"])
def test_head_has_the_head_alone(rules, connect, target):
    connection = connect(rules)
    head = connection.request(target, method="HEAD").response(method="HEAD")
    get = connection.get(target)
    assert head.status == get.status
    assert head.header("Content-Length") in (None, get.header("Content-Length"))


@pytest.mark.parametrize(
    "target, status", [("/no-content", 204), ("/no-content-with-body", 204), ("/not-modified", 304)]
)
def test_answers_without_content_have_none(rules, connect, target, status):
    connection = connect(rules)
    response = connection.get(target)
    assert response.status == status
    assert response.header("Transfer-Encoding") is None
    # RFC 9110 §8.6: not in a 204, whatever the application says.
    assert status != 204 or response.header("Content-Length") is None
    assert connection.get("/list").body == b"one block"


@pytest.mark.parametrize("target", ["/one-big-block?10485760", "/many-blocks?10485760"])
def test_megabytes_arrive_whole(rules, connect, target):
    body = connect(rules).get(target).body
    assert len(body) == 10 * 1024 * 1024
    expected = bytes(range(256)) * 40960 if "one" in target else b"".join(bytes([n % 256]) * 65536 for n in range(160))
    assert body == expected


# Streaming


def test_a_block_leaves_before_the_next_is_made(rules, connect, events):
    connection = connect(rules).request("/waiting")
    assert connection.through(b"first;")
    assert connect(rules).get("/release").status == 204
    assert connection.through(b"second;")


def test_blocks_are_not_joined_while_streaming(rules, connect):
    # Not a law, but what "unbuffered" means where nothing else is to be sent.
    assert sum(connect(rules).get("/generator").chunks) == 6


# A declared length is kept, whatever the application does


def test_what_exceeds_the_declared_length_is_not_sent(rules, connect, events, logged):
    connection = connect(rules)
    assert connection.get("/declared-long").body == b"12345"
    assert logged("Content-Length")
    assert connection.is_closed_by_server() or connection.get("/list").body == b"one block"
    assert until(lambda: [event for event in events() if event.startswith("long closed")], "close()")


@pytest.mark.parametrize("target", ["/declared-short", "/declared-nothing"])
def test_an_answer_that_falls_short_is_seen_to(rules, connect, logged, target):
    connection = connect(rules)
    try:
        # Before anything was sent it can still become an error.
        assert connection.get(target).status == 500
    except Closed as end:
        assert end.received in (b"12", b"")
    assert logged("Content-Length")


# close()


def closed(events, name):
    return until(lambda: [event for event in events() if event.startswith(f"{name} closed")], f"close() of {name}")


def test_close_is_called_once_after_the_last_block(rules, connect, events):
    assert connect(rules).get("/noted").body == b"ab"
    assert len(closed(events, "noted")) == 1


@pytest.mark.parametrize("method, target", [("HEAD", "/noted"), ("GET", "/declared-short")])
def test_close_is_called_when_nothing_or_too_little_is_sent(rules, connect, events, method, target):
    connect(rules).request(target, method=method)
    assert len(closed(events, "noted" if method == "HEAD" else "short")) == 1


def test_close_is_called_when_the_iterator_raises(rules, connect, events, logged):
    connection = connect(rules).request("/raising-iterator")
    assert connection.head().status == 200
    rest = connection.until_end()
    assert b"before;" in rest and not rest.endswith(b"0\r\n\r\n")
    assert len(closed(events, "raising")) == 1
    assert logged("ValueError: the iterator broke")


def test_an_iterator_that_raises_before_its_first_block_is_500(rules, connect, events, logged):
    assert connect(rules).get("/raising-at-once").status == 500
    assert len(closed(events, "raising at once")) == 1
    assert logged("ValueError: the iterator broke at once")


def test_an_error_in_close_does_not_harm_an_answer_that_is_whole(rules, connect, events, logged):
    assert connect(rules).get("/raising-close").body == b"whole"
    assert logged("ValueError: close broke")


@pytest.mark.parametrize("target, name", [("/endless", "endless"), ("/until-released", "until released")])
def test_close_is_called_when_the_client_goes(rules, connect, events, target, name):
    with Connection(rules.address) as connection:
        connection.request(target).through(b"\r\n\r\n")
    assert len(closed(events, name)) == 1


def test_a_client_that_does_not_read_makes_the_application_wait(rules, connect, events):
    # The endless answer may fill the ring, memory and spool it is allowed, not the machine.
    before = sum(map(process_tree.resident_bytes, [rules.server, *rules.workers]))
    with Connection(rules.address) as connection:
        connection.request("/endless").through(b"\r\n\r\n")
        assert connect(rules).get("/list").status == 200
        assert sum(map(process_tree.resident_bytes, [rules.server, *rules.workers])) - before < 64 << 20
    closed(events, "endless")


def test_a_request_has_one_thread_from_call_to_close(rules, connect, events):
    connect(rules).get("/identity")
    same, end = until(lambda: len(events()) == 2 and events(), "the end of the request")
    called, closing = end.removeprefix("called on ").split(" closed on ")
    assert same is True and called == closing


# Broken applications get 500 and a line that says what to mend


@pytest.mark.parametrize(
    "target, hint",
    [
        ("/never-starts", "start_response"),
        ("/never-starts-and-is-empty", "start_response"),
        ("/returns-none", "None"),
        ("/returns-str", r"\bstr\b"),
        ("/returns-int", r"\bint\b"),
        ("/yields-str", r"\bstr\b"),
        ("/yields-none", "NoneType|None"),
        ("/yields-int", r"\bint\b"),
    ],
)
def test_a_broken_application_is_told_what_to_mend(rules, connect, logged, target, hint):
    connection = connect(rules)
    response = connection.get(target)
    assert response.status == 500
    assert 0 < len(response.body) < 2000
    assert logged(hint) and logged(f"GET {target}")


def test_a_wrong_type_after_the_head_cuts_the_answer(rules, connect, logged):
    with pytest.raises(Closed):
        connect(rules).get("/yields-str-late")
    assert logged(r"\bstr\b")


def test_an_exception_is_500_with_its_traceback_and_request_line_in_the_log(rules, connect, logged):
    response = connect(rules).get("/raises?<script>")
    assert response.status == 500
    assert b"script" not in response.body and b"broke" not in response.body
    assert logged("Traceback") and logged("in raises") and logged("ValueError: called and <broke>")
    assert logged(r"GET /raises\?")


def test_an_application_that_exits_ends_its_request_only(rules, connect):
    workers = rules.workers
    assert connect(rules).get("/exits").status == 500
    assert connect(rules).get("/list").status == 200
    assert rules.workers == workers


def test_what_is_logged_and_printed_arrives_in_whole_lines(rules, connect, logged):
    since = len(rules.stdout)
    assert connect(rules).get("/logs").body == b"logged"
    for line in (
        "written to wsgi.errors: é",
        "line one",
        "line two",
        "printed to wsgi.errors",
        "printed to standard error",
    ):
        assert logged(f"{line}$")
    assert rules.stdout.wait_for("^printed to standard output$", since=since)


def test_a_view_may_fork(rules, connect):
    connection = connect(rules)
    assert connection.get("/forking").body == b"7"
    assert connection.get("/list").body == b"one block"
