"""The citizens' site, under /p/: an institution's official channels, whether one is among them, and its own news with feeds."""

from django.urls import path

from ravi.public import news, views

app_name = "public"

urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:slug>/", views.channels, name="channels"),
    path("<slug:slug>/check/", views.check, name="check"),
    path("<slug:slug>/channels.csv", views.channels_csv, name="csv"),
    path("<slug:slug>/channels.json", views.channels_json, name="json"),
    path("<slug:slug>/feed.<slug:form>", news.feed, name="feed"),
    path("<slug:slug>/units/<int:unit_id>/feed.<slug:form>", news.unit_feed, name="unit_feed"),
    path("<slug:slug>/news/<str:handle>/", news.news, name="news"),
    path("<slug:slug>/news/<str:handle>/feed.<slug:form>", news.channel_feed, name="channel_feed"),
    path("<slug:slug>/news/<str:handle>/<slug:key>/", news.entry, name="entry"),
    path("<slug:slug>/news/<str:handle>/<slug:key>/<int:place>.<slug:ending>", news.image, name="image"),
]
