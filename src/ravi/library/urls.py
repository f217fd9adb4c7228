"""The library: the shelf, each piece and what is said about it, its bytes, what is made or drawn from it, a video's files."""

from django.urls import path

from ravi.library import views

app_name = "library"

urlpatterns = [
    path("", views.shelf, name="shelf"),
    path("new/", views.new, name="new"),
    path("cards/new/", views.new_card, name="new_card"),
    path("cards/preview", views.card_preview, name="card_preview"),
    path("<int:pk>/", views.media, name="media"),
    path("<int:pk>/erasure/", views.erasure, name="erasure"),
    path("<int:pk>/name/", views.stamp, name="stamp"),
    path("<int:pk>/file", views.media_file, name="file"),
    path("renditions/<int:pk>/file", views.rendition_file, name="rendition"),
    path("<int:pk>/picture", views.picture, name="picture"),
    path("<int:pk>/captions.vtt", views.captions, name="captions"),
]
