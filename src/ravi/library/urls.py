"""Images: what is said about each, and its bytes."""

from django.urls import path

from ravi.library import views

app_name = "library"

urlpatterns = [
    path("<int:pk>/", views.media, name="media"),
    path("<int:pk>/file", views.media_file, name="file"),
]
