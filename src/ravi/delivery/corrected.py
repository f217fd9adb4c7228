"""What a message and its corrections have brought to each channel, for whoever orders the next change of it."""

from collections.abc import Collection, Iterable

from ravi.delivery.models import Delivery
from ravi.delivery.payload import read_payload
from ravi.delivery.rules import MANUAL, UNSENT, Action, State

OVER = frozenset({State.FAILED, State.MISSED, State.CANCELLED, State.SUPERSEDED})


def copies_of(post_ids: Collection[int]) -> list[Delivery]:
    """Everything that was ever ordered for these posts, oldest first. One query."""
    return list(Delivery.objects.filter(post_id__in=post_ids).order_by("pk"))


def standing_on(copies: Iterable[Delivery]) -> dict[int, Delivery]:
    """Channel -> the copy that its readers see, or will see: published, not given up, not taken away. No answer is one."""
    listed = list(copies)
    gone = {one.about_id for one in listed if one.action == Action.DELETE and one.state not in OVER}
    published = [one for one in listed if one.action == Action.PUBLISH and one.reply_id is None]
    return {one.channel_id: one for one in published if one.state not in OVER and one.pk not in gone}


def taken_away(ids: Collection[int]) -> frozenset[int]:
    """Those of these copies that are removed already, or whose removal is on its way. One query."""
    removals = Delivery.objects.filter(about__in=ids, action=Action.DELETE).exclude(state__in=OVER)
    return frozenset(pk for pk in removals.values_list("about_id", flat=True) if pk is not None)


def hashes_of(ids: Collection[int]) -> frozenset[str]:
    """The words of these copies, by their hashes. One query."""
    return frozenset(Delivery.objects.filter(pk__in=ids).values_list("content_hash", flat=True))


def is_unsent(copy: Delivery) -> bool:
    """Whether nobody has begun to send it, nor may have."""
    return copy.state in UNSENT and not copy.sent_maybe


def waiting_changes(copies: Iterable[Delivery]) -> list[Delivery]:
    """Edits and answers that have not begun: newer words take their turn."""
    changes = (one for one in copies if one.action == Action.EDIT or one.reply_id is not None)
    return [one for one in changes if is_unsent(one)]


def not_changed(tried: Collection[int]) -> list[Delivery]:
    """Edits among these that a program tried and that came to nothing, while what they change stands there still."""
    edits = Delivery.objects.filter(pk__in=tried, action=Action.EDIT, state__in=(State.FAILED, State.MISSED))
    found = edits.exclude(adapter=MANUAL).filter(about__state=State.SENT)
    removed = taken_away([one.about_id for one in found if one.about_id])
    return [one for one in found.order_by("pk") if one.about_id not in removed]


def media_of(copy: Delivery) -> tuple[tuple[str, str], ...]:
    """(sha256, media type) of each image and video that the copy was frozen with, in order."""
    return tuple((item["sha256"], item["media_type"]) for item in read_payload(copy.payload)["media"])
