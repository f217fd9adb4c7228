"""What each channel would get, frozen and named by its hash: of a new message, or of a correction of what is out."""

from ravi.core import clock
from ravi.delivery.payload import freeze_payload, media_entry, payload_hash
from ravi.platforms.compose import content_of
from ravi.publishing.correction import ACTIONS, Way
from ravi.publishing.models import Copy, Post
from ravi.publishing.queries.correction import Planned, planned
from ravi.publishing.queries.draft import chosen_channels, fields_of
from ravi.publishing.queries.preview import CHANNEL_CLOSED, Preview, previews
from ravi.publishing.queries.shown import open_channel_ids
from ravi.publishing.rules import Topic


def frozen(post: Post) -> list[Copy]:
    """One copy per chosen channel; of a correction one for each way that it may take there, and none where nothing stands."""
    open_ids = open_channel_ids(post)
    if post.corrects is None:
        plain = previews(fields_of(post), chosen_channels(post), is_final=True)
        return [_copy(post, one, one.channel.pk in open_ids, Way.NEW, None) for one in plain]
    plan = planned(post.corrects, fields_of(post), is_final=True, replaces=post.replaces, pins=post.pins)
    return [copy for one in plan for copy in _correcting(post, one, one.channel.pk in open_ids)]


def _correcting(post: Post, plan: Planned, is_open: bool) -> list[Copy]:
    of = plan.copy.pk if plan.copy else None
    return [_copy(post, plan.preview(way), is_open, way, of, plan.pins_by(way)) for way in plan.ways]


def _copy(post: Post, preview: Preview, is_open: bool, way: Way, of: int | None, pins: bool = False) -> Copy:
    payload = _payload(post, preview, way, of, pins)
    problems = list(preview.problems)
    if not is_open:
        problems.append({"code": CHANNEL_CLOSED, "unit": "field", "actual": 0, "limit": 1})
    return Copy(
        institution_id=post.institution_id,
        post=post,
        revision=post.revision,
        channel=preview.channel,
        platform=preview.channel.platform,
        variant_name=preview.fitted.name,
        way=way,
        of_id=of,
        payload=payload,
        content_hash=payload_hash(payload),
        problems=problems,
        steps=post.steps,
        needs_expert=post.topic == Topic.HEALTH,
        frozen_at=clock.now(),
    )


def _payload(post: Post, preview: Preview, way: Way, of: int | None, pins: bool) -> str:
    content = content_of(preview.parts, preview.fitted)
    return freeze_payload(
        post_id=post.pk,
        channel_id=preview.channel.pk,
        action=ACTIONS[way],
        text=content.text,
        title=content.title,
        lang=content.lang,
        link=content.link,
        entities=[{"kind": m.kind, "start": m.start, "end": m.end, "href": m.href} for m in content.marks],
        media=[media_entry(item) for item in content.media],
        reply_to=of if way is Way.REPLY else None,
        of=of if way in (Way.EDIT, Way.BY_HAND) else None,
        pin=content.pin or pins,
        valid_until=post.valid_until,
    )
