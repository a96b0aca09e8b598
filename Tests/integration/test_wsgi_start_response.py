"""`start_response`: PEP 3333 "The start_response() Callable" and "Error Handling"."""

import pytest

from apps.rules_heads import REFUSED
from http_connection import Closed


@pytest.mark.parametrize("case", REFUSED)
def test_wrong_arguments_are_refused_at_once(rules, connect, case):
    response = connect(rules).get(f"/refused?{case}")
    assert response.status == 200
    assert response.body != b"accepted"
    kind, _, sentence = response.text.partition(": ")
    assert kind in ("TypeError", "ValueError", "UnicodeEncodeError", "AssertionError")
    assert len(sentence) > 10, "it says what to mend"


@pytest.mark.parametrize("case", ["status-int", "hop-connection", "value-line-feed", "headers-none"])
def test_what_is_refused_and_not_caught_is_500(rules, connect, logged, case):
    response = connect(rules).get(f"/unguarded?{case}")
    assert response.status == 500
    assert b"accepted" not in response.body
    assert logged("in unguarded") and logged(r"^(Type|Value|Assertion)Error: ")


def test_a_second_call_is_an_error(rules, connect, logged):
    assert connect(rules).get("/twice").status == 500
    assert logged("in twice") and logged("exc_info")


@pytest.mark.parametrize("target", ["/replaced", "/replaced-after-empty-block"])
def test_an_error_before_the_head_replaces_it(rules, connect, target):
    response = connect(rules).get(target)
    assert (response.status, response.reason, response.body) == (500, "Oops", b"replaced")
    assert (response.header("X-First"), response.header("X-Second")) == (None, "2")


def test_an_error_after_the_head_is_raised_again_and_cuts_the_answer(rules, connect, events, logged):
    connection = connect(rules)
    with pytest.raises(Closed):
        connection.get("/failing-late")
    assert events() == ["raised after the head"]
    assert logged("ValueError: after the head")


def test_it_may_be_called_with_the_first_block(rules, connect):
    response = connect(rules).get("/started-late")
    assert (response.header("X-Late"), response.body) == ("1", b"late")


def test_what_is_allowed_is_sent_as_it_is(rules, connect):
    response = connect(rules).get("/exotic")
    assert (response.status, response.reason) == (299, "\xc4tsch")
    assert (response.header("X-Empty"), response.header("X-Latin")) == ("", "\xe9")
    assert response.all("X-Same") == ["1", "2"]
    assert response.all("Set-Cookie") == ["a=1", "b=2"]
    # The application's own come through, once each.
    assert len(response.all("Date")) == 1
    assert len(response.all("Server")) <= 1


def test_every_answer_has_a_date(rules, connect):
    # RFC 9110 §6.6.1: an origin server with a clock must.
    assert connect(rules).get("/list").header("Date").endswith(" GMT")


def test_the_write_callable_sends_before_the_iterable(rules, connect):
    assert connect(rules).get("/writing").body == b"written;again;returned"


def test_the_write_callable_takes_bytes_only(rules, connect):
    assert connect(rules).get("/writing-str").body == b"TypeError"
