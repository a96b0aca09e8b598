"""Reloading: a new generation of workers takes over, and no client notices."""

import os
import signal
import time

import pytest

from http_connection import Connection
from load import Load
from plait_process import Plait, command, environment
from polling import until
from test_life import assert_none_lost_or_run_twice

VERSION = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"VERSION"]
"""


@pytest.fixture
def project(tmp_path):
    """A directory with an application; `project.save("two")` writes another version of it."""

    class Project:
        path = tmp_path / "project"
        application = path / "site_app.py"

        def save(self, version):
            self.application.write_text(VERSION.replace("VERSION", version))

    Project.path.mkdir()
    Project().save("one")
    return Project()


@pytest.fixture
def watched(serve, project):
    return lambda *options: serve("site_app", *options, app_dir=project.path)


def ask(plait):
    with Connection(plait.address) as connection:
        return connection.get("/").text


def count(plait, pattern):
    return sum(pattern in line for line in plait.stderr)


def hang_up(plait):
    """Reload by the signal, and wait until the new generation has taken over and the old one has gone."""
    old, since = set(plait.workers), len(plait.stderr)
    plait.send_signal(signal.SIGHUP)
    assert plait.stderr.wait_for(r"^reloaded in [\d.]+ s$", since)
    until(lambda: not old & set(plait.workers), "the old generation's end")


# Nothing is lost


@pytest.mark.parametrize("threads", [1, 4])
def test_no_request_is_lost_in_reloads_under_load(live, traces, threads):
    plait = live("--workers", 2, "--threads", threads)
    with Load(plait.address, clients=24) as load:
        for _ in range(4):
            load.wait_for(200)
            hang_up(plait)
        load.wait_for(200)
    assert load.failed() == {}
    assert_none_lost_or_run_twice(load, traces)
    assert len(traces("import")) == 2 * 5 and len(traces("atexit")) == 2 * 4


def test_reloads_in_quick_succession_lose_nothing_either(live, traces):
    plait = live("--workers", 2, "--threads", 2)
    with Load(plait.address, clients=16) as load:
        for _ in range(10):
            load.wait_for(20)
            plait.send_signal(signal.SIGHUP)
        plait.stderr.wait_for(r"^reloaded in", len(plait.stderr) - 1)
        load.wait_for(200)
    assert load.failed() == {}
    assert_none_lost_or_run_twice(load, traces)
    until(lambda: len(plait.workers) == 2, "two workers, and no more")


def test_connections_stay_open(live, connect):
    plait = live("--workers", 1)
    connection = connect(plait)
    before = connection.get("/").text
    hang_up(plait)
    assert connection.get("/").text != before


def test_what_runs_is_finished_by_the_old_worker(live, connect, traces):
    plait = live("--workers", 1, "--threads", 2)
    (old,) = plait.workers
    traces.held.touch()
    slow = connect(plait).request("/hold?1")
    until(lambda: traces("hold"), "the call")
    plait.send_signal(signal.SIGHUP)
    assert plait.stderr.wait_for(r"^reloaded in")
    assert connect(plait).get("/").text != str(old)
    assert old in plait.workers
    traces.held.unlink()
    response = slow.response()
    assert (response.status, response.text) == (200, str(old))
    until(lambda: old not in plait.workers, "the old worker's end")


def test_what_waits_in_the_old_worker_goes_to_the_new_one(live, connect, traces):
    plait = live("--workers", 1, "--threads", 1)
    (old,) = plait.workers
    traces.held.touch()
    slow = connect(plait).request("/hold?1")
    until(lambda: traces("hold"), "the call")
    waiting = connect(plait).request("/run?1")
    plait.send_signal(signal.SIGHUP)
    assert waiting.response().text != str(old)
    traces.held.unlink()
    assert slow.response().text == str(old)


def test_what_outlasts_the_grace_is_cut(live, connect, traces):
    plait = live("--workers", 1, "--grace", "1s")
    (old,) = plait.workers
    traces.held.touch()
    slow = connect(plait).request("/hold?1")
    until(lambda: traces("hold"), "the call")
    plait.send_signal(signal.SIGHUP)
    assert slow.response().status == 502
    assert plait.stderr.wait_for(rf"pid={old}\b")
    assert connect(plait).get("/").status == 200
    traces.held.unlink()


# An application that does not start


def test_a_broken_application_leaves_the_old_generation_serving(live, traces):
    plait = live("--workers", 2)
    old = plait.workers
    traces.broken.touch()
    with Load(plait.address, clients=4) as load:
        plait.send_signal(signal.SIGHUP)
        assert plait.stderr.wait_for(r"^RuntimeError: broken on purpose$")
        assert plait.stderr.wait_for(r"^error: the application would not start; .* go on serving$")
        load.wait_for(100)
    assert load.failed() == {}
    assert plait.workers == old
    assert count(plait, "RuntimeError: ") == 1, "said once, not once for each worker"
    traces.broken.unlink()
    hang_up(plait)


# Watching


def test_a_save_is_served_in_well_under_a_second(watched, project):
    plait = watched("--workers", 1, "--watch")
    assert ask(plait) == "one"
    begun = time.monotonic()
    project.save("two")
    until(lambda: ask(plait) == "two", "the new version")
    assert time.monotonic() - begun < 1


def test_a_burst_of_saves_is_one_reload(watched, project):
    plait = watched("--workers", 1, "--watch")
    for number in range(30):
        (project.path / f"module{number}.py").write_text("x = 1")
    project.save("two")
    until(lambda: ask(plait) == "two", "the new version")
    assert plait.stderr.wait_for(r"^reloaded")
    assert count(plait, "reloading:") == 1
    assert plait.stderr.wait_for(r"^reloading: module0\.py and 30 more$")


def test_a_syntax_error_is_shown_and_the_next_save_served(watched, project):
    plait = watched("--workers", 1, "--watch")
    project.application.write_text("def application(:\n")
    assert plait.stderr.wait_for(r"^SyntaxError")
    assert plait.stderr.wait_for("go on serving")
    assert ask(plait) == "one"
    project.save("three")
    until(lambda: ask(plait) == "three", "the mended version")


def test_packages_that_appear_are_watched_and_what_tools_write_is_not(watched, project):
    plait = watched("--workers", 1, "--watch")
    for ignored in (".git", "__pycache__", "node_modules"):
        (project.path / ignored).mkdir()
        (project.path / ignored / "a.py").write_text("")
    (project.path / "notes.txt").write_text("")
    (project.path / "shop").mkdir()
    (project.path / "shop" / "models.py").write_text("")
    assert plait.stderr.wait_for(r"^reloading: ")[0]
    assert [line for line in plait.stderr if line.startswith("reloading")] == ["reloading: shop/models.py"]


def test_patterns_name_more_files(watched, project):
    plait = watched("--workers", 1, "--watch", "*.html", "conf/**")
    (project.path / "page.html").write_text("")
    assert plait.stderr.wait_for(r"^reloading: page\.html$")
    (project.path / "conf" / "deep").mkdir(parents=True)
    (project.path / "conf" / "deep" / "shop.toml").write_text("")
    assert plait.stderr.wait_for(r"^reloading: conf/deep/shop\.toml$")


def test_polling_does_it_too(watched, project):
    plait = watched("--workers", 1, "--watch=poll")
    project.save("two")
    until(lambda: ask(plait) == "two", "the new version")


def test_nothing_is_watched_unless_asked(watched, project):
    plait = watched("--workers", 1)
    project.save("two")
    plait.send_signal(signal.SIGHUP)
    assert plait.stderr.wait_for(r"^reloading: ")[0] == "reloading: "
    assert [line for line in plait.stderr if line.startswith("reloading")] == ["reloading: SIGHUP"]


def test_a_save_during_the_first_start_is_not_missed(project):
    """The first version waits while it is imported; what is saved meanwhile has to be served after it."""
    gate = project.path / "gate"
    os.mkfifo(gate)
    project.application.write_text(f"open({str(gate)!r}).read()\n" + VERSION.replace("VERSION", "one"))
    words = command("site_app", "--workers", 1, "--watch", app_dir=project.path)
    with Plait(words, env=environment()) as plait:
        with open(gate, "w"):
            project.save("two")
        plait.wait_until_ready()
        until(lambda: ask(plait) == "two", "the version that was saved meanwhile")
