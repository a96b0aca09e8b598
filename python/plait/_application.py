"""From the name on the command line to the application: what is imported, and which attribute of it is meant.

Five forms (docs: `plait serve`):

    module:attribute.path    the module is imported, then the attributes are followed
    module:factory()         the same, then called, without arguments
    path/file.py[:…]         the file is imported under an importable name
    dotted.name              the longest prefix that can be imported, the rest are attributes
    path/file.ini[#name]     what PasteDeploy makes of the file (`_paste`)

Where no attribute is named: `application`, the name PEP 3333 uses, then `app`.

Nothing here writes sentences: every failure is a `Refusal` that carries what was asked for and what was found;
`_report` words it. A failure inside the application's own code is one of them (`ImportFailed`) and keeps its exception.
"""

import os
import sys

from plait._convention import Convention, convention_of

DEFAULT_ATTRIBUTES = ("application", "app")


class Refusal(Exception):
    """Why there is no application; the arguments of a subclass's init are its attributes."""

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.__dict__.update(facts)


class MalformedName(Refusal):
    """`name` has none of the five forms."""


class FileMissing(Refusal):
    """There is no file `path` in any of `directories`."""


class FileNotImportable(Refusal):
    """`path` exists but cannot be a module: `reason` is "directory", "name" or "shadowed" (by `module`)."""


class ModuleMissing(Refusal):
    """`module` was asked for; `missing` (itself or a package above it) was found nowhere, `app_dir` included."""


class AttributeMissing(Refusal):
    """`owner`, reached as `path`, has none of the attributes `wanted`."""


class PackageMissing(Refusal):
    """What `path` says needs a `package` that this interpreter does not have."""


class ImportFailed(Refusal):
    """The application's own code raised `cause` while `path` was imported, looked up or called."""


class NotAnApplication(Refusal):
    """`value`, reached as `path`, is called by another `convention` than WSGI's."""


def resolve(name: str, app_dir: str) -> object:
    """The WSGI application that `name` means. Imports it; raises `Refusal`.

    `app_dir` is absolute and already on sys.path; a file's directory is added here.
    """
    if is_configuration_file(name):
        from plait import _paste

        return _checked(_paste.load(name, app_dir), name)
    target, separator, attribute = split(name)
    if not target or (separator and not attribute):
        raise MalformedName(name=name)
    if is_file(target):
        module = import_file(target, app_dir)
        return _checked(*_select(module, attribute, name))
    if not all(part.isidentifier() for part in target.split(".")):
        raise MalformedName(name=name)
    if separator:
        return _checked(*_select(import_module(target, app_dir), attribute, name))
    return _checked(*_follow_dotted(target, app_dir))


def split(name: str) -> tuple[str, str, str]:
    """Target, separator and attribute: at the last colon, because a path may hold colons and an attribute cannot."""
    return name.rpartition(":") if ":" in name else (name, "", "")


def is_configuration_file(name: str) -> bool:
    return name.partition("#")[0].endswith(".ini")


def is_file(target: str) -> bool:
    return "/" in target or target.endswith(".py")


# Importing


def import_module(module: str, app_dir: str) -> object:
    """The module `module`; raises `Refusal`."""
    imported = _import_if_there(module)
    if imported is None:
        raise ModuleMissing(module=module, missing=_first_missing(module), app_dir=app_dir)
    return imported


def _import_if_there(module: str) -> object | None:
    """The module, or None when it was not found; what its own code raises is `ImportFailed`."""
    try:
        # Unlike importlib.import_module it leaves no frames of its own in the application's tracebacks.
        __import__(module)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and _is_about(module, error):
            return None
        raise ImportFailed(path=module, cause=error) from None
    return sys.modules[module]


def _is_about(module: str, error: ModuleNotFoundError) -> bool:
    """Whether `module` itself is missing, not something that its code imports: then no foreign frame was reached."""
    names_it = error.name is not None and (module + ".").startswith(error.name + ".")
    return names_it and application_frames(error.__traceback__) is None


def _first_missing(module: str) -> str:
    parts = module.split(".")
    prefixes = (".".join(parts[:count]) for count in range(1, len(parts) + 1))
    return next(prefix for prefix in prefixes if prefix not in sys.modules)


def application_frames(traceback):
    """`traceback` from the first frame on that is not plait's or the import system's; None if there is no other."""
    ours = (os.path.dirname(os.path.abspath(__file__)) + os.sep, "<frozen importlib")
    while traceback is not None and traceback.tb_frame.f_code.co_filename.startswith(ours):
        traceback = traceback.tb_next
    return traceback


def import_file(target: str, app_dir: str) -> object:
    """The module that a file is imported as; raises `Refusal`."""
    path = _find_file(target, app_dir)
    directory, module = _module_of(path)
    if directory not in sys.path[:1]:
        sys.path.insert(0, directory)
    imported = import_module(module, app_dir)
    if not _is_from(imported, path):
        raise FileNotImportable(path=path, reason="shadowed", module=module)
    return imported


def _find_file(target: str, app_dir: str) -> str:
    directories = dict.fromkeys((os.getcwd(), app_dir))
    for directory in directories:
        path = os.path.join(directory, target)
        if os.path.isdir(path):
            raise FileNotImportable(path=path, reason="directory", module=None)
        if os.path.isfile(path):
            return os.path.abspath(path)
    raise FileMissing(path=target, directories=tuple(directories))


def _module_of(path: str) -> tuple[str, str]:
    """The directory to import from and the module's dotted name: a file inside a package is imported as part of it."""
    directory, file = os.path.split(path)
    parts = [file.removesuffix(".py")]
    if "." in parts[0] or not file.endswith(".py"):
        raise FileNotImportable(path=path, reason="name", module=None)
    while os.path.isfile(os.path.join(directory, "__init__.py")):
        directory, package = os.path.split(directory)
        parts.insert(0, package)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return directory, ".".join(parts)


def _is_from(module: object, path: str) -> bool:
    origin = getattr(module, "__file__", None)
    return origin is not None and os.path.realpath(origin) == os.path.realpath(path)


# Attributes


def _select(module: object, attribute: str, name: str) -> tuple[object, str]:
    """What `attribute` ("", "a.b" or "f()") means in `module`, with the path that says so to people."""
    if not attribute:
        return _default(module, name)
    path, is_call = attribute.removesuffix("()"), attribute.endswith("()")
    if not all(part.isidentifier() for part in path.split(".")):
        raise MalformedName(name=name)
    value = _walk(module, path.split("."), split(name)[0], ":")
    return (_called(value, name), name) if is_call else (value, name)


def _default(module: object, path: str) -> tuple[object, str]:
    for attribute in DEFAULT_ATTRIBUTES:
        value = _attribute(module, attribute, path)
        if value is not _nothing:
            return value, f"{path}:{attribute}"
    raise AttributeMissing(owner=module, path=path, wanted=DEFAULT_ATTRIBUTES)


def _follow_dotted(target: str, app_dir: str) -> tuple[object, str]:
    parts = target.split(".")
    module, count = import_module(parts[0], app_dir), 1
    while count < len(parts):
        deeper = _import_if_there(".".join(parts[: count + 1]))
        if deeper is None:
            break
        module, count = deeper, count + 1
    if count == len(parts):
        return _default(module, target)
    return _walk(module, parts[count:], ".".join(parts[:count]), "."), target


def _walk(value: object, attributes: list[str], path: str, separator: str) -> object:
    for attribute in attributes:
        owner, value = value, _attribute(value, attribute, path)
        if value is _nothing:
            raise AttributeMissing(owner=owner, path=path, wanted=(attribute,))
        path, separator = path + separator + attribute, "."
    return value


_nothing = object()


def _attribute(owner: object, attribute: str, path: str) -> object:
    """The attribute, or `_nothing`; a module's `__getattr__` and properties are the application's own code."""
    try:
        return getattr(owner, attribute, _nothing)
    except Exception as error:
        raise ImportFailed(path=path, cause=error) from None


def _called(factory: object, path: str) -> object:
    if not callable(factory):
        raise NotAnApplication(value=factory, path=path.removesuffix("()"), convention=Convention.NOT_CALLABLE)
    try:
        return factory()
    except (Exception, SystemExit) as error:
        raise ImportFailed(path=path, cause=error) from None


def _checked(value: object, path: str) -> object:
    convention = convention_of(value)
    if convention is not Convention.WSGI:
        raise NotAnApplication(value=value, path=path, convention=convention)
    return value
