"""A greeter in Bottle."""

from bottle import Bottle, html_escape, request

app = Bottle()


@app.get("/")
def index():
    return "Hello world, I am Bottle!"


@app.post("/")
def greet():
    return f"Hello {html_escape(request.forms.getunicode('name'))}, I am Bottle!"
