"""The script that the keeper runs, with a stand-in for the extension that tells what it was given."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from interpreters import interpreter

PACKAGE = Path(__file__).resolve().parents[1] / "plait"

RELEASE = re.search(r'__version__ = "(.+)"', (PACKAGE / "__init__.py").read_text())[1]

BRIDGE = f"""
__version__ = "{RELEASE}"
""" + """
def run(application, **options):
    import json, plait, sys
    facts = {"options": options, "path": sys.path, "argv": sys.argv}
    facts |= {"plait": plait.__file__, "main": sys.modules["__main__"].__file__}
    print(json.dumps(facts), flush=True)
    application(None, None)
"""

APPLICATION = """
import atexit
atexit.register(print, "at exit")
def application(environ, start_response): print("called")
"""


@pytest.fixture
def worker(tmp_path):
    """`worker(APP)` runs the script from a copy of the package, with something else beside it, in a project."""
    shutil.copytree(PACKAGE, tmp_path / "lib" / "plait", ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    (tmp_path / "lib" / "plait" / "_bridge.py").write_text(BRIDGE)
    (tmp_path / "lib" / "neighbour.py").write_text("")
    project = tmp_path / "project"
    project.mkdir()
    (project / "hello.py").write_text(APPLICATION)

    def run(app, *flags, python=sys.executable, timeout=20, processes=2, release=RELEASE, **variables):
        script = tmp_path / "lib" / "plait" / "_worker.py"
        options = [
            "--release",
            release,
            "--channel",
            "3",
            "--threads",
            "8",
            "--processes",
            processes,
            "--root-path",
            "/",
            "--app-dir",
            project,
        ]
        words = [python, *flags, script, app, *options]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | variables
        return subprocess.run(map(str, words), capture_output=True, text=True, timeout=timeout, env=environment)

    run.project = project
    run.library = tmp_path / "lib"
    return run


def facts(result):
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[0])


def test_it_hands_the_application_and_its_options_to_the_extension(worker):
    result = worker("hello")
    assert facts(result)["options"] == {"channel": 3, "threads": 8, "multiprocess": True, "root_path": "/"}
    assert result.stdout.splitlines()[1:] == ["called", "at exit"]
    assert facts(worker("hello", processes=1))["options"]["multiprocess"] is False


@pytest.mark.parametrize("flags, variables", [((), {}), (("-I",), {}), ((), {"PYTHONSAFEPATH": "1"})])
def test_the_application_sees_its_own_directory_first_and_nothing_of_ours(worker, flags, variables):
    seen = facts(worker("hello", *flags, **variables))
    plain = json.loads(
        subprocess.check_output(
            [sys.executable, *flags, "-c", "import json, sys; print(json.dumps(sys.path))"], text=True
        )
    )
    assert seen["path"] == [str(worker.project), *(entry for entry in plain if entry)]
    assert seen["argv"] == ["hello"]
    assert seen["plait"] == str(worker.library / "plait" / "__init__.py")
    assert seen["main"].endswith("/plait/_worker.py")


def test_this_package_wins_over_an_installed_one(worker):
    (worker.project / "plait.py").write_text("raise RuntimeError('another plait')")
    assert facts(worker("hello"))["plait"] == str(worker.library / "plait" / "__init__.py")


def test_children_by_spawn_work(worker):
    (worker.project / "spawning.py").write_text("""
import multiprocessing
def child(queue):
    import plait, sys
    queue.put([plait.__file__, __name__, [name for name in sys.modules if "plait" in name]])
def application(environ, start_response):
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=child, args=(queue,))
    process.start()
    print(queue.get(timeout=10))
    process.join()
""")
    result = worker("spawning")
    assert "_bridge" not in result.stdout.splitlines()[1]
    assert "'spawning'" in result.stdout.splitlines()[1], result.stderr
    assert str(worker.library) in result.stdout.splitlines()[1]


@pytest.mark.parametrize(
    "customisation, says",
    [
        ("import sys; sys.implementation.name = 'pypy'", "is pypy, not CPython"),
        ("import sys; sys.abiflags = 't'", "free-threaded"),
        ("import sys; sys.version_info = (3, 9, 18)", "is Python 3.9.18"),
    ],
)
def test_an_interpreter_that_cannot_run_it_is_refused_in_one_line(worker, tmp_path, customisation, says):
    (tmp_path / "sitecustomize.py").write_text(customisation)
    result = worker("hello", PYTHONPATH=str(tmp_path))
    assert result.returncode == 3
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"plait: {sys.executable}") and says in line and "CPython 3.10" in line


def refusal(result):
    """The one line, of a status that the keeper takes for an application that would not start."""
    assert (result.returncode, result.stdout) == (3, ""), result.stderr
    (line,) = result.stderr.splitlines()
    return line


def test_a_server_of_another_release_is_refused_before_the_application(worker):
    (worker.project / "loud.py").write_text("print('imported')")
    line = refusal(worker("loud", release="0.0.9"))
    assert line.startswith("plait: the server is of plait 0.0.9, ") and f"/__init__.py of {RELEASE}" in line


@pytest.mark.parametrize("version, says", [('__version__ = "0.0.9"', "of 0.0.9"), ("", "of unknown")])
def test_an_extension_of_another_release_is_refused_before_the_application(worker, version, says):
    (worker.library / "plait" / "_bridge.py").write_text(version)
    (worker.project / "loud.py").write_text("print('imported')")
    line = refusal(worker("loud"))
    assert line.startswith(f"plait: the server is of plait {RELEASE}, ") and f"/_bridge.py {says};" in line


def test_an_extension_that_cannot_be_loaded_is_one_line(worker):
    (worker.library / "plait" / "_bridge.py").unlink()
    (worker.library / "plait" / "_bridge.abi3.so").write_bytes(b"no library")
    assert refusal(worker("hello")).startswith(f"plait: {sys.executable} cannot load plait's extension: ")


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.9"])
def test_an_old_python_reads_as_far_as_its_refusal(worker, version):
    python = interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} here")
    result = worker("hello", python=python)
    assert result.returncode == 3
    assert result.stderr.count("\n") == 1 and f"is Python {version}." in result.stderr


def test_a_missing_application_is_status_3_and_one_line(worker):
    result = worker("helo")
    assert result.returncode == 3
    assert result.stderr.splitlines()[0].startswith("plait: no module `helo`")


def test_a_failing_application_is_status_3_and_its_own_traceback(worker):
    (worker.project / "broken.py").write_text("import atexit\natexit.register(print, 'at exit')\n1 / 0")
    result = worker("broken")
    assert result.returncode == 3
    assert "plait" not in result.stderr.replace(str(worker.project), "")
    assert result.stderr.splitlines()[-1] == "ZeroDivisionError: division by zero"
    assert result.stdout == "at exit\n"


def test_a_thread_left_behind_cannot_hold_up_the_exit(worker):
    (worker.project / "hanging.py").write_text(
        "import threading\nthreading.Thread(target=threading.Event().wait).start()\n1 / 0"
    )
    assert worker("hanging").returncode == 3


def test_few_modules_are_imported_on_the_way(worker):
    (worker.project / "looking.py").write_text(
        "import sys\nloaded = sorted(sys.modules)\ndef app(environ, start_response): print(loaded)"
    )
    bare = subprocess.check_output([sys.executable, "-c", "import sys; print(sorted(sys.modules))"], text=True)
    loaded = set(eval(worker("looking").stdout.splitlines()[1])) - set(eval(bare))
    assert loaded == {"plait", "plait._bridge", "plait._application", "plait._convention", "looking"}
