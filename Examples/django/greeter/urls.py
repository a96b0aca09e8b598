"""Every URL of the project."""

from django.urls import path

from greeter import views

urlpatterns = [path("", views.greeter)]
