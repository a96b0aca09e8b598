"""The least a Django project needs; a real one keeps its key out of the source."""

SECRET_KEY = "only for this example"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "greeter.urls"
WSGI_APPLICATION = "greeter.wsgi.application"
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
USE_TZ = True
