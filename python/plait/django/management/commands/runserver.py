"""`manage.py runserver`: the checks that it always makes, then plait in this process' place.

Address, port, `--ipv6`, `--noreload`, `--nothreading` and `--nostatic` mean what they mean in Django's own command,
whose parsing of them is used; everything else is plait's (`PLAIT_…` variables).
"""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.commands import runserver

from plait import _program

#: Serves the static files of the installed applications, as Django's command does while DEBUG is on.
WITH_STATIC_FILES = "plait.django.development:application"
WITHOUT_STATIC_FILES = "django.core.wsgi:get_wsgi_application()"

#: What makes it a server for development.
DEVELOPMENT_OPTIONS = ("--dev",)


class Command(runserver.Command):
    help = "Serves this project by plait, for development."

    def add_arguments(self, parser: Any) -> None:
        super().add_arguments(parser)
        # The names that django.contrib.staticfiles' command gives them.
        add = parser.add_argument
        add("--nostatic", action="store_false", dest="use_static_handler", help="No static files.")
        add("--insecure", action="store_true", dest="insecure_serving", help="Static files also without DEBUG.")

    def run(self, **options: Any) -> None:
        if not options["skip_checks"]:
            self.stdout.write("Performing system checks...\n\n")
            self.check(display_num_errors=True)
        self.check_migrations()
        words = command(self.addr, int(self.port), **options)
        # What was written to a pipe would be lost with this process' buffers.
        sys.stdout.flush()
        sys.stderr.flush()
        os.execve(words[0], words, environment(options))


def command(address: str, port: int, **options: Any) -> list[str]:
    """The words of the command that takes over."""
    # "0" is every IPv4 address, as it is for Django and inet_aton(3).
    host = f"[{address.strip('[]')}]" if ":" in address else "0.0.0.0" if address == "0" else address
    words = [str(_program.find()), "serve", _application(options), "--port", f"{host}:{port}"]
    words += ["--python", sys.executable, "--app-dir", os.getcwd(), *DEVELOPMENT_OPTIONS]
    words += [] if options["use_reloader"] else ["--watch=off"]
    return words if options["use_threading"] else [*words, "--threads", "1"]


def _application(options: dict[str, Any]) -> str:
    allowed = settings.DEBUG or options["insecure_serving"]
    are_there = "django.contrib.staticfiles" in settings.INSTALLED_APPS
    return WITH_STATIC_FILES if are_there and allowed and options["use_static_handler"] else WITHOUT_STATIC_FILES


def environment(options: dict[str, Any]) -> dict[str, str]:
    """This process', in which `--settings` has left its mark, and `--pythonpath`, which has not."""
    variables = dict(os.environ)
    if options["pythonpath"]:
        paths = [os.path.abspath(options["pythonpath"]), variables.get("PYTHONPATH", "")]
        variables["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    return variables
