"""From the name on the command line to the application, and every way to miss it."""

import pytest

from plait import _application, _report
from plait._convention import Convention

HELLO = """
def app(environ, start_response):
    return [b"hello"]

class Deep:
    pass

deep = Deep()
deep.down = Deep()
deep.down.app = app

def create(option=None):
    return app
"""


def resolved(project, name):
    return _application.resolve(name, str(project))


def refused(kind, project, name):
    with pytest.raises(kind) as caught:
        resolved(project, name)
    return caught.value


def sentence(refusal):
    line, hint = _report.sentence(refusal)
    assert "\n" not in line + (hint or "")
    return line, hint


# The forms


@pytest.mark.parametrize(
    "name",
    [
        "hello",
        "hello:app",
        "hello:deep.down.app",
        "hello:create()",
        "hello.app",
        "hello.deep.down.app",
        "hello.py",
        "./hello.py",
        "hello.py:app",
        "hello.py:create()",
        "hello.py:deep.down.app",
    ],
)
def test_every_form_names_the_application(project, name):
    assert resolved(project(hello=HELLO), name)(None, None) == [b"hello"]


def test_application_comes_before_app(project):
    directory = project(both="app = 1\ndef application(environ, start_response): pass")
    assert resolved(directory, "both").__name__ == "application"


def test_a_dotted_name_imports_the_longest_prefix(project):
    directory = project(**{"package/__init__": "inner = 'an attribute'", "package/inner": HELLO})
    assert resolved(directory, "package.inner.app")(None, None) == [b"hello"]
    assert resolved(directory, "package.inner")(None, None) == [b"hello"]


def test_an_absolute_path_outside_is_imported_from_its_directory(project, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "outside.py").write_text("import beside\napp = beside.app")
    (elsewhere / "beside.py").write_text(HELLO)
    assert resolved(project(), f"{elsewhere}/outside.py")(None, None) == [b"hello"]


def test_a_file_in_a_package_is_imported_as_part_of_it(project):
    directory = project(
        **{"sub/package/__init__": "", "sub/package/wsgi": "from .views import app", "sub/package/views": HELLO}
    )
    assert resolved(directory, "sub/package/wsgi.py")(None, None) == [b"hello"]


def test_a_path_is_looked_for_in_the_application_directory_too(project, tmp_path):
    directory = project(**{"sub/hello": HELLO})
    assert _application.resolve("hello.py", str(directory / "sub"))(None, None) == [b"hello"]


def test_a_path_with_a_colon_is_split_at_the_last(project):
    directory = project()
    (directory / "a:b").mkdir()
    (directory / "a:b" / "hello.py").write_text(HELLO)
    assert resolved(directory, "a:b/hello.py:app")(None, None) == [b"hello"]


# Missing it


@pytest.mark.parametrize(
    "name", ["", ":", ":app", "hello:", "hello:app(1)", "hello:create()()", "a b", "hello:a-b", "hello..app", "1a"]
)
def test_what_has_no_form_is_malformed(project, name):
    line, _ = sentence(refused(_application.MalformedName, project(hello=HELLO), name))
    assert f"`{name}`" in line and "`module:attribute`" in line


def test_a_call_in_a_dotted_name_is_told_the_other_form(project):
    _, hint = sentence(refused(_application.MalformedName, project(hello=HELLO), "hello.create()"))
    assert hint == "write `hello:create()`"


@pytest.mark.parametrize(
    "name, missing, hint",
    [
        ("helo", "helo", "did you mean `hello`?"),
        ("helo:app", "helo", "did you mean `hello`?"),
        ("package.wsgj:app", "package.wsgj", "did you mean `package.wsgi`?"),
        ("quite.different", "quite", None),
    ],
)
def test_a_missing_module_is_named_with_the_nearest(project, name, missing, hint):
    directory = project(hello=HELLO, **{"package/__init__": "", "package/wsgi": HELLO})
    refusal = refused(_application.ModuleMissing, directory, name)
    assert refusal.missing == missing
    line, said = sentence(refusal)
    assert str(directory) in line and said == hint


def test_a_missing_module_is_named_where_there_is_no_directory_either(project):
    with pytest.raises(_application.ModuleMissing) as caught:
        _application.resolve("hello", "/there/is/no/such")
    assert sentence(caught.value)[1] is None


@pytest.mark.parametrize(
    "name, hint",
    [
        ("hello:appp", "did you mean `hello:app`?"),
        ("hello.nothing", "did you mean `hello:app`?"),
        ("hello:deep.up", None),
        ("package.wsgj", "did you mean `package.wsgi`?"),
    ],
)
def test_a_missing_attribute_is_named_with_the_nearest(project, name, hint):
    directory = project(hello=HELLO, **{"package/__init__": "", "package/wsgi": HELLO})
    line, said = sentence(refused(_application.AttributeMissing, directory, name))
    assert "has no attribute" in line and said == hint


def test_without_a_default_attribute_the_likely_one_is_hinted(project):
    directory = project(site_="class S:\n def __call__(self, environ, start_response): pass\nmy_site = S()\nother = 1")
    line, hint = sentence(refused(_application.AttributeMissing, directory, "site_"))
    assert "`application` or `app`" in line and hint == "did you mean `site_:my_site`?"


def test_a_missing_file_is_looked_for_in_both_directories(project):
    directory = project(**{"sub/hello": HELLO})
    with pytest.raises(_application.FileMissing) as caught:
        _application.resolve("nothing.py", str(directory / "sub"))
    line, _ = sentence(caught.value)
    assert str(directory) in line and str(directory / "sub") in line


@pytest.mark.parametrize("name, reason", [("package/", "directory"), ("my.app.py", "name"), ("json.py", "shadowed")])
def test_a_file_that_cannot_be_a_module_says_why(project, name, reason):
    import json  # noqa: F401

    directory = project(json=HELLO, **{"package/__init__": ""})
    (directory / "my.app.py").write_text(HELLO)
    refusal = refused(_application.FileNotImportable, directory, name)
    assert refusal.reason == reason and sentence(refusal)


# The application's own failures


@pytest.mark.parametrize(
    "source, kind",
    [
        ("import there_is_no_such_module", ModuleNotFoundError),
        ("1 / 0", ZeroDivisionError),
        ("def f(:", SyntaxError),
        ("import sys; sys.exit(2)", SystemExit),
        ("import broken.part", ModuleNotFoundError),
    ],
)
def test_a_failure_of_the_module_s_own_is_kept(project, source, kind):
    refusal = refused(_application.ImportFailed, project(broken=source), "broken")
    assert isinstance(refusal.cause, kind)


def test_its_traceback_begins_in_the_application(project, capsys):
    refusal = refused(_application.ImportFailed, project(broken="def f():\n    1 / 0\nf()"), "broken:app")
    _report.report(refusal)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].endswith('broken.py", line 3, in <module>')
    assert lines[-1].startswith("ZeroDivisionError")


def test_a_missing_module_inside_is_not_taken_for_the_application(project):
    refusal = refused(_application.ImportFailed, project(broken="import brok"), "broken")
    assert refusal.cause.name == "brok"


def test_an_exit_is_one_line_with_its_place(project, capsys):
    refusal = refused(_application.ImportFailed, project(exiting="import sys\nsys.exit(2)"), "exiting")
    _report.report(refusal)
    line, hint = capsys.readouterr().err.splitlines()
    assert "SystemExit: 2" in line and "exiting.py, line 2" in line and hint.startswith("hint: ")


def test_a_failing_factory_is_its_own_failure(project):
    directory = project(hello="def create():\n    raise KeyError('secret')\ndef needs(x): pass")
    assert isinstance(refused(_application.ImportFailed, directory, "hello:create()").cause, KeyError)
    assert isinstance(refused(_application.ImportFailed, directory, "hello:needs()").cause, TypeError)


# Called by another convention

CONVENTIONS = """
import functools

async def asgi(scope, receive, send): pass
async def generator(environ, start_response): yield b""
partial = functools.partial(asgi, None)
class Starlette:
    async def __call__(self, scope, receive, send): pass
starlette = Starlette()
class Wrapped:
    def __call__(self, scope, receive, send): return asgi(scope, receive, send)
wrapped = Wrapped()
class Double:
    def __init__(self, scope): pass
    async def __call__(self, receive, send): pass
text = "text"
nothing = None
def zero(): pass
def one(option): pass
def optional(option=None): pass
class Plain:
    def __init__(self): pass
    def __call__(self, environ, start_response): pass
"""

WSGI = """
import functools

def function(environ, start_response): pass
def more(environ, start_response, extra=None): pass
def many(*arguments): pass
class Instance:
    def __call__(self, environ, start_response): pass
    def method(self, environ, start_response): pass
instance = Instance()
method = instance.method
class Iterated:
    def __init__(self, environ, start_response): pass
    def __iter__(self): return iter(())
def decorator(function):
    @functools.wraps(function)
    def wrapper(request): pass
    return wrapper
decorated = decorator(function)
partial = functools.partial(more, extra=1)
builtin = zip
"""


@pytest.mark.parametrize(
    "attribute, convention",
    [
        ("asgi", Convention.ASGI),
        ("generator", Convention.ASGI),
        ("partial", Convention.ASGI),
        ("starlette", Convention.ASGI),
        ("wrapped", Convention.ASGI),
        ("Double", Convention.ASGI2),
        ("text", Convention.NOT_CALLABLE),
        ("nothing", Convention.NOT_CALLABLE),
        ("zero()", Convention.NOT_CALLABLE),
        ("zero", Convention.OTHER_ARITY),
        ("one", Convention.OTHER_ARITY),
        ("optional", Convention.OTHER_ARITY),
        ("Plain", Convention.OTHER_ARITY),
    ],
)
def test_another_convention_is_refused_by_name(project, attribute, convention):
    refusal = refused(_application.NotAnApplication, project(conventions=CONVENTIONS), f"conventions:{attribute}")
    assert refusal.convention == convention
    line, hint = sentence(refusal)
    assert f"`conventions:{attribute}`" in line
    assert ("ASGI" in line) == (convention in (Convention.ASGI, Convention.ASGI2))
    assert (hint is not None) == (attribute in ("zero", "optional", "Plain"))


@pytest.mark.parametrize(
    "attribute", ["function", "more", "many", "instance", "method", "Iterated", "decorated", "partial", "builtin"]
)
def test_whatever_can_be_called_with_two_arguments_is_accepted(project, attribute):
    assert resolved(project(accepted=WSGI), f"accepted:{attribute}")
