"""Which posts a person sees, and what they may do with one."""

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any, cast

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.accounts.queries import rights
from ravi.accounts.rules import Ability, RoleKind, can_read
from ravi.publishing.errors import PostHalted, TextUnread
from ravi.publishing.models import Approval, Post, Writer
from ravi.publishing.queries.approver import living_yeses, passed_on_by
from ravi.publishing.rules import Act, Need, PostState, Topic, Yes, after, is_own_work, need
from ravi.publishing.words_kept import said_by, writers_of, written_by

_COUNT = "_ravi_awaiting_count"


def posts_by_id(ids: Collection[int]) -> dict[int, Post]:
    """Messages whoever may see them: for what programs are told, by id and state alone."""
    return Post.objects.only("pk", "unit_id", "state").in_bulk(list(ids))


def posts_visible_to(person: Person) -> QuerySet[Post]:
    """Posts of the units in sight. A draft of somebody else is in sight too: people of a unit write together."""
    return Post.objects.filter(unit_id__in=rights(person).units).select_related("unit", "author")


def posts_among(ids: Any) -> QuerySet[Post]:
    """Posts by their numbers, or by a query of numbers, for the room that keeps their words."""
    return Post.objects.filter(pk__in=ids)


def posts_awaiting(person: Person) -> QuerySet[Post]:
    """Posts that wait for this person's yes: the right topic, language and step, and no word or yes of their own, nor one of
    theirs that is on its way."""
    own = Writer.objects.filter(post=OuterRef("pk"), person=person)
    said = Approval.objects.filter(copy__post=OuterRef("pk"), copy__revision=OuterRef("revision"), voided_at=None)
    waiting = posts_visible_to(person).filter(_of_next_yes(person, said), state=PostState.SUBMITTED, halted_at=None)
    is_done = Exists(own) | Exists(said.filter(approver=person)) | Exists(passed_on_by(person))
    apart = [*written_by(person), *said_by(person)]
    theirs = waiting.filter(~is_done, *(~one for one in apart)).exclude(author=person)
    return theirs.order_by("submitted_at", "id")


def _of_next_yes(person: Person, said: QuerySet[Approval]) -> Q:
    """The posts whose missing yes may be this person's, as rules.need says it."""
    mine, found = rights(person), Q(pk__in=[])
    if mine.may(Ability.APPROVE_POST):
        is_open = ~Exists(said) | Exists(said.filter(is_expert=True))
        found |= ~Q(topic=Topic.HEALTH) | Q(topic=Topic.HEALTH, steps__gt=1) & is_open
    if mine.may(Ability.APPROVE_HEALTH_POST):
        scripts = [Q(lang__startswith=f"{language}-") for language in person.reads]
        found |= Q(topic=Topic.HEALTH) & reduce(or_, scripts, Q(lang__in=person.reads))
    return found


def awaiting_count(person: Person) -> int:
    """How many posts wait for this person's yes: at most one query per person object (so one per request)."""
    if not hasattr(person, _COUNT):
        note_awaiting(person, posts_awaiting(person).count())
    return cast(int, getattr(person, _COUNT))


def note_awaiting(person: Person, count: int) -> None:
    """Somebody has just read how many they are; the navigation need not ask again."""
    setattr(person, _COUNT, count)


def posts_returned_to(person: Person) -> QuerySet[Post]:
    """Posts that came back to this author."""
    mine = posts_visible_to(person).filter(Q(author=person) | Q(writers__person=person), state=PostState.RETURNED)
    return mine.distinct().order_by("-edited_at", "-id")


def may_edit(person: Person, post: Post) -> bool:
    """Whether `person` may change the words now; an approved post only as long as nothing of it has left, an
    approved correction never."""
    is_possible = after(PostState(post.state), Act.EDIT) is not None
    if post.corrects_id and post.state == PostState.APPROVED:
        return False
    return is_possible and rights(person).may(Ability.WRITE_POST, post.unit_id)


def may_approve(person: Person, post: Post) -> bool:
    """Whether this person's yes is the one that is missing."""
    return post.state == PostState.SUBMITTED and not why_not_approve(person, post)


def why_not_approve(
    person: Person, post: Post, given: Collection[Yes] | None = None, *, is_own: bool | None = None
) -> str:
    """Why this person cannot approve the post whatever its state, in a sentence; "" when they can.

    Its living yeses, and whether the person wrote of it, are asked for here unless the caller has read them already.
    """
    given = living_yeses(post) if given is None else given
    missing = need(Topic(post.topic), post.steps, given)
    if post.halted_at is not None:
        return str(PostHalted(post.words_at))
    if person.pk in {yes.approver_id for yes in given}:
        return _("Your yes is there. Another person's is still missing.") if missing is not Need.NOBODY else ""
    is_health = missing is Need.EXPERT or (missing is Need.NOBODY and post.topic == Topic.HEALTH)
    if not rights(person).may(Ability.APPROVE_HEALTH_POST if is_health else Ability.APPROVE_POST, post.unit_id):
        if is_health:
            return _("A health expert approves this message.")
        return _("The head of the institution or a health expert approves this message.")
    if missing is Need.EXPERT and not is_expert_for(person, post):
        return str(TextUnread(post.lang))
    own = writer_ids(post) if is_own is None else {person.pk} if is_own else set()
    if is_own_work(person.pk, post.author_id, own | writers_of(post)):
        return _("You wrote this message or changed it. Another person approves it.")
    return ""


def is_written_by(person: Person) -> Exists:
    """For a query of posts: whether the person wrote or changed words of it."""
    return Exists(Writer.objects.filter(post=OuterRef("pk"), person=person))


def is_approved_by(person: Person) -> Exists:
    """For a query of posts: whether the person said yes to any version of it."""
    return Exists(Approval.objects.filter(copy__post=OuterRef("pk"), approver=person))


def is_expert_for(person: Person, post: Post) -> bool:
    """Whether the person's yes is that of a health expert who reads this health advice."""
    may = rights(person).may(Ability.APPROVE_HEALTH_POST, post.unit_id)
    return post.topic == Topic.HEALTH and may and can_read(person.reads, post.lang)


def may_withdraw(person: Person, post: Post, *, has_approved: bool | None = None) -> bool:
    """Author, approver, the institution's head or the unit's own, of a unit's answer to an offer its writers: removing
    needs no second person.

    Whether the person has approved the post is asked here unless the caller has read it already.
    """
    mine = rights(person)
    if not mine.roles or after(PostState(post.state), Act.WITHDRAW) is None:
        return False
    if post.corrects_id and post.state == PostState.APPROVED:
        return False  # it goes with its message
    is_head = any(
        role.kind in (RoleKind.HEAD, RoleKind.UNIT_HEAD) and post.unit_id in role.reach for role in mine.roles
    )
    is_author = (post.author_id == person.pk or bool(post.words_at)) and mine.may(Ability.WRITE_POST, post.unit_id)
    if is_head or is_author or has_approved is not None:
        return is_head or is_author or bool(has_approved)
    return Approval.objects.filter(copy__post=post, approver=person).exists()


def writer_ids(post: Post) -> set[int]:
    """Everybody who changed the post's words."""
    return set(Writer.objects.filter(post=post).values_list("person_id", flat=True))
