"""`plait import`: what other servers' settings become.

The files in `imports` are written after the documentation of products of such kinds; `expected.txt` beside each is what
`plait import` prints about it.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from plait import _import, _import_gunicorn, _import_gunicorn_reading, _import_procfile, _import_uwsgi
from plait._import_translation import Setting

IMPORTS = Path(__file__).with_name("imports")
ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(path for path in IMPORTS.glob("*/*") if path.name != "expected.txt")


@pytest.fixture(autouse=True)
def surroundings(monkeypatch, tmp_path):
    """Four processors, none of the platforms' variables, and the module that one of the files imports."""
    (tmp_path / "prometheus_stand_in.py").write_text("def mark_process_dead(pid):\n    pass\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "cpu_count", lambda: 4)
    for name in ("PORT", "WEB_CONCURRENCY", "ARCHIVE_PORT"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_products_file_becomes_what_is_expected(file):
    assert _import.translated(str(file)) == (file.parent / "expected.txt").read_text()


def test_there_are_ten_files_of_all_kinds():
    assert len(FILES) >= 10 and {file.name for file in FILES} == {"gunicorn.conf.py", "uwsgi.ini", "Procfile"}


def test_only_options_are_printed_that_plait_has():
    page = (ROOT / "docs/reference/serve.md").read_text()
    existing = set(re.findall(r"`(--?[a-z-]+)`", "".join(re.findall(r"^### .*$", page, re.M))))
    commands = "\n".join(re.findall(r"^.*plait serve .*$", "".join(map(_import.translated, map(str, FILES))), re.M))
    used = set(re.findall(r"(?<= )--?[a-z-]+(?= )", commands.split("plait serve", 1)[1]))
    assert len(used) > 15 and used <= existing | {"-p"}


# gunicorn


def command_of_gunicorn(**settings):
    translation = _import_gunicorn.translate(
        [Setting(name, value, name) for name, value in settings.items()], {}, writes_defaults=False
    )
    return translation.command.text().removeprefix("plait serve ").removeprefix("APP").strip(), translation


@pytest.mark.parametrize(
    "settings, words",
    [
        ({"bind": ":8000"}, "-p 0.0.0.0:8000"),
        ({"bind": "127.0.0.1"}, "-p 127.0.0.1:8000"),
        ({"bind": ["[::1]:80", "unix:/run/a.sock"]}, "-p '[::1]:80' -p unix:/run/a.sock"),
        ({"bind": "unix:///run/a:b.sock"}, "-p 'unix:/run/a\\:b.sock'"),
        ({"bind": "fd://3"}, "-p fd:3"),
        ({"bind": "tcp://10.0.0.1:80", "backlog": 64}, "-p tcp:80:interface=10.0.0.1:backlog=64"),
        ({"bind": "[::1]:80", "backlog": "64"}, "-p 'tcp6:80:interface=[::1]:backlog=64'"),
        ({"bind": "unix:/a", "umask": 0o27}, "-p unix:/a:mode=640 --umask 027"),
        ({"bind": "unix:/a", "umask": "007"}, "-p unix:/a:mode=660 --umask 007"),
        ({"bind": "unix:/a", "proxy_protocol": True}, "-p haproxy:unix:/a"),
        (
            {"bind": "127.0.0.1:80", "proxy_protocol": True},
            "-p 'haproxy:tcp:80:interface=127.0.0.1:from=127.0.0.1,\\:\\:1'",
        ),
        (
            {"bind": "127.0.0.1:80", "proxy_protocol": True, "proxy_allow_ips": "*"},
            "-p 'haproxy:tcp:80:interface=127.0.0.1:from=0.0.0.0/0,\\:\\:/0'",
        ),
        ({"workers": 3, "threads": "2"}, "--workers 3 --threads 2"),
        ({"graceful_timeout": 7, "keepalive": 3}, "--grace 7s --keep-alive 3s"),
        ({"reload": True, "workers": 2}, "--watch --workers 2"),
        ({"paste": "production.ini#shop"}, "'production.ini#shop'"),
        ({"forwarded_allow_ips": "*"}, "--trusted-proxies '*'"),
        ({"accesslog": None, "loglevel": "critical"}, "--access-log off --log-level error"),
        ({"tmp_upload_dir": "/var/tmp", "limit_request_fields": 9}, "--spool-dir /var/tmp --max-fields 9"),
    ],
)
def test_settings_of_gunicorn_that_have_an_equivalent(settings, words):
    text, translation = command_of_gunicorn(**settings)
    assert (text, translation.untranslated) == (words, [])


@pytest.mark.parametrize(
    "name, value, reason",
    [
        ("timeout", 30, "nothing ends a call that never returns"),
        ("workers", 5000, "a number from 1 to 1024"),
        ("keepalive", 0, "keeps connections open"),
        ("worker_class", "uvicorn.workers.UvicornWorker", "ASGI"),
        ("worker_class", "eventlet", "no greenlets"),
        ("wsgi_app", "shop:create('x')", "without arguments"),
        ("proc_name", "a b", "at most 64"),
        ("post_fork", lambda server, worker: None, "no hooks"),
        ("pre_request", lambda worker, request: None, "middleware"),
        ("permit_obsolete_folding", True, "refuses what two programs could read differently"),
        ("nothing_like_it", 1, "not known as a setting"),
    ],
)
def test_settings_of_gunicorn_without_an_equivalent_are_listed_with_the_reason(name, value, reason):
    text, translation = command_of_gunicorn(**{name: value})
    assert text == "" and len(translation.untranslated) == 1
    assert reason in translation.untranslated[0][1]


def test_a_later_statement_and_one_inside_an_if_are_found(tmp_path):
    file = tmp_path / "conf.py"
    file.write_text("workers = 1\nif True:\n    workers: int = 2\nprint('noise')\nhelper = 5\n")
    settings, computed = _import_gunicorn_reading.read_file(str(file))
    assert [(setting.name, setting.value, setting.line) for setting in settings] == [("workers", 2, 3)]
    assert computed == []


@pytest.mark.parametrize("words", ["-b :80 -w 3 shop:app", "-b:80 -w3 shop:app", "shop:app --bind=:80 --workers 3"])
def test_words_of_gunicorn_are_read_in_every_spelling(words):
    settings, file = _import_gunicorn_reading.read_words([*words.split(), "--preload", "-c", "conf.py"], 1)
    assert {setting.name: setting.value for setting in settings} == {
        "bind": [":80"],
        "workers": "3",
        "wsgi_app": "shop:app",
        "preload_app": "on",
    }
    assert file == "conf.py"


# uWSGI


def uwsgi(tmp_path, text, **variables):
    file = tmp_path / "app.ini"
    file.write_text(f"[other]\nworkers = 9\n[uwsgi]\n{text}\n[last]\nthreads = 9\n")
    return _import_uwsgi.translate(_import_uwsgi.read_file(str(file), variables), variables, writes_defaults=False)


@pytest.mark.parametrize(
    "lines, words",
    [
        ("module = shop.wsgi", "shop.wsgi"),
        ("module = shop\ncallable = site", "shop:site"),
        ("paste = config:%dproduction.ini", "{directory}/production.ini"),
        ("callable = site\nwsgi-file = src/shop.py", "src/shop.py:site"),
        ("mount = /shop=shop:app\nmanage-script-name = true", "shop:app --root-path /shop"),
        ("http-socket = 127.0.0.1:80", "APP -p 127.0.0.1:80"),
        ("http = :80\nlisten = 99", "APP -p tcp:80:backlog=99"),
        ("http-socket = /run/a\nchmod_socket = 660", "APP -p unix:/run/a:mode=660"),
        ("where = /run\nhttp-socket = %(where)/%n", "APP -p unix:/run/app"),
        ("http-socket = :$(HTTP)", "APP -p 8001"),
        ("http-socket = :$(UNSET)", 'APP -p "${UNSET}"'),
        ("http-socket = :$(PORT)", "APP"),
        ("processes = 3\nprocesses = 4", "APP --workers 4"),
        ("buffer-size = 32768\nlimit-post = 10", "APP --max-head 32768 --max-body 10"),
        ("py-autoreload = 1", "APP --watch"),
        ("disable-logging", "APP --access-log off"),
        ("req-logger = file:/var/log/a", "APP --access-log combined:/var/log/a"),
    ],
)
def test_options_of_uwsgi_that_have_an_equivalent(tmp_path, lines, words):
    translation = uwsgi(tmp_path, lines, HTTP="8001")
    assert translation.command.text() == "plait serve " + words.replace("{directory}", str(tmp_path))
    assert translation.untranslated == []


@pytest.mark.parametrize(
    "line, reason",
    [
        ("socket = :3031", "proxy_pass instead of uwsgi_pass"),
        ("harakiri = 30", "nothing ends a call"),
        ("static-map = /static=/srv", "no static files"),
        ("cron = 0 0 -1 -1 -1 ./clean", "no other processes"),
        ("endif =", "logic of ini files"),
        ("workers = many", "from 1 to 1024"),
        ("sockets = 1", "not known here"),
    ],
)
def test_options_of_uwsgi_without_an_equivalent_are_listed_with_the_reason(tmp_path, line, reason):
    ((setting, said),) = uwsgi(tmp_path, line).untranslated
    assert (setting.text, setting.line) == (line, 4) and reason in said


def test_who_may_connect_to_a_socket_does_not_change_silently(tmp_path):
    settings = [Setting("http-socket", "/run/a", ""), Setting("module", "shop", "")]
    translation = _import_uwsgi.translate(settings, {})
    assert "unix:/run/a:mode=644" in translation.command.text()
    assert any("only its owner" in default for default in translation.defaults)


# Procfile


@pytest.mark.parametrize(
    "line, command",
    [
        ("gunicorn shop:app --threads 2 --access-logfile -", "plait serve shop:app --threads 2"),
        ("python -m gunicorn -k gevent --access-logfile=- shop:app", "plait serve shop:app"),
        ("ddtrace-run gunicorn -e A=b -k gevent --access-logfile - shop", "A=b ddtrace-run plait serve shop"),
        (
            "./migrate && exec gunicorn -k gevent --access-logfile - -e A='b c' shop; ./bye",
            "./migrate && A='b c' exec plait serve shop",
        ),
        ("uwsgi --http :$PORT -w shop:app --workers=2 --threads 3", "plait serve shop:app --workers 2 --threads 3"),
        (
            "waitress-serve --listen=*:80 --threads=2 shop:app",
            "plait serve shop:app -p 80 --threads 2 --workers 1",
        ),
    ],
)
def test_a_process_that_starts_a_server_starts_plait(line, command):
    (process,) = _import_procfile.read(f"# comment\nweb: {line}\n")
    assert process.line == 2
    assert _import_procfile.translate(process, {}).command.text() == command


@pytest.mark.parametrize("line", ["celery -A shop worker", "echo 'gunicorn shop", "uvicorn a:b", "mygunicorn shop"])
def test_a_process_that_starts_none_is_listed_whole(line):
    (process,) = _import_procfile.read(f"job: {line}")
    ((setting, _),) = _import_procfile.translate(process, {}).untranslated
    assert setting.text == f"job: {line}"


def test_a_configuration_that_the_line_names_is_read_and_the_line_goes_before_it(tmp_path):
    (tmp_path / "conf.py").write_text("workers = 7\nthreads = 5\n")
    (process,) = _import_procfile.read("web: gunicorn -c conf.py -w 2 shop:app --access-logfile -")
    assert _import_procfile.translate(process, {}).command.text() == "plait serve shop:app --workers 2 --threads 5"


# Wrong files


@pytest.mark.parametrize(
    "name, text, line",
    [
        ("none.py", None, "`none.py` cannot be read: No such file or directory; accepted: gunicorn.conf.py or"),
        ("a.toml", "x = 1", "`a.toml` is of no kind that is known; accepted: gunicorn.conf.py or"),
        ("a.ini", "[app]\n", "`a.ini` is of no kind that is known; accepted:"),
        ("Procfile", "# nothing\n", "no process in `Procfile`; accepted: lines such as `web: gunicorn hello:app`"),
        ("a.py", "workers = 1\nworker = x\n", "as gunicorn does: NameError: name 'x' is not defined, in line 2"),
        ("b.py", "workers = = 1\n", "`b.py` cannot be executed as gunicorn does: "),
        ("c.py", "import sys\nsys.exit('no')\n", "SystemExit: no, in line 2"),
    ],
)
def test_a_file_that_cannot_be_translated_is_one_line(tmp_path, name, text, line):
    if text is not None:
        (tmp_path / name).write_text(text)
    run = subprocess.run([sys.executable, _import.__file__, name], capture_output=True, text=True, timeout=30)
    assert (run.returncode, run.stdout) == (64, "")
    assert run.stderr.startswith("plait: ") and run.stderr.count("\n") == 1 and line in run.stderr
