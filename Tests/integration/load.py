"""Clients that ask without pause, and keep account of every request."""

import itertools
import threading

from http_connection import Closed, Connection


class Load:
    """`with Load(address, clients=8) as load:` asks `/run?ID` with ever new IDs; `answers` is what became of each."""

    def __init__(self, address, clients=8, keep_alive=True):
        self.address = address
        self.keep_alive = keep_alive
        #: From ID to status, or to the exception that came instead.
        self.answers = {}
        self._identifiers = itertools.count()
        self._stopping = threading.Event()
        self._settled = threading.Event()
        self._progress = threading.Condition()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(clients)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        self.join()

    def join(self, deadline=60):
        """Wait for the clients, who end when they are told to, or are refused a connection."""
        for thread in self._threads:
            thread.join(deadline)
            assert not thread.is_alive(), "a client hangs"

    def settle(self):
        """Open no more connections; those that are open go on until the server ends them."""
        self._settled.set()

    def wait_for(self, count, deadline=30):
        """Until so many more answers have come."""
        target = len(self.answers) + count
        with self._progress:
            assert self._progress.wait_for(
                lambda: len(self.answers) >= target, deadline
            ), f"{len(self.answers)} answers"

    def failed(self):
        return {identifier: answer for identifier, answer in self.answers.items() if answer != 200}

    def _ask(self):
        connection = None
        while not self._stopping.is_set():
            if connection is None and self._settled.is_set():
                return
            try:
                connection = connection or Connection(self.address)
            except ConnectionError:
                return
            if not self._ask_once(connection):
                connection.close()
                connection = None

    def _ask_once(self, connection):
        """Whether the connection can be used again."""
        identifier = next(self._identifiers)
        headers = [] if self.keep_alive else [("Connection", "close")]
        try:
            response = connection.get(f"/run?{identifier}", headers=headers)
        except (Closed, OSError) as error:
            self._note(identifier, repr(error))
            return False
        self._note(identifier, response.status)
        return (response.header("Connection") or "").lower() != "close"

    def _note(self, identifier, answer):
        with self._progress:
            self.answers[identifier] = answer
            self._progress.notify_all()
