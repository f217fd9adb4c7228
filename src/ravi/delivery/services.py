"""What people do to the ledger: order, stop, lift, release, cancel, resolve; one transaction and one audit link each.

Call inside the institution's tenant. The chain's lock is taken before any copy is locked (see store/chain.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, connection, transaction

from ravi.accounts.models import Person
from ravi.accounts.queries import institution_ids
from ravi.core import audit, clock
from ravi.core.canonical import JSON, sha256
from ravi.core.tenancy import tenant
from ravi.delivery.errors import (
    AlreadyExpired,
    AlreadyLifted,
    AlreadyOrdered,
    ChannelNotPublic,
    NotApproved,
    NotUnknown,
    SamePerson,
    StillStopped,
)
from ravi.delivery.models import DIRECT, Delivery, Slot, StopOrder
from ravi.delivery.payload import payload_hash, read_payload
from ravi.delivery.queries import routes_chosen
from ravi.delivery.rules import LATENESS_LIMIT_S, MANUAL, Action, Lane, Scope, State, Verdict, hand_lateness_s
from ravi.delivery.store import desk
from ravi.delivery.store.orders import Order
from ravi.directory.queries import open_among, paces_of
from ravi.platforms import registry

__all__ = [
    "AlreadyExpired",
    "AlreadyLifted",
    "AlreadyOrdered",
    "ChannelNotPublic",
    "CopyOrder",
    "NotApproved",
    "NotUnknown",
    "SamePerson",
    "StillStopped",
    "cancel",
    "enqueue",
    "lift_everything",
    "lift_stop",
    "release_held",
    "resolve_together",
    "resolve_unknown",
    "resume_channel",
    "stop",
    "stop_everything",
]


@dataclass(frozen=True, kw_only=True)
class CopyOrder:
    """One copy to be sent. `of` is the delivery that an edit, a removal or a pin is about; `by_hand`: a person does it,
    also where the channel has an adapter that cannot."""

    institution_id: int
    unit_id: int
    post_id: int
    channel_id: int
    platform: str
    adapter: str
    target: str
    payload: str
    approved_hash: str
    due_at: datetime
    valid_until: datetime | None = None
    lane: Lane = Lane.NORMAL
    action: Action = Action.PUBLISH
    campaign_id: int | None = None
    topic: str = ""
    of: int | None = None
    lateness_limit_s: int = LATENESS_LIMIT_S
    bucket_key: str = ""
    by_hand: bool = False


@transaction.atomic
def enqueue(orders: Sequence[CopyOrder], *, by: Person | None, now: datetime) -> list[Delivery]:
    """Put copies into their channels' lines: all of them or none.

    Raises NotApproved, ChannelNotPublic, AlreadyExpired, AlreadyOrdered.
    """
    if not orders:
        return []
    paces = paces_of({order.channel_id for order in orders})
    routes = routes_chosen()
    rows = [_order(order, now, paces, routes.get(order.platform, DIRECT)) for order in orders]
    _check_listed(orders)
    institution_id = orders[0].institution_id
    audit.hold(institution_id)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            ids = desk.enqueue(cursor, rows, by=_id(by), now=now)
    except IntegrityError as error:
        if "delivery_ordered_once" in str(error):
            raise AlreadyOrdered from error
        raise
    facts: dict[str, JSON] = {
        "copies": len(ids),
        "posts": sorted({order.post_id for order in orders}),
        "actions": sorted({str(order.action) for order in orders}),
        "hashes": sha256(sorted(row.content_hash for row in rows)),
        "first": ids[0],
        "last": ids[-1],
    }
    _record("delivery.order", ("delivery.delivery", ids[0]), by, institution_id, facts)
    found = Delivery.objects.in_bulk(ids)
    return [found[number] for number in ids]


@transaction.atomic
def stop(
    scope: Scope | str,
    key: str,
    *,
    by: Person | None,
    reason: str,
    institution_id: int,
    removals_too: bool = False,
    now: datetime | None = None,
) -> StopOrder:
    """From the commit on nothing in the scope begins to be sent; removals go on unless `removals_too`.

    The same stop of the same person again is the one that stands: each asks for a lifting of its own.
    """
    scope = Scope(scope)
    audit.hold(institution_id)
    same = StopOrder.objects.filter(institution_id=institution_id, scope=scope, key=str(key), lifted_at=None)
    if by is not None and (standing := same.filter(stopped_by_id=by.pk, removals_too=removals_too).first()):
        return standing
    with connection.cursor() as cursor:
        number = desk.stop(
            cursor,
            scope.value,
            str(key),
            institution_id,
            reason=reason[:300],
            removals_too=removals_too,
            by=_id(by),
            now=now or clock.now(),
        )
    order = StopOrder.objects.get(pk=number)
    facts: dict[str, JSON] = {"scope": scope.value, "key": str(key), "removals_too": removals_too}
    _record("delivery.stop", order, by, institution_id, facts)
    return order


@transaction.atomic
def lift_stop(order: StopOrder, *, by: Person | None, now: datetime | None = None) -> int:
    """End a stop. Another person than the stopper does it; what fell due meanwhile waits as held. How many copies wait.

    Raises SamePerson, AlreadyLifted.
    """
    if by is not None and order.stopped_by_id == by.pk:
        raise SamePerson
    audit.hold(order.institution_id)
    with connection.cursor() as cursor:
        count = desk.lift(cursor, order.pk, by=_id(by), now=now or clock.now())
    if count is None:
        raise AlreadyLifted
    order.refresh_from_db()
    with connection.cursor() as cursor:
        waiting = desk.count_held_by(cursor, order.pk)
    _record("delivery.resume", order, by, order.institution_id, {"held_now": count, "waiting": waiting})
    return waiting


@transaction.atomic
def stop_everything(*, by: Person, reason: str, removals_too: bool = False, now: datetime | None = None) -> StopOrder:
    """The operator's stop over every institution: kept in the stopper's own, told in every chain."""
    where = by.institution_id
    with tenant(where):
        order = stop(Scope.ALL, "", by=by, reason=reason, institution_id=where, removals_too=removals_too, now=now)
    for other in _institutions(but=where):
        with tenant(other):
            facts: dict[str, JSON] = {"scope": str(Scope.ALL), "key": "", "removals_too": removals_too}
            _record("delivery.stop", order, None, other, facts)
    return order


@transaction.atomic
def lift_everything(order: StopOrder, *, by: Person, now: datetime | None = None) -> dict[int, int]:
    """End the operator's stop, as another person than the stopper; institution -> how many of its copies wait as held.

    Raises SamePerson, AlreadyLifted.
    """
    now = now or clock.now()
    with tenant(order.institution_id):
        waiting = {order.institution_id: lift_stop(order, by=by, now=now)}
    for other in _institutions(but=order.institution_id):
        with tenant(other), connection.cursor() as cursor:
            audit.hold(other)
            count = desk.hold_covered(cursor, order.pk, by=None, now=now)
            waiting[other] = desk.count_held_by(cursor, order.pk)
            _record("delivery.resume", order, None, other, {"held_now": count, "waiting": waiting[other]})
    return waiting


@transaction.atomic
def release_held(
    deliveries: Iterable[Delivery | int],
    *,
    by: Person | None,
    due_at: datetime | None = None,
    now: datetime | None = None,
) -> int:
    """Let held copies go, now (what a restore took out: as planned) or at `due_at`; how many went back into the line.

    Raises StillStopped, AlreadyExpired.
    """
    now = now or clock.now()
    ids, institution_id = _ids(deliveries)
    if not ids:
        return 0
    keeps_plan, due_at = due_at is None, max(due_at or now, now)
    if Delivery.objects.filter(pk__in=ids, state=State.HELD, valid_until__lte=due_at).exists():
        raise AlreadyExpired
    audit.hold(institution_id)
    with connection.cursor() as cursor:
        if desk.count_stopped(cursor, ids):
            raise StillStopped
        released = desk.release(cursor, ids, due_at, by=_id(by), now=now, keeps_plan=keeps_plan)
    _record_many("delivery.release", released, by, institution_id)
    return len(released)


@transaction.atomic
def cancel(
    deliveries: Iterable[Delivery | int], *, by: Person | None, superseded: bool = False, now: datetime | None = None
) -> int:
    """Take copies out of the line that nobody has begun to send; how many. The others stay as they are."""
    ids, institution_id = _ids(deliveries)
    if not ids:
        return 0
    audit.hold(institution_id)
    with connection.cursor() as cursor:
        cancelled = desk.cancel(cursor, ids, superseded=superseded, by=_id(by), now=now or clock.now())
    _record_many("delivery.supersede" if superseded else "delivery.cancel", cancelled, by, institution_id)
    return len(cancelled)


@transaction.atomic
def resolve_unknown(
    delivery: Delivery | int,
    *,
    by: Person | None,
    verdict: Verdict | str,
    link: str = "",
    now: datetime | None = None,
) -> State:
    """Write what a person found out about an unknown copy; the state it has now. Raises NotUnknown, AlreadyExpired."""
    verdict, now = Verdict(verdict), now or clock.now()
    ids, institution_id = _ids([delivery])
    expired = Delivery.objects.filter(pk__in=ids, valid_until__lte=now, is_kept_back=False)
    if verdict is Verdict.NOT_THERE and expired.exists():
        raise AlreadyExpired
    audit.hold(institution_id)
    with connection.cursor() as cursor:
        changed = desk.resolve(cursor, ids[:1], verdict, link=link[:2000], by=_id(by), now=now)
    if not changed:
        raise NotUnknown
    _record("delivery.resolve", ("delivery.delivery", ids[0]), by, institution_id, {"verdict": verdict.value})
    return State(Delivery.objects.values_list("state", flat=True).get(pk=ids[0]))


@transaction.atomic
def resolve_together(
    deliveries: Iterable[Delivery | int], *, by: Person | None, verdict: Verdict | str, now: datetime | None = None
) -> int:
    """One answer about several unknown copies; how many it reached. What is known by now, or has expired and would
    be sent again, stays as it is."""
    verdict, now = Verdict(verdict), now or clock.now()
    ids, institution_id = _ids(deliveries)
    if verdict is Verdict.NOT_THERE:
        expired = Delivery.objects.filter(pk__in=ids, valid_until__lte=now, is_kept_back=False).values_list(
            "pk", flat=True
        )
        ids = sorted(set(ids) - set(expired))
    if not ids:
        return 0
    audit.hold(institution_id)
    with connection.cursor() as cursor:
        changed = desk.resolve(cursor, ids, verdict, link="", by=_id(by), now=now)
    _record_many("delivery.resolve", changed, by, institution_id, verdict=verdict.value)
    return len(changed)


@transaction.atomic
def resume_channel(channel_id: int, *, by: Person | None, now: datetime | None = None) -> int:
    """A channel that was held for its credential goes on: 1, or 0 when it was not held. Its held copies wait."""
    slot = Slot.objects.filter(pk=channel_id).first()
    if slot is None:
        return 0
    audit.hold(slot.institution_id)
    with connection.cursor() as cursor:
        count = desk.resume_channel(cursor, channel_id, now=now or clock.now())
    if count:
        _record("delivery.resume_channel", ("directory.channel", channel_id), by, slot.institution_id, {})
    return count


def _order(order: CopyOrder, now: datetime, paces: Mapping[int, str], route: str) -> Order:
    content_hash = payload_hash(order.payload)
    if content_hash != order.approved_hash or not _says_what_it_is(order):
        raise NotApproved
    due_at = max(order.due_at, now)  # a time that passed while it waited for its yes means now
    if order.valid_until is not None and order.valid_until <= due_at:
        raise AlreadyExpired
    profile = registry.profile(order.adapter, order.platform)
    by_hand = order.by_hand or registry.is_by_hand(order.adapter)
    return Order(
        institution_id=order.institution_id,
        unit_id=order.unit_id,
        campaign_id=order.campaign_id,
        topic=order.topic,
        post_id=order.post_id,
        channel_id=order.channel_id,
        platform=order.platform,
        adapter=MANUAL if by_hand else order.adapter,
        route=route,
        target=order.target,
        bucket_key=order.bucket_key or paces.get(order.channel_id) or f"channel:{order.channel_id}",
        lane=int(order.lane),
        action=str(order.action),
        payload=order.payload,
        content_hash=content_hash,
        approved_hash=order.approved_hash,
        due_at=due_at.timestamp(),
        valid_until=order.valid_until.timestamp() if order.valid_until else None,
        lateness_limit_s=hand_lateness_s(order.action) if by_hand else order.lateness_limit_s,
        key=uuid4().hex,
        about_id=order.of,
        reply_id=read_payload(order.payload)["reply_to"],
        gap_s=profile.gap_s,
        rate_per_s=profile.bucket.rate_per_s,
        burst=profile.bucket.burst,
    )


def _says_what_it_is(order: CopyOrder) -> bool:
    """The approved words are of this post, channel, action and expiry, and of no other; of an edit also what it changes."""
    said = read_payload(order.payload)
    told = (said.get("post"), said.get("channel"), said.get("action"), said.get("valid_until"))
    until = datetime.fromisoformat(told[3]) if told[3] else None
    is_aimed = said.get("of") == order.of if order.action == Action.EDIT else "of" not in said
    return is_aimed and (*told[:3], until) == (order.post_id, order.channel_id, str(order.action), order.valid_until)


def _check_listed(orders: Sequence[CopyOrder]) -> None:
    wanted = {order.channel_id for order in orders if order.action != Action.DELETE}
    if missing := wanted - open_among(wanted):
        raise ChannelNotPublic(sorted(missing))


def _ids(deliveries: Iterable[Delivery | int]) -> tuple[list[int], int]:
    """The ids that are visible in this tenant, and their institution."""
    wanted = [one if isinstance(one, int) else one.pk for one in deliveries]
    found = dict(Delivery.objects.filter(pk__in=wanted).values_list("pk", "institution_id"))
    return sorted(found), next(iter(found.values()), 0)


def _institutions(*, but: int) -> list[int]:
    return [number for number in institution_ids() if number != but]


def _id(person: Person | None) -> int | None:
    return None if person is None else person.pk


def _record(
    verb: str,
    subject: StopOrder | tuple[str, int],
    by: Person | None,
    institution_id: int,
    facts: dict[str, JSON],
) -> None:
    audit.record(verb, by=_id(by), subject=subject, institution_id=institution_id, facts=facts)


def _record_many(verb: str, ids: list[int], by: Person | None, institution_id: int, **more: JSON) -> None:
    if ids:
        facts: dict[str, JSON] = {"copies": len(ids), "ids": ids[:50], "all": sha256(ids), **more}
        _record(verb, ("delivery.delivery", ids[0]), by, institution_id, facts)
