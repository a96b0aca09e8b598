"""The wheel: what pip installs, on every CPython there is here, and where it then runs."""

import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import django
import pytest

from http_connection import Connection
from installed import (
    APPLICATION,
    READ_ONLY_ROOT,
    Environment,
    accessible_to_others,
    can_unshare_mounts,
    facts,
    post,
    serving,
    the_wheel,
)
from interpreters import interpreters
from plait_process import APPS, REPOSITORY, Plait, environment, run_to_end

MEGABYTE = 1_000_000
WOULD_NOT_START = 3
NOBODY_KNOWN = 54321


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """An environment of the Python that runs the tests. Not to be changed: copy it."""
    return Environment.make(tmp_path_factory.mktemp("installed") / "v")


@pytest.fixture
def copied(installed, tmp_path):
    return installed.copy(tmp_path / "copied")


def release():
    return re.match(r"plait-([^-]+)-", the_wheel().name)[1]


# Installing


@pytest.mark.parametrize("python", interpreters("3.10", "3.11", "3.12", "3.13"))
def test_pip_installs_it_and_it_serves(python, tmp_path):
    made = Environment.make(tmp_path / "v", python)
    assert run_to_end([made.plait, "--version"]).stdout == f"plait {release()}\n"
    assert run_to_end([made.python, "-m", "plait", "--version"]).stdout == f"plait {release()}\n"
    with serving(made.plait) as plait:
        told = facts(plait)
        assert told["executable"] == f"{made.root}/bin/python3"
        assert told["parts"] == [f"{made.package}/__init__.py", f"{made.package}/_bridge.abi3.so"]
        assert plait.stderr.wait_for(r"\(\S+/bin/python3, from plait's own environment\)")
        assert plait.stop() == 0


def test_uninstalling_leaves_nothing(tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "v"], check=True)
    made = Environment(tmp_path / "v")
    before = made.files()
    made.pip("install", "--no-index", "--no-deps", the_wheel())
    with serving(made.plait) as plait:
        facts(plait)
    assert made.files() > before
    made.pip("uninstall", "--yes", "plait")
    assert made.files() == before
    assert not list(made.root.glob("lib/python3.*/site-packages/plait*"))


def test_the_commands_that_the_readme_begins_with(tmp_path):
    lines = re.search(r"```\n(.*?)```", (REPOSITORY / "README.md").read_text(), re.DOTALL)[1].splitlines()
    assert lines[0].split() == ["make", "wheel"] and the_wheel()
    for name in ("dist", "Examples"):
        (tmp_path / name).symlink_to(REPOSITORY / name)
    for line in lines[1:-1]:
        subprocess.run(line, shell=True, check=True, cwd=tmp_path, env=environment(PIP_NO_INDEX="1", PIP_QUIET="1"))
    last = lines[-1].partition("#")[0].split() + ["--port", "127.0.0.1:0", "--log-format", "text"]
    with Plait(last, cwd=tmp_path) as plait:
        plait.wait_until_ready()
        assert plait.stderr.wait_for(rf"^plait {re.escape(release())} serves .* from plait's own environment\)$")


def test_from_pip_install_to_django_s_first_answer_there_are_two_commands(installed, tmp_path):
    made = installed.copy(tmp_path / "v")
    # Django, without an index: where the tests have it.
    (made.package.parent / "tests.pth").write_text(f"{Path(django.__file__).parents[1]}\n")
    made.run("-m", "django", "startproject", "mysite", cwd=tmp_path)
    words = [made.plait, "serve"]
    with Plait([*words, "--port", "127.0.0.1:0", "--log-format", "text"], cwd=tmp_path / "mysite") as plait:
        plait.wait_until_ready()
        with Connection(plait.address) as connection:
            response = connection.request("/", host="localhost").response()
        assert response.status == 200 and "The install worked successfully" in response.text
        assert plait.stderr.wait_for(r"serves mysite\.wsgi\.application \(Django: manage\.py, mysite\.settings\)")


def test_pserve_finds_its_server_runner(copied, tmp_path):
    (copied.package.parent / "tests.pth").write_text(f"{Path(django.__file__).parents[1]}\n")
    (tmp_path / "site.ini").write_text(
        "[app:main]\npaste.app_factory = made:main\n[server:main]\nuse = egg:plait\nport = 0\nlog_format = text\n"
    )
    (tmp_path / "made.py").write_text(
        "def main(configuration):\n"
        "    return lambda environ, start_response: [start_response('200 OK', []) and b'' or b'by pserve']\n"
    )
    words = [copied.python, "-m", "pyramid.scripts.pserve", "site.ini"]
    with Plait(words, cwd=tmp_path, env=environment(PYTHONPATH=str(tmp_path))) as plait:
        plait.wait_until_ready()
        with Connection(plait.address) as connection:
            assert connection.get("/").text == "by pserve"


# The file itself


def test_it_is_small():
    assert the_wheel().stat().st_size <= 15 * MEGABYTE


def test_the_same_input_makes_the_same_bytes(tmp_path):
    subprocess.run(
        [REPOSITORY / "scripts/wheel", REPOSITORY / ".build/stripped/plait", tmp_path], check=True, capture_output=True
    )
    assert (tmp_path / the_wheel().name).read_bytes() == the_wheel().read_bytes()


def test_its_judges_have_nothing_to_say():
    checked = run_to_end([sys.executable, "-m", "twine", "check", "--strict", the_wheel()])
    assert checked.returncode == 0 and "PASSED" in checked.stdout, checked.stdout + checked.stderr
    shown = run_to_end([sys.executable, "-m", "auditwheel", "show", the_wheel()])
    tag = the_wheel().stem.split("-")[-1]
    assert f'consistent with the following platform tag: "{tag}"' in " ".join(shown.stdout.split()), shown.stdout


def test_it_says_what_it_is():
    with zipfile.ZipFile(the_wheel()) as wheel:
        names = wheel.namelist()
        metadata = wheel.read(f"plait-{release()}.dist-info/METADATA").decode()
    assert {"plait/py.typed", "plait/_bridge.pyi", f"plait-{release()}.dist-info/licenses/LICENSE"} <= set(names)
    assert not [name for name in names if "__pycache__" in name]
    assert f"\nVersion: {release()}\n" in metadata and "\nRequires-Python: >=3.10\n" in metadata


def test_it_brings_manual_pages_completions_and_a_fixture(installed):
    share = installed.root / "share"
    assert (share / "man/man1/plait-serve.1").read_text().startswith(".\\\"")
    for file in ("bash-completion/completions/plait", "zsh/site-functions/_plait", "fish/vendor_completions.d/plait.fish"):
        assert "--queue-age" in (share / file).read_text() or "queue-age" in (share / file).read_text()
    script = "from importlib.metadata import entry_points as e; print(*[p.value for p in e(group='pytest11')])"
    assert run_to_end([installed.python, "-c", script]).stdout.split() == ["plait.testing_pytest"]
    assert (installed.package / "testing_pytest.py").is_file()


@pytest.mark.parametrize("part", ["program", "extension"])
def test_it_needs_the_c_library_and_nothing_else(installed, part):
    file = file_of(installed, part)
    dynamic = subprocess.check_output(["readelf", "--dynamic", "--wide", file], text=True)
    needed = set(re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic))
    assert "libc.so.6" in needed
    assert not {name for name in needed if not re.match(r"(libc|libm|ld-linux-[\w-]+)\.so\.\d+$", name)}
    assert "RPATH" not in dynamic and "RUNPATH" not in dynamic


@pytest.mark.parametrize("part", ["program", "extension"])
def test_it_carries_neither_symbols_nor_paths_of_where_it_was_built(installed, part):
    file = file_of(installed, part)
    sections = subprocess.check_output(["readelf", "--sections", "--wide", file], text=True)
    assert ".symtab" not in sections and ".debug_info" not in sections
    assert os.fsencode(REPOSITORY) not in file.read_bytes()


def file_of(installed, part):
    return {"program": installed.plait, "extension": installed.package / "_bridge.abi3.so"}[part]


# Parts that belong together


def test_an_extension_of_another_release_is_refused_in_one_line(copied):
    bridge = copied.package / "_bridge.abi3.so"
    ours = release().encode() + b"\0"
    assert bridge.read_bytes().count(ours) == 1
    bridge.write_bytes(bridge.read_bytes().replace(ours, b"9" * (len(ours) - 1) + b"\0"))
    assert "_bridge.abi3.so of 99999;" in refusal(copied)


def test_a_package_of_another_release_is_refused_in_one_line(copied):
    init = copied.package / "__init__.py"
    # Of another length: within one second a cached file is told from its source by the size alone.
    init.write_text(init.read_text().replace(release(), "0.0.9.post1"))
    assert "__init__.py of 0.0.9.post1;" in refusal(copied)


def refusal(environment_of_two_releases):
    with serving(environment_of_two_releases.plait) as plait:
        assert plait.wait() == WOULD_NOT_START
        lines = [line for line in plait.stderr if line.startswith("plait: the server is of")]
        assert len(lines) == 1 and "Traceback" not in plait.stderr.text(), plait.stderr.text()
    assert lines[0].startswith(f"plait: the server is of plait {release()}, ")
    return lines[0]


def test_of_several_packages_beside_one_bin_its_own_is_taken(copied):
    """As in /usr/local with two Pythons: the program is of the one that was installed last."""
    ours = str(copied.package / "__init__.py")
    stranger = copied.root / "lib/python3.0/site-packages/plait"
    stranger.mkdir(parents=True)
    (stranger / "_worker.py").write_text("raise SystemExit('a stranger')")
    with serving(copied.plait) as plait:
        assert facts(plait)["parts"][0] == ours


def test_it_also_serves_as_make_install_lays_it_out(installed, tmp_path):
    program, library = tmp_path / "bin/plait", tmp_path / "lib/plait/python"
    program.parent.mkdir()
    shutil.copy2(installed.plait, program)
    shutil.copytree(installed.package, library / "plait")
    with serving(program, options=["--python", sys.executable]) as plait:
        assert facts(plait)["parts"][0] == str(library / "plait/__init__.py")
    result = run_to_end([sys.executable, "-m", "plait", "--version"], env=environment(PYTHONPATH=str(library)))
    assert result.stdout == f"plait {release()}\n", result.stderr


def test_the_program_alone_says_what_it_misses(installed, tmp_path):
    alone = tmp_path / "bin" / "plait"
    alone.parent.mkdir()
    shutil.copy2(installed.plait, alone)
    result = run_to_end([alone, "serve", APPLICATION, "--python", sys.executable])
    assert result.returncode == 1
    assert result.stderr.startswith("plait: plait's Python files are not where") and result.stderr.count("\n") == 1


def test_the_package_alone_says_what_it_misses(copied):
    copied.plait.unlink()
    result = run_to_end([copied.python, "-m", "plait", "--version"])
    assert result.returncode == 1
    assert result.stderr.startswith("plait: there is no `plait` program beside ") and result.stderr.count("\n") == 1


# Which Python


@pytest.mark.parametrize("receipt", ["pipx_metadata.json", "uv-receipt.toml"])
def test_a_tool_s_own_environment_is_not_the_application_s(copied, receipt):
    (copied.root / receipt).touch()
    with serving(copied.plait, env=environment(VIRTUAL_ENV=sys.prefix)) as plait:
        assert facts(plait)["executable"].startswith(f"{sys.prefix}/bin/python")
        assert plait.stderr.wait_for("from VIRTUAL_ENV")


def test_without_an_environment_it_takes_the_python_it_was_installed_for(copied):
    """As in an image where pip installed into the system's Python, which need not be on PATH."""
    (copied.root / "pyvenv.cfg").unlink()
    beside = copied.root / "bin" / copied.package.parts[-3]
    beside.unlink(missing_ok=True)
    beside.symlink_to(os.path.realpath(sys.executable))
    with serving(copied.plait, cwd="/", env=environment(PATH="/nonexistent")) as plait:
        facts(plait)
        assert plait.stderr.wait_for(rf"\({re.escape(str(beside))}, from plait's own environment\)")


def test_python_m_plait_runs_the_application_with_that_python(installed, tmp_path):
    """`pip install --target` puts everything into one directory; no environment says which Python is meant."""
    installed.pip("install", "--no-index", "--no-deps", "--target", tmp_path, the_wheel())
    with serving(sys.executable, "-m", "plait", cwd="/", env=environment(PYTHONPATH=str(tmp_path))) as plait:
        told = facts(plait)
    assert told["executable"] == sys.executable
    assert told["parts"][0] == str(tmp_path / "plait" / "__init__.py")


def test_python_m_plait_lets_an_option_choose(installed):
    with serving(installed.python, "-m", "plait", options=["--python", sys.executable]) as plait:
        assert facts(plait)["executable"] == sys.executable


# Bare surroundings, as in containers


@pytest.fixture(scope="module")
def public():
    """An environment that every user can run, with the application in it."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    candidates = [*interpreters("3.10", "3.11", "3.12", "3.13"), "/usr/bin/python3"]
    python = next(filter(accessible_to_others, candidates), None)
    if python is None:
        pytest.skip("no Python here that every user can run")
    with tempfile.TemporaryDirectory(prefix="plait-public-") as directory:
        root = Path(directory)
        root.chmod(0o755)  # pytest's own are for the user alone
        (root / "whereabouts.py").write_bytes(APPLICATION.read_bytes())
        yield Environment.make(root / "v", python)


def somebody():
    with pytest.raises(KeyError):
        pwd.getpwuid(NOBODY_KNOWN)
    return {"user": NOBODY_KNOWN, "group": 0, "extra_groups": []}


def test_it_runs_with_an_empty_environment(installed):
    with serving(installed.plait, env={}) as plait:
        told = facts(plait, b"x" * 100_000)
        assert "HOME" not in told["variables"] and "PATH" not in told["variables"]
        assert told["read"] == 100_000
        assert plait.stop() == 0


def test_it_runs_as_a_user_whom_nobody_knows(public):
    """OpenShift runs images as a random user of group 0 that /etc/passwd does not have."""
    with serving(public.plait, app="whereabouts", cwd=public.root.parent, env={}, **somebody()) as plait:
        assert facts(plait, b"x" * 100_000)["user"] == NOBODY_KNOWN
        assert plait.stop() == 0


@pytest.mark.parametrize("user", ["root", "somebody"])
def test_it_runs_where_nothing_can_be_written(public, user):
    if not can_unshare_mounts():
        pytest.skip("mounting is forbidden here")
    become = ["setpriv", f"--reuid={NOBODY_KNOWN}", "--regid=0", "--clear-groups"] if user == "somebody" else []
    prefix, path = [*READ_ONLY_ROOT, *become], {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    with serving(public.plait, app="whereabouts", prefix=prefix, cwd=public.root.parent, env=path) as plait:
        told = facts(plait, b"x" * 100_000)
        assert told["user"] == (NOBODY_KNOWN if user == "somebody" else 0)
        assert told["can_write"] == []
        # What is too large for memory has nowhere to go, and says so; the next request is served.
        assert 500 <= post(plait, b"x" * 2_000_000).status < 600
        assert facts(plait)["read"] == 0
        assert plait.stop() == 0
