# A document archive in a container.
import os

bind = f'{os.getenv("ARCHIVE_BIND_ADDR", "[::]")}:{os.getenv("ARCHIVE_PORT", 8000)}'
workers = int(os.getenv("ARCHIVE_WEBSERVER_WORKERS", 1))
worker_class = "archive.workers.ConfigurableWorker"
timeout = 120
preload_app = True
worker_tmp_dir = "/dev/shm"


def pre_fork(server, worker):
    pass


def pre_exec(server):
    server.log.info("Forked child, re-executing.")


def when_ready(server):
    server.log.info("Server is ready. Spawning workers")


def worker_int(worker):
    worker.log.info("worker received INT or QUIT signal")

    import sys
    import threading
    import traceback

    names = {thread.ident: thread.name for thread in threading.enumerate()}
    for identifier, stack in sys._current_frames().items():
        worker.log.debug("%s\n%s", names.get(identifier), "".join(traceback.format_stack(stack)))
