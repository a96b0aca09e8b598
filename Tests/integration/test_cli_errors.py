"""Every wrong input says in one line what is wrong, where, and which form is accepted, and starts nothing."""

import stat
import sys

import pytest

from interpreters import interpreter
from plait_process import APPS, PLAIT, command, environment, run_to_end

USAGE, WOULD_NOT_START = 64, 3


def lines_of(result):
    """What standard error says; a hint may follow each line."""
    lines = result.stderr.splitlines()
    assert lines and lines[0].startswith("plait: "), result.stderr
    assert all(line.startswith("hint: ") for line in lines[1:]), result.stderr
    return lines


# The command line: exit 64


@pytest.mark.parametrize(
    "words, says",
    [
        ([], ["serve"]),
        (["serv", "reflection"], ["`serv`", "`serve`"]),
        (["serve", "--app-dir", "/"], ["no application", "module:attribute"]),
        (["serve", "reflection", "another"], ["`another`", "`reflection`"]),
        (["serve", "reflection:"], ["`reflection:`", "module:attribute"]),
        (["serve", ":application"], ["`:application`"]),
        (["serve", "reflection:make(1)"], ["`reflection:make(1)`", "module:factory()"]),
        (["serve", "a b"], ["`a b`"]),
        (["serve", "reflection", "--prot", "1"], ["`--prot`", "`--port`"]),
        (["serve", "reflection", "--port"], ["--port"]),
        (["serve", "reflection", "--workers", "--threads", "1"], ["--workers"]),
        (["serve", "reflection", "--timeout", "3"], ["`--timeout`", "--deadline"]),
        (["serve", "reflection", "--deadline", "3"], ["`--deadline`"]),
        (["serve", "reflection", "--domain", "example.org"], ["`--domain`"]),
        (["serve", "reflection", "--python", "/nonexistent"], ["/nonexistent", "--python"]),
        (["serve", "reflection", "--app-dir", "/nonexistent"], ["/nonexistent", "--app-dir"]),
    ],
)
def test_a_wrong_word_is_named(words, says):
    result = run_to_end([PLAIT, *words], cwd=APPS)
    assert result.returncode == USAGE
    assert len(lines_of(result)) <= 2
    assert all(word in result.stderr for word in says), result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "option, value",
    [
        ("workers", "x"),
        ("workers", "0"),
        ("workers", "-1"),
        ("workers", "8-2"),
        ("workers", "1.5"),
        ("threads", "0"),
        ("threads", "many"),
        ("threads", ""),
        ("reactors", "0"),
        ("grace", "soon"),
        ("grace", "-1s"),
        ("grace", "1x"),
        ("drain-delay", "x"),
        ("drain-idle", "x"),
        ("queue", "0"),
        ("queue", "x"),
        ("queue-age", "x"),
        ("keep-alive", "x"),
        ("header-timeout", "x"),
        ("body-timeout", "x"),
        ("write-timeout", "x"),
        ("max-body", "1q"),
        ("max-body", "/a="),
        ("max-body", "-1"),
        ("max-spool", "x"),
        ("max-head", "1"),
        ("max-fields", "x"),
        ("max-connections", "0"),
        ("max-connections-per-address", "x"),
        ("root-path", "no-slash"),
        ("trusted-proxies", "300.0.0.1"),
        ("trusted-proxies", "10.0.0.0/40"),
        ("forwarded", "both"),
        ("health", "no-slash"),
        ("access-log", "xml"),
        ("log-level", "loud"),
        ("log-format", "xml"),
        ("umask", "9"),
        ("body", "sometimes"),
        ("body", "x=stream"),
        ("name", ""),
    ],
)
def test_a_wrong_value_is_named_with_its_option_and_the_accepted_form(option, value):
    result = run_to_end([PLAIT, "serve", "reflection", f"--{option}={value}"], cwd=APPS)
    assert result.returncode == USAGE
    line, *_ = lines_of(result)
    assert f"--{option}" in line and "accepted" in line
    assert result.stderr.count("\n") <= 2


@pytest.mark.parametrize(
    "variable, value",
    [
        ("PLAIT_WORKERS", "x"),
        ("WEB_CONCURRENCY", "x"),
        ("PORT", "x"),
        ("PLAIT_PORT", "tcp:x"),
        ("PLAIT_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_variable_is_named(variable, value):
    result = run_to_end([PLAIT, "serve", "reflection"], cwd=APPS, env=environment(**{variable: value}))
    assert result.returncode == USAGE
    assert variable in lines_of(result)[0]


@pytest.mark.parametrize(
    "words", [["--help"], ["help"], ["serve", "--help"], ["help", "serve"], ["--version"], ["version"]]
)
def test_help_and_version_go_to_standard_output(words):
    result = run_to_end([PLAIT, *words])
    assert (result.returncode, result.stderr) == (0, "")
    assert "plait" in result.stdout


# The application: exit 3, once, whatever the number of workers


def refused_application(app, *options, **keywords):
    result = run_to_end(command(app, "--workers", 2, *options, **keywords))
    assert result.returncode == WOULD_NOT_START, result.stderr
    return result


def plait_lines(result):
    return [line for line in result.stderr.splitlines() if line.startswith("plait: ")]


@pytest.mark.parametrize(
    "app, says",
    [
        ("reflectoin", ["`reflectoin`", str(APPS), "module:attribute"]),
        ("reflection:app", ["`app`", "reflection.py"]),
        ("reflection.nothing.here", ["`nothing`"]),
        ("reflection:json.dumps.nothing", ["`nothing`"]),
        ("nothing/here.py", ["`nothing/here.py`"]),
        ("unservable:text", ["`unservable:text`", "cannot be called"]),
        ("unservable:factory", ["`unservable:factory`", "two arguments"]),
        ("unservable:asgi", ["`unservable:asgi`", "ASGI application"]),
        ("unservable:asgi_instance", ["ASGI application"]),
        ("unservable:asgi_factory()", ["ASGI application"]),
        ("unservable:asgi_two", ["ASGI 2 application"]),
        ("exiting", ["SystemExit: 7", "exiting.py, line"]),
    ],
)
def test_an_application_that_cannot_be_served_is_one_line(app, says):
    result = refused_application(app)
    (line,) = plait_lines(result)
    assert all(word in line for word in says), line
    assert "Traceback" not in result.stderr


def test_hints_name_the_nearest():
    assert "hint: did you mean `reflection`?" in refused_application("reflectoin").stderr
    assert "hint: did you mean `reflection:application`?" in refused_application("reflection:aplication").stderr
    assert "`unservable:factory()`" in refused_application("unservable:factory").stderr


def test_a_failing_import_is_the_application_s_own_traceback_once():
    result = refused_application("failing")
    assert result.stderr.count("Traceback (most recent call last):") == 1
    assert result.stderr.count("LookupError: the application's own reason") == 1
    assert "_worker.py" not in result.stderr and "_application.py" not in result.stderr
    assert "in innermost" in result.stderr


def test_a_failing_factory_is_the_application_s_own_traceback():
    assert "in make" in refused_application("unservable:make()").stderr


# The interpreter: exit 3, one line


@pytest.fixture
def pretended(tmp_path):
    """An interpreter that takes itself for another: an environment with one line of customisation."""

    def pretend(customisation):
        (tmp_path / "sitecustomize.py").write_text(customisation)
        python = tmp_path / "python"
        python.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path} exec {sys.executable} "$@"\n')
        python.chmod(python.stat().st_mode | stat.S_IXUSR)
        return python

    return pretend


@pytest.mark.parametrize(
    "customisation, says",
    [
        ("import sys; sys.implementation.name = 'pypy'", "not CPython"),
        ("import sys; sys.abiflags = 't'", "free-threaded"),
        ("import sys; sys.version_info = (3, 9, 18)", "Python 3.9.18"),
    ],
)
def test_an_interpreter_that_cannot_run_it_is_one_line(pretended, customisation, says):
    result = refused_application("reflection", python=pretended(customisation))
    (line,) = plait_lines(result)
    assert says in line and "CPython 3.10" in line


@pytest.mark.parametrize("version", ["2.7", "3.8", "3.9"])
def test_a_python_too_old_is_one_line(version):
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    (line,) = plait_lines(refused_application("reflection", python=python))
    assert version in line and "3.10" in line


def test_what_is_no_python_at_all_is_one_line():
    result = run_to_end(command("reflection", python="/bin/true"))
    assert result.returncode in (USAGE, WOULD_NOT_START)
    assert len(plait_lines(result)) == 1 and "/bin/true" in result.stderr
