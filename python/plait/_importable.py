"""From an application that a test holds in its hand to the name by which another process can import it.

A worker is a process of its own: it gets a name, not an object. Whatever an importable module holds as an attribute has
one (functions, classes, Flask's and other frameworks' instances, what a factory made); what exists only in a function's
local variables has none.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MethodType, ModuleType


class NotImportable(ValueError):
    """No module that another process could import holds this application as an attribute."""

    def __init__(self, application: object) -> None:
        super().__init__(
            f"{application!r} cannot be imported by a worker: no imported module has it as an attribute; "
            "accepted: an attribute of a module, or a name such as 'hello:make()'"
        )


@dataclass(frozen=True)
class ImportableName:
    #: As `plait serve` takes it.
    text: str
    #: Where its module is found, if that is no entry of `sys.path`.
    directory: str | None = None


def importable_name(application: object) -> ImportableName:
    """The name of `application`; raises `NotImportable`. A string is one already."""
    if isinstance(application, str):
        return ImportableName(application)
    if isinstance(application, MethodType):
        owner = importable_name(application.__self__)
        return ImportableName(f"{owner.text}.{application.__func__.__name__}", owner.directory)
    for module, path in _places(application):
        if _reached(module, path) is application:
            return _named(module, path)
    raise NotImportable(application)


def _places(application: object) -> Iterator[tuple[ModuleType, str]]:
    """Where it could be: where it says it was defined, then wherever a module holds it, tests last."""
    home = sys.modules.get(getattr(application, "__module__", None) or "")
    qualified = getattr(application, "__qualname__", None)
    if home is not None and isinstance(qualified, str):
        yield home, qualified
    for module in sorted(list(sys.modules.values()), key=_is_test):
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if value is application and name.isidentifier():
                yield module, name


def _is_test(module: ModuleType) -> bool:
    """A test's module does more when it is imported than the application's own."""
    name = getattr(module, "__name__", "").rpartition(".")[2]
    return name in ("conftest", "__main__") or name.startswith("test_") or name.endswith("_test")


def _reached(module: ModuleType, path: str) -> object:
    value: object = module
    for name in path.split("."):
        value = getattr(value, name, None)
    return value


def _named(module: ModuleType, path: str) -> ImportableName:
    file = getattr(module, "__file__", None)
    if module.__name__ == "__main__":
        return _named_in_main(module, path, file)
    text = f"{module.__name__}:{path}"
    if file is None:
        return ImportableName(text)
    root = _root(Path(file), module)
    return ImportableName(text, None if root in map(_absolute, sys.path) else str(root))


def _named_in_main(module: ModuleType, path: str, file: str | None) -> ImportableName:
    """What runs as `__main__` has another name for importers: that of `python -m`, or its file."""
    specification = getattr(module, "__spec__", None)
    if specification is not None:
        return ImportableName(f"{specification.name.removesuffix('.__main__')}:{path}")
    if file is None:
        raise NotImportable(_reached(module, path))
    return ImportableName(f"{_absolute(file)}:{path}")


def _root(file: Path, module: ModuleType) -> Path:
    """The directory in which the topmost package of `module`, or itself, lies."""
    levels = module.__name__.count(".") + (1 if file.name == "__init__.py" else 0)
    return _absolute(file).parents[levels]


def _absolute(path: str | Path) -> Path:
    return Path(path).absolute()
