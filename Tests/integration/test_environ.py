"""`environ` as PEP 3333 "environ Variables" and RFC 3875 §4.1 have it."""

import json
import re

import pytest

from http_connection import Connection


@pytest.fixture(scope="module")
def plait(serve_module):
    return serve_module("reflection", "--workers", 1, "--threads", 8)


@pytest.fixture
def ask(plait, connect):
    """`ask(target, …)` → what the application saw."""
    connection = connect(plait)

    def ask(target="/", **request):
        return seen(connection.request(target, **request).response())

    return ask


def seen(response):
    assert response.status == 200, response
    return json.loads(response.body)


def strings(connection, *request, **keywords):
    return seen(connection.request(*request, **keywords).response())["strings"]


# The request line


@pytest.mark.parametrize(
    "method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND", "get", "X-!#$%&'*+.^_`|~"]
)
def test_the_method_is_passed_as_sent(ask, method):
    assert ask(method=method)["strings"]["REQUEST_METHOD"] == method


@pytest.mark.parametrize(
    "target, path, query",
    [
        ("/", "/", ""),
        ("/a/b", "/a/b", ""),
        ("/a?x=1&y=2", "/a", "x=1&y=2"),
        ("/a?", "/a", ""),
        ("/a?x=a%20b+c?d", "/a", "x=a%20b+c?d"),
        ("/a%20b", "/a b", ""),
        ("/a%2fb", "/a/b", ""),
        ("/a%3Fb?c", "/a?b", "c"),
        ("/a%2525", "/a%25", ""),
        ("//a//b/", "//a//b/", ""),
        ("/%C3%A9", "/\xc3\xa9", ""),
        ("/%e2%82%ac", "/\xe2\x82\xac", ""),
        ("/%FF%00", None, ""),
    ],
)
def test_the_path_is_decoded_once_and_the_query_not_at_all(plait, connect, target, path, query):
    response = connect(plait).get(target)
    if path is None:
        # A NUL in a path has no use but mischief: refused, or passed as it is, never cut.
        assert response.status == 400 or seen(response)["strings"]["PATH_INFO"] == "/\xff\x00"
        return
    environ = seen(response)["strings"]
    assert (environ["PATH_INFO"], environ["QUERY_STRING"], environ["SCRIPT_NAME"]) == (path, query, "")


def test_a_path_in_utf_8_comes_back_by_way_of_latin_1(ask):
    assert ask("/%E2%82%AC")["strings"]["PATH_INFO"].encode("latin-1").decode() == "/€"


@pytest.mark.parametrize("target", ["/", "/a%2Fb?c=%64", "//x", "/%E2%82%AC?"])
def test_raw_uri_is_the_target_as_sent(ask, target):
    assert ask(target)["strings"]["RAW_URI"] == target


def test_the_absolute_form_means_its_path_and_its_host(ask):
    # RFC 9112 §3.2.2: the host of the target replaces that of the field.
    environ = ask("http://example.org:81/a%20b?c", host="example.org:81")["strings"]
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/a b", "c")
    assert environ["HTTP_HOST"] == "example.org:81"


def test_the_absolute_form_without_a_path_means_the_root(ask):
    environ = ask("http://example.org?c", host="example.org")["strings"]
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/", "c")


# Server and client


def test_the_server_names_itself_and_where_it_listens(plait, ask):
    environ = ask()["strings"]
    assert environ["SERVER_PORT"] == str(plait.port)
    assert environ["SERVER_NAME"]
    assert re.match(r"plait\b", environ["SERVER_SOFTWARE"])


@pytest.mark.parametrize("version", ["HTTP/1.0", "HTTP/1.1"])
def test_the_protocol_is_the_request_s(plait, connect, version):
    assert strings(connect(plait), version=version)["SERVER_PROTOCOL"] == version


def test_without_a_host_the_url_can_still_be_made(plait, connect):
    environ = strings(connect(plait), version="HTTP/1.0", host=None)
    assert "HTTP_HOST" not in environ
    assert (environ["SERVER_NAME"], int(environ["SERVER_PORT"])) == plait.address


def test_the_client_is_known_by_address_and_port(plait, connect):
    connection = connect(plait)
    address, port = connection.socket.getsockname()
    environ = strings(connection)
    assert (environ["REMOTE_ADDR"], environ["REMOTE_PORT"]) == (address, str(port))


def test_ipv6_addresses_are_bare(serve, connect):
    plait = serve("reflection", endpoints=[r"tcp6:0:interface=\:\:1"])
    connection = connect(plait)
    environ = strings(connection, host=None, version="HTTP/1.0")
    assert environ["REMOTE_ADDR"] == "::1"
    assert environ["SERVER_PORT"] == str(plait.port)
    assert "::1" in environ["SERVER_NAME"]


# Header fields


def test_fields_become_http_variables(ask):
    environ = ask(headers=[("User-Agent", "test/1"), ("X-Mixed-CASE", "v"), ("Accept", "*/*")])["strings"]
    assert (environ["HTTP_USER_AGENT"], environ["HTTP_X_MIXED_CASE"], environ["HTTP_ACCEPT"]) == ("test/1", "v", "*/*")
    assert environ["HTTP_HOST"] == "test.invalid"


@pytest.mark.parametrize(
    "sent, value", [(" a  b\t", "a  b"), ("", ""), ("\xe9\xff", "\xe9\xff"), ('a,b;c="d"', 'a,b;c="d"')]
)
def test_values_lose_only_the_white_space_around_them(ask, sent, value):
    assert ask(headers=[("X-Value", sent)])["strings"]["HTTP_X_VALUE"] == value


def test_repeated_fields_are_one_list(ask):
    # RFC 9110 §5.3
    environ = ask(headers=[("X-A", "1"), ("X-B", "x"), ("x-a", "2"), ("X-A", "3")])["strings"]
    assert (environ["HTTP_X_A"], environ["HTTP_X_B"]) == ("1, 2, 3", "x")


def test_repeated_cookies_are_joined_as_cookies(ask):
    # RFC 6265 §5.4 has one field; HTTP/2 clients split it (RFC 9113 §8.2.3) and proxies pass that on.
    assert ask(headers=[("Cookie", "a=1"), ("Cookie", "b=2")])["strings"]["HTTP_COOKIE"] == "a=1; b=2"


def test_fields_with_an_underscore_are_dropped(ask):
    environ = ask(headers=[("X_Real_IP", "6.6.6.6"), ("X-Real_IP", "6.6.6.6")])["strings"]
    assert "6.6.6.6" not in environ.values()


def test_proxy_never_reaches_the_application(ask):
    # CVE-2016-5385 "httpoxy"
    assert "HTTP_PROXY" not in ask(headers=[("Proxy", "http://evil.invalid"), ("pROXY", "x")])["strings"]


def test_authorization_is_passed(ask):
    assert ask(headers=[("Authorization", "Basic eA==")])["strings"]["HTTP_AUTHORIZATION"] == "Basic eA=="


# The body


def test_content_fields_have_names_of_their_own(ask):
    environ = ask(method="POST", headers=[("Content-Type", "text/x; a=b")], body=b"12345")["strings"]
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/x; a=b", "5")
    assert "HTTP_CONTENT_TYPE" not in environ
    assert "HTTP_CONTENT_LENGTH" not in environ


def test_without_a_body_the_length_is_empty_or_absent(ask):
    answer = ask()
    assert answer["strings"].get("CONTENT_LENGTH", "") in ("", "0")
    assert answer["body"] == ""


def test_an_empty_body_has_the_length_zero(ask):
    answer = ask(method="POST", body=b"")
    assert (answer["strings"]["CONTENT_LENGTH"], answer["body"]) == ("0", "")


def test_a_chunked_upload_has_its_length(plait, connect):
    chunks = b"5;ext=1\r\nhello\r\n6\r\n world\r\n0\r\nTrailer-Field: x\r\n\r\n"
    connection = connect(plait).request(method="POST", headers=[("Transfer-Encoding", "chunked")]).send(chunks)
    answer = seen(connection.response())
    assert (answer["strings"]["CONTENT_LENGTH"], answer["body"]) == ("11", "hello world")
    assert "HTTP_TRAILER_FIELD" not in answer["strings"]
    assert seen(connection.get())["body"] == ""


# What is WSGI's own


def test_the_wsgi_variables_are_there(ask):
    answer = ask()
    assert {"wsgi.version": "(1, 0)", "wsgi.run_once": "False"}.items() <= answer["others"].items()
    assert answer["strings"]["wsgi.url_scheme"] == "http"
    assert answer["others"]["wsgi.input_terminated"] == "True"
    assert answer["errors"] == [True, True, True]
    assert answer["file_wrapper"] and answer["is_dict"]
    assert "HTTPS" not in answer["strings"]


def test_every_value_but_wsgi_s_own_is_a_str(ask):
    others = {key for key in ask(headers=[("X-A", "1")])["others"] if not key.startswith("wsgi.")}
    assert others == set()


def test_every_request_has_an_environ_of_its_own(ask):
    assert [ask()["stale"] for _ in range(3)] == [False, False, False]


@pytest.mark.parametrize(
    "workers, threads, multithread, multiprocess",
    [(1, 1, "False", "False"), (1, 2, "True", "False"), (2, 1, "False", "True")],
)
def test_the_flags_tell_how_many_run_at_once(serve, connect, workers, threads, multithread, multiprocess):
    others = seen(connect(serve("reflection", "--workers", workers, "--threads", threads)).get())["others"]
    assert (others["wsgi.multithread"], others["wsgi.multiprocess"]) == (multithread, multiprocess)


# Where the application is mounted


@pytest.mark.parametrize(
    "target, script, path",
    [("/mounted/a%20b?c", "/mounted", "/a b"), ("/mounted/", "/mounted", "/"), ("/mounted", "/mounted", "")],
)
def test_the_root_path_becomes_the_script_name(serve_module_with_root, connect, target, script, path):
    environ = strings(connect(serve_module_with_root), target)
    assert (environ["SCRIPT_NAME"], environ["PATH_INFO"], environ["RAW_URI"]) == (script, path, target)


@pytest.fixture(scope="module")
def serve_module_with_root(serve_module):
    return serve_module("reflection", "--root-path", "/mounted")


# Over a Unix socket


def test_a_unix_socket_serves_the_same(serve, connect, tmp_path):
    path = tmp_path / "plait.sock"
    plait = serve("reflection", endpoints=[f"unix:{path}"])
    assert plait.addresses == [f"unix:{path}"]
    answer = seen(connect(path).request("/a?b", method="POST", body=b"123").response())
    environ = answer["strings"]
    assert (environ["PATH_INFO"], environ["QUERY_STRING"], answer["body"]) == ("/a", "b", "123")
    assert environ["SERVER_NAME"] and environ["SERVER_PORT"].isdigit()
    assert {"REMOTE_ADDR", "REMOTE_PORT"}.isdisjoint(answer["others"])


# Behind a proxy: one family of fields is believed, from trusted peers only (docs: `--trusted-proxies`)

FORWARDED = [
    ("X-Forwarded-For", "6.6.6.6, 203.0.113.7"),
    ("X-Forwarded-Proto", "https"),
    ("Forwarded", "for=9.9.9.9;proto=https"),
]


def test_a_trusted_peer_says_who_the_client_is(ask):
    environ = ask(headers=FORWARDED)["strings"]
    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTPS"]) == ("203.0.113.7", "https", "on")
    assert "HTTP_FORWARDED" not in environ


def test_an_untrusted_peer_is_not_believed_and_not_passed_on(serve, connect):
    environ = strings(connect(serve("reflection", "--trusted-proxies", "192.0.2.0/24")), headers=FORWARDED)
    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == ("127.0.0.1", "http")
    assert not {"HTTPS", "HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"} & environ.keys()


def test_rfc_7239_is_believed_instead_when_asked(serve, connect):
    environ = strings(connect(serve("reflection", "--forwarded", "rfc7239")), headers=FORWARDED)
    assert (environ["REMOTE_ADDR"], environ["HTTPS"]) == ("9.9.9.9", "on")
    assert "HTTP_X_FORWARDED_FOR" not in environ


def test_forwarded_off_believes_nobody(serve, connect):
    environ = strings(connect(serve("reflection", "--forwarded", "off")), headers=FORWARDED)
    assert (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"]) == ("127.0.0.1", "http")


def test_a_client_behind_two_proxies_is_the_rightmost_untrusted(serve, connect):
    plait = serve("reflection", "--trusted-proxies", "127.0.0.0/8,10.0.0.0/8")
    headers = [("X-Forwarded-For", "1.1.1.1, 203.0.113.9"), ("X-Forwarded-For", "10.1.2.3")]
    assert strings(connect(plait), headers=headers)["REMOTE_ADDR"] == "203.0.113.9"


# Many at once


def test_answers_do_not_mix(plait):
    connections = [Connection(plait.address) for _ in range(50)]
    for number, connection in enumerate(connections):
        connection.request(f"/{number}", method="POST", body=str(number).encode() * 100)
    for number, connection in enumerate(connections):
        answer = seen(connection.response())
        assert (answer["strings"]["PATH_INFO"], answer["body"]) == (f"/{number}", str(number) * 100)
        connection.close()
