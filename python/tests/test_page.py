"""Who may see a traceback."""

import pytest

from plait import _page

LOCAL = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "localhost:8080"}


def may_see(**changes):
    return _page.may_see(LOCAL | changes)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_loopback_addresses_may(address):
    assert may_see(REMOTE_ADDR=address)


@pytest.mark.parametrize("address", ["", "192.0.2.1", "::", "0.0.0.0", "2001:db8::1", "::ffff:192.0.2.1", "localhost"])
def test_others_may_not(address):
    assert not may_see(REMOTE_ADDR=address)


@pytest.mark.parametrize("host", ["", "localhost", "LOCALHOST.", "a.localhost", "127.0.0.1:80", "[::1]", "[::1]:80"])
def test_names_of_this_machine(host):
    assert may_see(HTTP_HOST=host)


@pytest.mark.parametrize("host", ["example.com", "127.0.0.1.nip.io", "[2001:db8::1]:80", "evil-localhost", "::1"])
def test_names_of_others(host):
    assert not may_see(HTTP_HOST=host)


@pytest.mark.parametrize("name", ["HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PREFIX", "HTTP_FORWARDED", "HTTP_VIA"])
def test_whoever_was_passed_on_may_not(name):
    assert not may_see(**{name: ""})


@pytest.mark.parametrize(
    "accept, html",
    [
        ("text/html,application/xml;q=0.9,*/*;q=0.8", True),
        ("application/json, TEXT/HTML;q=0.1", True),
        ("*/*", False),
        ("", False),
        ("text/plain", False),
        ("application/json", False),
    ],
)
def test_html_is_for_who_asks_by_name(accept, html):
    assert _page.accepts_html(accept) is html


def test_text_that_utf8_cannot_hold_is_shown_escaped():
    _, _, body = _page.failure_page(LOCAL, "E: \udcff\n")
    assert body == b"E: \\udcff\n"


def test_the_title_is_the_exception():
    text = "plait: request 1 (GET /): the application failed\nTraceback (…):\n  File …\nKeyError: 'x'\n"
    assert _page.title(text) == "KeyError: 'x'"
