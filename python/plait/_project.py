"""From a project that nobody named an application of to the application: Django's, or what `flask run` would take.

Which of them it is has been decided by the files that are there (Sources/plait/Commands/ServedProject.swift); which
application is meant only the project's own Python can tell. Three ways, as `--find` names them:

    django   manage.py → the settings it names by default → WSGI_APPLICATION
    flask    the value of FLASK_APP
    file     app.py, else wsgi.py → an application in it, else a factory

As in `_application` no sentence is written here: what fails is a `Refusal`.
"""

import ast
import os
import re
import sys

from plait._application import (
    AttributeMissing,
    ImportFailed,
    ModuleMissing,
    NotAnApplication,
    PackageMissing,
    Refusal,
    import_file,
    import_module,
    is_file,
    resolve,
)
from plait._convention import Convention, convention_of, positional_arguments

DJANGO_FILE = "manage.py"
FILES = ("app.py", "wsgi.py")

APPLICATIONS = ("app", "application")
FACTORIES = ("create_app", "make_app")


class SettingsUnknown(Refusal):
    """Neither the environment nor `path` names Django's settings."""


class SettingsMissing(Refusal):
    """There is no `module`, which is said to be Django's settings; `app_dir` was searched first."""


class FlaskAppMalformed(Refusal):
    """`text`, the value of FLASK_APP, has none of its forms."""


class Found:
    """`application`, the `name` it could be asked for by, and the `source` that led there, for people."""

    def __init__(self, application: object, name: str, source: str) -> None:
        self.application = application
        self.name = name
        self.source = source


def find(kind: str, text: str, app_dir: str) -> Found:
    """What `text` (a file's name, or FLASK_APP's value) leads to. Imports it; raises `Refusal`.

    `app_dir` is absolute and already on sys.path.
    """
    return {"django": _django, "flask": _flask, "file": _file}[kind](text, app_dir)


# Django


def _django(file: str, app_dir: str) -> Found:
    for name, value in environment_defaults(os.path.join(app_dir, file)).items():
        os.environ.setdefault(name, value)
    settings_module = os.environ.get("DJANGO_SETTINGS_MODULE")
    if not settings_module:
        raise SettingsUnknown(path=os.path.join(app_dir, file))
    _import_settings(settings_module, file, app_dir)
    name = _wsgi_application(settings_module) or "django.core.wsgi:get_wsgi_application()"
    return Found(resolve(name, app_dir), name, f"Django: {file}, {settings_module}")


def _import_settings(module: str, file: str, app_dir: str) -> None:
    """One by one, so that a missing package, missing settings and settings that fail each get their own words."""
    try:
        import_module("django", app_dir)
    except ModuleMissing:
        raise PackageMissing(package="Django", path=file) from None
    if "DJANGO_CONFIGURATION" in os.environ:
        _install_configurations()
    try:
        import_module(module, app_dir)
    except ModuleMissing:
        raise SettingsMissing(module=module, app_dir=app_dir) from None


def environment_defaults(path: str) -> dict[str, str]:
    """The `DJANGO_…` variables that a manage.py sets: `os.environ.setdefault("NAME", "value")`, or by assignment.

    It is read, not run: running it would be running a command.
    """
    try:
        with open(path, "rb") as file:
            tree = ast.parse(file.read(), path)
    except (SyntaxError, ValueError):
        return {}
    pairs = (pair for node in ast.walk(tree) for pair in _environment_pairs(node))
    return {name: value for name, value in pairs if name.startswith("DJANGO_")}


def _environment_pairs(node: ast.AST) -> list[tuple[str, str]]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) == 2:
        is_default = node.func.attr == "setdefault" and _is_environ(node.func.value)
        return _constant_pair(*node.args) if is_default else []
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        target = node.targets[0]
        return _constant_pair(target.slice, node.value) if _is_environ(target.value) else []
    return []


def _is_environ(node: ast.AST) -> bool:
    return getattr(node, "attr", None) == "environ" or getattr(node, "id", None) == "environ"


def _constant_pair(name: ast.AST, value: ast.AST) -> list[tuple[str, str]]:
    texts = [node.value for node in (name, value) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [(texts[0], texts[1])] if len(texts) == 2 else []


def _install_configurations() -> None:
    """django-configurations makes settings of classes, and has to be there before they are imported."""
    try:
        import configurations.importer
    except ImportError:
        return
    configurations.importer.install()


def _wsgi_application(settings_module: str) -> str | None:
    from django.conf import settings

    try:
        return settings.WSGI_APPLICATION
    except Exception as error:
        raise ImportFailed(path=settings_module, cause=error) from None


# Flask


def _flask(text: str, app_dir: str) -> Found:
    """`module`, `module:app`, `module:factory`, `module:factory('argument')`, each also with a file in place of module.

    As Flask reads it: a factory need not be called in words.
    """
    target, _, expression = (re.split(r"(:)(?![\\/])", text, maxsplit=1) + ["", ""])[:3]
    module, name = _flask_module(target, app_dir, text)
    if not expression:
        application, attribute = _best_in(module, name)
    else:
        application, attribute = _evaluated(module, expression.strip(), text, name)
    return Found(application, f"{name}:{attribute}", "Flask: FLASK_APP")


def _flask_module(target: str, app_dir: str, text: str) -> tuple[object, str]:
    path = os.path.join(app_dir, target)
    candidates = (path, path + ".py", os.path.join(path, "__init__.py"))
    file = next((each for each in candidates if each.endswith(".py") and os.path.isfile(each)), None)
    if file is not None:
        return import_file(file, app_dir), target
    if is_file(target):
        return import_file(target, app_dir), target
    if not all(part.isidentifier() for part in target.split(".")):
        raise FlaskAppMalformed(text=text)
    return import_module(target, app_dir), target


def _evaluated(module: object, expression: str, text: str, name: str) -> tuple[object, str]:
    function, positional, keywords = _parsed(expression, text)
    if not hasattr(module, function):
        raise AttributeMissing(owner=module, path=name, wanted=(function,))
    value, path = getattr(module, function), f"{name}:{expression}"
    is_call = expression != function
    if not is_call and convention_of(value) == Convention.WSGI:
        return value, expression
    if not is_call and not callable(value):
        raise NotAnApplication(value=value, path=path, convention=Convention.NOT_CALLABLE)
    if not is_call and not _needs_nothing(value):
        raise NotAnApplication(value=value, path=path, convention=convention_of(value))
    return _checked(_made(value, path, *positional, **keywords), path), expression if is_call else f"{function}()"


def _parsed(expression: str, text: str) -> tuple[str, list[object], dict[str, object]]:
    """The name, and the literal arguments if it is a call."""
    try:
        node = ast.parse(expression, mode="eval").body
        if isinstance(node, ast.Name):
            return node.id, [], {}
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            keywords = {str(each.arg): ast.literal_eval(each.value) for each in node.keywords}
            return node.func.id, [ast.literal_eval(each) for each in node.args], keywords
    except (SyntaxError, ValueError):
        pass
    raise FlaskAppMalformed(text=text)


# A file


def _file(file: str, app_dir: str) -> Found:
    """In the first of `FILES` from `file` on that has something to serve."""
    others = [each for each in FILES[FILES.index(file) + 1 :] if os.path.isfile(os.path.join(app_dir, each))]
    for number, each in enumerate([file, *others]):
        module = import_file(os.path.join(app_dir, each), app_dir)
        try:
            application, attribute = _best_in(module, each)
        except AttributeMissing:
            if number == len(others):
                raise
            continue
        return Found(application, f"{each}:{attribute}", f"{_framework(application)}: {each}")
    raise AssertionError("there is always a last one")


def _framework(application: object) -> str:
    """The package an application's class comes from, if that says something."""
    package = type(application).__module__.partition(".")[0]
    return package.capitalize() if package in ("flask", "django", "bottle", "pyramid", "falcon") else "WSGI"


# What a module has to offer


def _best_in(module: object, name: str) -> tuple[object, str]:
    """An application under a usual name, else the only Flask application there is, else what a factory makes."""
    given = [(getattr(module, each), each) for each in APPLICATIONS if hasattr(module, each)]
    for value, attribute in given + _flask_instances(module):
        if convention_of(value) == Convention.WSGI:
            return value, attribute
    for attribute in FACTORIES:
        factory = getattr(module, attribute, None)
        if callable(factory) and _needs_nothing(factory):
            path = f"{name}:{attribute}()"
            return _checked(_made(factory, path), path), f"{attribute}()"
    if given:
        value, attribute = given[0]
        raise NotAnApplication(value=value, path=f"{name}:{attribute}", convention=convention_of(value))
    wanted = (*APPLICATIONS, *(f"{factory}()" for factory in FACTORIES))
    raise AttributeMissing(owner=module, path=name, wanted=wanted)


def _flask_instances(module: object) -> list[tuple[object, str]]:
    flask = sys.modules.get("flask")
    if flask is None:
        return []
    found = [(value, name) for name, value in vars(module).items() if isinstance(value, flask.Flask)]
    return found if len({id(value) for value, _ in found}) == 1 else []


def _needs_nothing(factory: object) -> bool:
    arity = positional_arguments(factory)
    return arity is None or arity[0] == 0


def _made(factory: object, path: str, *positional: object, **keywords: object) -> object:
    if not callable(factory):
        raise NotAnApplication(value=factory, path=path, convention=Convention.NOT_CALLABLE)
    try:
        return factory(*positional, **keywords)
    except (Exception, SystemExit) as error:
        raise ImportFailed(path=path, cause=error) from None


def _checked(value: object, path: str) -> object:
    convention = convention_of(value)
    if convention != Convention.WSGI:
        raise NotAnApplication(value=value, path=path, convention=convention)
    return value
