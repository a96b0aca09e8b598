"""Says which Python runs it, as whom, and where plait's parts came from."""

import json
import os
import sys


def application(environ, start_response):
    parts = sys.modules["plait"].__file__, sys.modules["plait._bridge"].__file__
    facts = {
        "version": list(sys.version_info[:2]),
        "executable": sys.executable,
        "parts": parts,
        "user": os.getuid(),
        "variables": sorted(os.environ),
        "can_write": [place for place in (os.getcwd(), "/tmp", "/var/tmp") if os.access(place, os.W_OK)],
        "read": len(environ["wsgi.input"].read()),
    }
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(facts).encode()]
