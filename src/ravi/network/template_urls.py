"""Messages with blanks, and what was approved beforehand for them."""

from django.urls import path

from ravi.network.views import after_review, filling, standing, template

app_name = "templates"

urlpatterns = [
    path("templates/", template.templates, name="templates"),
    path("templates/new/", template.new, name="new"),
    path("templates/<int:pk>/", template.template, name="template"),
    path("templates/<int:pk>/edit/", template.edit, name="edit"),
    path("templates/<int:pk>/end/", template.end, name="end"),
    path("templates/<int:pk>/fill/", filling.fill, name="fill"),
    path("templates/<int:pk>/signing/", standing.signing, name="signing"),
    path("emergencies/", after_review.after_reviews, name="after_reviews"),
    path("emergencies/<int:review_id>/", after_review.after_review, name="after_review"),
    path("standing/", standing.rules, name="rules"),
    path("standing/<int:rule_id>/ending/", standing.ending, name="ending"),
]
