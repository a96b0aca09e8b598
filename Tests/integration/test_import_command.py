"""`plait import`: the command lines that it prints are served, and it is run as people run it."""

import re
import shlex
import sys

import pytest

from plait_process import PLAIT, REPOSITORY, Plait, environment, run_to_end

IMPORTS = REPOSITORY / "python/tests/imports"
COMMANDS = [
    pytest.param(line, id=f"{page.parent.name}-{index}")
    for page in sorted(IMPORTS.glob("*/expected.txt"))
    for index, line in enumerate(re.findall(r"plait serve .*", page.read_text()))
]


def adapted(words, directory):
    """The same options, with places that exist on this machine and ports that are free."""
    pairs = {"--python": sys.executable}
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        if index == 0:
            yield "tested"
        elif before in pairs:
            yield pairs[before]
        elif before == "--access-log":
            yield re.sub(r":.*/", f":{directory}/", word)
        elif before == "-p" and "unix:" in word:
            yield re.sub(r"unix:.*/", f"unix:{directory}/", word)
        elif before == "-p":
            yield re.sub(r"\$\{PORT:-\d+\}|(?<=tcp:)\d+|(?<=:)\d+$|^\d+$", "0", word, count=1)
        else:
            yield word


@pytest.mark.parametrize("line", COMMANDS)
def test_a_printed_command_line_is_served(line, tmp_path):
    words = list(adapted(shlex.split(line)[2:], tmp_path))
    command = [PLAIT, "serve", *words, "--log-format", "text", "--log-level", "info"]
    command += ["--app-dir", str(REPOSITORY / "Tests/integration/apps")]
    command += [] if "--python" in words else ["--python", sys.executable]
    command += ["-p", "tcp:0:interface=127.0.0.1"] if "-p" not in words else []
    with Plait(command, env=environment()) as plait:
        plait.wait_until_ready()
        assert len(plait.addresses) == max(1, words.count("-p"))


def test_it_is_run_with_the_python_that_would_run_the_application(tmp_path):
    (tmp_path / "gunicorn.conf.py").write_text("import sys\nproc_name = sys.executable.replace('/', '_')\n")
    run = run_to_end([PLAIT, "import", "gunicorn.conf.py"], cwd=tmp_path, env=environment(PLAIT_PYTHON=sys.executable))
    assert run.returncode == 0 and sys.executable.replace("/", "_") in run.stdout


@pytest.mark.parametrize(
    "variables, code, line",
    [
        ({"PLAIT_PYTHON": "/none"}, 64, "plait: no Python at `/none`, in `--python`;"),
        ({}, 64, "plait: `gone.py` cannot be read: No such file or directory; accepted:"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path, variables, code, line):
    run = run_to_end([PLAIT, "import", "gone.py"], cwd=tmp_path, env=environment(**variables))
    assert (run.returncode, run.stdout) == (code, "")
    assert run.stderr.startswith(line) and run.stderr.count("\n") == 1
