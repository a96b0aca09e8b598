"""What agents send to, on this machine: takes everything, remembers it, and answers what each of them expects."""

import gzip
import json
import ssl
import subprocess
import threading
import zlib
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Report:
    path: str
    body: bytes


class Collector:
    """A context manager. `certificate` makes it speak TLS: the file of a certificate and its key."""

    def __init__(self, certificate=None):
        self._reports = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._reports))
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever)

    @property
    def port(self):
        return self._server.server_address[1]

    def has(self, text, path=""):
        """Whether a report to an address with `path` in it contains `text`."""
        return any(text.encode() in report.body for report in list(self._reports) if path in report.path)

    def bodies(self):
        return [report.body for report in list(self._reports)]

    def paths(self):
        return sorted({report.path for report in list(self._reports)})

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(reports):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            encoding = self.headers.get("Content-Encoding", "identity").lower()
            reports.append(Report(self.path, _decoded(body, encoding)))
            content = json.dumps(_answer(self.path)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = answer

        def log_message(self, *_):
            pass

    return Handler


def _decoded(body, encoding):
    if encoding == "gzip":
        return gzip.decompress(body)
    if encoding == "deflate":
        return zlib.decompress(body)
    assert encoding == "identity", f"a report is encoded as {encoding}"
    return body


def _answer(path):
    """Only New Relic's agent waits for more than a 200: it asks where to report, and registers."""
    method = parse_qs(urlsplit(path).query).get("method", [""])[0]
    if method == "preconnect":
        return {"return_value": {"redirect_host": "localhost"}}
    if method == "connect":
        limits = {"analytic_event_data": 100, "error_event_data": 100, "span_event_data": 100, "custom_event_data": 100}
        harvest = {"report_period_ms": 1000, "harvest_limits": limits}
        return {"return_value": {"agent_run_id": "1", "event_harvest_config": harvest, "collect_errors": True}}
    return {"return_value": [], "rate_by_service": {}}


def make_certificate(directory):
    """Of `localhost`, for a day; certificate and key in one file."""
    file = directory / "localhost.pem"
    words = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    words += ["-addext", "subjectAltName=DNS:localhost", "-keyout", file, "-out", directory / "certificate.pem"]
    subprocess.run(words, check=True, capture_output=True, timeout=60)
    with open(file, "a") as both:
        both.write((directory / "certificate.pem").read_text())
    return file
