"""Start lines, log lines, the access log, and what plait answers by itself."""

import json
import re
import signal

import process_tree
from plait_process import APPS, Plait, command, environment
from polling import until

# Start lines


def test_the_start_says_what_is_served_by_what_and_where(serve):
    plait = serve("reflection", "--workers", 2, "--threads", 3)
    lines = list(plait.stderr)
    assert re.fullmatch(
        r"plait \d+\.\d+\.\d+ serves reflection with python 3\.\d+\.\d+ \(/.*, from --python\)", lines[0]
    )
    assert lines[1] == "2 workers × 3 threads = 6 requests at once"
    assert re.fullmatch(r"listening on http://127\.0\.0\.1:\d+", lines[2])
    assert any(re.fullmatch(r"ready in \d+\.\d s", line) for line in lines)


def test_one_is_singular(serve):
    assert "1 worker × 1 thread = 1 request at once" in list(serve("reflection", "--workers", 1, "--threads", 1).stderr)


def test_as_json_every_line_is_an_object():
    words = command("reflection", "--workers", 1)
    words[words.index("text")] = "json"
    with Plait(words) as plait:
        assert plait.stderr.wait_for('"message": ?"ready"')
        records = [json.loads(line) for line in plait.stderr]
        assert {"serving", "capacity", "listening", "ready"} <= {record["message"] for record in records}
        assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", record["time"]) for record in records)
        assert {record["level"] for record in records} == {"info"}
        (address,) = [record["address"] for record in records if record["message"] == "listening"]
        assert address.startswith("http://127.0.0.1:")
        assert plait.stop() == 0


# The access log


COMBINED = r'127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "%s" %s "%s" "%s"'


def test_a_request_is_one_line_in_the_combined_format(serve, connect):
    plait = serve("rules", "--workers", 1)
    connect(plait).get("/list?a=b", headers=[("Referer", "http://r/"), ("User-Agent", "agent/1")])
    assert plait.stdout.wait_for(COMBINED % (r"GET /list\?a=b HTTP/1\.1", "200 9", "http://r/", "agent/1"))
    connect(plait).get("/no-content")
    assert plait.stdout.wait_for(COMBINED % (r"GET /no-content HTTP/1\.1", "204 -", "-", "-"))


def test_nothing_in_a_request_can_forge_a_line(serve, connect):
    plait = serve("rules", "--workers", 1)
    connect(plait).get("/list", headers=[("User-Agent", '"quoted" \\ \xe9\t'), ("Referer", "a\tb")])
    line = plait.stdout.wait_for("^.*GET /list.*$")[0]
    assert re.fullmatch(r"[\x20-\x7e]+", line)
    assert '\\"quoted\\"' in line


def test_credentials_are_not_logged(serve, connect):
    plait = serve("rules", "--workers", 1, "--log-level", "debug")
    connect(plait).get("/raises", headers=[("Authorization", "Basic c2VjcmV0"), ("Cookie", "session=secret")])
    assert plait.stdout.wait_for("GET /raises")
    everything = plait.stdout.text() + plait.stderr.text()
    assert "c2VjcmV0" not in everything and "secret" not in everything


def test_as_json_a_request_is_an_object(serve, connect):
    plait = serve("rules", "--workers", 1, "--access-log", "json")
    connect(plait).get("/list", headers=[("User-Agent", '"é" \\')])
    record = json.loads(plait.stdout.wait_for(r"^\{.*\}$")[0])
    assert (record["method"], record["target"], record["status"], record["bytes"]) == ("GET", "/list", 200, 9)
    assert record["user_agent"] == '"é" \\'
    assert record["milliseconds"] >= 0


def test_switched_off_it_says_nothing(serve, connect):
    plait = serve("rules", "--workers", 1, "--access-log", "off")
    connect(plait).get("/list")
    assert plait.stop() == 0
    assert plait.stdout.text() == ""


def test_a_file_is_written_and_opened_anew_after_sigusr1(serve, connect, tmp_path):
    log, moved = tmp_path / "access.log", tmp_path / "access.log.1"
    plait = serve("rules", "--workers", 1, "--access-log", f"combined:{log}")
    connection = connect(plait)
    connection.get("/list?before")
    until(lambda: "before" in log.read_text(), "the first line")
    log.rename(moved)
    plait.send_signal(signal.SIGUSR1)
    until(log.exists, "a new file")
    connection.get("/list?after")
    until(lambda: "after" in log.read_text(), "the second line")
    assert "after" not in moved.read_text()


def test_refused_requests_are_logged_too(serve, connect):
    plait = serve("rules", "--workers", 1)
    connect(plait).send(b"GET / HTTP/1.1\r\n\r\n").response()
    assert plait.stdout.wait_for(r'" 400 ')


# Health


def test_health_is_answered_by_plait_and_left_out_of_the_log(serve, connect):
    plait = serve("rules", "--workers", 1)
    connection = connect(plait)
    assert [connection.get(f"/-/{probe}").status for probe in ("live", "ready")] == [200, 200]
    assert connection.get("/list").status == 200
    assert plait.stdout.wait_for("GET /list")
    assert "/-/" not in plait.stdout.text()


def test_health_has_a_place_of_its_own_or_none(serve, connect):
    elsewhere = connect(serve("reflection", "--health", "/status/"))
    assert elsewhere.get("/status/live").header("Content-Type") != "application/json"
    assert json.loads(elsewhere.get("/-/live").body)["strings"]["PATH_INFO"] == "/-/live"
    off = connect(serve("reflection", "--health", "off"))
    assert json.loads(off.get("/-/live").body)["strings"]["PATH_INFO"] == "/-/live"


# The worker's surroundings


def test_a_worker_has_only_what_it_needs(serve, connect):
    plait = serve("surroundings", "--workers", 1, popen={"env": environment(PLAIT_QUEUE="7", SOME_SETTING="kept")})
    seen = json.loads(connect(plait).get("/").body)
    assert [name for name in seen["environment"] if name.startswith("PLAIT_")] == ["PLAIT_WORKER"]
    assert seen["environment"]["SOME_SETTING"] == "kept"
    assert seen["argv"] == ["surroundings"] and seen["path"][0] == str(APPS)
    assert f"socket:[{process_tree.listening_inode(plait.port)}]" not in seen["descriptors"]


def test_the_umask_is_what_was_asked_for(serve, connect):
    assert json.loads(connect(serve("surroundings", "--umask", "027")).get("/").body)["umask"] == 0o027


# The environment


def test_variables_are_settings_and_the_command_line_wins(serve):
    variables = environment(PLAIT_THREADS="3", PLAIT_WORKERS="2", WEB_CONCURRENCY="5")
    assert "2 workers × 1 thread = 2 requests at once" in list(
        serve("reflection", "--threads", 1, popen={"env": variables}).stderr
    )


def test_unknown_variables_are_warned_of_with_the_nearest(serve):
    plait = serve("reflection", popen={"env": environment(PLAIT_WORKRES="2")})
    assert plait.stderr.wait_for("PLAIT_WORKRES.*PLAIT_WORKERS")


def test_what_kubernetes_injects_is_ignored_with_one_warning(serve):
    variables = environment(
        PLAIT_PORT="tcp://10.0.0.1:80", PLAIT_SERVICE_HOST="10.0.0.1", PLAIT_PORT_80_TCP="tcp://10.0.0.1:80"
    )
    plait = serve("reflection", popen={"env": variables})
    warnings = [line for line in plait.stderr if "PLAIT_" in line]
    assert len(warnings) == 1
