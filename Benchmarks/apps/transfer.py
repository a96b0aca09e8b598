"""Takes an upload to its end in pieces; gives a file through `wsgi.file_wrapper`. The file is named by TRANSFER_FILE."""

import os

PIECE = 64 * 1024


def app(environ, start_response):
    if environ["REQUEST_METHOD"] == "POST":
        return upload(environ, start_response)
    if environ["PATH_INFO"] == "/file":
        return download(environ, start_response)
    return text(start_response, b"ready")


def upload(environ, start_response):
    left = int(environ["CONTENT_LENGTH"])
    body = environ["wsgi.input"]
    taken = 0
    while taken < left and (piece := body.read(min(PIECE, left - taken))):
        taken += len(piece)
    return text(start_response, str(taken).encode())


def text(start_response, answer):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    return [answer]


def download(environ, start_response):
    path = os.environ["TRANSFER_FILE"]
    size = os.stat(path).st_size
    start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(size))])
    wrapper = environ.get("wsgi.file_wrapper")
    file = open(path, "rb")
    return wrapper(file, PIECE) if wrapper else iter(lambda: file.read(PIECE), b"")
