"""Agents with their usual start commands: what a request does arrives at a collector, also after a worker was killed.

The wrappers change the environment (PYTHONPATH, variables of their own) and then start plait in their place. That the
agent is in the worker shows that the environment has reached it as it was.
"""

import os
import signal
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from collector import Collector, make_certificate
from plait_process import Plait, command, environment
from polling import until

HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent


@pytest.fixture
def collector():
    with Collector() as collector:
        yield collector


def observed(wrapper, **variables):
    """`WRAPPER plait serve observed:app`, one worker."""
    words = command("observed:app", "--workers", "1", "--threads", "4", app_dir=HERE)
    return Plait([*wrapper, *words], env=environment(**variables))


def ask(plait, path):
    try:
        with urllib.request.urlopen(plait.base_url.rstrip("/") + path, timeout=30) as response:
            return response.read().decode()
    except urllib.error.HTTPError as error:
        return f"status {error.code}"


def replace_worker(plait):
    """Kills the only worker; returns when there is another that answers."""
    (victim,) = plait.workers
    os.kill(victim, signal.SIGKILL)
    until(lambda: plait.workers and victim not in plait.workers, "a successor")
    assert ask(plait, "/hello/again") != str(victim)


def arrives(collector, text, path=""):
    until(lambda: collector.has(text, path), f"a report of {text}; there were {collector.paths()}", deadline=40)


def test_sentry_hears_of_an_error(collector):
    dsn = f"http://key@127.0.0.1:{collector.port}/1"
    with observed([], SENTRY_DSN=dsn) as plait:
        plait.wait_until_ready()
        assert ask(plait, "/boom/first") == "status 500"
        arrives(collector, "boom for first", "/api/1/envelope/")
        replace_worker(plait)
        ask(plait, "/boom/second")
        arrives(collector, "boom for second", "/api/1/envelope/")


def test_opentelemetry_sees_a_span(collector):
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    def spans():
        requests = [ExportTraceServiceRequest.FromString(body) for body in collector.bodies()]
        resources = [spans for request in requests for spans in request.resource_spans]
        return [span for resource in resources for scope in resource.scope_spans for span in scope.spans]

    def targets():
        attributes = [attribute for span in spans() for attribute in span.attributes]
        return {one.value.string_value for one in attributes if one.key in ("http.target", "url.path")}

    variables = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{collector.port}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_METRICS_EXPORTER": "none",
        "OTEL_LOGS_EXPORTER": "none",
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    with observed([str(BIN / "opentelemetry-instrument")], **variables) as plait:
        plait.wait_until_ready()
        ask(plait, "/hello/first")
        until(lambda: "/hello/first" in targets(), "a span of the first request")
        replace_worker(plait)
        ask(plait, "/hello/second")
        until(lambda: "/hello/second" in targets(), "a span of the second request")
    assert "GET /hello/<name>" in {span.name for span in spans()}


def test_datadog_sees_a_span(collector):
    variables = {
        "DD_TRACE_AGENT_URL": f"http://127.0.0.1:{collector.port}",
        "DD_INSTRUMENTATION_TELEMETRY_ENABLED": "false",
        "DD_REMOTE_CONFIGURATION_ENABLED": "false",
    }
    with observed([str(BIN / "ddtrace-run")], **variables) as plait:
        plait.wait_until_ready()
        ask(plait, "/hello/first")
        arrives(collector, "/hello/first", "/traces")
        replace_worker(plait)
        ask(plait, "/hello/second")
        arrives(collector, "/hello/second", "/traces")
    assert collector.has("GET /hello/<name>", "/traces") and collector.has("flask.request", "/traces")


def test_new_relic_sees_a_transaction_and_an_error(tmp_path):
    certificate = make_certificate(tmp_path)
    with Collector(certificate) as collector:
        variables = {
            "NEW_RELIC_LICENSE_KEY": "0" * 40,
            "NEW_RELIC_APP_NAME": "observed",
            "NEW_RELIC_HOST": "localhost",
            "NEW_RELIC_PORT": str(collector.port),
            "NEW_RELIC_CA_BUNDLE_PATH": str(tmp_path / "certificate.pem"),
            "NEW_RELIC_STARTUP_TIMEOUT": "20",
            "NEW_RELIC_SHUTDOWN_TIMEOUT": "10",
        }
        with observed([str(BIN / "newrelic-admin"), "run-program"], **variables) as plait:
            plait.wait_until_ready()
            ask(plait, "/hello/first")
            arrives(collector, "WebTransaction/Function/observed:hello", "method=analytic_event_data")
            replace_worker(plait)
            ask(plait, "/boom/second")
            arrives(collector, "boom for second", "method=error_event_data")
