"""`plait completion`, read by the shells it is for: keys typed on a terminal, and the words that come of them.

In these shells `plait` is a function that prints its words: so what is compared is not a list on a screen but the
command line that the shell made of all matches.
"""

import re
import shutil
import subprocess

import pytest

from plait_process import PLAIT, REPOSITORY, environment, run_to_end
from terminal import Terminal

#: In bash `insert-completions` is on Alt-*; zsh has `_all_matches`, of which zshcompsys(1) says how it is bound.
START = {
    "bash": r"""
        PS1='<ready>'
        bind 'set enable-bracketed-paste off'
        plait() { printf '[%s]' "$@"; echo '<end>'; }
        source <("$TEST_PROGRAM" completion bash)
        """,
    "zsh": r"""
        PS1='<ready>'
        unsetopt zle_bracketed_paste prompt_sp
        autoload -U compinit && compinit -D -u
        zle -C all-matches complete-word _generic
        bindkey '\e*' all-matches
        zstyle ':completion:all-matches::::' completer _all_matches _complete
        zstyle ':completion:all-matches:*' insert true
        plait() { printf '[%s]' "$@"; echo '<end>'; }
        source <("$TEST_PROGRAM" completion zsh)
        """,
}

COMMANDS = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}

CASES = {
    "serve hello:app --qu": ["--queue", "--queue-age"],
    "serve --queue-a": ["--queue-age"],
    "serve --pri": ["--print"],
    "check --dep": ["--deploy"],
    "check --qu": ["--queue", "--queue-age"],
    "serve --forwarded-al": ["--forwarded-allow-ips"],
    "serve --log-level w": ["warning"],
    "serve --body ": ["collect", "stream"],
    "serve hello:app --access-log ": ["combined", "json", "off"],
    "serve --app-dir ro": ["rooms"],
    "serve --python no": ["notes.txt"],
    "serve he": ["hello.py"],
    "import no": ["notes.txt"],
    "completion ": ["bash", "fish", "zsh"],
    "ver": ["version"],
    "help s": ["serve"],
}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "hello.py").touch()
    (tmp_path / "notes.txt").touch()
    (tmp_path / "rooms").mkdir()
    return tmp_path


def installed(shell):
    if not shutil.which(shell):
        pytest.fail(f"{shell} is not installed; scripts/debian-packages.txt has it")
    return shell


def completed(terminal, line):
    """What the shell makes of all matches for the last word of `line`, without the words before it."""
    terminal.type(f"plait {line}\x1b*\n")
    words = re.findall(r"\[(.*?)\]", terminal.wait_for(r"(?s)((?:\[[^\]\n]*\])+)<end>")[1])
    terminal.wait_for("<ready>")
    return sorted(
        word.rstrip("/") for word in words[len(line.rstrip(" ").split()) - (0 if line.endswith(" ") else 1) :]
    )


@pytest.fixture(params=list(START))
def shell(request, project):
    variables = environment(TEST_PROGRAM=PLAIT, HOME=str(project))
    with Terminal(COMMANDS[installed(request.param)], variables) as terminal:
        terminal.type(f"cd {project}\n{START[request.param]}\necho started\n")
        terminal.wait_for(r"\nstarted\r?\n")
        terminal.wait_for("<ready>")
        yield terminal


def test_a_terminal_completes_verbs_options_and_values(shell):
    assert {line: completed(shell, line) for line in CASES} == CASES


def test_bash_completes_values_behind_an_equals_sign(project):
    with Terminal(COMMANDS["bash"], environment(TEST_PROGRAM=PLAIT)) as terminal:
        terminal.type(START["bash"] + "\necho started\n")
        terminal.wait_for(r"\nstarted\r?\n<ready>")
        terminal.type("plait serve --log-format=js\t\n")
        assert terminal.wait_for(r"\[serve\]\[(.*?)\]<end>")[1].strip() == "--log-format=json"


def test_fish_completes_verbs_options_and_values(project):
    installed("fish")
    script = f"source ('{PLAIT}' completion fish | psub)\n"
    script += "".join(f"echo '>{line}'; complete -C 'plait {line}'\n" for line in CASES)
    run = run_to_end(["fish", "--no-config", "-c", script], cwd=project, env=environment(HOME=str(project)))
    found, line = {}, None
    for row in run.stdout.splitlines():
        if row.startswith(">"):
            line = found.setdefault(row[1:], [])
        else:
            line.append(row.split("\t")[0].rstrip("/"))
    assert {line: sorted(words) for line, words in found.items()} == CASES, run.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_option_of_the_help_is_completed(shell):
    flags = set(re.findall(r"(?<=[ ,])--?[a-z][a-z-]*", run_to_end([PLAIT, "serve", "--help"]).stdout))
    script = run_to_end([PLAIT, "completion", shell]).stdout
    spelled = {"fish": {flag: f" -{'l' if flag.startswith('--') else 's'} {flag.lstrip('-')} " for flag in flags}}
    words = set(re.findall(r"-[a-z-]+", script))
    missing = [flag for flag in flags if spelled.get(shell, {}).get(flag, "\0") not in script and flag not in words]
    assert len(flags) > 30 and missing == []


# Manual pages


@pytest.mark.parametrize("words, page", [(["help", "--man"], "plait.1"), (["help", "serve", "--man"], "plait-serve.1")])
def test_the_committed_manual_pages_are_current_and_nroff_has_no_complaint(words, page):
    committed = REPOSITORY / "docs/reference" / page
    assert run_to_end([PLAIT, *words]).stdout == committed.read_text(), f"plait {' '.join(words)} > {committed}"
    nroff = subprocess.run(
        ["groff", "-man", "-Tutf8", "-Kutf8", "-ww", committed], capture_output=True, text=True, timeout=30
    )
    assert (nroff.returncode, nroff.stderr) == (0, "")
