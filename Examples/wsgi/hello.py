"""A greeter without a framework: PEP 3333 and the standard library."""

from urllib.parse import parse_qs


def application(environ, start_response):
    if environ["REQUEST_METHOD"] == "POST":
        return greet(environ, start_response)
    return answer(start_response, "Hello world, I am WSGI!")


def greet(environ, start_response):
    form = parse_qs(environ["wsgi.input"].read().decode())
    return answer(start_response, f"Hello {form['name'][0]}, I am WSGI!")


def answer(start_response, text):
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [text.encode()]
