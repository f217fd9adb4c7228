"""Finds the post that an address names, among those that this person may know of."""

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from ravi.accounts.access import person_of
from ravi.accounts.models import Person, Unit
from ravi.accounts.queries import rights, units_written_for
from ravi.accounts.rules import Ability
from ravi.accounts.services import wait_for_turn
from ravi.core import clock
from ravi.publishing import queries
from ravi.publishing.draft import DraftFields
from ravi.publishing.models import Post, PostMedia


def visible_post(request: HttpRequest, pk: int, **annotations: Any) -> Post:
    """404 for a post of a unit or an institution out of sight."""
    posts = queries.posts_visible_to(person_of(request)).select_related("unit", "author", "edited_by")
    return get_object_or_404(posts.annotate(**annotations), pk=pk)


def images_of(post: Post) -> list[PostMedia]:
    """The images in their order with their media; fields_of then asks nothing again."""
    prefetch_related_objects([post], Prefetch("images", PostMedia.objects.select_related("media").order_by("position")))
    return list(post.images.all())


def writing_units(request: HttpRequest) -> list[Unit]:
    """The units in whose name this person writes, in their order."""
    return list(units_written_for(person_of(request)))


def may_write(request: HttpRequest) -> bool:
    """Whether this person writes at all."""
    return rights(person_of(request)).may(Ability.WRITE_POST)


def same_draft(person: Person, unit: Unit, fields: DraftFields) -> Post | None:
    """The draft that the same form, sent twice within a minute, has already made."""
    wait_for_turn(person)
    since = clock.now() - timedelta(minutes=1)
    drafts = Post.objects.filter(author=person, unit=unit, created_at__gte=since).select_related("unit", "edited_by")
    return drafts.filter(typed_title=fields.title.strip(), typed_text=fields.text.replace("\r\n", "\n")).first()
