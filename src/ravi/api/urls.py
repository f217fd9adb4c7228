"""Programs: the API behind its door, its description, and a page for people who connect one."""

from django.urls import include, path, re_path

from ravi.api import views
from ravi.api.door import framed, nowhere
from ravi.api.interface import NAME, patterns

_behind_the_door = [*patterns(), re_path(r"^.*$", framed(nowhere), name="nowhere")]

urlpatterns = [
    path("v1/openapi.json", views.openapi, name="openapi"),
    path("v1/", include((_behind_the_door, "ninja"), namespace=NAME)),
    path("", views.about, name="about"),
]
app_name = "api"
