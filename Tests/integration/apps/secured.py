"""Django with SECURE_SSL_REDIRECT; what its view sees of the client. TEST_SSL_HEADER names the header it should read."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import re_path

_header = os.environ.get("TEST_SSL_HEADER")

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for tests",
    SECURE_SSL_REDIRECT=True,
    SECURE_PROXY_SSL_HEADER=(_header, "https") if _header else None,
)


def seen(request):
    headers = sorted(name for name in request.META if name.startswith(("HTTP_X_F", "HTTP_FORW")))
    return JsonResponse({"scheme": request.scheme, "client": request.META["REMOTE_ADDR"], "headers": headers})


urlpatterns = [re_path("", seen)]
application = get_wsgi_application()
