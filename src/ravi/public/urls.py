"""The citizens' site, under /p/: an institution's official channels, whether one is among them, its messages and news."""

from django.urls import path

from ravi.public import message, news, views

app_name = "public"

urlpatterns = [
    path("", views.home, name="home"),
    path("<slug:slug>/", views.channels, name="channels"),
    path("<slug:slug>/check/", views.check, name="check"),
    path("<slug:slug>/channels.csv", views.channels_csv, name="csv"),
    path("<slug:slug>/channels.json", views.channels_json, name="json"),
    path("<slug:slug>/feed.<slug:form>", news.feed, name="feed"),
    path("<slug:slug>/units/<int:unit_id>/feed.<slug:form>", news.unit_feed, name="unit_feed"),
    path("<slug:slug>/messages/", message.messages, name="messages"),
    path("<slug:slug>/messages/feed.<slug:form>", message.feed, name="messages_feed"),
    path("<slug:slug>/messages/<slug:code>.jsonld", message.data, name="message_data"),
    path("<slug:slug>/messages/<slug:code>/", message.message, name="message"),
    path("<slug:slug>/news/<str:handle>/", news.news, name="news"),
    path("<slug:slug>/news/<str:handle>/feed.<slug:form>", news.channel_feed, name="channel_feed"),
    path("<slug:slug>/news/<str:handle>/<slug:key>/", news.entry, name="entry"),
    path("<slug:slug>/news/<str:handle>/<slug:key>/<int:place>.<slug:ending>", news.image, name="image"),
]
