"""What every translation of another server's settings is made of: the command line as far as it has come, and verdicts
about the settings it was made from. Pure; `_import` reads and prints.

A format is a table from the names of its settings to rules. A rule takes the value and the command line, writes into
the latter, and says by its verdict what became of the setting: None (translated), `Needless`, or `Untranslated`.
"""

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Setting:
    """One setting as the file has it."""

    name: str
    value: object
    #: As it is shown to people.
    text: str
    #: 1 for the first; None for what is not in the file, such as a default or a variable.
    line: int | None = None


@dataclass(frozen=True)
class Needless:
    """plait is so anyway, or has nothing that would need it."""

    reason: str


@dataclass(frozen=True)
class Untranslated:
    """plait has no equivalent, or the value fits none of its options."""

    reason: str


Verdict = Needless | Untranslated | None


@dataclass(frozen=True)
class Endpoint:
    """Where to listen: a host and port, a Unix socket, or an inherited descriptor."""

    host: str = ""
    port: str = ""
    path: str = ""
    descriptor: str = ""

    def text(self, backlog: str | None = None, mode: str | None = None, proxies: list[str] | None = None) -> str:
        """As `--port` takes it. `proxies`: who may send a PROXY header, or None where nobody does."""
        is_typed = backlog or self.path and mode or proxies is not None
        text = self._typed(backlog, mode) if is_typed else self._short()
        if proxies is None:
            return text
        return f"haproxy:{text}" + ("" if self.path else ":from=" + ",".join(map(_escaped, proxies)))

    def _short(self) -> str:
        if self.path:
            return f"unix:{_escaped(self.path)}"
        if self.descriptor:
            return f"fd:{self.descriptor}"
        return f"{self.host}:{self.port}" if self.host else self.port

    def _typed(self, backlog: str | None, mode: str | None) -> str:
        ending = f":backlog={backlog}" if backlog else ""
        if self.path:
            return f"unix:{_escaped(self.path)}" + (f":mode={mode}" if mode else "") + ending
        if self.descriptor:
            return f"fd:{self.descriptor}"
        kind = "tcp6" if self.host.startswith("[") else "tcp"
        return f"{kind}:{self.port}" + (f":interface={self.host}" if self.host else "") + ending


def _escaped(text: str) -> str:
    """In an endpoint a colon separates fields."""
    return re.sub(r"([\\:])", r"\\\1", text)


@dataclass
class CommandLine:
    """`cd DIRECTORY && NAME=value wrapper plait serve APP OPTIONS`, in parts."""

    application: str | None = None
    directory: str | None = None
    variables: dict[str, str] = field(default_factory=dict)
    #: What stands before `plait` in the file's own line, as it stands there: other commands, wrappers.
    before: str = ""
    endpoints: list[Endpoint] = field(default_factory=list)
    backlog: str | None = None
    mode: str | None = None
    proxies: list[str] | None = None
    options: dict[str, str] = field(default_factory=dict)

    def words(self) -> list[str]:
        """Of `plait serve` alone, from the application on."""
        words = [self.application or "APP"]
        for endpoint in self.endpoints:
            words += ["-p", endpoint.text(self.backlog, self.mode, self.proxies)]
        for name, value in self.options.items():
            words += [name, value] if value else [name]
        return words

    def text(self) -> str:
        start = f"cd {quoted(self.directory)} && " if self.directory else ""
        variables = "".join(f"{name}={quoted(value)} " for name, value in self.variables.items())
        # Variables are the first words of a command, before whatever wraps plait.
        earlier, wrapper = re.fullmatch(r"(?s)(.*[;&|(]\s*|)(.*)", self.before).groups()  # type: ignore[union-attr]
        return f"{start}{earlier}{variables}{wrapper}plait serve " + " ".join(map(quoted, self.words()))


def quoted(word: str) -> str:
    """For a shell; variables, which only lines of a shell have, stay variables."""
    if re.search(r"\$[A-Za-z_{]", word):
        return '"' + re.sub(r'(["\\`])', r"\\\1", word) + '"'
    return shlex.quote(word)


@dataclass
class Translation:
    command: CommandLine = field(default_factory=CommandLine)
    needless: list[tuple[Setting, str]] = field(default_factory=list)
    untranslated: list[tuple[Setting, str]] = field(default_factory=list)
    #: What the other server does without being told, and plait otherwise.
    defaults: list[str] = field(default_factory=list)
    #: What is to be done elsewhere.
    remarks: list[str] = field(default_factory=list)

    def note(self, setting: Setting, verdict: Verdict) -> None:
        if isinstance(verdict, Needless):
            self.needless.append((setting, verdict.reason))
        elif isinstance(verdict, Untranslated):
            self.untranslated.append((setting, verdict.reason))


Rule = Callable[[object, CommandLine], Verdict]


# Rules


def needless(reason: str) -> Rule:
    return lambda value, command: Needless(reason)


def untranslated(reason: str) -> Rule:
    """Of a setting that does nothing unless it is switched on."""
    return lambda value, command: Untranslated(reason) if is_on(value) else Needless("off, as in plait")


def option(name: str, form: Callable[[object], str | None], otherwise: str) -> Rule:
    """`form` makes the option's value, or None where it cannot: then `otherwise` is the reason."""

    def rule(value: object, command: CommandLine) -> Verdict:
        text = form(value)
        if text is None:
            return Untranslated(otherwise)
        command.options[name] = text
        return None

    return rule


def flag(name: str) -> Rule:
    """An option that stands alone."""

    def rule(value: object, command: CommandLine) -> Verdict:
        if not is_on(value):
            return Needless("off, as in plait")
        command.options[name] = ""
        return None

    return rule


def directory(value: object, command: CommandLine) -> Verdict:
    command.directory = str(value)
    return None


def is_on(value: object) -> bool:
    if isinstance(value, str):
        return value.strip().lower() not in ("", "0", "false", "no", "off", "none")
    return bool(value)


# Forms of values. Each takes a text as well as what Python code would give, and lets variables of a shell through.


def number(fewest: int, most: int) -> Callable[[object], str | None]:
    def form(value: object) -> str | None:
        if is_variable(value):
            return str(value)
        return str(int(str(value))) if _is_whole(value) and fewest <= int(str(value)) <= most else None

    return form


def seconds(value: object) -> str | None:
    if is_variable(value):
        return f"{value}s"
    return f"{value}s" if re.fullmatch(r"\d+(\.\d{1,6})?", str(value)) else None


def seconds_above_zero(value: object) -> str | None:
    text = seconds(value)
    return None if text is not None and re.fullmatch(r"0+(\.0+)?s", text) else text


def octal(value: object) -> str | None:
    """File mode bits: a number, or the text of one in base 8."""
    if isinstance(value, int):
        return f"{value:03o}"
    text = str(value).removeprefix("0o")
    return text if re.fullmatch(r"[0-7]{1,4}", text) else None


def instance_name(value: object) -> str | None:
    return str(value) if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", str(value)) else None


def is_variable(value: object) -> bool:
    return isinstance(value, str) and "$" in value


def _is_whole(value: object) -> bool:
    return not isinstance(value, bool) and bool(re.fullmatch(r"-?\d+", str(value).strip()))
