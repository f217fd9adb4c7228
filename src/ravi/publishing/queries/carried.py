"""Which messages carry what of the library."""

from collections import defaultdict
from collections.abc import Collection

from ravi.accounts.models import Person
from ravi.publishing.models import Post, PostMedia
from ravi.publishing.queries.post import posts_visible_to


def posts_with(media_ids: Collection[int], person: Person) -> dict[int, list[Post]]:
    """Media -> the messages in sight that carry it, the newest first. One query."""
    found: dict[int, list[Post]] = defaultdict(list)
    rows = PostMedia.objects.filter(media_id__in=media_ids, post__in=posts_visible_to(person))
    for row in rows.select_related("post").order_by("-post__edited_at", "-post_id"):
        found[row.media_id].append(row.post)
    return found


def post_ids_with(media_ids: Collection[int]) -> set[int]:
    """All messages of the institution that carry one of these, in sight or not."""
    return set(PostMedia.objects.filter(media_id__in=media_ids).values_list("post_id", flat=True))
