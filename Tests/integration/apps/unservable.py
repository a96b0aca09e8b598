"""What people name by mistake."""

text = "text"


def factory():
    return None


def make():
    raise LookupError("the factory's own reason")


async def asgi(scope, receive, send):
    pass


class Instance:
    async def __call__(self, scope, receive, send):
        pass


asgi_instance = Instance()


def asgi_factory():
    return asgi_instance


class asgi_two:
    def __init__(self, scope):
        pass

    async def __call__(self, receive, send):
        pass
