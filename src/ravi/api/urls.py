"""Programs: the API behind its door, its description, and a page for people who connect one."""

from django.urls import include, path, re_path

from ravi.api import views
from ravi.api.door import framed, nowhere
from ravi.api.interface import NAME, patterns
from ravi.api.webhook import views as webhook

_behind_the_door = [*patterns(), re_path(r"^.*$", framed(nowhere), name="nowhere")]

urlpatterns = [
    path("v1/openapi.json", views.openapi, name="openapi"),
    path("v1/", include((_behind_the_door, "ninja"), namespace=NAME)),
    path("", views.about, name="about"),
    path("webhooks/", webhook.webhooks, name="webhooks"),
    path("webhooks/new/", webhook.new_webhook, name="new_webhook"),
    path("webhooks/<int:webhook_id>/", webhook.webhook, name="webhook"),
    path("webhooks/<int:webhook_id>/edit/", webhook.edit_webhook, name="edit_webhook"),
    path("webhooks/<int:webhook_id>/secret/", webhook.renew_secret, name="renew_secret"),
    path("webhooks/<int:webhook_id>/switch/", webhook.switch_webhook, name="switch_webhook"),
    path("webhooks/<int:webhook_id>/try/", webhook.try_webhook, name="try_webhook"),
    path("webhooks/<int:webhook_id>/end/", webhook.end_webhook, name="end_webhook"),
    path("webhooks/calls/<int:call_id>/", webhook.webhook_call, name="webhook_call"),
]
app_name = "api"
