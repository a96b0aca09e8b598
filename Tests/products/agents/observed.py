"""An application that its agent looks into: one view answers, one fails."""

import os

from flask import Flask

if os.environ.get("SENTRY_DSN"):
    import sentry_sdk

    # The address comes from the variable, as in most deployments.
    sentry_sdk.init(traces_sample_rate=1.0)

app = Flask(__name__)


@app.get("/hello/<name>")
def hello(name):
    return str(os.getpid())


@app.get("/boom/<name>")
def boom(name):
    raise RuntimeError(f"boom for {name}")
