"""What applications hand to `wsgi.file_wrapper`."""

import io
import os
import tempfile


def filled(length):
    """A temporary file of `length` bytes whose content tells the position."""
    file = tempfile.NamedTemporaryFile()
    pattern = bytes(range(256)) * 4096
    while length > 0:
        file.write(pattern[:length])
        length -= len(pattern)
    file.flush()
    file.seek(0)
    return file


def parameters(environ):
    """The query's numbers: length of the file, offset, block size."""
    numbers = [int(number) for number in environ["QUERY_STRING"].split(",")]
    return numbers + [0] * (3 - len(numbers))


# Long: a table of short applications that share `events`; each is read by itself.
def routes(events):
    class Noted:
        """Only `read`, as PEP 3333 asks for no more, and a `close` that is noted."""

        def __init__(self, data):
            self.stream = io.BytesIO(data)

        def read(self, size=-1):
            return self.stream.read(size)

        def close(self):
            events.append("file closed")

    def regular(environ, start_response, headers=()):
        length, offset, block = parameters(environ)
        file = filled(length)
        file.seek(offset)
        start_response("200 OK", [("Content-Type", "application/octet-stream"), *headers])
        return environ["wsgi.file_wrapper"](file, *([block] if block else []))

    def part(environ, start_response):
        """A range: the declared length is less than what the file still has."""
        return regular(environ, start_response, [("Content-Length", "1000")])

    def too_short(environ, start_response):
        return regular(environ, start_response, [("Content-Length", str(parameters(environ)[0] + 10))])

    def only_read(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](Noted(b"only read" * 10000), 1000)

    def memory(environ, start_response):
        start_response("200 OK", [])
        stream = io.BytesIO(b"skip;from memory")
        stream.seek(5)
        return environ["wsgi.file_wrapper"](stream)

    def pipe(environ, start_response):
        """It has a descriptor, but not one of a regular file."""
        reading, writing = os.pipe()
        os.write(writing, b"from a pipe")
        os.close(writing)
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](os.fdopen(reading, "rb"))

    def buffered(environ, start_response):
        """Something has been read already: the descriptor's own position is ahead of the file object's."""
        file = filled(100_000)
        file.read(10)
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](file)

    def iterated(environ, start_response):
        """Middleware iterates what it was given instead of passing it on."""
        wrapped = environ["wsgi.file_wrapper"](Noted(b"abcdefghij"), 4)
        start_response("200 OK", [])
        blocks = list(wrapped)
        wrapped.close()
        return [b"|".join(blocks)]

    def after_writing(environ, start_response):
        write = start_response("200 OK", [])
        write(b"before;")
        return environ["wsgi.file_wrapper"](filled(300))

    def closed_afterwards(environ, start_response):
        file = filled(1000)
        close = file.close
        file.close = lambda: (events.append("regular file closed"), close())
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](file)

    return {
        "file": regular,
        "file_part": part,
        "file_too_short": too_short,
        "file_only_read": only_read,
        "file_memory": memory,
        "file_pipe": pipe,
        "file_buffered": buffered,
        "file_iterated": iterated,
        "file_after_writing": after_writing,
        "file_closed": closed_afterwards,
    }
