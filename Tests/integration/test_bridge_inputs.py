"""What `plait._wsgi` makes of a body that lies in a file."""

import builtins
import os
import sys

import pytest

from plait_process import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "python"))
from plait import _wsgi  # noqa: E402

LINES = b"".join(b"line %d\n" % number for number in range(50_000))


@pytest.fixture(params=["opened anew", "with offsets of its own"])
def descriptor(request, monkeypatch):
    """Of a file as the server hands it over: its offset is shared, and at the end."""
    if request.param == "with offsets of its own":
        monkeypatch.setattr(_wsgi, "open", refusing_proc, raising=False)
    number = os.memfd_create("body")
    os.write(number, LINES)
    yield number
    os.close(number)


def refusing_proc(path, *arguments, **keywords):
    if str(path).startswith("/proc/"):
        raise PermissionError(path)
    return builtins.open(path, *arguments, **keywords)


def test_two_readers_of_one_file_do_not_disturb_each_other(descriptor):
    with _wsgi.file_input(descriptor) as first, _wsgi.file_input(descriptor) as second:
        for line in LINES.splitlines(keepends=True):
            assert first.readline() == line
            assert second.readline() == line
        assert (first.read(), second.read()) == (b"", b"")


def test_it_can_be_rewound(descriptor):
    with _wsgi.file_input(descriptor) as reader:
        assert reader.read(4) == b"line"
        assert reader.seek(0, os.SEEK_END) == len(LINES) == reader.tell()
        assert reader.seek(-len(LINES), os.SEEK_CUR) == 0
        assert reader.read() == LINES
        with pytest.raises(OSError):
            reader.seek(-1)


def test_closing_it_leaves_the_descriptor_to_its_owner(descriptor):
    reader = _wsgi.file_input(descriptor)
    mine = reader.fileno()
    reader.close()
    assert mine != descriptor
    assert os.fstat(descriptor).st_size == len(LINES)
    with pytest.raises(OSError):
        os.fstat(mine)
