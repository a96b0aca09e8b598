"""`plait serve` in a project, without naming an application; and the commands of frameworks that end up in plait."""

import subprocess
import sys
from pathlib import Path

import pytest

from plait_process import PLAIT, REPOSITORY, Plait, environment, run_to_end

HERE = ["serve", "--port", "127.0.0.1:0", "--log-format", "text"]
BIN = Path(sys.executable).parent
FLASK = "from flask import Flask\n{name} = Flask(__name__)\n{name}.add_url_rule('/', view_func=lambda: 'flask')\n"
FACTORY = "def {name}():\n    return lambda e, s: [s('200 OK', []) and b'' or b'made']\n"

#: As in a shell with the project's environment active.
ACTIVE = {"VIRTUAL_ENV": str(BIN.parent), "PYTHONDONTWRITEBYTECODE": "1", "PLAIT_DRAIN_IDLE": "0"}


def get(connection, target):
    """Of a host that Django allows while DEBUG is on."""
    return connection.request(target, host="localhost").response()


@pytest.fixture
def served(connect):
    """`served(directory)` → the first answer of `plait serve` there, and its start line."""

    def serve(directory, *options, **variables):
        with Plait([PLAIT, *HERE, *options], cwd=directory, env=environment(**ACTIVE, **variables)) as plait:
            plait.wait_until_ready()
            return get(connect(plait), "/"), next(line for line in plait.stderr if " serves " in line)

    return serve


@pytest.fixture
def django_project(tmp_path):
    subprocess.run([BIN / "django-admin", "startproject", "mysite", tmp_path], check=True)
    return tmp_path


def write(directory, **files):
    for name, source in files.items():
        (directory / f"{name}.py").write_text(source)
    return directory


# Found


def test_from_startproject_to_the_first_answer_there_is_one_command(django_project, served):
    response, line = served(django_project)
    assert response.status == 200 and "The install worked successfully" in response.text
    assert "serves mysite.wsgi.application (Django: manage.py, mysite.settings) with python" in line


def test_a_django_project_without_a_wsgi_application_is_served_by_django_s_own(django_project, served):
    settings = django_project / "mysite/settings.py"
    settings.write_text(settings.read_text() + "\nWSGI_APPLICATION = None\n")
    response, line = served(django_project)
    assert response.status == 200 and "serves django.core.wsgi:get_wsgi_application() (Django" in line


def test_every_worker_finds_the_same(django_project, served):
    response, _ = served(django_project, "--workers", "3")
    assert response.status == 200


@pytest.mark.parametrize(
    "files, variables, says, text",
    [
        ({"app": FLASK.format(name="app")}, {}, "app.py:app (Flask: app.py)", "flask"),
        ({"app": FLASK.format(name="site")}, {}, "app.py:site (Flask: app.py)", "flask"),
        ({"wsgi": FACTORY.format(name="create_app")}, {}, "wsgi.py:create_app() (WSGI: wsgi.py)", "made"),
        ({"app": "", "wsgi": FLASK.format(name="app")}, {}, "wsgi.py:app (Flask: wsgi.py)", "flask"),
        (
            {"app": FACTORY.format(name="create_app"), "shop": FLASK.format(name="app")},
            {"FLASK_APP": "shop"},
            "shop:app (Flask: FLASK_APP)",
            "flask",
        ),
        ({"shop": FACTORY.format(name="make")}, {"FLASK_APP": "shop:make"}, "shop:make() (Flask: FLASK_APP)", "made"),
    ],
)
def test_what_flask_would_run_is_found(tmp_path, served, files, variables, says, text):
    response, line = served(write(tmp_path, **files), **variables)
    assert (response.status, response.text) == (200, text)
    assert f"serves {says} with python" in line


def test_django_comes_before_flask(django_project, served):
    write(django_project, app="raise LookupError('not this one')")
    assert "Django" in served(django_project, FLASK_APP="app")[1]


def test_the_application_s_directory_is_where_it_is_looked_for(django_project, served):
    assert "Django" in served("/", "--app-dir", str(django_project))[1]


def test_the_json_log_tells_it_in_fields(tmp_path):
    words = [PLAIT, *HERE[:-1], "json"]
    with Plait(words, cwd=write(tmp_path, app=FLASK.format(name="app")), env=environment(**ACTIVE)) as plait:
        line = plait.stderr.wait_for('"message":"serving".*').string
    assert '"application":"app.py:app"' in line and '"found":"Flask: app.py"' in line


# Not found


def refused(directory, code, *words, **variables):
    result = run_to_end([PLAIT, *(words or ["serve"])], cwd=directory, env=environment(**ACTIVE, **variables))
    assert result.returncode == code, result.stderr
    lines = result.stderr.splitlines()
    assert lines[0].startswith("plait: ") and all(line.startswith("hint: ") for line in lines[1:])
    return result.stderr


def test_a_site_is_another_verb_s(tmp_path):
    write(tmp_path, plaitfile="", app=FLASK.format(name="app"), manage="DJANGO_SETTINGS_MODULE")
    assert "`plait run`" in refused(tmp_path, 64)
    assert "`plait run`" in refused(tmp_path, 64, "serve", "plaitfile.py")


def test_an_empty_directory_says_what_was_looked_for(tmp_path):
    said = refused(tmp_path, 64)
    assert all(word in said for word in (str(tmp_path), "manage.py", "FLASK_APP", "app.py", "wsgi.py", "accepted"))


def test_a_project_one_level_down_is_hinted_at(tmp_path):
    (tmp_path / "src").mkdir()
    write(tmp_path / "src", manage="DJANGO_SETTINGS_MODULE")
    assert "hint: `src/manage.py` is there: `--app-dir src`" in refused(tmp_path, 64)


def test_a_flaskenv_is_hinted_at(tmp_path):
    (tmp_path / ".flaskenv").write_text("FLASK_APP=shop\n")
    assert "hint: `.flaskenv` names FLASK_APP: `--env-file .flaskenv`" in refused(tmp_path, 64)


def test_another_framework_s_manage_py_is_none(tmp_path):
    assert "no application given" in refused(write(tmp_path, manage="import flask_script"), 64)


def test_a_missing_framework_is_one_line(django_project, tmp_path):
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    said = refused(django_project, 3, "serve", "--python", str(bare))
    assert "needs the package Django" in said and str(bare) in said


def test_settings_that_fail_show_their_own_traceback(django_project):
    settings = django_project / "mysite/settings.py"
    settings.write_text("raise LookupError('the settings are wrong')")
    result = run_to_end([PLAIT, *HERE], cwd=django_project, env=environment(**ACTIVE))
    assert result.returncode == 3
    assert result.stderr.count("LookupError: the settings are wrong") == 1
    assert "_project.py" not in result.stderr


# PasteDeploy


PASTE = """
[app:main]
paste.app_factory = hello:factory
greeting = from the file

[server:main]
use = egg:plait
listen = 127.0.0.1:0
workers = 1
log_format = text
"""

HELLO = """
def factory(configuration, greeting):
    def application(environ, start_response):
        start_response("200 OK", [])
        return [greeting.encode()]
    return application
"""


@pytest.fixture
def paste_project(tmp_path):
    (tmp_path / "production.ini").write_text(PASTE)
    return write(tmp_path, hello=HELLO)


def test_a_paste_deploy_file_is_an_application(paste_project, served):
    response, line = served(paste_project, "production.ini")
    assert response.text == "from the file" and "serves production.ini with python" in line


def test_pserve_starts_plait(paste_project, connect, tmp_path_factory):
    # As the installed package declares it.
    site = tmp_path_factory.mktemp("site")
    (site / "plait-0.dist-info").mkdir()
    (site / "plait-0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: plait\nVersion: 0\n")
    (site / "plait-0.dist-info/entry_points.txt").write_text("[paste.server_runner]\nmain = plait.paste:serve\n")
    path = f"{site}:{REPOSITORY / 'python'}:{paste_project}"
    with Plait([str(BIN / "pserve"), "production.ini"], cwd=paste_project, env=environment(PYTHONPATH=path)) as plait:
        plait.wait_until_ready()
        assert connect(plait).get("/").text == "from the file"
        assert plait.stderr.wait_for(r"serves \S+production.ini with python \S+ \(\S+/bin/python\S*, from --python\)")


# manage.py runserver


@pytest.fixture
def runserver(django_project):
    settings = django_project / "mysite/settings.py"
    settings.write_text(settings.read_text() + '\nINSTALLED_APPS += ["plait.django"]\n')

    def run(*options):
        words = [sys.executable, "manage.py", "runserver", "127.0.0.1:0", *options]
        variables = ACTIVE | {"PYTHONPATH": str(REPOSITORY / "python"), "PLAIT_LOG_FORMAT": "text"}
        return Plait(words, cwd=django_project, env=environment(**variables))

    return run


def test_runserver_is_plait_with_static_files(runserver, connect):
    with runserver() as plait:
        plait.wait_until_ready()
        connection = connect(plait)
        assert get(connection, "/").status == 200
        assert get(connection, "/static/admin/css/base.css").status == 200
        assert plait.workers and "1 worker " in plait.stderr.text()
        assert "System check" in plait.stdout.text()


def test_runserver_keeps_its_options(runserver, connect):
    with runserver("--nostatic", "--nothreading") as plait:
        plait.wait_until_ready()
        assert get(connect(plait), "/static/admin/css/base.css").status == 404
        assert "× 1 thread " in plait.stderr.text()
