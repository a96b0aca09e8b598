"""`--dev`: the terminal is the worker's, and failures are shown in the browser of whoever sits there."""

import re
import shutil
import signal
import threading
import urllib.request

import pytest

import process_tree
from http_connection import Connection
from plait_process import APPS, command, environment
from polling import until
from pseudo_terminal import Terminal

BROWSER = ("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")
SECRET = "script"


# Failures in the browser


@pytest.fixture(scope="module")
def dev(serve_module):
    return serve_module("developed", "--dev", "--watch=off")


def fail(plait, *headers, target="/fail", host="127.0.0.1:8080", address=None):
    with Connection(address or plait.address) as connection:
        response = connection.get(target, headers=list(headers), host=host)
    assert response.status == 500
    return response


def test_a_browser_on_this_machine_sees_the_traceback(dev):
    response = fail(dev, BROWSER)
    assert response.header("Content-Type") == "text/html; charset=utf-8"
    assert "<title>ValueError: &lt;script&gt;&amp;</title>" in response.text
    assert "in application\n    raise ValueError(SECRET)" in response.text
    assert "<script>" not in response.text
    assert "_tracing.py" not in response.text, "no frames of plait's own"
    assert response.header("Cache-Control") == "no-store"


def test_other_clients_get_it_as_plain_text(dev):
    response = fail(dev, ("Accept", "*/*"))
    assert response.header("Content-Type") == "text/plain; charset=utf-8"
    assert response.text.endswith("ValueError: <script>&\n")
    assert int(response.header("Content-Length")) == len(response.body)


def test_what_is_no_exception_is_told_too(dev):
    assert "must return an iterable of bytes; it returned None" in fail(dev, target="/nothing").text


@pytest.mark.parametrize("host", ["localhost", "app.localhost:8080", "[::1]:8080", "127.9.9.9"])
def test_names_of_this_machine_are_fine(dev, host):
    assert SECRET in fail(dev, host=host).text


@pytest.mark.parametrize("host", ["rebound.example", "127.0.0.1.example.com", "192.0.2.1:8080", "localhost.example"])
def test_a_name_that_was_made_to_point_here_sees_nothing(dev, host):
    assert SECRET not in fail(dev, host=host).text


@pytest.mark.parametrize(
    "header",
    [
        ("X-Forwarded-For", "127.0.0.1"),
        ("X-Forwarded-For", "203.0.113.9"),
        ("X-Forwarded-Proto", "https"),
        ("Forwarded", "for=127.0.0.1"),
        ("Via", "1.1 tunnel"),
        ("X-Real-IP", "127.0.0.1"),
    ],
)
def test_who_asks_for_somebody_else_sees_nothing(dev, header):
    assert SECRET not in fail(dev, header).text


@pytest.mark.parametrize("options", [("--forwarded", "off"), ("--trusted-proxies", "192.0.2.1")])
def test_a_tunnel_whose_headers_are_not_believed_sees_nothing(serve, options):
    plait = serve("developed", "--dev", "--watch=off", *options)
    assert SECRET not in fail(plait, ("X-Forwarded-For", "203.0.113.9")).text
    assert SECRET in fail(plait).text


def test_other_machines_see_nothing(serve):
    plait = serve("developed", "--dev", "--watch=off", endpoints=["haproxy:tcp:0:interface=127.0.0.1:from=127.0.0.0/8"])
    for source, sees in (("127.0.0.1", True), ("192.0.2.7", False)):
        with Connection(plait.address) as connection:
            connection.send(f"PROXY TCP4 {source} 127.0.0.1 5000 80\r\n".encode())
            assert (SECRET in connection.get("/fail", host="localhost").text) is sees


def test_over_a_unix_socket_nobody_sees_anything(serve, tmp_path):
    plait = serve("developed", "--dev", "--watch=off", endpoints=["tcp:0:interface=127.0.0.1", f"unix:{tmp_path}/s"])
    assert SECRET not in fail(plait, address=tmp_path / "s", host="localhost").text


def test_flask_passes_its_failures_on(serve):
    assert "<title>ValueError: &lt;script&gt;&amp;</title>" in fail(serve("flask_developed", "--dev"), BROWSER).text


def test_flask_says_nothing_to_others_as_without_dev(serve):
    assert SECRET not in fail(serve("flask_developed", "--dev"), BROWSER, host="example.com").text


def test_without_dev_nobody_does(serve):
    assert SECRET not in fail(serve("developed"), BROWSER).text


def test_a_failure_after_the_head_ends_the_connection_as_ever(dev):
    with Connection(dev.address) as connection:
        connection.request("/late", host="localhost")
        assert SECRET not in connection.until_close().decode()


def test_the_log_has_the_traceback_without_frames_of_plait(dev):
    since = len(dev.stderr)
    fail(dev)
    assert dev.stderr.wait_for(r"^ValueError: ", since)
    assert not any("plait/_" in line for line in list(dev.stderr)[since:])


# The terminal


class Ask:
    """A request whose answer comes later."""

    def __init__(self, url):
        self._thread = threading.Thread(target=self._ask, args=(url,), daemon=True)
        self._thread.start()

    def _ask(self, url):
        try:
            with urllib.request.urlopen(url, timeout=20) as response:
                self.text = response.read().decode()
        except OSError as error:
            self.text = repr(error)

    def answer(self):
        """Its text, or what came instead."""
        self._thread.join(20)
        return self.text


@pytest.fixture
def developed(tmp_path):
    shutil.copy(APPS / "developed.py", tmp_path / "developed.py")
    return tmp_path


@pytest.fixture
def terminal(developed):
    words = command("developed", "--dev", "--access-log", "off", "--grace", "1s", app_dir=developed)
    with Terminal(words, env=environment(TERM="dumb", PYTHONDONTWRITEBYTECODE="1")) as terminal:
        terminal.url = terminal.shows(r"listening on (http://\S+)")[1]
        terminal.shows(r"^ready in")
        terminal.tree = [terminal.process.pid, *process_tree.descendants(terminal.process.pid)]
        yield terminal
        until(lambda: not any(map(process_tree.is_alive, terminal.tree)), "the end of its processes")


def test_breakpoint_works(terminal):
    asked = Ask(terminal.url + "/stop")
    terminal.shows(r"\(Pdb\) $")
    terminal.type("p answer + 1\n")
    terminal.shows(r"^43$")
    terminal.type("c\n")
    assert asked.answer() == "42"
    terminal.type("\x03")
    assert terminal.wait() == 0


def test_ctrl_c_ends_everything_in_order(terminal):
    terminal.type("\x03")
    assert terminal.wait() == 0
    assert "Traceback" not in terminal.text
    assert "stopping" in terminal.text


def test_ctrl_c_ends_everything_from_a_debuggers_prompt(terminal):
    Ask(terminal.url + "/stop")
    terminal.shows(r"\(Pdb\) $")
    terminal.type("\x03")
    assert terminal.wait() == 0
    assert terminal.echoes()


def test_a_save_at_a_debuggers_prompt_leaves_a_terminal_that_echoes(terminal, developed):
    Ask(terminal.url + "/stop")
    terminal.shows(r"\(Pdb\) $")
    until(lambda: not terminal.echoes(), "the prompt of readline, which echoes by itself")
    (developed / "developed.py").touch()
    terminal.shows(r"^reloaded in")
    until(terminal.echoes, "the terminal as it was")
    again = Ask(terminal.url + "/stop")
    until(lambda: len(re.findall(r"\(Pdb\) ", terminal.text)) == 2, "the next prompt")
    terminal.type("c\n")
    assert again.answer() == "42"
    terminal.type("\x03")
    assert terminal.wait() == 0


def test_a_closed_window_ends_everything(terminal):
    terminal.hang_up()
    assert terminal.wait() == 0


def test_hang_up_with_the_window_open_reloads(terminal):
    terminal.process.send_signal(signal.SIGHUP)
    terminal.shows(r"^reloading: SIGHUP")
    terminal.shows(r"^reloaded in")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait() == 0
