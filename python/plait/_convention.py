"""How an object wants to be called, judged without calling it.

The usual mistakes, an ASGI application or a factory without its parentheses, would otherwise show up with the first
request, as a TypeError in somebody else's code. In doubt an object is a WSGI application: what has no signature that
can be read cheaply (`inspect` alone would cost a tenth of a worker's start) is not refused.
"""

_CO_VARARGS = 0x04
_CO_COROUTINE = 0x80
_CO_ASYNC_GENERATOR = 0x200


class Convention:
    """The cases; plain strings, because `enum` is not worth its import here."""

    WSGI = "WSGI"
    #: A coroutine function (or three arguments): scope, receive, send.
    ASGI = "ASGI"
    #: Called with the scope alone, answers with a coroutine function.
    ASGI2 = "ASGI2"
    NOT_CALLABLE = "not callable"
    #: A function that cannot take exactly two positional arguments; most often a factory.
    OTHER_ARITY = "other arity"


def convention_of(value: object) -> str:
    if not callable(value):
        return Convention.NOT_CALLABLE
    if isinstance(value, type):
        return _convention_of_class(value)
    if _is_asynchronous(value) or _is_asynchronous(type(value).__call__):
        return Convention.ASGI
    return _convention_of_arity(positional_arguments(value))


def positional_arguments(value: object) -> tuple[int, int | None] | None:
    """The fewest and most positional arguments a call takes (None: any number); None if that cannot be read."""
    if isinstance(value, type):
        return _arity(value.__init__, bound=1)
    if hasattr(value, "__func__"):
        return _arity(value.__func__, bound=1)
    if hasattr(value, "__code__"):
        return _arity(value, bound=0)
    return _arity(type(value).__call__, bound=1)


def _convention_of_class(value: type) -> str:
    """PEP 3333 allows a class: its instances are then the iterables. One with an asynchronous call is ASGI 2."""
    if _is_asynchronous(value.__call__):
        return Convention.ASGI2
    return _convention_of_arity(positional_arguments(value))


def _convention_of_arity(arity: tuple[int, int | None] | None) -> str:
    if arity is None:
        return Convention.WSGI
    fewest, most = arity
    if fewest <= 2 and (most is None or most >= 2):
        return Convention.WSGI
    return Convention.ASGI if fewest == 3 else Convention.OTHER_ARITY


def _arity(function: object, bound: int) -> tuple[int, int | None] | None:
    code = getattr(function, "__code__", None)
    # A decorator's wrapper tells nothing about what it passes on.
    if code is None or hasattr(function, "__wrapped__"):
        return None
    most = None if code.co_flags & _CO_VARARGS else max(code.co_argcount - bound, 0)
    fewest = code.co_argcount - len(function.__defaults__ or ()) - bound
    return max(fewest, 0), most


def _is_asynchronous(value: object) -> bool:
    while type(value).__module__ == "functools" and hasattr(value, "func"):
        value = value.func
    code = getattr(getattr(value, "__func__", value), "__code__", None)
    marked = getattr(value, "_is_coroutine_mark", None) is not None
    return marked or bool(code is not None and code.co_flags & (_CO_COROUTINE | _CO_ASYNC_GENERATOR))
