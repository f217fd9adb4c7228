"""The school: series, workshops, and who comes."""

from django.urls import path

from ravi.training.views import calendar, registration, series, session, workshop

app_name = "training"

urlpatterns = [
    path("", workshop.workshops, name="workshops"),
    path("calendar.ics", calendar.mine, name="my_calendar"),
    path("series/", series.all_series, name="all_series"),
    path("series/new/", series.new, name="new_series"),
    path("series/<int:series_id>/", series.series, name="series"),
    path("series/<int:series_id>/new/", workshop.new, name="new_workshop"),
    path("<int:pk>/", workshop.workshop, name="workshop"),
    path("<int:pk>/edit/", workshop.edit, name="edit"),
    path("<int:pk>/seats/", workshop.seats, name="seats"),
    path("<int:pk>/open/", workshop.announce, name="open"),
    path("<int:pk>/cancellation/", workshop.cancellation, name="cancellation"),
    path("<int:pk>/calendar.ics", calendar.workshop, name="calendar"),
    path("<int:pk>/sessions/new/", session.new, name="new_session"),
    path("<int:pk>/sessions/<int:session_id>/", session.edit, name="session"),
    path("<int:pk>/sessions/<int:session_id>/drop/", session.drop, name="drop_session"),
    path("<int:pk>/nomination/<int:unit_id>/", registration.nomination, name="nomination"),
    path("<int:pk>/answer/", registration.answer, name="answer"),
    path("<int:pk>/registrations/<int:registration_id>/end/", registration.end, name="end_registration"),
]
