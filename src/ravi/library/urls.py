"""The library: the shelf, what is said about each piece, and its bytes."""

from django.urls import path

from ravi.library import views

app_name = "library"

urlpatterns = [
    path("", views.shelf, name="shelf"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.media, name="media"),
    path("<int:pk>/file", views.media_file, name="file"),
]
