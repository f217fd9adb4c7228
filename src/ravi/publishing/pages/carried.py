"""What the library may know of the messages that carry its pictures."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.delivery.queries import counts_of
from ravi.library.uses import Use
from ravi.publishing.models import Post
from ravi.publishing.pages import standing
from ravi.publishing.queries.carried import posts_with


def uses(media_ids: Collection[int], person: Person) -> dict[int, list[Use]]:
    """Media -> the messages in sight that carry it, each with its way and where it stands. Two queries."""
    found = posts_with(media_ids, person)
    counts = counts_of({post.pk for posts in found.values() for post in posts}) if found else {}
    states = {pk: {str(state): n for state, n in one.items()} for pk, one in counts.items()}
    return {media_id: [_use(post, states.get(post.pk, {})) for post in posts] for media_id, posts in found.items()}


def _use(post: Post, counts: Mapping[str, int]) -> Use:
    bead, said = standing.of(post, counts)
    title = post.title or post.text[:80] or _("Without a title")
    return Use(title, reverse("publishing:post", args=[post.pk]), bead, said)
