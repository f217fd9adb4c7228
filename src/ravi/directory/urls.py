"""Channels: the list, one channel, and what belongs to it."""

from django.urls import path

from ravi.directory.views import channel, credential, custodian, loan

app_name = "directory"

urlpatterns = [
    path("", channel.channels, name="channels"),
    path("new/", channel.new, name="new"),
    path("<int:pk>/", channel.channel, name="channel"),
    path("<int:pk>/edit/", channel.edit, name="edit"),
    path("<int:pk>/state/", channel.state, name="state"),
    path("<int:pk>/credential/", credential.credential, name="credential"),
    path("<int:pk>/verification/", credential.verification, name="verification"),
    path("<int:pk>/custodians/", custodian.custodians, name="custodians"),
    path("<int:pk>/loan/", loan.loan, name="loan"),
]
