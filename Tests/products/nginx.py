"""nginx before plait on a Unix socket, as docs/guide/behind-nginx.md shows it, less TLS and static files."""

import contextlib
import os
import re
import shutil
import socket
import subprocess

from pages import blocks
from polling import until

#: nginx of Debian lies where only root's PATH looks.
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

CONFIGURATION = """
daemon off;
{user}
worker_processes 1;
pid {directory}/nginx.pid;
error_log {directory}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    {upstream}
    server {{
        listen 127.0.0.1:{port};
        {location}
    }}
}}
"""


@contextlib.contextmanager
def nginx(directory):
    """Its address, with plait expected at `plait.sock` in the directory."""
    assert NGINX, "no nginx; `make setup` installs it"
    with socket.create_server(("127.0.0.1", 0)) as listener:
        # nginx takes the socket over as from its predecessor at an upgrade: nobody else can get the port meanwhile.
        listener.setblocking(False)
        port = listener.getsockname()[1]
        words = [NGINX, "-e", directory / "error.log", "-c", _configured(directory, port)]
        inherited = {"env": {**os.environ, "NGINX": f"{listener.fileno()};"}, "pass_fds": [listener.fileno()]}
        process = subprocess.Popen(words, cwd=directory, stderr=subprocess.DEVNULL, **inherited)
    with process:
        try:
            until((directory / "nginx.pid").exists, "nginx")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _configured(directory, port):
    upstream, location = _shown_in_the_guide()
    upstream = upstream.replace("/run/hello/http.sock", f"{directory}/plait.sock")
    # Only a master that is root has somebody to become.
    user = "user root;" if directory.stat().st_uid == 0 else ""
    text = CONFIGURATION.format(directory=directory, user=user, port=port, upstream=upstream, location=location)
    file = directory / "nginx.conf"
    file.write_text(text)
    return file


def _shown_in_the_guide():
    (shown,) = (block.text for block in blocks("docs/guide/behind-nginx.md") if block.language == "nginx")
    upstream = re.search(r"^upstream hello \{.*?^\}", shown, re.M | re.S)[0]
    location = re.search(r"^    location / \{.*?^    \}", shown, re.M | re.S)[0]
    return upstream, location
