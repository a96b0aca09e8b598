"""A Procfile: a name, a colon and a shell's command line for each process. What serves HTTP becomes `plait serve`.

Around the server's own words there may be others: commands before it (`python manage.py migrate && gunicorn …`),
variables, `exec`, and wrappers that start it (`newrelic-admin run-program gunicorn …`). They stay as they are.
"""

import re
import shlex
from dataclasses import dataclass

from plait import _import_gunicorn, _import_gunicorn_reading, _import_uwsgi
from plait._import_translation import (
    Endpoint,
    Needless,
    Setting,
    Translation,
    Untranslated,
    number,
)

_SERVERS = {"gunicorn", "uwsgi", "waitress-serve"}

#: Servers of another kind, and what there is to say about them.
_OTHERS = {
    "uvicorn": "serves ASGI applications; plait serves WSGI applications only",
    "hypercorn": "serves ASGI applications; plait serves WSGI applications only",
    "daphne": "serves ASGI applications; plait serves WSGI applications only",
    "runserver": "is Django's server for development; `plait serve PROJECT.wsgi:application` serves the same",
    "flask": "is Flask's server for development; `plait serve MODULE:app` serves the same",
}


@dataclass(frozen=True)
class Process:
    name: str
    command: str
    line: int


def is_procfile(name: str) -> bool:
    return name == "Procfile" or name.startswith("Procfile.")


def read(text: str) -> list[Process]:
    processes = []
    for index, line in enumerate(text.splitlines()):
        if match := re.fullmatch(r"\s*([A-Za-z0-9_-]+):\s*(.+?)\s*", line):
            processes.append(Process(match[1], match[2], index + 1))
    return processes


def translate(process: Process, variables: dict[str, str]) -> Translation:
    """One process; where it starts no server that is known, everything is left untranslated.

    Where to listen and how many workers there are, if the line does not say so, is for the platform to say.
    """
    start = _server_at(process.command)
    if start is None:
        return _nothing(process)
    server, before, words = start
    if server == "gunicorn":
        translation = _gunicorn(words, process.line, variables)
    elif server == "uwsgi":
        translation = _uwsgi(words, process.line, variables)
    else:
        translation = _waitress(words, process.line)
    translation.command.before = before
    return translation


def _nothing(process: Process) -> Translation:
    translation = Translation()
    reason = next(
        (f"{name} {about}" for name, about in _OTHERS.items() if re.search(rf"(^|[ /]){name}\b", process.command)),
        "no web server that is known here; plait runs no other processes yet",
    )
    setting = Setting(process.name, process.command, f"{process.name}: {process.command}", process.line)
    translation.note(setting, Untranslated(reason))
    return translation


def _server_at(command: str) -> tuple[str, str, list[str]] | None:
    """The server's name, the text before it, and the words behind it up to the end of its command."""
    for match in re.finditer(r"(?:(?<=^)|(?<=[\s;&|(]))(?:python[\d.]* -m )?(\S*/)?([A-Za-z][\w-]*)(?=\s|$)", command):
        if match[2] in _SERVERS:
            words = _words(command[match.end() :])
            return None if words is None else (match[2], command[: match.start()], words)
    return None


def _words(text: str) -> list[str] | None:
    lexer = shlex.shlex(text, posix=True, punctuation_chars=";&|<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words = []
    try:
        for word in lexer:
            if word[0] in ";&|<>":
                break
            words.append(word)
    except ValueError:
        return None
    return words


def _gunicorn(words: list[str], line: int, variables: dict[str, str]) -> Translation:
    settings, file = _import_gunicorn_reading.read_words(words, line)
    remarks: list[str] = []
    if file is not None:
        try:
            from_file, remarks = _import_gunicorn_reading.read_file(file.removeprefix("python:"))
            # The command line goes before the file.
            settings = [*from_file, *settings]
        except (OSError, _import_gunicorn_reading.ConfigurationFailed) as failure:
            remarks.append(f"{file} could not be read ({failure}); `plait import` takes it by itself, too")
    translation = _import_gunicorn.translate(settings, {"PORT": "", "WEB_CONCURRENCY": "", **variables})
    translation.remarks += remarks
    return translation


def _uwsgi(words: list[str], line: int, variables: dict[str, str]) -> Translation:
    settings, file = _import_uwsgi.read_words(words, line)
    remarks = []
    if file is not None:
        try:
            settings = [*_import_uwsgi.read_file(file, variables), *settings]
        except OSError as failure:
            remarks.append(f"{file} could not be read ({failure}); `plait import` takes it by itself, too")
    translation = _import_uwsgi.translate(settings, variables)
    translation.remarks += remarks
    return translation


def _waitress(words: list[str], line: int) -> Translation:
    """After waitress' documentation, "waitress-serve"; of its many adjustments those that people set."""
    translation = Translation()
    command = translation.command
    host, port, is_factory = "0.0.0.0", "8080", False
    for word in words:
        name, equals, value = word.partition("=")
        setting = Setting(name.lstrip("-"), value, word, line)
        if not word.startswith("-"):
            command.application = word
        elif name == "--call":
            is_factory = True
        elif name == "--port":
            port = value
        elif name == "--host":
            host = value
        elif name == "--listen":
            host, _, port = value.rpartition(":")
        elif name == "--threads" and number(1, 1024)(value):
            command.options["--threads"] = value
        elif name == "--unix-socket":
            command.endpoints.append(Endpoint(path=value))
        elif name == "--url-prefix":
            command.options["--root-path"] = value
        else:
            translation.note(setting, Untranslated("has no equivalent that is known here"))
    if is_factory and command.application:
        command.application += "()"
    if re.fullmatch(r"\$(PORT|\{PORT\})", port):
        setting = Setting("port", port, f"--port={port}", line)
        translation.note(setting, Needless("plait takes $PORT by itself, on every interface"))
    elif not command.endpoints:
        command.endpoints.append(Endpoint("" if host in ("*", "0.0.0.0") else host, port))
    if "--threads" not in command.options:
        command.options["--threads"] = "4"
        translation.defaults.append("threads = 4")
    command.options["--workers"] = "1"
    translation.defaults.append("one process; leave --workers out, and there are as many as processors granted")
    return translation
