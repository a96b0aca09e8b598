"""PasteDeploy's files as applications, and the command that pserve becomes."""

import sys

import pytest

from plait import _application, _paste, _program, _report, paste

FILE = """
[app:main]
paste.app_factory = made:main
answer = here %(here)s

[app:admin]
paste.app_factory = made:main
answer = admin

[app:broken]
paste.app_factory = made:broken
"""

LOGGING = """
[loggers]
keys = root
[handlers]
keys = console
[formatters]
keys = plain
[logger_root]
level = INFO
handlers = console
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = plain
[formatter_plain]
format = logged: %(message)s
"""

MADE = """
def main(settings, **local):
    return lambda environ, start_response: [local["answer"].encode()]
def broken(settings):
    return {}["mine"]
"""


@pytest.fixture
def directory(project):
    directory = project(made=MADE)
    (directory / "site.ini").write_text(FILE)
    return directory


def test_a_file_is_an_application(directory):
    assert _application.resolve("site.ini", str(directory))(None, None) == [f"here {directory}".encode()]
    assert _application.resolve("site.ini#admin", str(directory))(None, None) == [b"admin"]


def test_a_file_in_the_application_s_directory_is_found(directory, monkeypatch):
    monkeypatch.chdir("/")
    assert _application.resolve("site.ini#admin", str(directory))(None, None) == [b"admin"]


def refused(kind, name, directory):
    with pytest.raises(kind) as caught:
        _application.resolve(name, str(directory))
    line, hint = _report.sentence(caught.value)
    assert "\n" not in line + (hint or "")
    return line


def test_a_missing_file_or_section_is_one_line(directory):
    assert "`other.ini`" in refused(_application.FileMissing, "other.ini", directory)
    line = refused(_paste.SectionMissing, "site.ini#other", directory)
    assert "`site.ini`" in line and "`other`" in line


def test_a_file_of_another_kind_is_one_line(directory):
    (directory / "odd.ini").write_text("no section\n")
    assert "odd.ini" in refused(_paste.FileBroken, "odd.ini", directory)


def test_a_missing_paste_deploy_is_one_line(directory, monkeypatch):
    monkeypatch.setitem(sys.modules, "paste.deploy", None)
    line = refused(_application.PackageMissing, "site.ini", directory)
    assert "PasteDeploy" in line and sys.executable in line


def test_what_the_application_raises_is_its_own(directory):
    with pytest.raises(_application.ImportFailed) as caught:
        _application.resolve("site.ini#broken", str(directory))
    assert isinstance(caught.value.cause, KeyError)


def test_the_file_s_loggers_are_set_up(directory, capsys):
    import logging

    before = logging.root.handlers[:], logging.root.level
    (directory / "site.ini").write_text(FILE + LOGGING)
    try:
        _application.resolve("site.ini", str(directory))
        logging.getLogger("any").info("a line")
    finally:
        logging.root.handlers, logging.root.level = before[0], before[1]
    assert "logged: a line" in capsys.readouterr().err


# pserve


@pytest.fixture
def words(monkeypatch):
    monkeypatch.setattr(_program, "find", lambda: "/bin/plait")

    def of(settings, arguments=("pserve", "site.ini"), configuration=None):
        configuration = {"__file__": "/srv/site.ini"} if configuration is None else configuration
        return paste.command(configuration, settings, list(arguments))

    return of


def test_pserve_becomes_plait(words):
    assert words({}) == ["/bin/plait", "serve", "/srv/site.ini", "--python", sys.executable]


@pytest.mark.parametrize(
    "settings, endpoints",
    [
        ({"listen": "localhost:6543 [::1]:6543"}, ["localhost:6543", "[::1]:6543"]),
        ({"listen": "*:6543"}, [":6543"]),
        ({"host": "127.0.0.1", "port": "80"}, ["127.0.0.1:80"]),
        ({"host": "0.0.0.0", "port": "80"}, ["0.0.0.0:80"]),
        ({"host": "*", "port": "80"}, [":80"]),
        ({"host": "::1"}, ["[::1]:8080"]),
        ({"port": "80"}, ["127.0.0.1:80"]),
    ],
)
def test_endpoints_are_written_as_for_waitress(words, settings, endpoints):
    assert paste.endpoints(settings) == endpoints
    assert [word for word in words(settings) if word in endpoints] == endpoints


def test_other_settings_are_plait_s_options(words):
    assert words({"threads": "4", "max_body": "1m"})[-4:] == ["--threads", "4", "--max-body", "1m"]


@pytest.mark.parametrize(
    "arguments", [["-n", "admin"], ["--app-name", "admin"], ["--app-name=admin"], ["/srv/site.ini#admin"]]
)
def test_the_application_s_name_is_kept(words, arguments):
    assert words({}, ["pserve", *arguments])[2] == "/srv/site.ini#admin"


def test_what_would_get_lost_is_refused(words):
    with pytest.raises(paste.SettingRefused, match="`http_port=1`"):
        words({}, ["pserve", "site.ini", "http_port=1"])
    with pytest.raises(paste.SettingRefused, match="listen"):
        words({"listen": "a:1", "port": "2"})
    with pytest.raises(paste.SettingRefused, match="pserve FILE.ini"):
        words({}, configuration={})
