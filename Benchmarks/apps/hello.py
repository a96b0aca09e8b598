"""The smallest application: what is measured is the server."""

BODY = b"Hello, world!"
HEAD = [("Content-Type", "text/plain"), ("Content-Length", str(len(BODY)))]


def app(environ, start_response):
    start_response("200 OK", HEAD)
    return [BODY]
