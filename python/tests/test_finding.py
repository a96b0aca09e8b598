"""From a project without a named application to the application, and every way to miss it."""

import os

import pytest

from plait import _application, _project, _report

APP = "def app(environ, start_response): return [b'app']\n"
MANAGE = 'import os\ndef main():\n    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_of_test.settings")\n'
FACTORY = "def {}({}):\n    return lambda environ, start_response: [{!r}]\n"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch):
    for name in ("DJANGO_SETTINGS_MODULE", "DJANGO_CONFIGURATION", "FLASK_APP"):
        monkeypatch.setenv(name, "x")  # so that what a test sets is undone
        monkeypatch.delenv(name)


def found(project, kind, text):
    return _project.find(kind, text, str(project()))


def refused(error, project, kind, text):
    with pytest.raises(error) as caught:
        found(project, kind, text)
    line, hint = _report.sentence(caught.value)
    assert "\n" not in line + (hint or "")
    return line


def answer(found):
    return found.application(None, None)


# A file


@pytest.mark.parametrize(
    "source, attribute",
    [
        (APP, "app"),
        (APP.replace("app(", "application("), "application"),
        (FACTORY.format("create_app", "", b"app"), "create_app()"),
        (FACTORY.format("make_app", "", b"app"), "make_app()"),
        (FACTORY.format("create_app", "config=None", b"app"), "create_app()"),
        (FACTORY.format("create_app", "config", b"no") + FACTORY.format("make_app", "", b"app"), "make_app()"),
        ("import os as app\n" + FACTORY.format("create_app", "", b"app"), "create_app()"),
        ("import flask\nsite = flask.Flask('x')\n", "site"),
    ],
)
def test_a_file_offers_an_application_or_makes_one(project, source, attribute):
    project(app=source)
    result = found(project, "file", "app.py")
    assert (result.name, result.source.split()[-1]) == (f"app.py:{attribute}", "app.py")
    if attribute != "site":
        assert answer(result) == [b"app"]


def test_a_file_that_offers_nothing_leaves_it_to_the_next(project):
    project(app="import os\n", wsgi=APP)
    assert found(project, "file", "app.py").name == "wsgi.py:app"


def test_a_file_without_anything_is_one_line(project):
    project(wsgi="import os\n")
    line = refused(_application.AttributeMissing, project, "file", "wsgi.py")
    assert all(word in line for word in ("`wsgi.py`", "`app`", "`application`", "`create_app()`", "`make_app()`"))


def test_a_file_with_an_asynchronous_application_says_so(project):
    project(app="async def app(scope, receive, send): pass\n")
    assert "ASGI" in refused(_application.NotAnApplication, project, "file", "app.py")


def test_two_flask_applications_are_a_question(project):
    project(app="import flask\none = flask.Flask('x')\ntwo = flask.Flask('y')\n")
    assert "no attribute" in refused(_application.AttributeMissing, project, "file", "app.py")


def test_the_framework_is_named(project):
    project(app="import flask\napp = flask.Flask('x')\n")
    assert found(project, "file", "app.py").source == "Flask: app.py"
    project(wsgi=APP)
    assert found(project, "file", "wsgi.py").source == "WSGI: wsgi.py"


# FLASK_APP


@pytest.mark.parametrize(
    "text, name",
    [
        ("hello", "hello:app"),
        ("hello.py", "hello.py:app"),
        ("hello:app", "hello:app"),
        ("hello.py:app", "hello.py:app"),
        ("hello:make", "hello:make()"),
        ("hello:make()", "hello:make()"),
        ("hello:make('x')", "hello:make('x')"),
        ("hello:make(name='x')", "hello:make(name='x')"),
        ("package", "package:app"),
        ("package.inner", "package.inner:app"),
        ("package/inner", "package/inner:app"),
        ("package/inner.py:app", "package/inner.py:app"),
    ],
)
def test_flask_app_is_read_as_flask_reads_it(project, text, name):
    project(hello=APP + FACTORY.format("make", "name=''", b"app"), **{"package/__init__": APP, "package/inner": APP})
    result = found(project, "flask", text)
    assert (result.name, result.source, answer(result)) == (name, "Flask: FLASK_APP", [b"app"])


@pytest.mark.parametrize("text", ["hello:make(", "hello:make(x)", "hello:1", "hello:a.b", "he llo", "hello:make('x'"])
def test_a_flask_app_that_is_none_is_one_line(project, text):
    project(hello=APP)
    line = refused(_project.FlaskAppMalformed, project, "flask", text)
    assert f"`{text}`" in line and "FLASK_APP" in line and "accepted" in line


@pytest.mark.parametrize(
    "text, error, says",
    [
        ("nothing", _application.ModuleMissing, "`nothing`"),
        ("nothing.py", _application.FileMissing, "`nothing.py`"),
        ("hello:nothing", _application.AttributeMissing, "`nothing`"),
        ("hello:needs", _application.NotAnApplication, "two arguments"),
        ("hello:number", _application.NotAnApplication, "cannot be called"),
        ("hello:none", _application.NotAnApplication, "None"),
    ],
)
def test_what_flask_app_misses_is_named(project, text, error, says):
    project(hello="number = 1\ndef needs(it): pass\ndef none(): pass\n")
    assert says in refused(error, project, "flask", text)


def test_what_a_factory_raises_is_its_own(project):
    project(hello="def make(): raise LookupError('mine')\n")
    with pytest.raises(_application.ImportFailed) as caught:
        found(project, "flask", "hello:make")
    assert isinstance(caught.value.cause, LookupError)


# Django


@pytest.mark.parametrize(
    "source, expected",
    [
        (MANAGE, {"DJANGO_SETTINGS_MODULE": "site_of_test.settings"}),
        ("from os import environ\nenviron.setdefault('DJANGO_CONFIGURATION', 'Dev')", {"DJANGO_CONFIGURATION": "Dev"}),
        ("import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'a.b'", {"DJANGO_SETTINGS_MODULE": "a.b"}),
        ("import os\nos.environ.setdefault('PATH', 'x')", {}),
        ("import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', os.name)", {}),
        ("print 'Python 2'", {}),
    ],
)
def test_what_a_manage_py_sets_is_read_without_running_it(project, source, expected):
    project(manage=source)
    assert _project.environment_defaults("manage.py") == expected


def test_a_manage_py_without_settings_is_one_line(project):
    project(manage="# DJANGO_SETTINGS_MODULE")
    line = refused(_project.SettingsUnknown, project, "django", "manage.py")
    assert "manage.py" in line and "DJANGO_SETTINGS_MODULE" in line


def test_missing_settings_are_named(project):
    project(manage=MANAGE)
    assert "`site_of_test.settings`" in refused(_project.SettingsMissing, project, "django", "manage.py")


def test_the_environment_wins_over_manage_py(project, monkeypatch):
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "other_of_test")
    project(manage=MANAGE)
    assert "`other_of_test`" in refused(_project.SettingsMissing, project, "django", "manage.py")
    assert os.environ["DJANGO_SETTINGS_MODULE"] == "other_of_test"
