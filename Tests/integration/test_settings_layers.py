"""Files of variables, and what `--print` says of the layers."""

import os

import pytest

from plait_process import APPS, PLAIT, environment, run_to_end

APP = """
import os
def app(environ, start_response):
    start_response("200 OK", [])
    return [os.environ.get(environ["QUERY_STRING"], "-").encode()]
"""


@pytest.fixture
def directory(tmp_path):
    (tmp_path / "shown.py").write_text(APP)
    return tmp_path


def ask(connect, plait, name):
    return connect(plait).get(f"/?{name}").text


def test_a_file_reaches_plait_and_the_application_and_the_environment_wins(serve, connect, directory):
    (directory / "one.env").write_text("PLAIT_THREADS=3\nexport GREETING='from the\nfile'\nTAKEN=file\nLATER=1\n")
    (directory / "two.env").write_text("LATER=2\n")
    options = ["--env-file", directory / "one.env", "--env-file", directory / "two.env", "--workers", 1]
    plait = serve("shown", *options, app_dir=directory, popen={"env": environment(TAKEN="environment")})
    assert "1 worker × 3 threads" in plait.stderr.text()
    assert ask(connect, plait, "GREETING") == "from the\nfile"
    assert ask(connect, plait, "TAKEN") == "environment"
    assert ask(connect, plait, "LATER") == "2"
    assert ask(connect, plait, "PLAIT_THREADS") == "-", "plait's own settings are not the application's"


def test_a_server_that_is_replaced_does_not_read_the_file_again(serve, connect, directory):
    import signal

    from polling import until

    file = directory / "one.env"
    file.write_text("PLAIT_MAX_HEAD=4k\n")
    plait = serve("shown", "--env-file", file, app_dir=directory)
    file.write_text("nonsense")
    before = plait.server
    os.kill(before, signal.SIGKILL)
    until(lambda: plait.server not in (None, before), "a new server")
    connection = connect(plait, deadline=30)
    assert connection.request("/", headers=[("X-Long", "x" * 6000)]).response().status == 431


def test_flask_app_may_stand_in_a_file(directory):
    (directory / ".flaskenv").write_text("FLASK_APP=shown\n")
    result = run_to_end([PLAIT, "serve", "--env-file", ".flaskenv", "--print"], cwd=directory)
    assert result.returncode == 0 and result.stdout.splitlines()[0].split() == "APP shown default: found here".split()


@pytest.mark.parametrize(
    "text, says",
    [
        ("A=1\nnonsense\n", ["`nonsense`", "line 2"]),
        ("A='1\n", ["quote", "line 1"]),
        ("1A=1\n", ["`1A`", "line 1"]),
        ("\n\nPLAIT_WORKERS=x\n", ["`PLAIT_WORKERS=x`", "line 3"]),
        ("PLAIT_ENV_FILE=other\n", ["`PLAIT_ENV_FILE`", "line 1"]),
    ],
)
def test_a_bad_line_is_one_error(directory, text, says):
    (directory / "bad.env").write_text(text)
    result = run_to_end([PLAIT, "serve", "shown", "--env-file", "bad.env"], cwd=directory)
    assert (result.returncode, result.stdout, result.stderr.count("\n")) == (64, "", 1)
    assert all(word in result.stderr for word in [*says, "`bad.env`", "accepted"]), result.stderr


def printed(*options, **variables):
    result = run_to_end([PLAIT, "serve", "reflection", *options, "--print"], cwd=APPS, env=environment(**variables))
    assert result.returncode == 0, result.stderr
    return result


def test_print_shows_every_setting_with_its_layer_and_starts_nothing():
    options = ["-w", "3", "--max-body", "/up=2g", "--port", "127.0.0.1:1"]
    result = printed(*options, PLAIT_THREADS="5", PORT="80", FORWARDED_ALLOW_IPS="10.0.0.1")
    rows = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines() if not line.startswith(" ")}
    assert rows["APP"] == ["reflection", "command", "line"]
    assert rows["workers"] == ["3", "command", "line:", "-w"]
    assert rows["threads"] == ["5", "environment:", "PLAIT_THREADS"]
    assert rows["trusted-proxies"] == ["10.0.0.1", "environment:", "FORWARDED_ALLOW_IPS"]
    assert rows["port"] == ["127.0.0.1:1", "command", "line:", "--port"]
    assert rows["keep-alive"] == ["75s", "default"]
    assert rows["max-body"] == ["1g", "default"] and "  /up=2g " in result.stdout
    assert rows["app-dir"][0] == str(APPS) and rows["python"][0].startswith("/")
    help_text = run_to_end([PLAIT, "serve", "--help"]).stdout
    assert all(f"--{name} " in help_text or f"--{name}," in help_text for name in rows if name != "APP")


def test_print_warns_as_a_start_would():
    assert "PLAIT_PROT" in printed(PLAIT_PROT="1").stderr
    assert printed(PLAIT_PORT="tcp://10.0.0.1:80").stderr.count("\n") == 1
