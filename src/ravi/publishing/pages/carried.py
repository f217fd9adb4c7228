"""What the library may know of the messages that carry its pictures: where each stands, and what an erasure does to it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.delivery.carrying import copies_with
from ravi.delivery.carrying import standing as still_there
from ravi.delivery.models import Delivery
from ravi.delivery.queries import counts_of
from ravi.delivery.rules import UNSENT
from ravi.directory.models import Channel
from ravi.directory.queries import channels_by_id
from ravi.library.uses import Fate, Place, Use
from ravi.publishing.models import Post
from ravi.publishing.pages import platforms, standing
from ravi.publishing.queries.carried import post_ids_with, posts_with
from ravi.publishing.queries.post import may_withdraw
from ravi.publishing.rules import PostState

MOVING = frozenset({"claimed", "sending", "unknown"})


def uses(media_ids: Collection[int], person: Person) -> dict[int, list[Use]]:
    """Media -> the messages in sight that carry it, each with its way and where it stands. Two queries."""
    found = posts_with(media_ids, person)
    states = _states({post.pk for posts in found.values() for post in posts})
    return {media_id: [_use(post, states.get(post.pk, {})) for post in posts] for media_id, posts in found.items()}


def fates(media_ids: Collection[int], hashes: Collection[str], person: Person) -> tuple[Sequence[Fate], int]:
    """What an erasure does, message by message in sight, and how many messages out of sight it touches too."""
    posts = {post.pk: post for found in posts_with(media_ids, person).values() for post in found}
    states, copies = _states(posts), copies_with(posts, hashes)
    there, open_ones = _by_post(still_there(copies)), _by_post(copies.filter(state__in=MOVING | UNSENT))
    channels = channels_by_id({one.channel_id for listed in there.values() for one in listed})
    told = [
        _fate(post, states.get(pk, {}), [_place(one, channels) for one in there[pk]], open_ones[pk], person)
        for pk, post in posts.items()
    ]
    return told, len(post_ids_with(media_ids) - posts.keys())


def _fate(
    post: Post, states: Mapping[str, int], places: Sequence[Place], open_ones: Sequence[Delivery], person: Person
) -> Fate:
    moving = sum(one.state in MOVING or one.sent_maybe for one in open_ones)
    waiting = len(open_ones) - moving
    url = reverse("publishing:withdrawal", args=[post.pk]) if may_withdraw(person, post) else ""
    return Fate(_use(post, states), _becomes(post, is_out=bool(places or moving)), places, waiting, moving, url)


def _becomes(post: Post, *, is_out: bool) -> str:
    if post.state in (PostState.DRAFT, PostState.RETURNED):
        return _("Stays a draft; it cannot be sent until the image is taken out or exchanged.")
    if post.state == PostState.SUBMITTED:
        return _("Leaves the queue for approval and goes back to its author.")
    if post.state == PostState.APPROVED and not is_out:
        return _("Is not sent; it goes back to its author.")
    if is_out:
        return _("What is published stays published until the message is withdrawn.")
    return _("Nothing of it goes out any more.")


def _states(post_ids: Collection[int]) -> dict[int, dict[str, int]]:
    counts = counts_of(post_ids) if post_ids else {}
    return {pk: {str(state): n for state, n in one.items()} for pk, one in counts.items()}


def _use(post: Post, counts: Mapping[str, int]) -> Use:
    bead, said = standing.of(post, counts)
    title = post.title or post.text[:80] or _("Without a title")
    return Use(title, reverse("publishing:post", args=[post.pk]), bead, said)


def _place(copy: Delivery, channels: Mapping[int, Channel]) -> Place:
    return Place(platforms.name(copy.platform), channels[copy.channel_id].shown_handle, copy.link)


def _by_post(copies: Collection[Delivery]) -> dict[int, list[Delivery]]:
    found: dict[int, list[Delivery]] = defaultdict(list)
    for one in copies:
        found[one.post_id].append(one)
    return found
