from django.urls import URLPattern, URLResolver, path
from django.views.i18n import set_language

from ravi.core import views

app_name = "core"

urlpatterns: list[URLPattern | URLResolver] = [
    path("components/", views.components, name="components"),
    path("language/", set_language, name="language"),
]
