from django.urls import path

from ravi.desk import views

app_name = "desk"

urlpatterns = [
    path("", views.home, name="home"),
    path("more/", views.more, name="more"),
    path("audit/", views.audit, name="audit"),
]
