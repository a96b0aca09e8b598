"""Options of uWSGI, in a file with a section [uwsgi] or on a command line: what each becomes.

After uWSGI's documentation, "Configuring uWSGI" and "uWSGI options". A key may stand there several times, a key without
a value is switched on, and `_` and `-` are the same.
"""

import os
import re
import shlex
from collections.abc import Iterator

from plait._import_translation import (
    CommandLine,
    Endpoint,
    Needless,
    Rule,
    Setting,
    Translation,
    Untranslated,
    Verdict,
    directory,
    flag,
    instance_name,
    is_on,
    needless,
    number,
    octal,
    option,
    seconds,
    seconds_above_zero,
    untranslated,
)

# Where to listen


def _listen(value: object, command: CommandLine) -> Verdict:
    text = str(value).split(",")[0].strip()
    if re.fullmatch(r"(0\.0\.0\.0|\[::\])?:\$(PORT|\{PORT\}|\(PORT\))", text):
        return Needless("plait takes $PORT by itself, on every interface")
    if text.startswith("fd://"):
        command.endpoints.append(Endpoint(descriptor=text.removeprefix("fd://")))
        return None
    match = re.fullmatch(r"(\[.*?\]|[^:/]*):(.+)", text)
    if match:
        command.endpoints.append(Endpoint(host=match[1].replace("*", ""), port=match[2]))
    else:
        command.endpoints.append(Endpoint(path=text))
    return None


_HTTP_ALONE = "plait speaks HTTP there, not uwsgi's protocol: nginx says proxy_pass instead of uwsgi_pass"


def _listen_for_uwsgi(value: object, command: CommandLine) -> Verdict:
    _listen(value, command)
    return Untranslated(_HTTP_ALONE)


def _protocol(value: object, command: CommandLine) -> Verdict:
    return Needless("HTTP, always") if value == "http" else Untranslated(_HTTP_ALONE)


def _socket_mode(value: object, command: CommandLine) -> Verdict:
    command.mode = octal("666" if value is True or value == "true" else str(value))
    return None if command.mode else Untranslated("a mode is octal, as 660")


def _backlog(value: object, command: CommandLine) -> Verdict:
    command.backlog = number(1, 65535)(value)
    return None if command.backlog else Untranslated("a backlog is a number from 1 to 65535")


# The application


def _module(value: object, command: CommandLine) -> Verdict:
    text = str(value)
    if "(" in text and not text.endswith("()"):
        return Untranslated("a factory is called without arguments; wrap the call in a function of your own")
    command.application = _with_callable(text, command.application)
    return None


def _callable(value: object, command: CommandLine) -> Verdict:
    """`callable` may stand before or after the module: until there is one, a colon keeps its place."""
    command.application = _with_callable(command.application or "", f":{value}")
    return None


def _with_callable(module: str, given: str | None) -> str:
    return module + given if given is not None and given.startswith(":") and ":" not in module else module


def _mount(value: object, command: CommandLine) -> Verdict:
    path, equals, application = str(value).partition("=")
    if not equals or command.application and ":" != command.application[0]:
        return Untranslated("plait serves one application")
    if path.rstrip("/"):
        command.options["--root-path"] = path.rstrip("/")
    return _module(application, command)


def _paste(value: object, command: CommandLine) -> Verdict:
    command.application = str(value).removeprefix("config:")
    return None


# Processes


def _environment(value: object, command: CommandLine) -> Verdict:
    name, equals, text = str(value).partition("=")
    if not equals:
        return Untranslated("a variable is NAME=VALUE")
    command.variables[name.strip()] = text.strip()
    return None


def _python_path(value: object, command: CommandLine) -> Verdict:
    before = command.variables.get("PYTHONPATH")
    command.variables["PYTHONPATH"] = f"{before}:{value}" if before else str(value)
    return None


def _socket_timeout(value: object, command: CommandLine) -> Verdict:
    text = seconds_above_zero(value)
    if text is None:
        return Untranslated("a time is a number of seconds above 0")
    command.options["--body-timeout"] = command.options["--write-timeout"] = text
    return None


def _buffer_size(value: object, command: CommandLine) -> Verdict:
    text = number(1024, 65536)(value)
    if text is None:
        return Untranslated("--max-head is from 1k to 64k, and 64k unless given")
    if int(text) <= 4096:
        return Needless("uWSGI's own limit; plait's is 64k: --max-head")
    command.options["--max-head"] = text
    return None


# Logs


def _no_access_log(value: object, command: CommandLine) -> Verdict:
    if not is_on(value):
        return Needless("off, as in plait")
    command.options["--access-log"] = "off"
    return None


def _request_logger(value: object, command: CommandLine) -> Verdict:
    kind, _, file = str(value).partition(":")
    if kind == "stdio":
        return Needless("standard output, as in plait")
    if kind != "file" or not file:
        return Untranslated("the access log goes to standard output or to a file")
    command.options["--access-log"] = f"combined:{file}"
    return None


# Reasons that several options share

_RECYCLING = "no recycling of workers yet"
_NUMBER_OF_WORKERS = "the number of workers does not follow the load yet"
_OTHER_PROCESSES = "plait runs no other processes yet: a unit or container of its own does"
_STATIC = "no static files yet: nginx in front serves them, see docs/guide/behind-nginx.md"
_ROUTING = "no internal routing: nginx in front, or the application"
_TLS = "no TLS yet: nginx in front ends it, see docs/guide/behind-nginx.md"
_NO_DROPPING = "plait does not change users: start it as the one it shall run as (`User=` in a unit of systemd)"
_STANDARD_ERROR = "plait writes to standard error and output; a service manager puts them where they belong"
_FORMATS = "the access log has two formats, `combined` and `json`, and a line for every request"
_HOOK = "no hooks: `ExecStartPre=` and the like of a service manager, or the application's module"
_METRICS = "no metrics yet; /-/live and /-/ready answer probes"
_RELOAD = "SIGHUP reloads, and --watch on save; no file for it to be touched"
_MANY = "one plait serves one application: start one for each"
_INTERPRETER = "one interpreter for one application in each worker, always"
_LOGIC = "if-env if-not-env if-opt if-not-opt if-exists if-not-exists if-file if-dir for for-glob endfor endif include"
_LOGIC += " ini inherit"

_RULES: dict[str, Rule] = {
    "http-keepalive": option("--keep-alive", seconds_above_zero, "plait keeps connections open for --keep-alive, 75s"),
    "protocol": _protocol,
    "listen": _backlog,
    "chmod-socket": _socket_mode,
    "chown-socket": untranslated("a socket belongs to who starts plait; a common group and chmod-socket do the rest"),
    "socket-timeout": _socket_timeout,
    "http-timeout": untranslated("nothing ends a call that never returns yet"),
    "callable": _callable,
    "mount": _mount,
    "manage-script-name": needless("--root-path does it"),
    "paste": _paste,
    "threads": option("--threads", number(1, 1024), "--threads is a number from 1 to 1024"),
    "enable-threads": needless("threads of the application run, always"),
    "harakiri": untranslated("nothing ends a call that never returns yet"),
    "chdir": directory,
    "chdir2": directory,
    "env": _environment,
    "umask": option("--umask", octal, "a mask is octal, as 022"),
    "buffer-size": _buffer_size,
    "limit-post": option("--max-body", number(0, 2**62), "--max-body is a number of bytes"),
    "disable-logging": _no_access_log,
    "req-logger": _request_logger,
    "post-buffering": needless("bodies are collected before the application is called, always"),
    "master": needless("the keeper is always there"),
    "vacuum": needless("sockets are removed at the end"),
    "die-on-term": needless("SIGTERM finishes what was accepted, and ends"),
    "need-app": needless("an application that does not start ends the start, with exit code 3"),
    "strict": needless("a wrong option is refused"),
    "thunder-lock": needless("the workers do not accept: one queue feeds them"),
    "single-interpreter": needless(_INTERPRETER),
    "procname-master": option("--name", instance_name, "--name takes at most 64 letters, digits, dots, - and _"),
    "log-x-forwarded-for": needless("the access log has the client behind trusted proxies: --trusted-proxies"),
    "wsgi-disable-file-wrapper": untranslated("wsgi.file_wrapper is always there"),
}


#: What runs many requests in one thread.
_LOOPS = {"gevent", "asyncio", "ugreen", "greenlet", "async"}


def _fill(rule: Rule, names: str) -> None:
    for name in names.split():
        _RULES[name] = rule


_workers = option("--workers", number(1, 1024), "--workers is a number from 1 to 1024")
_fill(_listen, "http http-socket http11-socket")
_fill(_listen_for_uwsgi, "socket uwsgi-socket")
_fill(_module, "module wsgi wsgi-file file")
_fill(_workers, "processes workers p")
_fill(_python_path, "pythonpath python-path pp")
_fill(option("--python", str, ""), "virtualenv venv home pyhome")
_fill(option("--grace", seconds, "a time is a number of seconds"), "reload-mercy worker-reload-mercy")
_fill(untranslated(_RECYCLING), "max-requests max-requests-delta max-worker-lifetime max-worker-lifetime-delta")
_fill(untranslated(_RECYCLING), "reload-on-rss reload-on-as evil-reload-on-rss evil-reload-on-as min-worker-lifetime")
_fill(untranslated(_NUMBER_OF_WORKERS), "cheaper cheaper-algo cheaper-initial cheaper-step cheaper-overload cheap idle")
_fill(untranslated(_NUMBER_OF_WORKERS), "cheaper-busyness-multiplier cheaper-busyness-min cheaper-busyness-max")
_fill(untranslated(_NUMBER_OF_WORKERS), "cheaper-busyness-backlog-alert cheaper-busyness-backlog-step")
_fill(untranslated(_OTHER_PROCESSES), "attach-daemon attach-daemon2 smart-attach-daemon cron cron2 unique-cron timer")
_fill(
    untranslated(_OTHER_PROCESSES), "mule mules farm spooler spooler-processes spooler-frequency import shared-import"
)
_fill(untranslated(_STATIC), "static-map static-map2 check-static static-index static-expires static-gzip-all")
_fill(untranslated(_STATIC), "static-expires-uri offload-threads static-safe mimefile collect-header")
_fill(
    untranslated(_ROUTING), "route route-uri route-host route-run route-if route-if-not rewrite add-header error-route"
)
_fill(untranslated(_TLS), "https https-socket https2 http-to-https ssl-sessions-use-cache shared-socket http2https")
_fill(untranslated(_NO_DROPPING), "uid gid add-gid additional-gids")
_fill(untranslated(_STANDARD_ERROR), "daemonize daemonize2 logto logto2 logger log-master log-maxsize log-reopen")
_fill(untranslated(_STANDARD_ERROR), "threaded-logger pidfile pidfile2 safe-pidfile safe-pidfile2 touch-logreopen")
_fill(untranslated(_FORMATS), "log-format log-format-strftime log-date logformat logformat-strftime log-encoder")
_fill(untranslated(_FORMATS), "log-4xx log-5xx log-slow log-big log-zero log-route log-prefix log-micros logdate")
_fill(untranslated(_HOOK), "exec-asap exec-pre-jail exec-post-jail exec-as-user exec-as-user-atexit hook-master-start")
_fill(untranslated(_HOOK), "hook-pre-jail hook-post-jail hook-asap hook-as-user hook-pre-app hook-post-app")
_fill(untranslated(_METRICS), "stats stats-server stats-http memory-report metric carbon statsd-push stats-push")
_fill(untranslated(_RELOAD), "touch-reload touch-chain-reload touch-workers-reload")
_fill(flag("--watch"), "py-autoreload py-auto-reload python-autoreload python-auto-reload")
_fill(untranslated(_MANY), "emperor vassals vassal-sos zerg zerg-server master-fifo subscribe-to subscription-server")
_fill(untranslated("plait's workers run Python threads, no greenlets or event loops"), " ".join(_LOOPS))
_fill(untranslated("plait's workers run Python threads, no greenlets or event loops"), "gevent-monkey-patch")
_fill(untranslated("for looking into a running process: no such command yet"), "py-tracebacker catch-exceptions")
_fill(
    untranslated("caches, locks and queues shared by workers are not a server's in plait"), "cache2 cache locks queue"
)
_fill(needless("plugins are uWSGI's"), "plugin plugins need-plugin need-plugins plugins-dir plugin-dir")
_fill(needless("a client that goes away is no failure of the application"), "ignore-sigpipe ignore-write-errors")
_fill(needless("a client that goes away is no failure of the application"), "disable-write-exception")
_fill(needless("workers end with the keeper"), "no-orphans")
_fill(needless("each worker imports the application for itself"), "lazy lazy-apps py-call-osafterfork")
_fill(needless("no descriptor is inherited that is not meant to be"), "close-on-exec close-on-exec2")
_fill(needless("HTTP/1.1, always"), "http-auto-chunked http-chunked-input http-raw-body tcp-nodelay")
_fill(needless("the sockets are bound once"), "reuse-port so-reuseport")
_fill(needless("every request has an environ of its own"), "wsgi-env-behaviour wsgi-env-behavior")
_fill(untranslated("processes are known by their command lines"), "auto-procname procname procname-prefix")
_fill(untranslated("processes are known by their command lines"), "procname-prefix-spaced procname-append")
_fill(untranslated("limits are the service manager's: `LimitNOFILE=`, `MemoryMax=`"), "max-fd limit-as limit-nproc")
_fill(untranslated("workers are not bound to processors"), "cpu-affinity")
_fill(untranslated("nothing ends a call that never returns yet"), "harakiri-verbose harakiri-queue-threshold")
_fill(lambda value, command: Untranslated("logic of ini files is not carried out"), _LOGIC)


def translate(settings: list[Setting], variables: dict[str, str], writes_defaults: bool = True) -> Translation:
    """In the file's order, for a later key holds where one value is wanted, and adds where several are."""
    translation = Translation()
    for setting in settings:
        rule = _RULES.get(setting.name)
        if rule is None:
            verdict: Verdict = Untranslated("not known here as an option of uWSGI")
        else:
            verdict = rule(setting.value, translation.command)
        translation.note(setting, verdict)
    command = translation.command
    if command.application is not None and command.application.startswith(":"):
        command.application = None
    if writes_defaults:
        _write_defaults(translation, variables)
    return translation


def _write_defaults(translation: Translation, variables: dict[str, str]) -> None:
    command = translation.command
    if "--workers" not in command.options and "WEB_CONCURRENCY" not in variables:
        command.options["--workers"] = "1"
        translation.defaults.append("processes = 1; leave --workers out, and there are as many as processors granted")
    if any(endpoint.path for endpoint in command.endpoints) and command.mode is None:
        command.mode = "644"
        translation.defaults.append("no chmod-socket: only its owner may connect; mode=666 is plait's default")
    if "--threads" not in command.options and not {setting.name for setting, _ in translation.untranslated} & _LOOPS:
        command.options["--threads"] = "1"
        translation.defaults.append("threads = 1; more only if the application may run in several threads at once")


# The file


def is_uwsgi(text: str) -> bool:
    return bool(re.search(r"^\s*\[uwsgi\]", text, re.M))


def read_file(path: str, variables: dict[str, str]) -> list[Setting]:
    """The options of the section [uwsgi], placeholders filled in."""
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.read().splitlines()
    magic = _magic_variables(path)
    known: dict[str, str] = {}
    settings = []
    for number_of_line, line in _lines_of_section(lines):
        key, equals, value = line.partition("=")
        name = key.strip().replace("_", "-")
        filled = _filled(value.strip(), magic, known, variables)
        if equals:
            # Any key may serve as a placeholder's name further down.
            known[key.strip()] = filled
        if name in ("set-placeholder", "set-ph"):
            placeholder, _, text = filled.partition("=")
            known[placeholder.strip()] = text.strip()
            continue
        if name not in _RULES and _is_placeholder(key.strip(), lines):
            continue
        settings.append(Setting(name, filled if equals else True, line.strip(), number_of_line))
    return settings


def _lines_of_section(lines: list[str]) -> Iterator[tuple[int, str]]:
    inside = False
    for index, line in enumerate(lines):
        stripped = line.strip()
        if stripped.startswith("["):
            inside = stripped == "[uwsgi]"
        elif inside and stripped and stripped[0] not in ";#":
            yield index + 1, stripped


def _is_placeholder(key: str, lines: list[str]) -> bool:
    """Keys of people's own are allowed, as `base = /srv/app`, to be used as %(base)."""
    return any(f"%({key})" in line for line in lines)


def _magic_variables(path: str) -> dict[str, str]:
    absolute = os.path.abspath(path)
    folder, file = os.path.split(absolute)
    return {
        "%p": absolute,
        "%d": folder + "/",
        "%s": file,
        "%n": os.path.splitext(file)[0],
        "%c": os.path.basename(folder),
        "%v": folder,
        "%k": str(os.cpu_count() or 1),
        "%%": "%",
    }


def _filled(value: str, magic: dict[str, str], known: dict[str, str], variables: dict[str, str]) -> str:
    """`%(key)`, `$(VARIABLE)` and `%d`; a variable that is not set here is left to the shell, as `$VARIABLE`."""
    value = re.sub(r"\$\((\w+)\)", lambda match: variables.get(match[1], f"${{{match[1]}}}"), value)
    value = re.sub(r"%\(([^)]+)\)", lambda match: known.get(match[1], match[0]), value)
    return re.sub(r"%[pdsncvk%]", lambda match: magic[match[0]], value)


# The command line

_SHORT = {
    "-s": "socket",
    "-w": "module",
    "-p": "processes",
    "-M": "master",
    "-H": "home",
    "-T": "enable-threads",
    "-L": "disable-logging",
    "-t": "harakiri",
    "-R": "max-requests",
    "-b": "buffer-size",
    "-l": "listen",
    "-i": "single-interpreter",
    "-C": "chmod-socket",
    "-d": "daemonize",
}

_SWITCHES = {"master", "enable-threads", "disable-logging", "single-interpreter", "vacuum", "die-on-term", "lazy-apps"}
_SWITCHES |= {"need-app", "strict", "thunder-lock", "manage-script-name", "lazy", "memory-report", "ignore-sigpipe"}
_SWITCHES |= {"ignore-write-errors", "disable-write-exception", "no-orphans", "auto-procname", "http-auto-chunked"}


def read_words(words: list[str], line: int) -> tuple[list[Setting], str | None]:
    """The options of `uwsgi WORDS`, and the file that is named."""
    rest, settings = list(words), []
    file = None
    while rest:
        word = rest.pop(0)
        flag, equals, inline = word.partition("=")
        name = _SHORT.get(flag, flag.lstrip("-")).replace("_", "-")
        if name == "ini" or not word.startswith("-") and word.endswith(".ini"):
            file = inline if equals else rest.pop(0) if word.startswith("-") and rest else word
            continue
        value: object = True if name in _SWITCHES else inline if equals else rest.pop(0) if rest else ""
        settings.append(Setting(name, value, flag if value is True else f"{flag} {shlex.quote(str(value))}", line))
    return settings, file
