"""Applications that keep, stretch and break PEP 3333, one for each path."""

import json
import os
import sys
import threading

import rules_files
import rules_heads
import rules_input

TEXT = [("Content-Type", "text/plain")]

#: What has happened, for a later request to look at: `GET /events`.
events = []

#: `GET /release` sets it; what waits for it has sent something before.
released = threading.Event()


def application(environ, start_response):
    name = environ["PATH_INFO"].strip("/").replace("-", "_")
    return ROUTES[name](environ, start_response)


# Looking


def look_at_events(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(events).encode()]


def forget(environ, start_response):
    events.clear()
    released.clear()
    start_response("204 No Content", [])
    return []


def release(environ, start_response):
    released.set()
    start_response("204 No Content", [])
    return []


# Bodies


class Body:
    """An iterable that notes its end."""

    def __init__(self, name, blocks):
        self.name = name
        self.blocks = iter(blocks)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.blocks)

    def close(self):
        events.append(f"{self.name} closed on {threading.get_ident()}")


def answering(blocks, status="200 OK", headers=TEXT):
    """An application that answers with `blocks`, or with what `blocks(environ)` makes."""

    def answer(environ, start_response):
        start_response(status, list(headers))
        return blocks(environ) if callable(blocks) else blocks

    return answer


def size(environ):
    return int(environ["QUERY_STRING"] or 0)


def one_big_block(environ):
    return [bytes(range(256)) * (size(environ) // 256)]


def many_blocks(environ):
    return (bytes([number % 256]) * 65536 for number in range(size(environ) // 65536))


def waiting(environ):
    """The second block is made only after another request has come."""
    yield b"first;"
    released.wait(20)
    yield b"second;"


def noted(environ):
    return Body("noted", [b"a", b"b"])


def raising_iterator(environ):
    def blocks():
        yield b"before;"
        raise ValueError("the iterator broke")

    return Body("raising", blocks())


def raising_at_once(environ):
    def blocks():
        raise ValueError("the iterator broke at once")
        yield b""

    return Body("raising at once", blocks())


def raising_close(environ):
    class Broken(Body):
        def close(self):
            super().close()
            raise ValueError("close broke")

    return Broken("raising close", [b"whole"])


def endless(environ):
    """Stops only when it is closed; each block is large, so that it is felt when nobody reads."""

    def blocks():
        while True:
            yield b"x" * 65536

    return Body("endless", blocks())


def until_released(environ):
    """Small blocks for as long as nobody says otherwise: only the next write can tell that the client has gone."""

    def blocks():
        while not released.wait(0.02):
            yield b"."

    return Body("until released", blocks())


def identity(environ):
    """On which threads it is called, iterated and closed."""
    called = threading.get_ident()

    def blocks():
        events.append(called == threading.get_ident())
        yield b"x"

    return Body(f"called on {called}", blocks())


# Broken applications


def never_starts(environ, start_response):
    return [b"no head"]


def never_starts_and_is_empty(environ, start_response):
    return []


def returns_none(environ, start_response):
    start_response("200 OK", TEXT)


def raises(environ, start_response):
    raise ValueError("called and <broke>")


def exits(environ, start_response):
    sys.exit("an application must not exit")


def logs(environ, start_response):
    environ["wsgi.errors"].write("written to wsgi.errors: é\n")
    environ["wsgi.errors"].writelines(["line one\n", "line two\n"])
    print("printed to wsgi.errors", file=environ["wsgi.errors"])
    environ["wsgi.errors"].flush()
    print("printed to standard output")
    print("printed to standard error", file=sys.stderr)
    start_response("200 OK", TEXT)
    return [b"logged"]


def forking(environ, start_response):
    """A child process of a view must not disturb its parent's exchange."""
    child = os.fork()
    if child == 0:
        os._exit(7)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    start_response("200 OK", TEXT)
    return [str(status).encode()]


ROUTES = {
    "events": look_at_events,
    "forget": forget,
    "release": release,
    "list": answering([b"one block"]),
    "tuple": answering((b"one", b" ", b"tuple")),
    "empty_list": answering([]),
    "empty_blocks": answering([b"", b"", b"x", b"", b"y", b""]),
    "only_empty_blocks": answering(lambda environ: iter([b"", b""])),
    "generator": answering(lambda environ: (block for block in (b"a", b"bc", b"def"))),
    "one_big_block": answering(one_big_block),
    "many_blocks": answering(many_blocks),
    "waiting": answering(waiting),
    "noted": answering(noted),
    "raising_iterator": answering(raising_iterator),
    "raising_at_once": answering(raising_at_once),
    "raising_close": answering(raising_close),
    "endless": answering(endless),
    "until_released": answering(until_released),
    "identity": answering(identity),
    "declared_exact": answering([b"12345"], headers=[("Content-Length", "5")]),
    "declared_generator": answering(lambda environ: iter([b"12", b"345"]), headers=[("Content-Length", "5")]),
    "declared_long": answering(
        lambda environ: Body("long", [b"12", b"34567", b"89"]), headers=[("Content-Length", "5")]
    ),
    "declared_short": answering(lambda environ: Body("short", [b"12"]), headers=[("Content-Length", "5")]),
    "declared_nothing": answering([], headers=[("Content-Length", "5")]),
    "no_content": answering([], status="204 No Content", headers=[]),
    "no_content_with_body": answering([b"body"], status="204 No Content", headers=[]),
    "not_modified": answering([b"body"], status="304 Not Modified", headers=[("ETag", '"x"')]),
    "yields_str": answering(lambda environ: iter(["text"])),
    "yields_str_late": answering(lambda environ: iter([b"first;", "text"])),
    "yields_none": answering(lambda environ: iter([None])),
    "yields_int": answering(lambda environ: iter([7])),
    "returns_str": answering("text"),
    "returns_int": answering(lambda environ: 7),
    "returns_none": returns_none,
    "never_starts": never_starts,
    "never_starts_and_is_empty": never_starts_and_is_empty,
    "raises": raises,
    "exits": exits,
    "logs": logs,
    "forking": forking,
    **rules_input.ROUTES,
    **rules_heads.routes(events),
    **rules_files.routes(events),
}
