"""devpi-server's WSGI application: what `devpi-server` does before it starts waitress.

Settings come from `DEVPISERVER_*`. devpi works off events, what an upload entails, in a thread; one process may have
that for a directory, and devpi's own answer to several is `--requests-only` for all the others. Here the worker of
number 0 has the thread, and whoever succeeds it.
"""

import atexit
import os

from devpi_server.config import get_pluginmanager, parseoptions
from devpi_server.main import xom_from_config


def make():
    words = ["devpi-server"] + ([] if os.environ["PLAIT_WORKER"] == "0" else ["--requests-only"])
    xom = xom_from_config(parseoptions(get_pluginmanager(), words))
    application = xom.create_app()
    xom.thread_pool.start()
    atexit.register(xom.thread_pool.shutdown)
    return application
