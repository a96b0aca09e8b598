"""`plait check`: a line for each finding, and an exit code that says whether a start would work."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import process_tree
from plait_process import APPS, PLAIT, environment, run_to_end
from polling import until

BIN = Path(sys.executable).parent


class Findings:
    def __init__(self, result):
        self.code, self.error = result.returncode, result.stderr
        self.lines = result.stdout.splitlines()

    def of(self, level):
        return [line.split(None, 1)[1] for line in self.lines if line.startswith(f"{level} ")]

    def one(self, level, pattern):
        (line,) = [line for line in self.of(level) if re.search(pattern, line)]
        return line


def check(*words, cwd=APPS, python=sys.executable, port="127.0.0.1:0", **variables):
    command = [PLAIT, "check", *map(str, words), "--python", str(python), "--port", port, "--max-connections", "100"]
    findings = Findings(run_to_end(command, cwd=cwd, env=environment(**variables)))
    assert findings.code in (0, 1), findings.error
    assert all(re.match("(ok|warning|problem)  |\\d+ problems?, \\d+ warnings?", line) for line in findings.lines)
    return findings


# What is well


def test_an_application_that_would_start_is_well():
    findings = check("reflection")
    assert (findings.code, findings.error, findings.of("problem")) == (0, "", [])
    assert findings.one("ok", r"^python 3\.\d+\.\d+ \(.*from --python\)")
    assert findings.one("ok", "^application reflection$")
    assert findings.one("ok", "^endpoint 127.0.0.1:0 is free$")
    assert findings.one("ok", "^spool directory /tmp can be written")
    assert findings.one("ok", "^open files: .* enough for 100 connections")
    assert findings.one("ok", r"workers? × 8 threads on \d+ processor")
    assert findings.lines[-1].startswith("0 problems")


def test_a_check_leaves_no_socket_file_and_no_process(tmp_path):
    before = set(process_tree.children(os.getpid()))
    assert check("reflection", port=f"unix:{tmp_path}/a.sock").code == 0
    assert list(tmp_path.iterdir()) == []
    assert set(process_tree.children(os.getpid())) == before


# The application


def test_an_application_that_fails_shows_its_own_traceback():
    findings = check("failing")
    assert findings.code == 1 and "the application's own reason" in findings.error
    assert "would not start" in findings.one("problem", "application failing")


def test_what_the_application_prints_is_no_finding(tmp_path):
    (tmp_path / "loud.py").write_text("print('problem  loud')\ndef app(environ, start_response): pass\n")
    findings = check("loud", cwd=tmp_path)
    assert findings.code == 0 and "problem  loud" in findings.error


def test_an_application_that_ends_its_process_is_a_problem(tmp_path):
    (tmp_path / "gone.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n")
    assert "signal 11" in check("gone", cwd=tmp_path).one("problem", "application gone")


def test_a_check_that_is_ended_leaves_its_child_a_time_limit(tmp_path):
    (tmp_path / "stuck.py").write_text("import time\nopen('begun', 'w').close()\ntime.sleep(600)  # subject\n")
    words = [PLAIT, "check", "stuck", "--python", sys.executable, "--app-dir", str(tmp_path)]
    with subprocess.Popen(words, cwd=tmp_path, env=environment(), stdout=subprocess.DEVNULL) as process:
        until((tmp_path / "begun").exists, "the import's beginning")
        (child,) = process_tree.children(process.pid)
        limit = process_tree.command_line(child)
        process.kill()
    assert limit[limit.index("--examine") + 1] == "61"
    os.kill(child, 14)
    until(lambda: not process_tree.is_alive(child), "the end of the child by its alarm's signal")


def test_a_project_is_found_as_for_serve(django_project):
    findings = check(cwd=django_project)
    assert findings.one("ok", r"^application mysite.wsgi.application \(Django: manage.py, mysite.settings\)$")


def test_no_project_is_a_problem_among_others(tmp_path):
    findings = check(cwd=tmp_path)
    assert findings.code == 1 and findings.one("problem", "no application given") and findings.one("ok", "endpoint")


@pytest.mark.parametrize("python, says", [("/nonexistent", "no Python at"), ("/bin/true", "is no Python")])
def test_an_interpreter_that_is_none_is_a_problem(python, says):
    findings = check("reflection", python=python)
    assert findings.code == 1 and findings.one("problem", says)


# Endpoints, places, limits


def test_a_port_in_use_is_a_problem():
    with socket.create_server(("127.0.0.1", 0)) as other:
        findings = check("reflection", port=f"127.0.0.1:{other.getsockname()[1]}")
    assert findings.code == 1 and "hint: all is well if that is this plait" in findings.one("problem", "in use")


def test_two_endpoints_that_exclude_each_other_are_a_problem(tmp_path):
    path = f"unix:{tmp_path}/a.sock"
    assert check("reflection", "--port", path, port=path).one("problem", "listens at this socket")


def test_an_endpoint_that_is_handed_over_is_not_tried():
    assert check("reflection", port="systemd:").one("ok", "endpoint systemd: is handed over")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody without rights")
def test_a_port_without_the_right_to_it_is_a_problem(tmp_path):
    # Where containers let everybody have every port, there is nothing to see.
    limit = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    if limit <= 1:
        pytest.skip("every port is everybody's here")
    program = tmp_path / "plait"
    program.write_bytes(Path(PLAIT).read_bytes())
    program.chmod(0o755)
    for directory in [tmp_path, *tmp_path.parents[:2]]:
        directory.chmod(0o755)
    words = [program, "check", "reflection", "--port", "127.0.0.1:1"]
    findings = Findings(run_to_end(words, cwd="/", user=65534, group=65534))
    assert "CAP_NET_BIND_SERVICE" in findings.one("problem", "not permitted")


def test_places_that_cannot_be_written_are_problems(tmp_path):
    findings = check("reflection", "--spool-dir", tmp_path / "no", "--access-log", f"combined:{tmp_path}/no/a.log")
    assert findings.code == 1
    assert "--spool-dir" in findings.one("problem", "^spool directory .* cannot be written: No such file")
    assert "--access-log" in findings.one("problem", "^access log .* cannot be written: No such file")


def test_too_little_room_is_a_warning():
    assert check("reflection", "--max-spool", "1000000g").one("warning", "^spool directory .* free, and --max-spool")


def test_a_low_limit_of_files_is_a_warning():
    words = f"ulimit -n 100; exec {PLAIT} check reflection --python {sys.executable} --port 127.0.0.1:0"
    findings = Findings(run_to_end(["sh", "-c", words], cwd=APPS))
    assert findings.code == 0 and "LimitNOFILE" in findings.one("warning", "^open files: 100 allow 36 connections")


def test_more_workers_than_processors_bear_is_a_warning():
    assert check("reflection", "--workers", 1000).one("warning", "^1000 workers share")


def test_with_deploy_warnings_are_failures():
    assert check("reflection", "--workers", 1000).code == 0
    assert check("reflection", "--workers", 1000, "--deploy").code == 1
    assert check("reflection", "--workers", 1, "--deploy").code == 0


def test_unknown_variables_are_warnings():
    assert check("reflection", PLAIT_PROT="1").one("warning", "`PLAIT_PROT`.*`PLAIT_PORT`")


# Django


@pytest.fixture
def django_project(tmp_path):
    subprocess.run([BIN / "django-admin", "startproject", "mysite", tmp_path], check=True)
    return tmp_path


PRODUCTION = "DEBUG = False\nALLOWED_HOSTS = ['example.com']\n"
HEADER = "SECURE_PROXY_SSL_HEADER = ('HTTP_X_FORWARDED_PROTO', 'https')\n"
SITE = "mysite.wsgi:application"


@pytest.mark.parametrize(
    "settings, words, port, level, says",
    [
        ("", [], "127.0.0.1:0", "warning", "DEBUG is on"),
        ("", [], "unix:a.sock", "warning", "DEBUG is on"),
        ("", [], "0.0.0.0:0", "problem", "DEBUG is on, and others reach endpoint 0.0.0.0:0"),
        ("DEBUG = False", [], "127.0.0.1:0", "problem", "ALLOWED_HOSTS is empty"),
        ("DEBUG = False\nALLOWED_HOSTS = ['*']", [], "127.0.0.1:0", "warning", r"ALLOWED_HOSTS holds \*"),
        (PRODUCTION, [], "127.0.0.1:0", "ok", "ALLOWED_HOSTS are example.com"),
        (PRODUCTION, [], "127.0.0.1:0", "warning", "STATIC_ROOT is not set"),
        (PRODUCTION + "STATIC_ROOT = 'nothing'", [], "127.0.0.1:0", "warning", "STATIC_ROOT .* is empty"),
        (PRODUCTION + "STATIC_ROOT = 'mysite'", [], "127.0.0.1:0", "ok", "static files are collected in .*/mysite"),
        (PRODUCTION + HEADER, [], "127.0.0.1:0", "ok", "from trusted proxies only"),
        (PRODUCTION + HEADER, ["--forwarded", "off"], "127.0.0.1:0", "problem", "--forwarded off lets it never arrive"),
        (PRODUCTION + HEADER, ["--forwarded", "rfc7239"], "127.0.0.1:0", "problem", "--forwarded rfc7239"),
        (PRODUCTION + HEADER, [], "0.0.0.0:0", "warning", "only proxies on this machine are believed"),
        (PRODUCTION + HEADER, ["--trusted-proxies", "10.0.0.0/8"], "0.0.0.0:0", "ok", "from trusted proxies only"),
        (PRODUCTION + HEADER, ["--trusted-proxies", "*"], "0.0.0.0:0", "warning", "believes everybody"),
        (PRODUCTION + HEADER.replace("FORWARDED", "OUR"), [], "0.0.0.0:0", "warning", "which any client may send"),
        (PRODUCTION + "SECURE_SSL_REDIRECT = True", ["--forwarded", "off"], "0.0.0.0:0", "problem", "for ever"),
    ],
)
def test_django_s_settings_are_judged_together_with_plait_s(django_project, settings, words, port, level, says):
    file = django_project / "mysite/settings.py"
    file.write_text(file.read_text() + "\n" + settings)
    findings = check(SITE, *words, cwd=django_project, port=port)
    assert findings.one(level, f"^Django: .*{says}")
    assert findings.code == bool(findings.of("problem")) == (level == "problem")


# Usage


def test_wrong_words_are_usage_errors():
    for words in (["--deplyo"], ["--print"], ["-w", "x"], ["a", "b"], ["--env-file", "/nonexistent"]):
        result = run_to_end([PLAIT, "check", "reflection", *words], cwd=APPS)
        assert (result.returncode, result.stdout) == (64, ""), words


def test_help_is_to_standard_output():
    for words in (["check", "--help"], ["help", "check"]):
        result = run_to_end([PLAIT, *words])
        assert (result.returncode, result.stderr) == (0, "") and "--deploy" in result.stdout
