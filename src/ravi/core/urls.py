from django.urls import URLPattern, URLResolver, path

from ravi.core import views

app_name = "core"

urlpatterns: list[URLPattern | URLResolver] = [
    path("components/", views.components, name="components"),
]
