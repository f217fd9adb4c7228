"""Copies on their way: one copy's life, what is unknown, what waits after a stop, and the stops themselves."""

from django.urls import path

from ravi.delivery import views

app_name = "delivery"

urlpatterns = [
    path("unknown/", views.unknown, name="unknown"),
    path("unknown/answers/", views.answers, name="answers"),
    path("held/", views.held, name="held"),
    path("platforms/", views.platforms, name="platforms"),
    path("stops/", views.stops, name="stops"),
    path("stops/new/", views.stop, name="stop"),
    path("stops/new/units/", views.stop_units, name="stop_units"),
    path("stops/<int:stop_id>/lifting/", views.lifting, name="lifting"),
    path("<int:pk>/", views.delivery, name="delivery"),
    path("<int:pk>/verdict/", views.verdict, name="verdict"),
]
