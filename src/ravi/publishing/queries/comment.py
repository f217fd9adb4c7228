"""The texts that a person comments on, and what was said about them."""

from django.db.models import Prefetch

from ravi.publishing.models import Comment, CommentAnswer, Post
from ravi.publishing.queries.shown import shown_set


def texts_of(post: Post) -> list[str]:
    """Every different text of the version that waits, the most widely read first."""
    return list(dict.fromkeys(group.text for group in shown_set(post).groups))


def comments_of(post: Post) -> list[Comment]:
    """All of the post with their answers: open ones first, then the latest version's."""
    answers = Prefetch("answers", CommentAnswer.objects.select_related("by").order_by("pk"))
    found = Comment.objects.filter(post=post).select_related("by", "resolved_by", "post").prefetch_related(answers)
    return sorted(found.order_by("pk"), key=lambda one: (one.resolved_at is not None, -one.revision, one.pk))
