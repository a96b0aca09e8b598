"""The project's application with static files in front of it, for `manage.py runserver`."""

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import get_internal_wsgi_application

application = StaticFilesHandler(get_internal_wsgi_application())
