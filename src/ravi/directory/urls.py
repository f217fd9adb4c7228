"""Channels: the list, one channel, and what belongs to it."""

from django.urls import path

from ravi.directory.views import belongings, channel

app_name = "directory"

urlpatterns = [
    path("", channel.channels, name="channels"),
    path("new/", channel.new, name="new"),
    path("<int:pk>/", channel.channel, name="channel"),
    path("<int:pk>/edit/", channel.edit, name="edit"),
    path("<int:pk>/state/", channel.state, name="state"),
    path("<int:pk>/credential/", belongings.credential, name="credential"),
    path("<int:pk>/verification/", belongings.verification, name="verification"),
    path("<int:pk>/custodians/", belongings.custodians, name="custodians"),
    path("<int:pk>/loan/", belongings.loan, name="loan"),
]
