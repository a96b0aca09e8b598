"""What `plait check` wants to know of an application that has been imported, as plain texts.

Nothing is judged here: what a setting means together with an endpoint is for `plait check` to say.
"""

import os
import platform
import sys


def limit(seconds: int) -> None:
    """End this process after so long, whatever it is doing and whoever has ceased to wait for it."""
    import _signal

    _signal.alarm(seconds)


def facts() -> dict[str, str]:
    return {"python": platform.python_version()} | _django()


def _django() -> dict[str, str]:
    """Only of a Django that the application has set up; else it is none of our business."""
    if "django.conf" not in sys.modules:
        return {}
    from django.conf import settings

    if not settings.configured:
        return {}
    return {
        "django.debug": _flag(settings.DEBUG),
        "django.hosts": ",".join(map(str, settings.ALLOWED_HOSTS)),
        "django.static": _static_files(settings),
        "django.ssl-redirect": _flag(settings.SECURE_SSL_REDIRECT),
        "django.ssl-header": ",".join(map(str, settings.SECURE_PROXY_SSL_HEADER or ())),
    }


def _flag(value: object) -> str:
    return "yes" if value else "no"


def _static_files(settings: object) -> str:
    """`unused`, `nowhere` (no STATIC_ROOT), `empty:PATH` or `collected:PATH`."""
    if "django.contrib.staticfiles" not in settings.INSTALLED_APPS:
        return "unused"
    if not settings.STATIC_ROOT:
        return "nowhere"
    root = os.path.abspath(settings.STATIC_ROOT)
    is_empty = not os.path.isdir(root) or not os.listdir(root)
    return f"{'empty' if is_empty else 'collected'}:{root}"
