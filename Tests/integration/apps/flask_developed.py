"""A Flask application that fails."""

from flask import Flask

app = Flask(__name__)


@app.get("/fail")
def fail():
    raise ValueError("<script>&")
