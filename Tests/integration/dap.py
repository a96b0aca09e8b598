"""The least of a debugger's client: the Debug Adapter Protocol over a socket."""

import json
import socket

from polling import PATIENCE, until


class Debugger:
    """Attached to the `debugpy` that listens at `port`; a context manager."""

    def __init__(self, port):
        self._socket = until(lambda: _connect(port), "the debug adapter")
        self._file = self._socket.makefile("rb")
        self._sequence = 0
        self._events = []
        self.ask("initialize", adapterID="python", clientID="tests")
        self._attached = self.say("attach", justMyCode=False)
        self.event("initialized")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
        self._socket.close()

    def set_breakpoint(self, path, line):
        body = self.ask("setBreakpoints", source={"path": str(path)}, breakpoints=[{"line": line}])
        assert body["breakpoints"][0]["verified"], body
        self.ask("configurationDone")
        self._answer(self._attached)

    def stopped(self):
        """Wait for a stop; the thread, and its innermost frame."""
        thread = self.event("stopped")["threadId"]
        return thread, self.ask("stackTrace", threadId=thread)["stackFrames"][0]

    def say(self, command, **arguments):
        self._sequence += 1
        message = {"seq": self._sequence, "type": "request", "command": command, "arguments": arguments}
        data = json.dumps(message).encode()
        self._socket.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        return self._sequence

    def ask(self, command, **arguments):
        return self._answer(self.say(command, **arguments))

    def event(self, name):
        while True:
            for event in self._events:
                if event["event"] == name:
                    self._events.remove(event)
                    return event.get("body", {})
            self._take()

    def _answer(self, sequence):
        while True:
            message = self._take()
            if message["type"] == "response" and message["request_seq"] == sequence:
                assert message["success"], message
                return message.get("body", {})

    def _take(self):
        length = 0
        while (line := self._file.readline().strip()) or not length:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        message = json.loads(self._file.read(length))
        if message["type"] == "event":
            self._events.append(message)
        return message


def _connect(port):
    try:
        return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    except ConnectionRefusedError:
        return None
