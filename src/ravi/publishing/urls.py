"""Messages: write, see, approve, follow."""

from django.urls import path

from ravi.publishing import views

app_name = "publishing"

urlpatterns = [
    path("", views.posts, name="posts"),
    path("new/", views.write, name="write"),
    path("steps/", views.step_rules, name="step_rules"),
    path("pause/", views.pause, name="pause"),
    path("hands/", views.hands, name="hands"),
    path("hands/<int:pk>/", views.hand, name="hand"),
    path("hands/<int:pk>/failure/", views.hand_failure, name="hand_failure"),
    path("hands/<int:pk>/link/", views.hand_link, name="hand_link"),
    path("hands/<int:pk>/undoing/", views.hand_undoing, name="hand_undoing"),
    path("hands/<int:pk>/images/<int:place>/", views.hand_image, name="hand_image"),
    path("hands/<int:pk>/evidence/<int:report_id>/", views.hand_evidence, name="hand_evidence"),
    path("<int:pk>/", views.post, name="post"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/draft/", views.draft, name="draft"),
    path("<int:pk>/measure/", views.measure, name="measure"),
    path("<int:pk>/preview/<slug:platform>/", views.preview, name="preview"),
    path("<int:pk>/images/", views.images, name="images"),
    path("<int:pk>/channels/", views.channels, name="channels"),
    path("<int:pk>/card/", views.card, name="card"),
    path("<int:pk>/set-aside/", views.set_aside, name="set_aside"),
    path("<int:pk>/approval/", views.approval, name="approval"),
    path("<int:pk>/undoing/", views.undoing, name="undoing"),
    path("<int:pk>/comments/", views.comments, name="comments"),
    path("<int:pk>/comments/<int:comment_id>/", views.comment, name="comment"),
    path("<int:pk>/passing/", views.passing, name="passing"),
    path("<int:pk>/return/", views.returning, name="return"),
    path("<int:pk>/withdrawal/", views.withdrawal, name="withdrawal"),
    path("<int:pk>/correction/", views.correction, name="correction"),
    path("<int:pk>/again/", views.again, name="again"),
    path("<int:pk>/text/", views.text, name="text"),
    path("<int:pk>/board/", views.board, name="board"),
    path("<int:pk>/board/<int:unit_id>/", views.unit_board, name="unit_board"),
]
