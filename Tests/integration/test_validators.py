"""Three judges of PEP 3333 stand between plait and applications that use every feature of it."""

import pytest

from polling import until

JUDGES = ["wsgiref_validate", "webtest_lint", "werkzeug_lint"]

#: werkzeug's lint warns of every call of readline, with and without a size, and has no readlines.
ABOUT_READLINE = "WSGIWarning: Calls to 'wsgi.input.readline()'"


@pytest.fixture(scope="module", params=JUDGES)
def judged(request, serve_module):
    return serve_module(f"judged:{request.param}", "--workers", 1)


@pytest.fixture(autouse=True)
def nothing_to_complain_of(judged):
    since = len(judged.stderr)
    yield
    lines = [line for line in list(judged.stderr)[since:] if ABOUT_READLINE not in line]
    assert not [line for line in lines if "Warning" in line or "Error" in line or "Traceback" in line], lines


@pytest.mark.parametrize(
    "target, body",
    [
        ("/list", b"whole"),
        ("/generator", b"one two"),
        ("/write", b"written, returned"),
        ("/file", b"0123456789"),
        ("/empty", b""),
        ("/error", b"replaced"),
    ],
)
def test_every_kind_of_answer_passes(judged, connect, target, body):
    connection = connect(judged)
    for _ in range(2):
        assert connection.get(target, headers=[("X-Repeated", "1"), ("X-Repeated", "2")]).body == body


@pytest.mark.parametrize("how", ["read", "readline", "readlines", "iterate"])
@pytest.mark.parametrize("body", [b"", b"one\ntwo\n", b"line\n" * 400_000], ids=["empty", "small", "large"])
def test_every_way_to_read_passes(judged, connect, request, how, body):
    if how == "readlines" and "werkzeug_lint" in request.node.name:
        pytest.skip("werkzeug's lint has no readlines")
    response = connect(judged).request(f"/input?{how}", method="POST", body=body).response()
    assert response.text == str(len(body))


@pytest.mark.parametrize("target", ["/list", "/generator", "/file"])
def test_head_passes(judged, connect, target):
    assert connect(judged).request(target, method="HEAD").response("HEAD").status == 200


def test_no_content_passes(judged, connect):
    response = connect(judged).get("/no-content")
    assert (response.status, response.header("Content-Length")) == (204, None)


def test_a_chunked_upload_passes(judged, connect):
    connection = connect(judged).request("/input?read", method="POST", headers=[("Transfer-Encoding", "chunked")])
    assert connection.send(b"3\r\nabc\r\n0\r\n\r\n").response().text == "3"


def test_odd_targets_pass(judged, connect):
    assert connect(judged).get("//a%2Fb/%E2%82%AC?x=%zz").status == 404


def test_the_client_may_go(judged, connect):
    connection = connect(judged).request("/many")
    connection.through(b"\r\n\r\n")
    connection.close()
    until(lambda: connect(judged).get("/closed").body == b"yes", "close() behind the judge")
