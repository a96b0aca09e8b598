"""What every `environ` is copied from: its copies must take CPython's short way, which depends on the table's shape."""

import sys

import pytest

from plait_process import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "python"))
from plait import _wsgi  # noqa: E402

#: A browser's, behind a proxy.
HEADER_FIELDS = 16


@pytest.fixture
def template():
    return _wsgi.base_environ("/", True, True)


def test_a_copy_keeps_the_table_of_the_template(template):
    # A copy that is built anew, key by key, has the smallest table that holds it.
    assert sys.getsizeof(template.copy()) == sys.getsizeof(template)
    assert sys.getsizeof(dict(template.items())) < sys.getsizeof(template)


def test_a_copy_has_room_for_the_usual_header_fields(template):
    environ = template.copy()
    for number in range(HEADER_FIELDS):
        environ["HTTP_FIELD_%d" % number] = ""
    assert sys.getsizeof(environ) == sys.getsizeof(template)


def test_every_key_is_a_variable(template):
    assert all(key.isupper() or key.startswith("wsgi.") for key in template)
