"""Answers with the process it runs in: environment, descriptors, arguments, working directory."""

import json
import os
import sys


def application(environ, start_response):
    descriptors = {}
    for name in os.listdir("/proc/self/fd"):
        try:
            descriptors[int(name)] = os.readlink(f"/proc/self/fd/{name}")
        except FileNotFoundError:
            pass
    answer = {
        "environment": dict(os.environ), "descriptors": list(descriptors.values()), "argv": sys.argv,
        "directory": os.getcwd(), "umask": os.umask(0o022), "path": sys.path,
    }
    os.umask(answer["umask"])
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(answer).encode()]
