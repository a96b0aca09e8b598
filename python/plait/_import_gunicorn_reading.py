"""Where settings of gunicorn stand: in a file, which is a program of its own and is executed, and in command lines."""

import ast
import contextlib
import os
import shlex
import sys
from collections.abc import Iterator

from plait import _import_gunicorn
from plait._import_translation import Setting, is_variable

# The file


class ConfigurationFailed(Exception):
    """The file's own code raised; says what and where."""


def read_file(path: str) -> tuple[list[Setting], list[str]]:
    """The settings of a configuration file, which is executed, and remarks about values that it has computed."""
    with open(path, "rb") as file:
        source = file.read()
    names = _execute(source, path)
    places = _places(source)
    settings, computed = [], []
    for name, value in names.items():
        if not _import_gunicorn.is_setting(name):
            continue
        line, text, is_literal = places.get(name, (None, f"{name} = {value!r}", True))
        settings.append(Setting(name, value, text, line))
        if not is_literal and not callable(value):
            computed.append(f"{name} is {value!r} because of this machine and its environment, where the file was run")
    return sorted(settings, key=lambda setting: setting.line or 0), computed


def _execute(source: bytes, path: str) -> dict[str, object]:
    names: dict[str, object] = {"__name__": "__config__", "__file__": os.path.abspath(path)}
    sys.path.insert(0, os.getcwd())
    try:
        # What the file prints is not part of the translation.
        with contextlib.redirect_stdout(sys.stderr):
            exec(compile(source, path, "exec"), names)
    except (Exception, SystemExit) as error:
        raise ConfigurationFailed(f"{type(error).__name__}: {error}{_line_of(error, path)}") from error
    finally:
        sys.path.pop(0)
    return names


def _line_of(error: BaseException, path: str) -> str:
    lines = []
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == path:
            lines.append(traceback.tb_lineno)
        traceback = traceback.tb_next
    return f", in line {lines[-1]}" if lines else ""


def _places(source: bytes) -> dict[str, tuple[int, str, bool]]:
    """Line, text and whether the value is a plain literal, of the last statement that gives each name its value."""
    lines = source.decode(errors="replace").splitlines()
    places = {}
    for node in _module_statements(ast.parse(source)):
        for name in _names_given(node):
            is_literal = isinstance(node, (ast.Assign, ast.AnnAssign)) and _is_literal(node.value)
            places[name] = (node.lineno, lines[node.lineno - 1].strip(), is_literal)
    return places


def _module_statements(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
            if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                yield from _module_statements(child)


def _names_given(node: ast.stmt) -> list[str]:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _is_literal(node: ast.expr | None) -> bool:
    if node is None:
        return False
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


# The command line

_SHORT = {
    "-c": "config",
    "-b": "bind",
    "-w": "workers",
    "-k": "worker_class",
    "-t": "timeout",
    "-D": "daemon",
    "-e": "raw_env",
    "-p": "pidfile",
    "-u": "user",
    "-g": "group",
    "-m": "umask",
    "-n": "proc_name",
    "-R": "enable_stdio_inheritance",
}

_LONG = {
    "access_logfile": "accesslog",
    "access_logformat": "access_log_format",
    "error_logfile": "errorlog",
    "log_file": "errorlog",
    "log_level": "loglevel",
    "log_config": "logconfig",
    "log_config_json": "logconfig_json",
    "log_syslog": "syslog",
    "log_syslog_to": "syslog_addr",
    "log_syslog_prefix": "syslog_prefix",
    "log_syslog_facility": "syslog_facility",
    "keep_alive": "keepalive",
    "env": "raw_env",
    "pid": "pidfile",
    "name": "proc_name",
    "preload": "preload_app",
    "paster": "paste",
    "paste_global": "raw_paste_global_conf",
    "reload_extra_file": "reload_extra_files",
    "no_sendfile": "sendfile",
}

#: Options that stand alone.
_SWITCHES = {"daemon", "preload_app", "reload", "capture_output", "enable_stdio_inheritance", "reuse_port", "spew"}
_SWITCHES |= {"check_config", "print_config", "initgroups", "proxy_protocol", "syslog", "sendfile"}
_SWITCHES |= {"do_handshake_on_connect", "suppress_ragged_eofs", "permit_obsolete_folding", "strip_header_spaces"}
_SWITCHES |= {"permit_unconventional_http_method", "permit_unconventional_http_version", "casefold_http_method"}

#: Options of which each adds to those before it.
_LISTS = {"bind", "raw_env", "reload_extra_files", "raw_paste_global_conf"}


def read_words(words: list[str], line: int) -> tuple[list[Setting], str | None]:
    """The settings of `gunicorn WORDS`, and the file that `-c` names."""
    rest = list(words)
    values: dict[str, str | list[str]] = {}
    texts: dict[str, str] = {}
    file = None
    while rest:
        word = rest.pop(0)
        if not word.startswith("-"):
            values["wsgi_app"], texts["wsgi_app"] = word, word
            continue
        name, flag, inline = _option(word)
        text = "on" if name in _SWITCHES else inline if inline is not None else rest.pop(0) if rest else ""
        if name == "config":
            file = text.removeprefix("file:")
            continue
        values[name] = [*values.get(name, []), text] if name in _LISTS else text
        shown = flag if name in _SWITCHES else f"{flag} {shlex.quote(text) if not is_variable(text) else text}"
        texts[name] = f"{texts[name]} {shown}" if name in texts and name in _LISTS else shown
    return [Setting(name, value, texts[name], line) for name, value in values.items()], file


def _option(word: str) -> tuple[str, str, str | None]:
    """Setting, flag, and the value if it is part of the word."""
    if word.startswith("--"):
        flag, equals, value = word.partition("=")
        name = flag.removeprefix("--").replace("-", "_")
        return _LONG.get(name, name), flag, value if equals else None
    return _SHORT.get(word[:2], word), word[:2], word[2:] or None
