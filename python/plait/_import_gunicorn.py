"""Settings of gunicorn: what each becomes. After gunicorn's documentation, "Settings", version 23.

They come from a file, as values of Python, or from command lines, as texts (`_import_gunicorn_reading`).
"""

import re

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
    option,
    seconds,
    seconds_above_zero,
    untranslated,
)

# Where to listen


def _bind(value: object, command: CommandLine) -> Verdict:
    addresses = value if isinstance(value, (list, tuple)) else str(value).split(",")
    for address in map(str, addresses):
        if re.fullmatch(r"(0\.0\.0\.0|\[::\])?:\$(PORT|\{PORT\})", address):
            return Needless("plait takes $PORT by itself, on every interface")
        command.endpoints.append(_endpoint(address.strip()))
    return None


def _endpoint(address: str) -> Endpoint:
    if address.startswith("unix:"):
        return Endpoint(path=re.sub("^//", "", address.removeprefix("unix:")))
    if address.startswith("fd://"):
        return Endpoint(descriptor=address.removeprefix("fd://"))
    match = re.fullmatch(r"(?P<host>\[.*?\]|[^:]*)(:(?P<port>.+))?", address.removeprefix("tcp://"))
    host, port = (match["host"], match["port"]) if match else (address, None)
    return Endpoint(host=host or "0.0.0.0", port=port or "8000")


def _backlog(value: object, command: CommandLine) -> Verdict:
    command.backlog = number(1, 65535)(value)
    return None if command.backlog else Untranslated("a backlog is a number from 1 to 65535")


def _umask(value: object, command: CommandLine) -> Verdict:
    text = str(value)
    # A text counts as Python would read it, except that 022 is octal there as here.
    bits = int(text, 0) if text == "0" or not text.startswith("0") else int(text.removeprefix("0o"), 8)
    if bits:
        command.options["--umask"] = f"{bits:03o}"
        # In plait a socket's mode is its own, not what a mask leaves.
        command.mode = f"{0o666 & ~bits:03o}"
    return None if bits else Needless("gunicorn's default: new files get what the application asks for")


def _proxy_protocol(value: object, command: CommandLine) -> Verdict:
    if not is_on(value):
        return Needless("off, as in plait")
    command.proxies = command.proxies or ["127.0.0.1", "::1"]
    return None


def _proxy_allow_ips(value: object, command: CommandLine) -> Verdict:
    addresses = _addresses(value)
    command.proxies = ["0.0.0.0/0", "::/0"] if addresses == ["*"] else addresses
    return None


def _addresses(value: object) -> list[str]:
    return [str(part).strip() for part in (value if isinstance(value, (list, tuple)) else str(value).split(","))]


def _forwarded_allow_ips(value: object, command: CommandLine) -> Verdict:
    if addresses := [address for address in _addresses(value) if address]:
        command.options["--trusted-proxies"] = ",".join(addresses)
        return None
    return Needless("nobody is trusted, as with --forwarded off")


# Processes


def _workers(value: object, command: CommandLine) -> Verdict:
    if str(value) in ("$WEB_CONCURRENCY", "${WEB_CONCURRENCY}"):
        return Needless("plait takes $WEB_CONCURRENCY by itself")
    return option("--workers", number(1, 1024), "--workers is a number from 1 to 1024")(value, command)


def _worker_class(value: object, command: CommandLine) -> Verdict:
    name = value if isinstance(value, str) else getattr(value, "__name__", str(value))
    if re.search("uvicorn|asgi", name, re.I):
        return Untranslated("runs ASGI applications; plait serves WSGI applications only")
    if name in ("sync", "gthread"):
        return Needless("plait's workers run Python threads; how many says --threads")
    return Untranslated("plait's workers run Python threads, no greenlets or event loops; --threads says how many")


def _application(value: object, command: CommandLine) -> Verdict:
    text = str(value)
    if "(" in text and not text.endswith("()"):
        return Untranslated("a factory is called without arguments; wrap the call in a function of your own")
    command.application = text
    return None


def _raw_env(value: object, command: CommandLine) -> Verdict:
    for entry in [value] if isinstance(value, str) else list(value):  # type: ignore[call-overload]
        name, _, text = str(entry).partition("=")
        command.variables[name] = text
    return None


def _python_path(value: object, command: CommandLine) -> Verdict:
    command.variables["PYTHONPATH"] = ":".join(_addresses(value))
    return None


# Logs


def _access_log(value: object, command: CommandLine) -> Verdict:
    if value in (None, ""):
        command.options["--access-log"] = "off"
    elif value != "-":
        command.options["--access-log"] = f"combined:{value}"
    return Needless("standard output, as in plait") if value == "-" else None


_COMBINED = '%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"'


def _access_log_format(value: object, command: CommandLine) -> Verdict:
    if value == _COMBINED:
        return Needless("that is the format `combined`")
    return Untranslated("there are two formats, `combined` and `json`: --access-log json")


def _error_log(value: object, command: CommandLine) -> Verdict:
    if value == "-":
        return Needless("standard error, as in plait")
    return Untranslated(f"plait writes to standard error; a shell or service manager puts it into a file (2>>{value})")


def _log_level(value: object) -> str | None:
    level = str(value).lower().replace("critical", "error")
    return level if level in ("debug", "info", "warning", "error") else None


# Reasons that several settings share

_RECYCLING = "no recycling of workers by count yet"
_STRICT = "plait refuses what two programs could read differently, and has no option to accept it"
_TLS = "no TLS yet: nginx in front ends it, see docs/guide/behind-nginx.md"
_HOOK = "no hooks: the application's module is imported once in each worker, and may do it there"
_LOGGING = "plait's own log is text or JSON (--log-format), on standard error"
_METRICS = "no metrics yet"
_WHOLE_HEAD = "plait limits the whole head: --max-head, 64k"
_NO_DROPPING = "plait does not change users: start it as the one it shall run as (`User=` in a unit of systemd)"

_RULES: dict[str, Rule] = {
    "wsgi_app": _application,
    "bind": _bind,
    "backlog": _backlog,
    "reuse_port": needless("the sockets are bound once, and every worker gets requests from one queue"),
    "proxy_allow_ips": _proxy_allow_ips,
    "proxy_protocol": _proxy_protocol,
    "forwarded_allow_ips": _forwarded_allow_ips,
    "workers": _workers,
    "threads": option("--threads", number(1, 1024), "--threads is a number from 1 to 1024"),
    "worker_class": _worker_class,
    "worker_connections": needless("connections are the server's, not a worker's; --max-connections bounds them all"),
    "max_requests": untranslated(_RECYCLING),
    "max_requests_jitter": untranslated(_RECYCLING),
    "timeout": untranslated("nothing ends a call that never returns yet; plait's workers need no heartbeat"),
    "graceful_timeout": option("--grace", seconds, "--grace is a number of seconds"),
    "keepalive": option("--keep-alive", seconds_above_zero, "plait keeps connections open; the least is 1ms"),
    "limit_request_line": untranslated(_WHOLE_HEAD),
    "limit_request_field_size": untranslated(_WHOLE_HEAD),
    "limit_request_fields": option("--max-fields", number(1, 1024), "--max-fields is a number from 1 to 1024"),
    "preload_app": untranslated("each worker imports the application for itself; no loading before the fork yet"),
    "reload": flag("--watch"),
    "reload_engine": needless("the kernel tells of changes; where it cannot, --watch=poll looks"),
    "reload_extra_files": untranslated("patterns name them, as in --watch '*.html'"),
    "sendfile": needless("regular files given to wsgi.file_wrapper go by sendfile(2)"),
    "chdir": directory,
    "pythonpath": _python_path,
    "raw_env": _raw_env,
    "daemon": untranslated("plait stays in the foreground; a service manager puts it into the background"),
    "pidfile": untranslated("no pid file; the service manager knows the process"),
    "worker_tmp_dir": needless("there is no heartbeat file"),
    "tmp_upload_dir": option("--spool-dir", str, ""),
    "user": untranslated(_NO_DROPPING),
    "group": untranslated(_NO_DROPPING),
    "initgroups": untranslated(_NO_DROPPING),
    "umask": _umask,
    "proc_name": option("--name", instance_name, "--name takes at most 64 letters, digits, dots, - and _"),
    "secure_scheme_headers": untranslated("of trusted proxies plait reads X-Forwarded-Proto, or Forwarded"),
    "forwarder_headers": untranslated("fields with `_` in their names never become variables of the application"),
    "header_map": untranslated("fields with `_` in their names never become variables of the application"),
    "accesslog": _access_log,
    "access_log_format": _access_log_format,
    "errorlog": _error_log,
    "loglevel": option("--log-level", _log_level, "--log-level is debug, info, warning or error"),
    "capture_output": needless("what workers print always passes through, in whole lines"),
    "enable_stdio_inheritance": needless("what workers print always passes through, in whole lines"),
    "disable_redirect_access_to_syslog": needless("no syslog in plait"),
    "paste": _application,
    "raw_paste_global_conf": untranslated("a PasteDeploy file is read as it is: put the values into it"),
    "child_exit": untranslated(f"{_HOOK}; for prometheus_client see docs/guide/prometheus.md"),
}


def _fill(rule: Rule, *names: str) -> None:
    for name in names:
        _RULES[name] = rule


_fill(untranslated("gunicorn's own diagnosis"), "spew", "check_config", "print_config")
_fill(untranslated(_LOGGING), "logger_class", "logconfig", "logconfig_dict", "logconfig_json")
_fill(untranslated(_LOGGING), "syslog", "syslog_addr", "syslog_prefix", "syslog_facility")
_fill(untranslated(_METRICS), "statsd_host", "statsd_prefix", "dogstatsd_tags")
_fill(untranslated(_TLS), "keyfile", "certfile", "ca_certs", "cert_reqs", "ciphers", "ssl_version", "ssl_context")
_fill(untranslated(_TLS), "do_handshake_on_connect", "suppress_ragged_eofs")
_fill(untranslated(_STRICT), "permit_obsolete_folding", "permit_unconventional_http_method", "strip_header_spaces")
_fill(untranslated(_STRICT), "permit_unconventional_http_version", "casefold_http_method", "tolerate_dangerous_framing")
_fill(untranslated(_HOOK), "on_starting", "on_reload", "when_ready", "pre_fork", "post_fork", "post_worker_init")
_fill(untranslated(_HOOK), "worker_int", "worker_abort", "pre_exec", "worker_exit", "nworkers_changed", "on_exit")
_fill(untranslated("no hooks: what stands around each call is WSGI middleware"), "pre_request", "post_request")


def is_setting(name: str) -> bool:
    return name in _RULES


def translate(settings: list[Setting], variables: dict[str, str], writes_defaults: bool = True) -> Translation:
    """`variables`: the environment, for defaults that platforms change. Of two settings of a name the last holds."""
    translation = Translation()
    for setting in {setting.name: setting for setting in settings}.values():
        rule = _RULES.get(setting.name)
        if rule is None:
            verdict: Verdict = Untranslated("not known as a setting of gunicorn")
        else:
            verdict = rule(setting.value, translation.command)
        translation.note(setting, verdict)
    if writes_defaults:
        _write_defaults(translation, {setting.name: setting.value for setting in settings}, variables)
    return translation


def _write_defaults(translation: Translation, given: dict[str, object], variables: dict[str, str]) -> None:
    """Where gunicorn does something else than plait unless it is told, the command line has to say so."""
    command = translation.command
    if "bind" not in given and "PORT" not in variables:
        command.endpoints.append(Endpoint("127.0.0.1", "8000"))
        translation.defaults.append("bind = 127.0.0.1:8000; where the platform sets $PORT, leave -p out")
    if "workers" not in given and "WEB_CONCURRENCY" not in variables:
        command.options["--workers"] = "1"
        translation.defaults.append("workers = 1; leave --workers out, and there are as many as processors granted")
    # Greenlets, or an event loop, where gunicorn has them, ran many requests at once.
    if "threads" not in given and given.get("worker_class", "sync") in ("sync", "gthread"):
        command.options["--threads"] = "1"
        translation.defaults.append("threads = 1; more only if the application may run in several threads at once")
    if "accesslog" not in given:
        command.options["--access-log"] = "off"
        translation.defaults.append("no access log; leave --access-log out to have one on standard output")
