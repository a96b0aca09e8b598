"""The examples: each by the one command that its README shows, from the top of the repository."""

import re
import shlex
import sys

import pytest

from plait_process import PLAIT, REPOSITORY, Plait, environment

EXAMPLES = {"flask": "Flask", "django": "Django", "pyramid": "Pyramid", "bottle": "Bottle", "wsgi": "WSGI"}


def command_in(readme):
    """The words after `plait` of the only command of that kind."""
    (line,) = re.findall(r"^plait (.*)$", readme.read_text(), re.MULTILINE)
    return shlex.split(line)


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request):
    words = [PLAIT, *command_in(REPOSITORY / "Examples" / request.param / "README.md")]
    words += ["--port", "127.0.0.1:0", "--log-format", "text", "--python", sys.executable]
    with Plait(words, cwd=REPOSITORY, env=environment()) as plait:
        yield plait.wait_until_ready(), EXAMPLES[request.param]


def test_it_says_who_it_is(example, connect):
    plait, name = example
    connection = connect(plait)
    for _ in range(5):
        response = connection.get("/")
        assert (response.status, response.text) == (200, f"Hello world, I am {name}!")


@pytest.mark.parametrize("framing", ["length", "chunked"])
def test_it_reads_a_form(example, connect, framing):
    plait, name = example
    form, headers = b"name=J%C3%BCrgen", [("Content-Type", "application/x-www-form-urlencoded")]
    connection = connect(plait)
    if framing == "length":
        connection.request("/", method="POST", headers=headers, body=form)
    else:
        connection.request("/", method="POST", headers=[*headers, ("Transfer-Encoding", "chunked")])
        connection.send(b"5\r\n%b\r\n%x\r\n%b\r\n0\r\n\r\n" % (form[:5], len(form) - 5, form[5:]))
    assert connection.response().text == f"Hello Jürgen, I am {name}!"


def test_it_answers_head_and_what_is_missing(example, connect):
    plait, _ = example
    connection = connect(plait)
    assert connection.request("/missing").response().status in (404, 200)
    assert connection.request("/", method="HEAD").response("HEAD").status in (200, 405)
    assert connection.get("/").status == 200


def test_the_list_of_examples_shows_the_same_commands():
    listed = re.findall(r"`plait (.*?)`", (REPOSITORY / "Examples/README.md").read_text())
    assert [shlex.split(line) for line in listed] == [
        command_in(REPOSITORY / "Examples" / name / "README.md") for name in EXAMPLES
    ]
