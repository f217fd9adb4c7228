"""Copies on their way: one copy's life, what is unknown, what waits after a stop, the stops themselves, and numbers."""

from django.urls import path

from ravi.delivery import views
from ravi.delivery.views import readings

app_name = "delivery"

urlpatterns = [
    path("unknown/", views.unknown, name="unknown"),
    path("unknown/answers/", views.answers, name="answers"),
    path("read-back/", views.read_backs, name="read_backs"),
    path("held/", views.held, name="held"),
    path("platforms/", views.platforms, name="platforms"),
    path("stops/", views.stops, name="stops"),
    path("stops/new/", views.stop, name="stop"),
    path("stops/new/units/", views.stop_units, name="stop_units"),
    path("stops/<int:stop_id>/lifting/", views.lifting, name="lifting"),
    path("readings/file/", readings.bring_readings, name="bring_readings"),
    path("readings/<int:reading_id>/evidence/", readings.reading_evidence, name="reading_evidence"),
    path("posts/<int:post_id>/numbers/", readings.post_numbers, name="post_numbers"),
    path("posts/<int:post_id>/numbers.csv", readings.post_csv, name="post_csv"),
    path("channels/<int:pk>/numbers/", readings.channel_numbers, name="channel_numbers"),
    path("channels/<int:pk>/numbers.csv", readings.channel_csv, name="channel_csv"),
    path("channels/<int:pk>/numbers/new/", readings.channel_reading, name="channel_reading"),
    path("<int:pk>/", views.delivery, name="delivery"),
    path("<int:pk>/numbers/new/", readings.copy_reading, name="copy_reading"),
    path("<int:pk>/read-back/", views.read_back, name="read_back"),
    path("<int:pk>/verdict/", views.verdict, name="verdict"),
]
