"""`python -m plait serve APP --dev`: the process that was started is the worker."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

import process_tree
from dap import Debugger
from plait_process import PLAIT, REPOSITORY, Plait, environment, run_to_end
from polling import until
from pseudo_terminal import Terminal
from test_dev import Ask

SOURCE = """
import os

def application(environ, start_response):
    if environ["PATH_INFO"] == "/stop":
        breakpoint()
    answer = "one"
    answer = answer + " %d" % os.getpid()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [answer.encode()]
"""

pytestmark = pytest.mark.skipif(
    os.path.realpath(PLAIT) != os.path.realpath(REPOSITORY / ".build/release/plait"),
    reason="python -m plait takes the program of its own installation",
)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "site_app.py").write_text(SOURCE)
    return tmp_path


def words(*options, tools=()):
    endpoint = ("--port", "tcp:0:interface=127.0.0.1")
    return [sys.executable, *tools, "-m", "plait", "serve", "site_app", "--log-format", "text", *endpoint, *options]


def keywords(project, **changes):
    python = str(REPOSITORY / "python")
    variables = {"PYTHONPATH": python, "PYTHONDONTWRITEBYTECODE": "1", "TERM": "dumb"}
    return {"cwd": project, "env": environment(**(variables | changes))}


@pytest.fixture
def launched(project):
    """A ready plait; its process is the worker, and the tree below it the program and the server."""
    with Plait(words("--dev"), **keywords(project)) as plait:
        plait.wait_until_ready()
        yield plait
        tree = plait.tree()
        plait.end()
        until(lambda: not any(map(process_tree.is_alive, tree)), "the end of its processes")


def ask(plait, path="/"):
    with urllib.request.urlopen(plait.base_url + path, timeout=20) as response:
        return response.read().decode()


def save(project, *change):
    (project / "site_app.py").write_text(SOURCE.replace(*change))


def test_the_process_that_was_started_runs_the_application(launched):
    assert ask(launched) == f"one {launched.pid}"
    assert launched.stop() == 0
    assert "Traceback" not in launched.stderr.text()


def test_a_save_is_served_by_the_same_process(launched, project):
    for version in ("two", "three"):
        save(project, "one", version)
        until(lambda: ask(launched) == f"{version} {launched.pid}", "the new version")
        assert launched.stderr.wait_for(r"^reloaded in")
    assert launched.stop(signal.SIGINT) == 0


def test_requests_wait_while_it_starts_again(launched, project):
    save(project, "import os", "import os, time\ntime.sleep(0.5)  # subject\n")
    assert launched.stderr.wait_for(r"^reloading: site_app\.py$")
    assert ask(launched) == f"one {launched.pid}"


def test_a_broken_application_waits_for_the_next_save(launched, project):
    save(project, "import os", "import os, nothing_of_this_name")
    assert launched.stderr.wait_for(r"^ModuleNotFoundError")
    assert launched.stderr.wait_for(r"tried again when a file is saved$")
    save(project, "one", "mended")
    until(lambda: ask(launched).startswith("mended"), "the mended version")


def test_a_broken_application_can_be_left(launched, project):
    save(project, "import os", "import os, nothing_of_this_name")
    assert launched.stderr.wait_for(r"tried again when a file is saved$")
    assert launched.stop() == 0


def test_an_application_that_never_started_is_exit_3(project):
    save(project, "import os", "import nothing_of_this_name")
    ended = run_to_end(words("--dev"), **keywords(project))
    assert ended.returncode == 3
    assert "ModuleNotFoundError" in ended.stderr


@pytest.mark.parametrize(
    "options, says",
    [
        (("--workers", "2"), "in `--workers 2`; accepted: 1"),
        (("--python", "/usr/bin/python3"), "in `--python /usr/bin/python3`; accepted: none"),
        (("--prot", "1"), "unknown option `--prot`; did you mean `--port`?"),
    ],
)
def test_what_cannot_be_is_one_line_and_exit_64(project, options, says):
    ended = run_to_end(words("--dev", *options), **keywords(project))
    assert ended.returncode == 64
    assert says in ended.stderr and "Traceback" not in ended.stderr


def test_when_it_is_killed_nothing_of_plait_stays(launched):
    tree = launched.tree()
    launched.process.kill()
    until(lambda: not any(map(process_tree.is_alive, tree)), "the end of its processes")


def test_when_the_program_is_killed_it_ends_too(launched):
    (program,) = process_tree.children(launched.pid)
    os.kill(program, signal.SIGKILL)
    assert launched.wait() == 128 + signal.SIGKILL
    assert "Traceback" not in launched.stderr.text()


def test_when_the_server_is_killed_it_serves_on(launched):
    os.kill(launched.tree()[2], signal.SIGKILL)
    assert launched.stderr.wait_for(r"^error: server ended")
    until(lambda: ask_again(launched) == f"one {launched.pid}", "the next server")


def ask_again(plait):
    try:
        return ask(plait)
    except OSError:
        return None


def test_without_dev_it_is_the_program_itself(project):
    with Plait(words("--workers", "1"), **keywords(project)) as plait:
        plait.wait_until_ready()
        assert ask(plait) != f"one {plait.pid}"


def test_on_a_terminal_breakpoint_and_ctrl_c_work(project):
    with Terminal(words("--dev"), **keywords(project)) as terminal:
        url = terminal.shows(r"listening on (http://\S+)")[1]
        asked = Ask(url + "/stop")
        terminal.shows(r"\(Pdb\) $")
        terminal.type("p 6 * 7\n")
        terminal.shows("^42$")
        terminal.type("c\n")
        assert asked.answer() == f"one {terminal.process.pid}"
        terminal.type("\x03")
        assert terminal.wait() == 0


# What it is for


def test_coverage_sees_what_requests_run(project):
    tool = ("-m", "coverage", "run", "--include", "site_app.py")
    with Plait(words("--dev", "--watch=off", tools=tool), **keywords(project)) as plait:
        plait.wait_until_ready()
        assert ask(plait).startswith("one")
        assert plait.stop() == 0
    report = [sys.executable, "-m", "coverage", "json", "-q", "-o", "-"]
    ended = subprocess.run(report, capture_output=True, check=True, text=True, **keywords(project))
    lines = json.loads(ended.stdout)["files"]["site_app.py"]
    assert {7, 8, 9, 10} <= set(lines["executed_lines"]) and lines["missing_lines"] == [6]


def test_a_debugger_stops_and_steps_in_a_view(project):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    tool = ("-Xfrozen_modules=off", "-m", "debugpy", "--listen", f"127.0.0.1:{port}", "--wait-for-client")
    with Plait(words("--dev", tools=tool), **keywords(project)) as plait:
        with Debugger(port) as debugger:
            debugger.set_breakpoint(project / "site_app.py", 7)
            plait.wait_until_ready()
            asked = Ask(plait.base_url)
            thread, frame = debugger.stopped()
            assert (frame["name"], frame["line"]) == ("application", 7)
            debugger.ask("next", threadId=thread)
            thread, frame = debugger.stopped()
            assert frame["line"] == 8
            assert debugger.ask("evaluate", expression="answer", frameId=frame["id"])["result"] == "'one'"
            save(project, "one", "two")
            debugger.ask("continue", threadId=thread)
            assert asked.answer() == f"one {plait.pid}"
            plait.send_signal(signal.SIGTERM)
        assert plait.wait() == 0
        assert not any("reloading" in line for line in plait.stderr)
