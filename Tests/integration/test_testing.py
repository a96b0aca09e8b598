"""`plait.testing`: the real server in other people's tests."""

import os
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

import process_tree
from plait import testing
from plait_process import APPS, PLAIT, REPOSITORY, environment, run_to_end
from polling import until


@pytest.fixture(autouse=True)
def applications(monkeypatch):
    """The applications of these tests are importable here, as an application is in its own project's tests."""
    monkeypatch.setattr(sys, "path", [str(APPS), *sys.path])


def get(url):
    with urllib.request.urlopen(url, timeout=20) as response:
        return response.read().decode()


def serve(application, *options, **keywords):
    return testing.serve(application, *options, program=PLAIT, **keywords)


def test_a_name_is_served_by_another_process_on_a_free_port():
    with serve("tested") as server, serve("tested") as other:
        assert server.url == f"http://127.0.0.1:{server.port}" != other.url
        assert int(get(server.url)) in process_tree.children(server.pid)
        assert get(server.url) != get(other.url) != str(os.getpid())


def test_an_object_is_served_under_the_name_it_has():
    import tested

    for application in (tested.application, tested.site):
        with serve(application) as server:
            assert get(server.url).isdigit()


def test_what_has_no_name_is_refused_before_anything_starts():
    with pytest.raises(testing.NotImportable, match="accepted: an attribute of a module"):
        with serve(lambda environ, start_response: []):
            pass


def test_options_and_variables_reach_plait_and_its_workers():
    with serve("tested", "--root-path", "/shop", "--workers", "2", env={"GREETING": "hello"}) as server:
        assert get(server.url + "/env?GREETING") == "hello"
        assert "2 workers" in server.output


def test_nothing_is_left_of_it_and_nobody_waits_for_idle_connections():
    import http.client

    with serve("tested") as server:
        family = process_tree.descendants(server.pid)
        connection = http.client.HTTPConnection(server.host, server.port)
        connection.request("GET", "/")
        connection.getresponse().read()
    assert len(family) >= 2
    until(lambda: not any(map(process_tree.is_alive, family)), "the end of its processes")
    with pytest.raises(OSError):
        get(server.url)


def test_the_output_has_what_the_application_printed():
    with serve("tested") as server:
        get(server.url + "/print?words")
        until(lambda: "printed: words" in server.output, "the printed line")


def test_a_failure_of_the_block_carries_the_servers_output():
    with pytest.raises(urllib.error.HTTPError) as failure:
        with serve("tested") as server:
            get(server.url + "/boom")
    assert any("boom, as asked" in note for note in failure.value.__notes__)


def test_an_application_that_does_not_start_fails_with_its_traceback():
    with pytest.raises(testing.ServerFailed, match="did not start .status 3.") as failure:
        with serve("tested:failing_at_import()"):
            pass
    assert "asked to exit" in failure.value.output


def test_a_plait_that_ends_by_itself_is_a_failure():
    with pytest.raises(testing.ServerFailed, match="ended with status -9"):
        with serve("tested") as server:
            family = process_tree.descendants(server.pid)
            os.kill(server.pid, 9)
            until(lambda: not process_tree.is_alive(server.pid), "its end")
    until(lambda: not any(map(process_tree.is_alive, family)), "the end of its processes")


def test_a_script_may_serve_itself_but_not_while_a_worker_imports_it(tmp_path):
    script = tmp_path / "greeting.py"
    body = (
        "import os, urllib.request, plait.testing\n"
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [])\n"
        "    return [b'from the script']\n"
        "{guard}\n"
        "    with plait.testing.serve(app, program=os.environ['TEST_PROGRAM']) as server:\n"
        "        print(urllib.request.urlopen(server.url).read().decode())\n"
    )
    variables = environment(PYTHONPATH=str(REPOSITORY / "python"), TEST_PROGRAM=PLAIT)
    script.write_text(body.format(guard="if __name__ == '__main__':"))
    assert run_to_end([sys.executable, script], env=variables).stdout == "from the script\n"
    script.write_text(body.format(guard="if True:"))
    refused = run_to_end([sys.executable, script], env=variables)
    assert refused.returncode == 1 and "accepted: the call stands in a function, or under `if" in refused.stderr


# The fixture


TESTS = """
import urllib.request

def test_a_greeting(plait_server):
    first = plait_server("tested", program={program!r})
    second = plait_server("tested", "--threads", "1", program={program!r})
    assert urllib.request.urlopen(first.url).read() != urllib.request.urlopen(second.url).read()

def test_b_fails(plait_server):
    urllib.request.urlopen(plait_server("tested", program={program!r}).url + "/boom")
"""


def test_the_fixture_serves_and_shows_the_output_of_a_failed_test(tmp_path):
    (tmp_path / "test_greeting.py").write_text(TESTS.format(program=PLAIT))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "plait.testing_pytest", "-p", "no:cacheprovider", tmp_path],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tmp_path,
        env=environment(PYTHONPATH=os.pathsep.join([str(REPOSITORY / "python"), str(APPS)])),
    )
    assert "1 failed, 1 passed" in run.stdout
    section = run.stdout.split("--- plait http://127.0.0.1:")[1]
    assert "RuntimeError: boom, as asked" in section
