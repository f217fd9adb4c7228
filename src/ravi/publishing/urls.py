"""Messages: write, see, approve, follow."""

from django.urls import path

from ravi.publishing import views

app_name = "publishing"

urlpatterns = [
    path("", views.posts, name="posts"),
    path("new/", views.write, name="write"),
    path("<int:pk>/", views.post, name="post"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/draft/", views.draft, name="draft"),
    path("<int:pk>/measure/", views.measure, name="measure"),
    path("<int:pk>/preview/<slug:platform>/", views.preview, name="preview"),
    path("<int:pk>/channels/", views.channels, name="channels"),
    path("<int:pk>/set-aside/", views.set_aside, name="set_aside"),
    path("<int:pk>/approval/", views.approval, name="approval"),
    path("<int:pk>/return/", views.returning, name="return"),
    path("<int:pk>/withdrawal/", views.withdrawal, name="withdrawal"),
    path("<int:pk>/again/", views.again, name="again"),
    path("<int:pk>/text/", views.text, name="text"),
    path("<int:pk>/board/", views.board, name="board"),
    path("<int:pk>/board/<int:unit_id>/", views.unit_board, name="unit_board"),
]
