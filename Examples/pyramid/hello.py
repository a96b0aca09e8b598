"""A greeter in Pyramid."""

from pyramid.config import Configurator
from pyramid.response import Response


def index(request):
    return Response("Hello world, I am Pyramid!", content_type="text/plain")


def greet(request):
    return Response(f"Hello {request.POST['name']}, I am Pyramid!", content_type="text/plain")


def make_application():
    with Configurator() as config:
        config.add_route("greeter", "/")
        config.add_view(index, route_name="greeter", request_method="GET")
        config.add_view(greet, route_name="greeter", request_method="POST")
        return config.make_wsgi_app()
