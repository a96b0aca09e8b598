"""The access log: what stands in it, what never does, and that it survives being rotated under load."""

import json
import os
import re
import signal

import pytest

from http_connection import Closed
from load import Load
from plait_process import environment
from polling import until

COMBINED = re.compile(
    r'(?P<client>\S+) - - \[(?P<time>\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000)\] "(?P<request>(?:[^"\\]|\\.)*)" '
    r'(?P<status>\d{3}) (?P<bytes>\d+|-) "(?P<referer>(?:[^"\\]|\\.)*)" "(?P<user_agent>(?:[^"\\]|\\.)*)" '
    r'(?P<milliseconds>\d+\.\d{3})')

FIELDS = ["time", "client", "method", "target", "protocol", "status", "bytes", "milliseconds", "request", "referer",
          "user_agent"]


@pytest.fixture
def logged(serve, tmp_path):
    """`logged("json")` → a plait that serves `reflection`; `.lines(n)` waits for as many lines in its file."""

    def start(form, *options):
        path = tmp_path / "access.log"
        plait = serve("reflection", "--access-log", f"{form}:{path}", *options)
        plait.lines = lambda count: until(lambda: len(lines_of(path)) >= count and lines_of(path), f"{count} lines")
        return plait

    return start


def lines_of(path):
    """The whole lines; every one ends in a line feed."""
    return path.read_bytes().decode("ascii").split("\n")[:-1] if path.exists() else []


def test_combined_says_who_asked_what_and_got_what(logged, connect):
    plait = logged("combined")
    answer = connect(plait).get("/a?b=c", headers=[("Referer", "http://example.org/"), ("User-Agent", "test (1)")])
    (line,) = plait.lines(1)
    fields = COMBINED.fullmatch(line).groupdict()
    assert fields["client"] == "127.0.0.1"
    assert fields["request"] == "GET /a?b=c HTTP/1.1"
    assert (fields["status"], fields["bytes"]) == ("200", str(len(answer.body)))
    assert (fields["referer"], fields["user_agent"]) == ("http://example.org/", "test (1)")


def test_json_has_the_same_fields_in_every_line(logged, connect):
    plait = logged("json")
    connection = connect(plait)
    answer = connection.get("/a?b=c", headers=[("User-Agent", "test (1)")])
    connection.get("/", method="HEAD")
    first, second = map(json.loads, plait.lines(2))
    assert list(first) == list(second) == FIELDS
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["time"])
    assert [first[name] for name in FIELDS[1:7]] == ["127.0.0.1", "GET", "/a?b=c", "HTTP/1.1", 200, len(answer.body)]
    assert (first["referer"], first["user_agent"]) == ("-", "test (1)")
    assert first["milliseconds"] > 0
    assert (second["method"], second["bytes"]) == ("HEAD", 0)
    assert second["request"] != first["request"]


def test_standard_output_is_where_it_goes_by_default(serve, connect):
    plait = serve("reflection")
    connect(plait).get("/here")
    assert COMBINED.fullmatch(plait.stdout.wait_for("GET /here").string)


def test_off_writes_nothing(serve, connect):
    plait = serve("reflection", "--access-log", "off")
    with connect(plait) as connection:
        connection.get("/here")
    plait.stop()
    assert plait.stdout.text() == ""


@pytest.mark.parametrize("form", ["combined", "json"])
def test_no_value_forges_a_line_or_a_field(logged, connect, form):
    plait = logged(form)
    value = 'a\tb" "c\\d\xe9\x85'
    connection = connect(plait)
    connection.get("/", headers=[("User-Agent", value), ("Referer", '"')])
    connection.get("/last")
    line, _ = plait.lines(2)
    if form == "json":
        fields = json.loads(line)
        assert (fields["user_agent"], fields["referer"]) == (value, '"')
    else:
        fields = COMBINED.fullmatch(line).groupdict()
        assert fields["user_agent"] == r"a\x09b\" \"c\\d\xe9\x85"
        assert fields["referer"] == r"\""


def test_credentials_are_not_logged(logged, connect):
    plait = logged("json")
    connection = connect(plait)
    connection.get("/", headers=[("Cookie", "id=secret"), ("Authorization", "Basic secret"),
                                 ("Proxy-Authorization", "Basic secret"), ("X-Token", "secret")])
    connection.get("/last")
    assert "secret" not in "\n".join(plait.lines(2))


def test_health_probes_are_left_out(logged, connect):
    plait = logged("json", "--health", "/-/")
    connection = connect(plait)
    assert connection.get("/-/live").status == 200
    assert connection.get("/-/ready").status == 200
    connection.get("/-/other")
    connection.get("/last")
    assert [json.loads(line)["target"] for line in plait.lines(2)] == ["/-/other", "/last"]


def test_a_request_that_is_none_is_a_dash(logged, connect):
    plait = logged("combined")
    with pytest.raises(Closed):
        connect(plait).send(b"NONSENSE\r\n\r\n").exactly(1 << 20)
    fields = COMBINED.fullmatch(plait.lines(1)[0]).groupdict()
    assert (fields["request"], fields["status"]) == ("-", "400")
    assert int(fields["bytes"]) > 0


def test_a_reader_that_stands_still_stops_neither_answers_nor_the_end(serve, connect, tmp_path):
    """A pipe that nobody reads: lines are dropped, and counted."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    try:
        plait = serve("reflection", "--access-log", f"json:{fifo}", "--workers", 1)
        with connect(plait) as connection:
            # The pipe takes 64 KiB, the writer's batch and the ring 256 KiB each.
            for _ in range(100):
                assert connection.get("/", headers=[("User-Agent", "x" * 8000)]).status == 200
        assert plait.stop() == 0
        assert plait.stderr.wait_for(r"lines of the access log (were dropped|could not be written)")
    finally:
        os.close(reader)


def test_a_file_renamed_under_load_is_opened_anew_and_no_line_is_lost(serve, tmp_path):
    path, rotated = tmp_path / "access.log", [tmp_path / f"access.log.{number}" for number in range(3)]
    traces = environment(TEST_TRACES=str(tmp_path / "traces"))
    plait = serve("life", "--workers", 2, "--access-log", f"json:{path}", popen={"env": traces})
    with Load(plait.address, clients=8) as load:
        for old in rotated:
            load.wait_for(200)
            path.rename(old)
            plait.send_signal(signal.SIGUSR1)
            until(path.exists, "a new file")
    plait.stop()
    lines = [json.loads(line) for file in [*rotated, path] for line in lines_of(file)]
    answered = [f"/run?{identifier}" for identifier, answer in load.answers.items() if answer == 200]
    targets = [line["target"] for line in lines if line["status"] == 200]
    assert all(lines_of(file) for file in rotated)
    assert len(targets) == len(set(targets))
    assert set(answered) == set(targets)
    assert "dropped" not in plait.stderr.text()
