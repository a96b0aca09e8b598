"""Every command line of plait that docs/guide shows is run: what can be served is served and asked, the rest runs.

Lines come from code blocks without a language, from `ExecStart=` of units and `ENTRYPOINT` of container files. What
they name is made first, in a directory that stands for the machine's root: applications, files, directories of sockets.
Fixed ports become free ones, and the tests' own Python takes the place of others.
"""

import json
import os
import re
import shlex
import socket
import sys
import urllib.request
from dataclasses import dataclass

import pytest

from pages import blocks
from plait_process import PLAIT, REPOSITORY, Plait, environment, run_to_end

PAGES = sorted(path.relative_to(REPOSITORY) for path in (REPOSITORY / "docs/guide").glob("*.md"))

APPLICATION = """
def served(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"Hello"]
"""

#: What the commands name besides applications.
FILES = {
    "app.py": f"{APPLICATION}\napp = served\n",
    "paste_factory.py": f"{APPLICATION}\ndef make(settings):\n    return served\n",
    "production.ini": "[app:main]\npaste.app_factory = paste_factory:make\n",
    ".env": "SHOP_MODE=live\n",
    "gunicorn.conf.py": "workers = 2\n",
    "uwsgi.ini": "[uwsgi]\nworkers = 2\n",
    "Procfile": "web: gunicorn hello:app\n",
}

#: Programs that start plait with a changed environment; `make test-products` has them.
WRAPPERS = {"opentelemetry-instrument", "ddtrace-run", "newrelic-admin", "run-program"}


#: What stands before the verb, with the tests' own Python.
STARTS = {
    "": [PLAIT],
    "python -m": [sys.executable, "-m", "plait"],
    "coverage run -m": [sys.executable, "-m", "coverage", "run", "-m", "plait"],
}

#: Options without a value.
FLAGS = {"--print", "--deploy", "--dev", "--watch", "--reload"}


@dataclass(frozen=True)
class Command:
    page: str
    line: str

    @property
    def words(self):
        """From the verb on, as the shell would pass them; a remark behind two blanks is none."""
        text = re.split(r"\s{2,}(?![\"'\-])", self.line.strip())[0]
        words = shlex.split(text)
        return words[next(index for index, word in enumerate(words) if os.path.basename(word) == "plait") + 1 :]

    @property
    def before(self):
        words = shlex.split(self.line)
        return words[: next(index for index, word in enumerate(words) if os.path.basename(word) == "plait")]


def commands():
    for page in PAGES:
        for block in blocks(page):
            for line in block.text.replace("\\\n", " ").splitlines():
                if found := _command_in(block.language, line):
                    yield pytest.param(Command(page.name, found), id=f"{page.stem}: {found.strip()}")


def _command_in(language, line):
    if language == "ini" and (match := re.match(r"ExecStart=(.*)", line)):
        return match[1]
    if language == "dockerfile" and (match := re.match(r"ENTRYPOINT (\[.*\])", line)):
        return shlex.join(json.loads(match[1]))
    is_command = language in ("", "sh", "shell", "bash") and re.match(
        r"([\w./-]+=\S+ |[a-z-]+ )*\S*\bplait [a-z]", line
    )
    return line if is_command and not re.match(r"plait \d|make ", line) else None


COMMANDS = list(commands())


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A directory that stands for `/`, and is where the commands run."""
    root = tmp_path / "project"
    root.mkdir()
    (tmp_path / "lib").mkdir()
    monkeypatch.chdir(root)
    for name, text in FILES.items():
        (root / name).write_text(text)
    return root


def write_application(root, name):
    """What `name` names, so that it can be imported."""
    place, _, attribute = name.partition(":")
    if place.endswith(".py"):
        path = root / place.lstrip("/")
    else:
        if not attribute and "." in place:
            attribute = place.rpartition(".")[2] if place.endswith((".application", ".app")) else ""
            place = place.removesuffix(f".{attribute}") if attribute else place
        path = root / (place.replace(".", "/") + ".py")
    path.parent.mkdir(parents=True, exist_ok=True)
    called = f"def {attribute[:-2]}():\n    return served\n" if attribute.endswith("()") else ""
    path.write_text(APPLICATION + (called or f"{attribute or 'application'} = served\n"))


def placed(word, root):
    """Absolute paths lie below `root`; fixed ports become free ones."""
    word = re.sub(r"(?<![\w./])/(?=(run|srv|var|etc|usr|opt)/)", f"{root}/", word)
    return re.sub(r"(?<=tcp:)\d+|(?<=tcp6:)\d+|(?<=^)\d+$|(?<=[\d\]*]:)\d+$", "0", word)


def served_words(command, root):
    words = command.words[1:]
    application = _application(words)
    if application and not application.partition("#")[0].endswith(".ini"):
        write_application(root, application)
    result = []
    for index, word in enumerate(words):
        before = words[index - 1] if index else ""
        if before == "--python":
            word = sys.executable
        elif (
            before in ("-p", "-b", "--port", "--bind", "--app-dir", "--spool-dir", "--access-log")
            or word == application
        ):
            word = placed(word, root)
        if before == "--app-dir":
            os.makedirs(word, exist_ok=True)
            write_application(root / os.path.relpath(word, root), application)
        if match := re.search(r"unix:([^:]+)", word):
            os.makedirs(os.path.dirname(match[1]), exist_ok=True)
        result.append(word)
    return result


def _application(words):
    """The word that is neither an option nor its value; None where the project is to be found."""
    behind = [""] + [word for word in words[:-1]]
    return next(
        (word for word, before in zip(words, behind) if word[0] != "-" and (before[:1] != "-" or before in FLAGS)), None
    )


@pytest.mark.parametrize("command", [param for param in COMMANDS if param.values[0].words[0] == "serve"])
def test_a_serve_line_of_the_guide_serves(command, root):
    words = served_words(command, root)
    variables = dict(word.split("=", 1) for word in command.before if "=" in word)
    program = STARTS[" ".join(word for word in command.before if "=" not in word and word not in WRAPPERS)]
    variables |= {} if program == [PLAIT] else {"PYTHONPATH": str(REPOSITORY / "python")}
    listener = socket.create_server(("127.0.0.1", 0))
    os.set_inheritable(listener.fileno(), True)
    if "--print" in words:
        assert run_to_end([*program, "serve", *words], env=environment(**variables)).returncode == 0
        return
    ready = [*program, "serve", *words, "--log-format", "text", "--grace", "5s"]
    ready += [] if "--python" in words else ["--python", sys.executable]
    ready += [] if {"-p", "-b", "--port"} & set(words) else ["-p", "tcp:0:interface=127.0.0.1"]
    # Descriptor 3, and the variables of sd_listen_fds(3), which name the process that is to have it.
    script = 'exec 3<&"$0"; export LISTEN_FDS=1 LISTEN_PID=$$ LISTEN_FDNAMES=http; exec "$@"'
    takes_sockets = any(re.search("fd:|systemd:", word) for word in words)
    start = ["bash", "-c", script, str(listener.fileno()), *ready] if takes_sockets else ready
    with Plait(start, env=environment(**variables), pass_fds=[listener.fileno()]) as plait:
        listener.close()
        plait.wait_until_ready()
        assert plait.addresses
        urls = [address for address in plait.addresses if address.startswith("http:")]
        if urls and not any("haproxy:" in word for word in words):
            prefix = words[words.index("--root-path") + 1] if "--root-path" in words else ""
            with urllib.request.urlopen(urls[0] + prefix + "/", timeout=10) as response:
                assert response.read() == b"Hello"


@pytest.mark.parametrize("command", [param for param in COMMANDS if param.values[0].words[0] != "serve"])
def test_any_other_line_of_the_guide_runs(command, root):
    verb = command.words[0]
    words = served_words(command, root) if verb == "check" else command.words[1:]
    run = run_to_end([PLAIT, verb, *words], env=environment(PLAIT_PYTHON=sys.executable))
    assert run.returncode == 0 and run.stdout, run.stderr


def table_spans():
    """Options, perhaps with values, in the second column of the tables of the pages about other servers."""
    for page in [page for page in PAGES if page.name.startswith("from-")]:
        for line in (REPOSITORY / page).read_text().splitlines():
            # A pipe inside a code span is no border of a cell.
            cells = re.sub(r"`[^`]*`", lambda span: span[0].replace("|", "\0"), line).split("|")
            if len(cells) > 3:
                for span in re.findall(r"`(-[^`]*)`", cells[2]):
                    yield pytest.param(span.replace("\0", "|"), id=f"{page.stem}: {span}")


#: Words that stand for something of one's own, and something of the kind.
PLACEHOLDERS = {"HOST": "127.0.0.1", "PORT": "8000", "PATH": "/run/shop.sock", "DIR": "/tmp", "FILE": "/tmp/log"}


@pytest.mark.parametrize("span", table_spans())
def test_what_a_table_of_the_guide_shows_is_an_option_of_plait(span):
    """The settings are read before a Python is looked for: the complaint about that one says that they are right."""
    text = re.sub(r"\b[A-Z]{3,}\b", lambda word: PLACEHOLDERS.get(word[0], word[0]), span)
    words = shlex.split(text.replace("…", "1"))
    if len(words) == 1 and words[0].startswith("--"):
        options = run_to_end([PLAIT, "serve", "--help"]).stdout
        assert re.search(rf"[ ,]{words[0]}\b", options)
        return
    words += ["--python", "/nonexistent"] if "--python" not in words else []
    run = run_to_end([PLAIT, "serve", "hello:app", *words], env=environment(PATH="/nonexistent"))
    assert run.returncode == 64 and "in `--python`" in run.stderr, run.stderr


def test_the_guide_has_commands_of_all_kinds():
    lines = [param.values[0].line for param in COMMANDS]
    assert len(lines) >= 15
    assert any("systemd:" in line for line in lines) and any("import" in line for line in lines)
    assert any(line.startswith("/usr/local/bin/plait") for line in lines), "of a unit"
