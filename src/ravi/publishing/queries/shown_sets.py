"""The sets that wait in many posts at once, read in a few questions whatever their number."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import F

from ravi.directory.queries import open_among
from ravi.publishing.models import Copy, PostChannel
from ravi.publishing.rules import set_digest


def copies_that_wait(post_ids: Collection[int]) -> Mapping[int, list[Copy]]:
    """Post -> the frozen copies that a yes would send, by unit and platform: no problem, their channel open and chosen.

    Whether each author may still publish there is asked when the yes is said.
    """
    frozen = Copy.objects.filter(post_id__in=post_ids, revision=F("post__revision"), problems=[])
    copies = list(frozen.select_related("channel__unit").order_by("channel__unit__sort_key", "platform", "channel_id"))
    open_ids = open_among({copy.channel_id for copy in copies})
    chosen = set(PostChannel.objects.filter(post_id__in=post_ids).values_list("post_id", "channel_id"))
    found: dict[int, list[Copy]] = defaultdict(list)
    for copy in copies:
        if copy.channel_id in open_ids and (copy.post_id, copy.channel_id) in chosen:
            found[copy.post_id].append(copy)
    return found


def digest_of(copies: Collection[Copy]) -> str:
    """The name of such a set, as `ShownSet.digest`."""
    return set_digest({copy.content_hash for copy in copies})
