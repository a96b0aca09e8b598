"""nginx before plait on a Unix socket, as docs/guide/behind-nginx.md shows it, less TLS and static files."""

import contextlib
import os
import re
import socket

from nginx_process import NGINX, running_nginx
from pages import blocks


@contextlib.contextmanager
def nginx(directory):
    """Its address, with plait expected at `plait.sock` in the directory."""
    assert NGINX, "no nginx; `make setup` installs it"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # nginx takes the socket over as from its predecessor at an upgrade: nobody else can get the port meanwhile.
        listener.setblocking(False)
        port = listener.getsockname()[1]
        inherited = {"env": {**os.environ, "NGINX": f"{listener.fileno()};"}, "pass_fds": [listener.fileno()]}
        with running_nginx(directory, _shown_in_the_guide(directory, port), **inherited):
            listener.close()
            yield f"http://127.0.0.1:{port}"


def _shown_in_the_guide(directory, port):
    (shown,) = (block.text for block in blocks("docs/guide/behind-nginx.md") if block.language == "nginx")
    upstream = re.search(r"^upstream hello \{.*?^\}", shown, re.M | re.S)[0]
    location = re.search(r"^    location / \{.*?^    \}", shown, re.M | re.S)[0]
    upstream = upstream.replace("/run/hello/http.sock", f"{directory}/plait.sock")
    return f"{upstream}\nserver {{\n    listen 127.0.0.1:{port};\n{location}\n}}"
