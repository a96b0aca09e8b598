"""Debian's nginx as a process of a test: what it writes lies in one directory, and it ends with the block."""

import contextlib
import shutil
import subprocess

from polling import until

#: nginx of Debian lies where only root's PATH looks.
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")

_FRAME = """
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
{http}
}}
"""


@contextlib.contextmanager
def running_nginx(directory, http, **popen):
    """`http`: upstreams and servers, as the configuration has them; `popen`: more for `subprocess.Popen`."""
    # Only a master that is root has somebody to become.
    user = "user root;" if directory.stat().st_uid == 0 else ""
    configuration = directory / "nginx.conf"
    configuration.write_text(_FRAME.format(directory=directory, user=user, http=http))
    words = [NGINX, "-e", directory / "error.log", "-c", configuration]
    with subprocess.Popen(words, cwd=directory, stderr=subprocess.DEVNULL, **popen) as process:
        try:
            until((directory / "nginx.pid").exists, "nginx")
            yield
        finally:
            process.terminate()
