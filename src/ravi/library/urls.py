"""The library: the shelf, what is said about each piece, its bytes, and those of what was drawn from it."""

from django.urls import path

from ravi.library import views

app_name = "library"

urlpatterns = [
    path("", views.shelf, name="shelf"),
    path("new/", views.new, name="new"),
    path("<int:pk>/", views.media, name="media"),
    path("<int:pk>/erasure/", views.erasure, name="erasure"),
    path("<int:pk>/file", views.media_file, name="file"),
    path("renditions/<int:pk>/file", views.rendition_file, name="rendition"),
]
