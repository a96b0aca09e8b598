"""The Django application's configuration."""

from django.apps import AppConfig


class PlaitConfig(AppConfig):
    name = "plait.django"
    # The last part of the name, "django", says whose it is no more.
    label = "plait"
    verbose_name = "plait"

    def ready(self) -> None:
        """Make `runserver` ours wherever in INSTALLED_APPS we stand.

        Of two applications with a command of the same name Django takes the earlier one, and `django.contrib.staticfiles`
        has a `runserver` as well: behind it ours would never be found. `get_commands` keeps the dict it returns.
        """
        from django.core import management

        management.get_commands()["runserver"] = self.name
