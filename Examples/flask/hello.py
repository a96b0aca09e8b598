"""A greeter in Flask."""

from flask import Flask, request
from markupsafe import escape

app = Flask(__name__)


@app.get("/")
def index():
    return "Hello world, I am Flask!"


@app.post("/")
def greet():
    return f"Hello {escape(request.form['name'])}, I am Flask!"
