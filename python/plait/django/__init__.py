"""`INSTALLED_APPS += ["plait.django"]` has `manage.py runserver` serve by plait, the server of production."""
