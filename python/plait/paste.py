"""`paste.server_runner`: what Pyramid's `pserve` starts for

    [server:main]
    use = egg:plait
    listen = localhost:6543

A worker is a process of its own and needs the file, not the application object that pserve has made of it: plait takes
this process' place, and its workers load the file again.
"""

import os
import sys
from typing import NoReturn

from plait import _program


class SettingRefused(ValueError):
    """A line of the `[server:…]` section that means nothing here."""


def serve(application: object, global_conf: dict[str, str] | None, **settings: str) -> NoReturn:
    """Replace this process by `plait serve FILE.ini`. Each setting is an option of it, `max_body = 10m` for one."""
    words = command(global_conf or {}, settings, sys.argv)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(words[0], words)


def command(global_conf: dict[str, str], settings: dict[str, str], arguments: list[str]) -> list[str]:
    """The words of the command that takes over."""
    file = global_conf.get("__file__")
    if not file:
        raise SettingRefused("there is no `__file__` in the configuration; accepted: `pserve FILE.ini`")
    variables = [word for word in arguments[1:] if "=" in word and not word.startswith("-")]
    if variables:
        raise SettingRefused(f"`{variables[0]}` would not reach the workers, which load the file for themselves")
    name = application_name(arguments)
    words = [str(_program.find()), "serve", f"{file}#{name}" if name else file, "--python", sys.executable]
    for endpoint in endpoints(settings):
        words += ["--port", endpoint]
    for setting, value in settings.items():
        if setting not in ("host", "port", "listen"):
            words += [f"--{setting.replace('_', '-')}", value]
    return words


def endpoints(settings: dict[str, str]) -> list[str]:
    """As waitress writes them: `listen = HOST:PORT HOST:PORT`, or `host` and `port`."""
    listen = settings.get("listen", "").split()
    host, port = settings.get("host"), settings.get("port")
    if listen and (host or port):
        raise SettingRefused("`listen` stands beside `host` or `port`; accepted: one of the two")
    if host is None and port is None:
        return [endpoint.removeprefix("*") for endpoint in listen]
    address = "" if host == "*" else host or "127.0.0.1"
    return [f"[{address}]:{port or 8080}" if ":" in address else f"{address}:{port or 8080}"]


def application_name(arguments: list[str]) -> str | None:
    """Of `pserve FILE.ini --app-name NAME` or `pserve FILE.ini#NAME`: a server runner is not told."""
    for word, following in zip(arguments[1:], [*arguments[2:], ""]):
        if word in ("-n", "--app-name"):
            return following
        if word.startswith("--app-name="):
            return word.partition("=")[2]
    names = [word.partition("#")[2] for word in arguments[1:] if word.partition("#")[0].endswith(".ini")]
    return next(filter(None, names), None)
