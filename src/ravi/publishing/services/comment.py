"""Comments on a passage: said by whoever may approve, answered and settled by them and by those who write."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability
from ravi.core import clock
from ravi.core.calendar import number
from ravi.publishing.errors import DraftRefused, NotNow
from ravi.publishing.models import Comment, CommentAnswer, Post
from ravi.publishing.queries.comment import texts_of
from ravi.publishing.queries.post import writer_ids
from ravi.publishing.rules import LONGEST_NOTE, PostState, quoted
from ravi.publishing.services import steps


@transaction.atomic
def comment_on(post: Post, quote: str, words: str, *, by: Person, expected_revision: int) -> Comment:
    """`by` says something about a passage of the version that waits; the same again changes nothing.

    Raises PermissionDenied, NotNow when it waits no more or changed since, DraftRefused where the passage is not in it.
    """
    current = steps.taken(post)
    if not rights(by).may(Ability.APPROVE_POST, current.unit_id):
        raise PermissionDenied(_("This is for other roles."))
    if current.state != PostState.SUBMITTED or current.revision != expected_revision:
        raise NotNow(_("This message changed after you opened it. Read it again, then comment."))
    passage = next((found for text in texts_of(current) if (found := quoted(text, quote))), "")
    if not passage:
        raise DraftRefused(_("This passage does not stand in the text. Choose one that does."))
    told = {"post": current, "revision": current.revision, "quote": passage, "words": _checked(words), "by": by}
    comment, is_new = Comment.objects.get_or_create(
        institution_id=current.institution_id, resolved_at=None, **told, defaults={"at": clock.now()}
    )
    if is_new:
        steps.note("comment_on_post", current, by, {"comment": comment.pk})
        people = writer_ids(current) | {current.author_id}
        steps.tell_of(current, people, "post_commented", "comments", {"who": by.name})
    return comment


@transaction.atomic
def answer_comment(comment: Comment, words: str, *, by: Person) -> CommentAnswer:
    """An answer; whoever commented hears of it. Raises PermissionDenied, DraftRefused."""
    require_part(comment.post, by)
    said = _checked(words)
    answer = CommentAnswer.objects.create(
        institution_id=comment.institution_id, comment=comment, words=said, by=by, at=clock.now()
    )
    people = writer_ids(comment.post) | {comment.post.author_id, comment.by_id}
    steps.note("answer_comment", comment.post, by, {"comment": comment.pk})
    steps.tell_of(comment.post, people - {by.pk}, "comment_answered", "comments", {"who": by.name})
    return answer


@transaction.atomic
def resolve_comment(comment: Comment, *, by: Person) -> None:
    """It is settled; a second time changes nothing. Raises PermissionDenied."""
    require_part(comment.post, by)
    if Comment.objects.filter(pk=comment.pk, resolved_at=None).update(resolved_at=clock.now(), resolved_by=by):
        steps.note("resolve_comment", comment.post, by, {"comment": comment.pk})


def require_part(post: Post, by: Person) -> None:
    """Raises PermissionDenied unless `by` writes for the post's unit or may approve there."""
    mine = rights(by)
    if not any(mine.may(ability, post.unit_id) for ability in (Ability.WRITE_POST, Ability.APPROVE_POST)):
        raise PermissionDenied(_("This is for other roles."))


def _checked(words: str) -> str:
    said = words.strip()
    if not said:
        raise DraftRefused(_("Write one sentence."))
    if len(said) > LONGEST_NOTE:
        raise DraftRefused(_("A note has at most %(most)s characters.") % {"most": number(LONGEST_NOTE)})
    return said
