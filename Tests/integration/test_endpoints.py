"""`--port`: every kind of endpoint, what it prints, and how it is refused."""

import fcntl
import json
import os
import socket
import stat

import pytest

import proxy_protocol
from http_connection import Closed, Connection
from plait_process import Plait, command, environment, run_to_end


def remote(connection, target="/"):
    """Who the application takes the client for."""
    environ = json.loads(connection.get(target).body)["strings"]
    return environ.get("REMOTE_ADDR"), environ.get("REMOTE_PORT")


def refused(status, *endpoints, **keywords):
    result = run_to_end(command("reflection", endpoints=endpoints), **keywords)
    assert result.returncode == status, result.stderr
    line, *hints = result.stderr.splitlines()
    assert line.startswith("plait: ") and all(hint.startswith("hint: ") for hint in hints), result.stderr
    return line


# Internet


@pytest.mark.parametrize(
    "endpoint, host",
    [
        ("127.0.0.1:0", "127.0.0.1"),
        ("tcp:0:interface=127.0.0.1", "127.0.0.1"),
        ("tcp:0:127.0.0.1:16", "127.0.0.1"),
        ("tcp:port=0:interface=127.0.0.1:backlog=1024", "127.0.0.1"),
        ("localhost:0", "127.0.0.1"),
        ("[::1]:0", "::1"),
        (r"tcp6:0:interface=\:\:1", "::1"),
        (r"tcp6:0:16:\:\:1", "::1"),
    ],
)
def test_port_0_prints_the_port_it_got(serve, connect, endpoint, host):
    plait = serve("reflection", endpoints=[endpoint])
    assert plait.port > 0
    assert remote(connect((host, plait.port)))[0] == host


@pytest.mark.parametrize("endpoint", ["0", ":0", "[::]:0"])
def test_a_bare_number_means_both_families(serve, connect, endpoint):
    plait = serve("reflection", endpoints=[endpoint])
    # A client of IPv4 is known by its IPv4 address, though the socket is of IPv6.
    assert remote(connect(("127.0.0.1", plait.port)))[0] == "127.0.0.1"
    assert remote(connect(("::1", plait.port)))[0] == "::1"


@pytest.mark.parametrize("endpoint, host", [("tcp:0", "::1"), ("tcp6:0", "127.0.0.1")])
def test_one_family_leaves_the_other_alone(serve, endpoint, host):
    plait = serve("reflection", endpoints=[endpoint])
    with pytest.raises(ConnectionRefusedError):
        Connection((host, plait.port))


def test_several_endpoints_serve_side_by_side(serve, connect, tmp_path):
    plait = serve("reflection", endpoints=["127.0.0.1:0", "127.0.0.1:0", f"unix:{tmp_path}/s"])
    assert len(plait.addresses) == len(set(plait.addresses)) == 3
    for address in plait.addresses:
        place = address.removeprefix("unix:")
        where = place if place != address else ("127.0.0.1", int(address.rpartition(":")[2]))
        assert connect(where).get("/").status == 200


def test_the_platform_s_port_means_all_interfaces(serve, connect):
    plait = serve("reflection", endpoints=None, popen={"env": environment(PORT="0")})
    assert remote(connect(("127.0.0.1", plait.port)))[0] == "127.0.0.1"


def test_the_command_line_replaces_the_environment_s_endpoints(serve, tmp_path):
    variables = environment(PORT="0", PLAIT_PORT=f"unix:{tmp_path}/never")
    plait = serve("reflection", endpoints=[f"unix:{tmp_path}/s"], popen={"env": variables})
    assert plait.addresses == [f"unix:{tmp_path}/s"]


@pytest.mark.parametrize("endpoint", ["tcp:{}:interface=127.0.0.1", "127.0.0.1:{}"])
def test_a_busy_port_is_one_line(endpoint):
    with socket.create_server(("127.0.0.1", 0)) as other:
        line = refused(1, endpoint.format(other.getsockname()[1]))
        assert endpoint.format(other.getsockname()[1]) in line


def test_a_busy_port_stops_all_endpoints(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        refused(1, f"unix:{tmp_path}/s", f"127.0.0.1:{other.getsockname()[1]}")
    assert not (tmp_path / "s").exists()


def test_an_address_of_another_machine_is_one_line():
    assert "192.0.2.1" in refused(1, "192.0.2.1:0")


@pytest.mark.parametrize(
    "endpoint, says",
    [
        ("", "--port"),
        ("x", "`x`"),
        ("99999", "99999"),
        ("-1", "-1"),
        ("tcp", "port"),
        ("tcp:", "port"),
        ("tcp:x", "port"),
        ("tcp:99999", "port"),
        ("tcp:80:interface=999.1.1.1", "interface"),
        ("tcp:80:interface=", "interface"),
        ("tcp:80:backlog=x", "backlog"),
        ("tcp:80:backlog=0", "backlog"),
        ("tcp:80:colour=red", "colour"),
        ("tcp:80:127.0.0.1:5:6", "6"),
        (r"tcp:80:interface=\:\:1", "tcp6"),
        ("tcp6:80:interface=127.0.0.1", "tcp"),
        ("tpc:80", "tcp"),
        ("TCP:80", "TCP"),
        ("unix", "address"),
        ("unix:", "address"),
        ("unix:/s:mode=9", "mode"),
        ("unix:/s:mode=rw", "mode"),
        ("unix:/" + "x" * 108, "address"),
        ("fd", "descriptor"),
        ("fd:x", "descriptor"),
        ("fd:-1", "descriptor"),
        ("systemd:index=x", "index"),
        ("systemd:domain=INET7", "domain"),
        ("systemd:index=0:name=a", "name"),
        ("haproxy", "haproxy"),
        ("haproxy:tcp:80", "from"),
        ("haproxy:tcp:80:from=x", "from"),
        ("haproxy:haproxy:tcp:80:from=10.0.0.0/8", "haproxy"),
        ("haproxy:tpc:80:from=10.0.0.0/8", "tcp"),
        ("ssl:443:privateKey=k.pem", "ssl"),
        ("le:/srv/certs:tcp:443", "le"),
        ("8080\\", "\\"),
        ("[::1:80", "[::1"),
    ],
)
def test_a_bad_endpoint_is_one_line_that_names_the_field_and_the_form(endpoint, says):
    line = refused(64, endpoint)
    assert says in line and "accepted" in line


# Unix sockets


@pytest.fixture
def path(tmp_path):
    return tmp_path / "plait.sock"


@pytest.mark.parametrize("given, bits", [("", 0o666), (":mode=660", 0o660), (":mode=0600", 0o600)])
def test_the_mode_is_what_was_asked_for(serve, path, given, bits):
    serve("reflection", endpoints=[f"unix:{path}{given}"])
    assert stat.S_IMODE(path.stat().st_mode) == bits


def test_a_stale_socket_file_is_replaced(serve, connect, path):
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    serve("reflection", endpoints=[f"unix:{path}"])
    assert connect(path).get("/").status == 200


def test_a_live_socket_is_left_alone(serve, connect, path):
    serve("reflection", endpoints=[f"unix:{path}"])
    assert str(path) in refused(1, f"unix:{path}")
    assert connect(path).get("/").status == 200


def test_a_file_that_is_no_socket_is_left_alone(path):
    path.write_text("precious")
    assert str(path) in refused(1, f"unix:{path}")
    assert path.read_text() == "precious"


def test_a_missing_directory_is_one_line(tmp_path):
    assert "missing" in refused(1, f"unix:{tmp_path}/missing/s")


def test_the_socket_file_goes_with_its_plait(path):
    with Plait(command("reflection", endpoints=[f"unix:{path}"])) as plait:
        assert plait.wait_until_ready().stop() == 0
    assert not path.exists()


# Descriptors of whoever started it


@pytest.fixture
def listening():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


def test_an_inherited_descriptor_is_served(serve, connect, listening):
    number = listening.fileno()
    serve("reflection", endpoints=[f"fd:{number}"], popen={"pass_fds": [number]})
    assert remote(connect(listening.getsockname()))[0] == "127.0.0.1"


def test_a_descriptor_that_is_not_there_is_one_line():
    assert "fd:77" in refused(1, "fd:77")


def test_a_descriptor_that_is_no_listening_socket_is_one_line():
    with open("/dev/null", "rb") as file:
        assert f"fd:{file.fileno()}" in refused(1, f"fd:{file.fileno()}", pass_fds=[file.fileno()])


def activated(endpoints, sockets, names=None, pid="$$", count=None):
    """The words that start plait the way systemd does: sockets from 3 on, told by variables (sd_listen_fds(3))."""
    count = len(sockets) if count is None else count
    variables = f"LISTEN_PID={pid} LISTEN_FDS={count}" + (f" LISTEN_FDNAMES={names}" if names else "")
    redirections = " ".join(f"{3 + index}<&{number.fileno()}" for index, number in enumerate(sockets))
    return ["bash", "-c", f'{variables} exec "$@" {redirections}', "bash", *command("reflection", endpoints=endpoints)]


@pytest.fixture
def activate():
    started = []

    def activate(endpoints, sockets, **keywords):
        # Above the numbers they are moved to, so that none is overwritten on the way.
        copies = [socket.socket(fileno=os.dup(one.fileno())) for one in sockets]
        high = [socket.socket(fileno=_duplicate_above(copy, 50)) for copy in copies]
        words = activated(endpoints, high, **keywords)
        plait = Plait(words, pass_fds=[one.fileno() for one in high])
        started.append(plait)
        for one in copies + high:
            one.close()
        return plait

    yield activate
    for plait in started:
        plait.end()


def _duplicate_above(one, number):
    return fcntl.fcntl(one.fileno(), fcntl.F_DUPFD, number)


@pytest.mark.parametrize(
    "endpoint", ["systemd:", "systemd:index=1", "systemd:name=web", "systemd:domain=INET:name=web", "systemd:INET:1"]
)
def test_systemd_s_sockets_are_found_by_place_and_name(activate, connect, listening, endpoint):
    with socket.create_server(("127.0.0.1", 0)) as other:
        activate([endpoint], [other, listening], names="admin:web").wait_until_ready()
        assert connect(listening.getsockname()).get("/").status == 200


def test_of_systemd_s_sockets_with_one_name_the_first_is_served(activate, connect, listening):
    with socket.create_server(("127.0.0.1", 0)) as other:
        plait = activate(["systemd:name=web"], [listening, other], names="web:web").wait_until_ready()
        assert plait.address == listening.getsockname()
        assert connect(listening.getsockname()).get("/").status == 200


def test_all_of_systemd_s_sockets_are_served(activate, connect, listening):
    with socket.create_server(("127.0.0.1", 0)) as other:
        activate(["systemd:"], [listening, other]).wait_until_ready()
        for one in (listening, other):
            assert connect(one.getsockname()).get("/").status == 200


@pytest.mark.parametrize(
    "endpoint, keywords",
    [
        ("systemd:name=other", {"names": "web"}),
        ("systemd:index=1", {}),
        ("systemd:index=0", {"pid": "1"}),
        ("systemd:name=web", {"names": "web:more"}),
        ("systemd:domain=UNIX", {}),
    ],
)
def test_sockets_that_systemd_did_not_pass_are_one_line(activate, listening, endpoint, keywords):
    plait = activate([endpoint], [listening], **keywords)
    assert plait.wait() == 1
    (line,) = [line for line in plait.stderr if not line.startswith("hint: ")]
    assert line.startswith("plait: ") and endpoint in line


# Behind a proxy that speaks the PROXY protocol

PROXIED = "haproxy:tcp:0:interface=127.0.0.1:from=127.0.0.0/8"
ADDRESSES = ("203.0.113.5", "192.0.2.1", 4321, 80)
ADDRESSES_6 = ("2001:db8::5", "2001:db8::1", 4321, 80)


@pytest.fixture(scope="module")
def proxied(serve_module):
    return serve_module("reflection", "--header-timeout", "1s", endpoints=[PROXIED])


HEADERS = {
    "v1": (proxy_protocol.version_1(*ADDRESSES), ADDRESSES[0]),
    "v1-tcp6": (proxy_protocol.version_1(*ADDRESSES_6), ADDRESSES_6[0]),
    "v1-unknown": (b"PROXY UNKNOWN\r\n", None),
    "v1-unknown-more": (b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n", None),
    "v2": (proxy_protocol.version_2(*ADDRESSES), ADDRESSES[0]),
    "v2-tcp6": (proxy_protocol.version_2(*ADDRESSES_6), ADDRESSES_6[0]),
    "v2-extensions": (proxy_protocol.version_2(*ADDRESSES, extensions=b"\x03\x00\x04abcd"), ADDRESSES[0]),
    "v2-local": (proxy_protocol.version_2_local(), None),
    "v2-local-with-block": (proxy_protocol.version_2_local(length=36), None),
}


@pytest.mark.parametrize("header, source", HEADERS.values(), ids=HEADERS)
@pytest.mark.parametrize("piece", [1000, 1])
def test_the_header_says_who_the_client_is(proxied, connect, header, source, piece):
    connection = connect(proxied)
    own = connection.socket.getsockname()
    for start in range(0, len(header), piece):
        connection.send(header[start : start + piece])
    expected = (source, "4321") if source else (own[0], str(own[1]))
    for _ in range(2):
        assert remote(connection) == expected


def test_the_header_and_the_request_may_come_together(proxied, connect):
    connection = connect(proxied).send(HEADERS["v1"][0] + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert json.loads(connection.response().body)["strings"]["REMOTE_ADDR"] == ADDRESSES[0]


@pytest.mark.parametrize(
    "header",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PROXY TCP4 203.0.113.5\r\n",
        b"PROXY TCP4 203.0.113.999 192.0.2.1 4321 80\r\n",
        b"PROXY TCP4 203.0.113.5 192.0.2.1 99999 80\r\n",
        b"PROXY TCP9 203.0.113.5 192.0.2.1 4321 80\r\n",
        b"PROXY TCP4 203.0.113.5 192.0.2.1 4321 80\nGET / HTTP/1.1\r\n\r\n",
        b"PROXY " + b"x" * 200,
        proxy_protocol.SIGNATURE + b"\x31\x11\x00\x00",
        proxy_protocol.SIGNATURE + b"\x21\x11\x00\x04abcd",
        proxy_protocol.SIGNATURE + b"\x21\x11\xff\xff" + b"x" * 5000,
    ],
    ids=[
        "none",
        "v1-short",
        "v1-address",
        "v1-port",
        "v1-family",
        "v1-line-feed",
        "v1-long",
        "v2-version",
        "v2-short",
        "v2-long",
    ],
)
def test_a_bad_header_closes_the_connection_without_a_word(proxied, connect, header):
    connection = connect(proxied)
    try:
        connection.send(header)
    except ConnectionError:
        pass
    assert connection.is_closed_by_server()


@pytest.mark.parametrize(
    "header", [b"", b"PROXY TCP4 203.", proxy_protocol.SIGNATURE[:5], proxy_protocol.version_2(*ADDRESSES)[:-1]]
)
def test_a_header_that_does_not_come_closes_the_connection(proxied, connect, header):
    connection = connect(proxied)
    if header:
        connection.send(header)
    assert connection.is_closed_by_server()


def test_only_the_named_proxies_may_connect(serve, connect):
    plait = serve("reflection", endpoints=["haproxy:tcp:0:interface=127.0.0.1:from=192.0.2.0/24,2001\\:db8\\:\\:/32"])
    connection = connect(plait)
    try:
        connection.send(HEADERS["v1"][0] + b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.is_closed_by_server()
    except (ConnectionError, Closed):
        pass


def test_a_unix_socket_needs_no_names(serve, connect, path):
    serve("reflection", endpoints=[f"haproxy:unix:{path}"])
    assert remote(connect(path).send(HEADERS["v2"][0])) == (ADDRESSES[0], "4321")
