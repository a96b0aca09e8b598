"""Answers with what it was given: the whole environ and the body, as JSON."""

import json


def application(environ, start_response):
    body = environ["wsgi.input"].read()
    # The environ must be the application's own to change (PEP 3333 "environ Variables"), for this request alone.
    stale = "reflection.seen" in environ
    given = dict(environ)
    environ["reflection.seen"] = True
    answer = json.dumps(
        {
            "strings": {key: value for key, value in given.items() if type(value) is str},
            "others": {key: repr(value) for key, value in given.items() if type(value) is not str},
            "is_dict": type(environ) is dict,
            "stale": stale,
            "body": body.decode("latin-1"),
            "errors": [hasattr(given["wsgi.errors"], name) for name in ("write", "writelines", "flush")],
            "file_wrapper": callable(given.get("wsgi.file_wrapper")),
        }
    ).encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(answer)))])
    return [answer]
