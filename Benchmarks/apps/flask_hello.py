"""Flask's own first page."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello():
    return "Hello, world!", 200, {"Content-Type": "text/plain"}
