"""Correcting what is out: newer words of a message are a post of their own, which walks the ordinary way to a yes and then
reaches each copy as its platform allows (docs/decisions/0033-corrections-are-posts.md)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from ravi.accounts.models import Person
from ravi.core import audit, clock
from ravi.delivery import services as ledger
from ravi.delivery.corrected import OVER, copies_of, is_unsent, not_changed, standing_on, waiting_changes
from ravi.delivery.models import Delivery
from ravi.delivery.rules import MANUAL, Action, Lane, State
from ravi.delivery.taking_out import allow_again, keep_back
from ravi.directory.queries import open_among
from ravi.library.queries import media_by_id
from ravi.publishing.correction import ACTIONS, Way
from ravi.publishing.draft import DraftFields
from ravi.publishing.errors import CopiesMoved, CorrectionOpen, NotNow, PublishingRefused, WordsKeptElsewhere
from ravi.publishing.models import Copy, Post, PostChannel
from ravi.publishing.queries.correction import chain_of, first_of, latest_of, open_correction
from ravi.publishing.queries.draft import typed_fields_of
from ravi.publishing.rules import PostState, is_expired
from ravi.publishing.services import steps
from ravi.publishing.services.draft import start_post
from ravi.publishing.services.removal import removal

ByChannel = dict[int, dict[Way, Copy]]


@transaction.atomic
def correct_post(
    post: Post, fields: DraftFields | None = None, *, by: Person, words_at: str = "", pins: bool = False
) -> Post:
    """Start the correction of a message: a draft in its unit, for its channels, to be sent for approval by `submit_post`.
    Without `fields` it begins with the words that hold now. Of a correction its message is corrected.

    `words_at` is for the room that keeps the words of an answer to an offer; without it such words are not corrected here.
    Raises PermissionDenied, NotNow, CorrectionOpen with the one that is being written, WordsKeptElsewhere, DraftRefused.
    """
    first = steps.taken(Post.objects.get(pk=first_of(post)))
    steps.require_writer(first, by)
    _check(first, words_at)
    if underway := open_correction(first.pk):
        raise CorrectionOpen(underway)
    words = fields if fields is not None else words_of(first)
    made = start_post(first.unit, words, by=by, words_at=words_at, corrects=first)
    steps.note("correct_post", first, by, {"correction": made.pk})
    return choose_pinning(made, pins, by=by) if pins else made


def words_of(first: Post) -> DraftFields:
    """The words that hold now, as they were typed; an image that was erased since is left out."""
    typed = typed_fields_of(latest_of(first))
    kept = media_by_id(typed.media_ids)
    living = (pk for pk in typed.media_ids if pk in kept and kept[pk].erased_at is None)
    return replace(typed, media_ids=tuple(living))


@transaction.atomic
def choose_replacing(post: Post, replaces: bool, *, by: Person) -> Post:
    """Whether copies that can be neither edited nor answered are removed and published anew, or left to a person's hand.

    Raises PermissionDenied, NotNow.
    """
    current, is_other = _chosen(post, "replaces", replaces, by)
    if is_other:
        steps.note("choose_replacing", current, by, {"replaces": replaces})
    return current


@transaction.atomic
def choose_pinning(post: Post, pins: bool, *, by: Person) -> Post:
    """Whether what answers a copy stands at the top of its channel, on platforms whose programs can pin: there the old words
    stay, and the newer ones would sink out of sight.

    Raises PermissionDenied, NotNow.
    """
    current, is_other = _chosen(post, "pins", pins, by)
    if is_other:
        steps.note("choose_pinning", current, by, {"pins": pins})
    return current


def _chosen(post: Post, name: str, wanted: bool, by: Person) -> tuple[Post, bool]:
    """The correction with the choice in its field `name`, and whether it was another before."""
    current = steps.taken(post)
    steps.require_writer(current, by)
    if not current.corrects_id or current.state not in (PostState.DRAFT, PostState.RETURNED):
        raise NotNow(_("This is chosen while a correction is written. Nothing was changed."))
    is_other = getattr(current, name) != wanted
    if is_other:
        setattr(current, name, wanted)
        current.save(update_fields=[name])
    return current, is_other


def order_correction(post: Post, copies: Sequence[Copy], by: Person, *, due_at: datetime) -> list[Delivery]:
    """Carry approved copies to what stands on their channels. What has not begun is taken out of the line first, and the
    ledger's own answer says which of a channel's two ways holds.

    The message is held by the caller. Raises PublishingRefused, CopiesMoved among them; then nothing was changed.
    """
    audit.hold(post.institution_id)  # people say what they did by hand under the same hold
    by_channel: ByChannel = {}
    for copy in copies:
        by_channel.setdefault(copy.channel_id, {})[Way(copy.way)] = copy
    _supersede(post, by_channel, by)
    listed = copies_of(chain_of(first_of(post)))
    standing = standing_on(listed)
    _require_as_shown(post, by_channel, standing)
    taken_out = {one.pk: one for one in listed if one.state == State.SUPERSEDED}
    orders: list[ledger.CopyOrder] = []
    for channel_id, ways in by_channel.items():
        orders += _orders(post, ways, standing.get(channel_id), taken_out, due_at)
    return write_orders(orders, by)


def _supersede(post: Post, by_channel: ByChannel, by: Person) -> None:
    """Older words that wait: changes of what is out on these channels, and copies that something goes in place of, or
    whose channel the newer words cannot reach. The ledger takes out what nobody has begun to send."""
    listed = copies_of(chain_of(first_of(post)))
    replaced = {
        copy.of_id for ways in by_channel.values() for way, copy in ways.items() if way in (Way.IN_PLACE, Way.REPLACE)
    }
    wanted = [one.pk for one in waiting_changes(listed) if one.channel_id in by_channel]
    wanted += [one.pk for one in listed if one.pk in replaced or _is_left_behind(one, by_channel)]
    ledger.cancel(wanted, by=by, superseded=True, now=post.approved_at)
    # Of an answer or a replaced post that is in flight or unknown nothing newer waits for the outcome.
    answers = [one.pk for one in listed if one.reply_id is not None and one.channel_id in by_channel]
    exchanged = [copy.of_id for ways in by_channel.values() for way, copy in ways.items() if way is Way.REPLACE]
    keep_back([*answers, *(pk for pk in exchanged if pk is not None)], by=by, now=clock.now())


def _is_left_behind(one: Delivery, by_channel: ByChannel) -> bool:
    return one.action == Action.PUBLISH and one.reply_id is None and one.channel_id not in by_channel


def _require_as_shown(post: Post, by_channel: ByChannel, standing: Mapping[int, Delivery]) -> None:
    """Raises CopiesMoved where older words stand, or would go, on a channel for which no such change was shown."""
    frozen = set(post.copies.filter(revision=post.revision).values_list("channel_id", flat=True))
    chosen = set(PostChannel.objects.filter(post=first_of(post)).values_list("channel_id", flat=True))
    for channel_id, one in standing.items():
        ways = by_channel.get(channel_id)
        if ways is None and channel_id in chosen - frozen:
            raise CopiesMoved
        if ways is not None and (one.pk not in {copy.of_id for copy in ways.values()} or is_unsent(one)):
            raise CopiesMoved


def _orders(
    post: Post, ways: dict[Way, Copy], standing: Delivery | None, taken_out: dict[int, Delivery], due_at: datetime
) -> list[ledger.CopyOrder]:
    before = taken_out.get(next(iter(ways.values())).of_id or 0)
    if before is not None:
        new = ways.get(Way.IN_PLACE) or ways.get(Way.REPLACE)
        return [order_of(new, post, max(due_at, before.due_at))] if new else []
    change = next((copy for way, copy in ways.items() if way is not Way.IN_PLACE), None)
    if change is None or standing is None or standing.pk != change.of_id:
        return []  # it was given up or taken away meanwhile: nothing stands there, and nothing older goes any more
    if change.way == Way.REPLACE:
        old = removal(standing.pk, standing.post_id, change.channel, post.title, by_hand=False)
        return [replace(old, due_at=due_at), order_of(change, post, due_at)]
    return [order_of(change, post, due_at)]


def order_of(copy: Copy, post: Post, due_at: datetime) -> ledger.CopyOrder:
    """One frozen copy as the ledger takes it: at once where it corrects, else `due_at` in the post's own lane."""
    way, channel = Way(copy.way), copy.channel
    return ledger.CopyOrder(
        institution_id=copy.institution_id,
        unit_id=channel.unit_id,
        post_id=copy.post_id,
        channel_id=copy.channel_id,
        platform=copy.platform,
        topic=post.topic,
        adapter=channel.adapter,
        target=channel.address,
        payload=copy.payload,
        approved_hash=copy.content_hash,
        due_at=due_at,
        valid_until=post.valid_until,
        lane=_lane(way, post),
        action=ACTIONS[way],
        of=copy.of_id if ACTIONS[way] is Action.EDIT else None,
        by_hand=way is Way.BY_HAND,
    )


def _lane(way: Way, post: Post) -> Lane:
    if way is not Way.NEW:
        return Lane.CORRECTION
    return Lane.EMERGENCY if post.is_emergency else Lane.NORMAL


def write_orders(orders: Sequence[ledger.CopyOrder], by: Person | None) -> list[Delivery]:
    """Into the ledger, all or none. Raises PublishingRefused."""
    try:
        return ledger.enqueue(orders, by=by, now=clock.now())
    except ledger.ChannelNotPublic as error:
        raise PublishingRefused(
            _("A channel was closed at this very moment. Nothing was approved. Open the message again.")
        ) from error
    except ledger.AlreadyOrdered as error:
        raise PublishingRefused(_("These very words are already on their way to a channel.")) from error


def changes_for_people(tried: Collection[int]) -> list[Delivery]:
    """What a program could not change is asked of a person, with the very words that were approved."""
    listed = not_changed(tried)
    approved = Post.objects.filter(pk__in={one.post_id for one in listed}, state=PostState.APPROVED)
    newer = Post.objects.filter(corrects=OuterRef("corrects"), state=PostState.APPROVED, pk__gt=OuterRef("pk"))
    approved = approved.filter(~Exists(newer))  # a person's hand, too, brings no older words after newer ones
    living, open_ids = set(approved.values_list("pk", flat=True)), open_among({one.channel_id for one in listed})
    may = [one for one in listed if one.post_id in living and one.channel_id in open_ids and not _is_over(one)]
    return write_orders([replace(_again(one), by_hand=True, due_at=clock.now()) for one in may], None)


def put_back(post: Post, by: Person) -> bool:
    """The yes to a correction was taken back before any words left: what it had taken out of the line waits again. False
    when a removal that belongs to it has left; then the caller rolls back."""
    listed = copies_of(chain_of(first_of(post)))
    replaced = set(post.copies.filter(revision=post.revision, way=Way.REPLACE).values_list("of_id", flat=True))
    removals = [one for one in listed if one.action == Action.DELETE and one.about_id in replaced]
    living = [one.pk for one in removals if one.state not in OVER]
    if ledger.cancel(living, by=by) != len(living):
        return False
    if not Post.objects.filter(pk__in=chain_of(first_of(post)), halted_at__isnull=False).exists():
        allow_again([one.pk for one in listed], by=by)
    taken_out = [one for one in listed if one.state == State.SUPERSEDED and one.settled_at == post.approved_at]
    open_ids = open_among({one.channel_id for one in taken_out})
    write_orders([_again(one) for one in taken_out if one.channel_id in open_ids and not _is_over(one)], by)
    return True


def _is_over(one: Delivery) -> bool:
    return is_expired(one.valid_until, clock.now(), one.due_at)


def _again(one: Delivery) -> ledger.CopyOrder:
    return ledger.CopyOrder(
        institution_id=one.institution_id,
        unit_id=one.unit_id,
        post_id=one.post_id,
        channel_id=one.channel_id,
        platform=one.platform,
        topic=one.topic,
        adapter=one.adapter,
        target=one.target,
        payload=one.payload,
        approved_hash=one.approved_hash,
        due_at=one.due_at,
        valid_until=one.valid_until,
        lane=Lane(one.lane),
        action=Action(one.action),
        campaign_id=one.campaign_id,
        of=one.about_id,
        by_hand=one.adapter == MANUAL,
    )


def _check(first: Post, words_at: str) -> None:
    if first.words_at and not words_at:
        raise WordsKeptElsewhere
    if first.state != PostState.APPROVED:
        raise NotNow(_("This message is not approved, so nothing of it is out. Change the message itself."))
