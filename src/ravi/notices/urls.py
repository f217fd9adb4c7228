from django.urls import URLPattern, URLResolver, path

from ravi.notices import views

app_name = "notices"

urlpatterns: list[URLPattern | URLResolver] = [path("", views.notice_list, name="list")]
