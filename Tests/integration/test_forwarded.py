"""Django's SECURE_SSL_REDIRECT in the four positions plait can be in, and what the log says of headers it took away."""

import json
import ssl
import subprocess

import pytest

from http_connection import Connection
from nginx_process import NGINX, running_nginx
from plait_process import environment

HTTPS = [("X-Forwarded-Proto", "https"), ("X-Forwarded-For", "203.0.113.9")]
HTTP = [("X-Forwarded-Proto", "http"), ("X-Forwarded-For", "203.0.113.9")]
STRANGERS = ["--trusted-proxies", "10.0.0.1"]


@pytest.fixture(params=[None, "HTTP_X_FORWARDED_PROTO"], ids=["scheme", "header"])
def secured(serve, request):
    """The application, both without SECURE_PROXY_SSL_HEADER, by `wsgi.url_scheme` alone, and with it."""

    def start(*options, **keywords):
        variables = {"TEST_SSL_HEADER": request.param} if request.param else {}
        options = ["--workers", 1, "--drain-idle", "0", *options]
        return serve("secured", *options, popen={"env": environment(**variables)}, **keywords)

    return start


def ask(plait, headers=()):
    with Connection(plait.address) as connection:
        return connection.request("/page", headers=headers, host="site.example").response()


def assert_redirected(response):
    assert (response.status, response.header("Location")) == (301, "https://site.example/page")


def assert_secure(response, client="203.0.113.9"):
    assert response.status == 200, response
    told = json.loads(response.body)
    assert (told["scheme"], told["client"]) == ("https", client)


# The four positions


def test_direct_requests_are_redirected(secured):
    plait = secured()
    assert_redirected(ask(plait))
    assert "removed" not in plait.stderr.text()


def test_behind_a_trusted_proxy_https_is_served_and_http_redirected(secured):
    plait = secured("--trusted-proxies", "127.0.0.1")
    assert_secure(ask(plait, HTTPS))
    assert_redirected(ask(plait, HTTP))
    assert_redirected(ask(plait))
    assert "removed" not in plait.stderr.text()


def test_behind_an_untrusted_proxy_everything_is_redirected(secured):
    plait = secured(*STRANGERS)
    for headers in (HTTPS, HTTP, [("Forwarded", "proto=https")]):
        assert_redirected(ask(plait, headers))


SITE = """
    upstream application {{ server unix:{directory}/plait.sock; }}
    server {{
        listen unix:{directory}/http.sock;
        listen unix:{directory}/https.sock ssl;
        ssl_certificate {directory}/certificate.pem;
        ssl_certificate_key {directory}/key.pem;
        location / {{
            proxy_pass http://application;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
            proxy_set_header Host $host;
            proxy_set_header X-Forwarded-For 203.0.113.9;
            proxy_set_header X-Forwarded-Proto $scheme;
        }}
    }}
"""


@pytest.fixture
def nginx(tmp_path):
    """nginx as the guide shows it, before `plait.sock` in its directory; ends with the test."""
    if NGINX is None:
        pytest.skip("no nginx here")
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "key.pem", "-out", tmp_path / "certificate.pem"]
    words = ["openssl", "req", "-x509", "-subj", "/CN=site.example", "-days", "1", *key]
    subprocess.run(words, check=True, capture_output=True)
    with running_nginx(tmp_path, SITE.format(directory=tmp_path)):
        yield tmp_path


def ask_nginx(directory, scheme, *headers):
    connection = Connection(f"{directory}/{scheme}.sock")
    if scheme == "https":
        context = ssl.create_default_context(cafile=directory / "certificate.pem")
        connection.socket = context.wrap_socket(connection.socket, server_hostname="site.example")
    with connection:
        return connection.request("/page", headers=headers, host="site.example").response()


def test_behind_nginx_on_a_unix_socket_https_is_served_and_http_redirected(secured, nginx):
    plait = secured(endpoints=[f"unix:{nginx}/plait.sock"])
    assert_secure(ask_nginx(nginx, "https"))
    assert_redirected(ask_nginx(nginx, "http"))
    assert_redirected(ask_nginx(nginx, "http", *HTTPS))
    assert "removed" not in plait.stderr.text()


# What the log says


def removals(plait):
    return [line for line in plait.stderr if " was removed" in line]


def test_the_first_removal_of_each_header_names_the_peer_and_the_setting(serve):
    plait = serve("reflection", *STRANGERS)
    for _ in range(3):
        ask(plait, [*HTTPS, ("x-forwarded-proto", "https")])
    ask(plait, [("Forwarded", "proto=https")])
    plait.stop()
    lines = removals(plait)
    assert [line.split()[:5] for line in lines] == [
        ["warning:", "X-Forwarded-Proto", "was", "removed:", "127.0.0.1"],
        ["warning:", "X-Forwarded-For", "was", "removed:", "127.0.0.1"],
        ["warning:", "Forwarded", "was", "removed:", "127.0.0.1"],
    ]
    assert all("`--trusted-proxies 127.0.0.1`" in line for line in lines)


def test_on_a_unix_socket_the_setting_is_unix(serve, tmp_path):
    plait = serve("reflection", *STRANGERS, endpoints=[f"unix:{tmp_path}/a.sock"])
    with Connection(f"{tmp_path}/a.sock") as connection:
        connection.request("/", headers=HTTPS).response()
    assert plait.stderr.wait_for("X-Forwarded-Proto was removed: a peer on a Unix socket .*`--trusted-proxies unix`")


@pytest.mark.parametrize(
    "family, header, setting",
    [("x", "Forwarded", "rfc7239"), ("rfc7239", "X-Forwarded-Proto", "x"), ("off", "X-Real-IP", "x")],
)
def test_a_trusted_peer_s_other_family_names_that_setting(serve, family, header, setting):
    plait = serve("reflection", "--forwarded", family)
    ask(plait, [(header, "proto=https")])
    ask(plait, [(header, "proto=https")])
    plait.stop()
    (line,) = removals(plait)
    assert f"{header} was removed" in line and f"`--forwarded {setting}`" in line


def test_what_the_application_gets_is_untouched_by_telling(serve):
    plait = serve("secured", *STRANGERS, "--workers", 1, popen={"env": environment(TEST_SSL_HEADER="HTTP_X_OTHER")})
    response = ask(plait, [*HTTPS, ("X-Other", "https")])
    assert json.loads(response.body) == {"scheme": "https", "client": "127.0.0.1", "headers": []}
