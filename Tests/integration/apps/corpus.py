"""Answers a request of the corpus with what arrived of it."""

import json


def application(environ, start_response):
    body = environ["wsgi.input"].read()
    shown = {
        key: environ.get(key, "")
        for key in (
            "REQUEST_METHOD",
            "RAW_URI",
            "PATH_INFO",
            "QUERY_STRING",
            "SERVER_PROTOCOL",
            "HTTP_HOST",
            "CONTENT_LENGTH",
        )
    }
    answer = json.dumps(shown | {"body": body.decode("latin-1")}).encode()
    start_response("200 OK", [("Content-Type", "application/json")])
    return [answer]
