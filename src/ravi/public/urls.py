"""The citizens' site, under /p/: an institution's official channels, and whether one is among them."""

from django.urls import path

from ravi.public import views

app_name = "public"

urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:slug>/", views.channels, name="channels"),
    path("<slug:slug>/check/", views.check, name="check"),
    path("<slug:slug>/channels.csv", views.channels_csv, name="csv"),
    path("<slug:slug>/channels.json", views.channels_json, name="json"),
]
