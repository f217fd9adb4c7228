"""Answers of units whose copies are out: on a platform that edits, one that only takes answers, and one by hand."""

from typing import Any

from ravi.core import clock
from ravi.delivery.models import Delivery
from ravi.directory.models import Channel
from ravi.directory.services import NewChannel, open_channel
from ravi.network import services
from ravi.network.jobs import correct
from ravi.network.models import Adoption, CorrectedAnswer, Message, Offer
from ravi.publishing import services as publishing
from ravi.publishing.models import Post
from ravi.publishing.queries import shown_set

KINDS = (("telegram", "sandbox"), ("eitaa", "sandbox"), ("bale", "manual"))


def open_channels(unit: Any) -> list[Channel]:
    """One of each kind, none of them lent."""
    return [
        open_channel(NewChannel(unit, platform, adapter, f"u{unit.pk}_{platform}", "خبر"), by=None)
        for platform, adapter in KINDS
    ]


def took(offer: Offer, by: Any, **more: Any) -> Adoption:
    """The unit's answer on all of its channels, before its yes."""
    offer.message.refresh_from_db()
    channels = [one.pk for one in Channel.objects.filter(unit=offer.unit)]
    seen = services.Answer(offer.message.current_id)
    return services.adopt_offer(offer, seen, channel_ids=channels, by=by, **more).adoption


def agreed(post: Post, by: Any) -> Post:
    post.refresh_from_db()
    return publishing.approve_shown(post, by=by, digest=shown_set(post).digest).post


def carried(*posts: Post | None) -> None:
    """Stands in for the engine and for hands: all that waits of these is done."""
    now = clock.now()
    for one in Delivery.objects.filter(post_id__in=[post.pk for post in posts if post], state__in=("pending", "held")):
        Delivery.objects.filter(pk=one.pk).update(
            state="sent", sent_at=now, settled_at=now, changed_at=now, remote_id=f"r{one.pk}", attempt=1, error_code=""
        )


def published(house: Any, message: Message, unit: Any, by: Any, **more: Any) -> Adoption:
    """An answer whose copies are all out."""
    answer = took(Offer.objects.get(message=message, unit=unit), by, **more)
    assert answer.post is not None
    agreed(answer.post, house.expert)
    carried(answer.post)
    return answer


def corrected_everywhere(message: Message, by: Any) -> list[CorrectedAnswer]:
    """Headquarters' one action with its job, done."""
    message.refresh_from_db()
    version = message.current
    assert version is not None
    services.correct_message(message, version_id=version.pk, by=by)
    correct(message.institution_id, version.pk)
    return list(CorrectedAnswer.objects.filter(version=version).order_by("adoption"))


def lines(post: Post) -> list[tuple[str, str, str]]:
    """(platform, action, state) of all that was ordered for it."""
    return sorted(Delivery.objects.filter(post_id=post.pk).values_list("platform", "action", "state"))
