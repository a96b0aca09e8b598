"""From an application in a test's hand to the name by which a worker imports it."""

import importlib.util
import sys

import pytest

from plait import _application
from plait._importable import ImportableName, NotImportable, importable_name

SHOP = """
import functools

def app(environ, start_response):
    return [b"shop"]

def logged(inner):
    @functools.wraps(inner)
    def outer(environ, start_response):
        return inner(environ, start_response)
    return outer

@logged
def wrapped(environ, start_response):
    return [b"wrapped"]

class Site:
    def __call__(self, environ, start_response):
        return [b"site"]
    def handle(self, environ, start_response):
        return [b"handled"]
    class Inner:
        def __init__(self, environ, start_response):
            pass

def make():
    def made(environ, start_response):
        return [b"made"]
    return made

site = Site()
made = make()
short = lambda environ, start_response: [b"short"]
"""


@pytest.fixture
def shop(project):
    project(shop=SHOP)
    return __import__("shop")


@pytest.mark.parametrize(
    "path", ["app", "wrapped", "site", "made", "short", "Site.Inner", "site.handle"], ids=lambda path: path
)
def test_what_a_module_has_as_an_attribute_has_a_name_that_leads_back(shop, project, path):
    application = shop
    for part in path.split("."):
        application = getattr(application, part)
    name = importable_name(application)
    assert name == ImportableName(f"shop:{path}")
    assert _application.resolve(name.text, "/") == application


def test_a_name_is_left_as_it_is():
    assert importable_name("shop:make()") == ImportableName("shop:make()")


@pytest.mark.parametrize("make", [lambda shop: shop.make(), lambda shop: lambda environ, start_response: []])
def test_what_only_a_function_knows_is_refused_with_what_is_accepted(shop, make):
    with pytest.raises(NotImportable, match=r"<function .*no imported module has it.*accepted:.*'hello:make\(\)'"):
        importable_name(make(shop))


def test_the_applications_own_module_goes_before_a_test_that_imported_it(project):
    project(test_shop="import shop2\nsite = shop2.site\n", shop2="class Site:\n    pass\nsite = Site()\n")
    module = __import__("test_shop")
    assert importable_name(module.site).text == "shop2:site"


def test_a_module_that_is_not_on_the_path_brings_its_directory(tmp_path, monkeypatch):
    file = tmp_path / "elsewhere" / "far.py"
    file.parent.mkdir()
    file.write_text("def app(environ, start_response):\n    return []\n")
    specification = importlib.util.spec_from_file_location("far", file)
    module = importlib.util.module_from_spec(specification)
    monkeypatch.setitem(sys.modules, "far", module)
    specification.loader.exec_module(module)
    assert importable_name(module.app) == ImportableName("far:app", str(tmp_path / "elsewhere"))


def test_a_script_is_named_by_its_file(monkeypatch, tmp_path):
    main = type(sys)("__main__")
    main.__file__, main.__spec__ = str(tmp_path / "script.py"), None
    exec("def app(environ, start_response):\n    return []\n", main.__dict__)
    monkeypatch.setitem(sys.modules, "__main__", main)
    assert importable_name(main.app).text == f"{tmp_path / 'script.py'}:app"
